import { isLoopback, isSoraCloud, needsKey } from "../sora/url.ts";
import { keyFault } from "./api-key.ts";
import type { Config, Environment, Problem, Remark, Source } from "./config.ts";
import { KeyFileFault, keyFileFault } from "./key-file.ts";
import { lookalikes } from "./lookalikes.ts";
import { proxiesFrom } from "./proxies.ts";
import { type Setting, settings } from "./settings.ts";
import { isCertainlyPath, shownOf } from "./shown.ts";
import { isUnexpanded, isUnset } from "./unset.ts";

export interface ConfigInput {
  readonly env: Environment;
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
  const remarks: Remark[] = [];
  const sources = new Map<Setting<unknown>, Source>();
  const rejected = new Set<Setting<unknown>>();

  /** What this run does not use cannot stop it. `given` is what may be shown of the value. */
  function reject(setting: Setting<unknown>, given: string | undefined, message?: string): void {
    const { variable, allowed, unusedInSandbox } = setting;
    if (unusedInSandbox && sandbox) return;
    if (setting === settings.apiKeyFile && sources.has(settings.apiKey)) return;
    rejected.add(setting);
    message ??= `${variable} must be ${allowed}.`;
    problems.push({ variable, message, ...(given !== undefined && { given }) });
  }

  function read<Value>(setting: Setting<Value>): Value {
    const { variable, flag, isSwitch, limits, defaultValue, allowed, parse, fault, remark } = setting;
    const mustBe = `${variable} must be ${allowed}`;
    for (const [source, raw] of [
      ["flag", flag && flags[flag]],
      ["environment", env[variable]],
    ] as const) {
      const given = String(raw ?? "").trim();
      if (isUnset(given)) continue;
      if (!limits && isUnexpanded(given)) {
        remarks.push({ variable, text: `holds an unexpanded \${...} and counts as unset` });
        continue;
      }
      sources.set(setting, source);
      const why = fault?.(given);
      const value = why === undefined ? parse(given) : undefined;
      const shown = shownOf(setting, given);
      if (typeof raw === "boolean" && !isSwitch)
        reject(setting, undefined, `${mustBe}; --${flag} has no value.`);
      else if (limits && given.includes("${"))
        reject(setting, shown, `${mustBe}; a \${...} was not filled in.`);
      else if (value === undefined) reject(setting, shown, why && `${mustBe}: ${why}.`);
      else {
        const remarked = remark?.(given);
        if (remarked !== undefined) remarks.push({ variable, text: remarked });
        return value;
      }
      break;
    }
    return defaultValue;
  }

  const sandbox = read(settings.sandbox);
  let key = read(settings.apiKey);
  const keyFile = read(settings.apiKeyFile);
  if (keyFile !== undefined && !sources.has(settings.apiKey)) {
    const { text, fault, isThere = false } = keyIn(keyFile, readFile);
    key = text;
    const { variable, allowed } = settings.apiKeyFile;
    // What is no file may be the key itself, put into the wrong variable.
    const shown = isThere || isCertainlyPath(keyFile) ? keyFile : undefined;
    if (fault !== undefined) reject(settings.apiKeyFile, shown, `${variable} must be ${allowed}: ${fault}.`);
  }
  const url = read(settings.apiUrl);
  const release = read(settings.release);
  const config = {
    apiKey: key,
    apiUrl: url,
    release: sources.has(settings.release) || !isSoraCloud(url) ? release : ("cloud" as const),
    releaseChannel:
      read(settings.releaseChannel) ?? (url.href === settings.apiUrl.fallback ? "canary" : undefined),
    readOnly: read(settings.readOnly),
    toolsets: read(settings.toolsets),
    channels: read(settings.channels),
    confirm: read(settings.confirm),
    maxAffected: read(settings.maxAffected),
    maxDestructivePerHour: read(settings.maxDestructivePerHour),
    timeoutMs: read(settings.timeoutMs),
    auditLog: read(settings.auditLog),
    logLevel: read(settings.logLevel),
    sandbox,
  };
  for (const [name, meant] of lookalikes(env)) {
    if (sources.get(meant) === "flag") continue;
    const shown = shownOf(meant, env[name] ?? "");
    const { variable, allowed } = meant;
    const message = `${name} is no variable of this server: rename it to ${variable} (${allowed}) or remove it.`;
    reject(meant, shown, message);
  }
  const { proxy, problems: proxyProblems } = proxiesFrom(env, url);
  if (!sandbox) problems.push(...proxyProblems);
  if (!sandbox && problems.length === 0) problems.push(...keyProblems(url, key));
  return {
    ...config,
    proxy,
    problems,
    remarks,
    source: (name) => sources.get(settings[name]) ?? "default",
    isUnderstood: (name) => !rejected.has(settings[name]),
  };
}

/** The key that a file holds, or why it holds none. A byte order mark counts as a blank. */
function keyIn(
  path: string,
  readFile: ConfigInput["readFile"],
): { readonly text?: string; readonly fault?: string; readonly isThere?: boolean } {
  try {
    const text = readFile(path).trim();
    const fault = keyFault(text);
    return fault === undefined ? { text } : { fault, isThere: true };
  } catch (error) {
    return { fault: keyFileFault(error), isThere: error instanceof KeyFileFault };
  }
}

function keyProblems(url: URL, key: string | undefined): Problem[] {
  const { variable } = settings.apiKey;
  if (key === undefined && needsKey(url)) {
    const message = `${url.host} needs an API key: set ${variable} or ${settings.apiKeyFile.variable}.`;
    return [{ variable, message }];
  }
  if (key !== undefined && url.protocol === "http:" && !isLoopback(url)) {
    const problem = `An API key is never sent over plain http to another machine: make ${settings.apiUrl.variable} an https:// address.`;
    return [{ variable: settings.apiUrl.variable, message: problem }];
  }
  return [];
}
