import type { Proxies } from "../sora/proxy.ts";
import { isLoopback, needsKey } from "../sora/url.ts";
import { type Config, type Problem, type Setting, type Source, settings } from "./config.ts";
import { apiKey } from "./values.ts";

export interface ConfigInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What stood on the command line, by flag name. */
  readonly flags?: Readonly<Record<string, string | boolean | undefined>>;
  /** What is wrong with the command line, in sentences: a limit may have been misspelt, so nothing is sent. */
  readonly flagProblems?: readonly string[];
  /** Throws for what is no small regular file. */
  readonly readFile: (path: string) => string;
}

/** Reads all settings. Never throws: what is not understood is told in `problems`. */
export function loadConfig({ env, flags = {}, flagProblems = [], readFile }: ConfigInput): Config {
  const problems: Problem[] = flagProblems.map((message) => ({ message }));
  const unexpanded: string[] = [];
  const sources = new Map<Setting<unknown>, Source>();
  const rejected = new Set<Setting<unknown>>();

  /** `given` is what may be shown of the value. */
  function reject(setting: Setting<unknown>, given: string | undefined, ending = "."): void {
    const { variable, allowed } = setting;
    rejected.add(setting);
    problems.push({
      variable,
      message: `${variable} must be ${allowed}${ending}`,
      ...(given !== undefined && { given }),
    });
  }

  function read<Value>(setting: Setting<Value>): Value {
    const { variable, flag, secret, isSwitch, defaultValue, parse } = setting;
    for (const [source, raw] of [
      ["flag", flag && flags[flag]],
      ["environment", env[variable]],
    ] as const) {
      const given = raw === undefined ? "" : String(raw).trim();
      if (given === "") continue;
      if (isUnexpanded(given)) {
        unexpanded.push(variable);
        continue;
      }
      sources.set(setting, source);
      if (typeof raw === "boolean" && !isSwitch) {
        reject(setting, undefined, `; --${flag} has no value.`);
        return defaultValue;
      }
      const value = parse(given);
      if (value === undefined) reject(setting, secret ? undefined : withoutCredentials(given));
      return value ?? defaultValue;
    }
    return defaultValue;
  }

  const sandbox = read(settings.sandbox);
  const ownKey = read(settings.apiKey);
  const keyFile = read(settings.apiKeyFile);
  const usesKeyFile = keyFile !== undefined && !sources.has(settings.apiKey);
  const key = usesKeyFile ? keyIn(keyFile, readFile) : ownKey;
  if (usesKeyFile && key === undefined) {
    // Without a slash it may be the key itself, put into the wrong variable.
    reject(settings.apiKeyFile, /[\\/]/.test(keyFile) ? keyFile : undefined);
  }
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
  };
  const { proxy, problems: proxyProblems } = proxiesFrom(env);
  problems.push(...proxyProblems);
  if (!sandbox && problems.length === 0) problems.push(...keyProblems(url, key));
  return {
    ...config,
    proxy,
    problems,
    unexpanded,
    source: (name) => sources.get(settings[name]) ?? "default",
    isUnderstood: (name) => !rejected.has(settings[name]),
  };
}

/** The key that a file holds; undefined when it holds none, is missing or is closed to us. */
function keyIn(path: string, readFile: ConfigInput["readFile"]): string | undefined {
  try {
    return apiKey(readFile(path).trim());
  } catch {
    return undefined;
  }
}

/** Up to the last @: what is no well-formed address may hold credentials too. So may a query. */
function withoutCredentials(given: string): string {
  return given
    .replace(/^(\w+:\/\/)?.*@/s, "$1[redacted]@")
    .replace(/^(\w+:\/\/[^?#]*[?#]).+/s, "$1[redacted]");
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

/** A `${...}` that a client has handed over as it stood. */
function isUnexpanded(given: string): boolean {
  return /^\$\{[^}]*\}$/.test(given);
}

/** As other programs read them: the name in lower case wins. */
function proxiesFrom(env: ConfigInput["env"]): { proxy: Proxies; problems: Problem[] } {
  const set = (name: string) => {
    const value = env[name]?.trim();
    return value !== undefined && isUnexpanded(value) ? undefined : value;
  };
  const given = (name: string) => set(name.toLowerCase()) ?? set(name) ?? "";
  const url = (name: string) => (isProxyUrl(given(name)) ? given(name) : "");
  const problems = ["HTTP_PROXY", "HTTPS_PROXY"]
    .filter((name) => given(name) !== url(name))
    .map((variable) => ({
      variable,
      message: `${variable} must be the http:// or https:// address of a proxy, a % in its credentials written as %25.`,
    }));
  return { proxy: { http: url("HTTP_PROXY"), https: url("HTTPS_PROXY"), no: given("NO_PROXY") }, problems };
}

/** `proxy:8080` parses as a URL too: its scheme is then `proxy`. */
function isProxyUrl(given: string): boolean {
  try {
    const { protocol, username, password } = new URL(given);
    decodeURIComponent(`${username}:${password}`);
    return /^https?:$/.test(protocol);
  } catch {
    return false;
  }
}
