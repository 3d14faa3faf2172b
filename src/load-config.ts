import { type Config, type Problem, type Setting, type Source, settings } from "./config.ts";
import { apiKey } from "./setting-values.ts";
import { isLoopback, needsKey } from "./sora/url.ts";

export interface ConfigInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What stood on the command line, by flag name. */
  readonly flags?: Readonly<Record<string, string | boolean | undefined>>;
  /** What is wrong with the command line, in sentences: a limit may have been misspelt, so nothing is sent. */
  readonly flagProblems?: readonly string[];
  readonly readFile: (path: string) => string;
}

/** Reads all settings. Never throws: what is not understood is told in `problems`. */
export function loadConfig({ env, flags = {}, flagProblems = [], readFile }: ConfigInput): Config {
  const problems: Problem[] = flagProblems.map((message) => ({ message }));
  const unexpanded: string[] = [];
  const sources = new Map<Setting<unknown>, Source>();

  function read<Value>(setting: Setting<Value>): Value {
    const { variable, flag, secret, defaultValue, allowed, parse } = setting;
    for (const [source, raw] of [
      ["flag", flag && flags[flag]],
      ["environment", env[variable]],
    ] as const) {
      const given = raw === undefined ? "" : String(raw).trim();
      if (given === "") continue;
      if (/^\$\{[^}]*\}$/.test(given)) {
        unexpanded.push(variable);
        continue;
      }
      sources.set(setting, source);
      if (typeof raw === "boolean" && !setting.isSwitch) {
        problems.push({ variable, message: `${variable} must be ${allowed}; --${flag} has no value.` });
        return defaultValue;
      }
      const value = parse(given);
      if (value !== undefined) return value;
      problems.push({
        variable,
        message: `${variable} must be ${allowed}.`,
        ...(!secret && { given: withoutCredentials(given) }),
      });
      return defaultValue;
    }
    return defaultValue;
  }

  function keyFromFile(path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    const { variable, allowed } = settings.apiKeyFile;
    try {
      const value = apiKey(readFile(path).trim());
      if (value !== undefined) return value;
    } catch {
      // Told below: for the operator it is the same whether the file is missing, closed to us or empty.
    }
    // Without a slash it may be the key itself, put into the wrong variable.
    problems.push({
      variable,
      message: `${variable} must be ${allowed}.`,
      ...(/[\\/]/.test(path) && { given: path }),
    });
    return undefined;
  }

  const sandbox = read(settings.sandbox);
  const ownKey = read(settings.apiKey);
  const keyFile = read(settings.apiKeyFile);
  const key = sources.has(settings.apiKey) ? ownKey : keyFromFile(keyFile);
  const url = read(settings.apiUrl);
  const config = {
    apiKey: key,
    apiUrl: url,
    releaseChannel:
      read(settings.releaseChannel) ?? (url.href === settings.apiUrl.fallback ? "canary" : undefined),
    readOnly: read(settings.readOnly),
    toolsets: read(settings.toolsets),
    channels: read(settings.channels),
    confirm: read(settings.confirm),
    timeoutMs: read(settings.timeoutMs),
    auditLog: read(settings.auditLog),
    logLevel: read(settings.logLevel),
    sandbox,
    proxy: proxyFrom(env, problems),
  };
  if (!sandbox && problems.length === 0) problems.push(...keyProblems(url, key));
  return { ...config, problems, unexpanded, source: (name) => sources.get(settings[name]) ?? "default" };
}

/** Up to the last @: what is no well-formed address may hold credentials too. */
function withoutCredentials(given: string): string {
  return given.replace(/^(\w+:\/\/)?.*@/s, "$1[redacted]@");
}

function keyProblems(url: URL, key: string | undefined): Problem[] {
  const { variable } = settings.apiKey;
  if (key === undefined && needsKey(url)) {
    return [
      {
        variable,
        message: `${url.host} needs an API key: set ${variable} or ${settings.apiKeyFile.variable}.`,
      },
    ];
  }
  if (key !== undefined && url.protocol === "http:" && !isLoopback(url)) {
    const problem = `An API key is never sent over plain http to another machine: make ${settings.apiUrl.variable} an https:// address.`;
    return [{ variable: settings.apiUrl.variable, message: problem }];
  }
  return [];
}

function proxyFrom(env: ConfigInput["env"], problems: Problem[]): Config["proxy"] {
  const read = (name: string) => (env[name.toLowerCase()] ?? env[name] ?? "").trim();
  const readUrl = (name: string) => {
    const given = read(name);
    if (given === "" || isProxyUrl(given)) return given;
    problems.push({ variable: name, message: `${name} must be the http:// or https:// address of a proxy.` });
    return "";
  };
  return { http: readUrl("HTTP_PROXY"), https: readUrl("HTTPS_PROXY"), no: read("NO_PROXY") };
}

/** `proxy:8080` parses as a URL too: its scheme is then `proxy`. */
function isProxyUrl(given: string): boolean {
  return URL.canParse(given) && /^https?:$/.test(new URL(given).protocol);
}
