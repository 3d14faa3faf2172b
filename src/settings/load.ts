import { isLoopback, isSoraCloud, needsKey } from "../sora/url.ts";
import { keyFault } from "./api-key.ts";
import type { Config, Environment, Problem, Remark, Source } from "./config.ts";
import { KeyFileFault, keyFileFault } from "./key-file.ts";
import { lookalikes } from "./lookalikes.ts";
import { proxiesFrom } from "./proxies.ts";
import { isUsed, type Run, type Setting, settings } from "./settings.ts";
import { isCertainlyPath, shownOf } from "./shown.ts";
import { isUnexpanded, isUnset } from "./unset.ts";
import { originOf } from "./values.ts";

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
    const { variable, allowed, onlyFor } = setting;
    if (onlyFor && !isUsed(setting, run)) return;
    if (setting === settings.apiKeyFile && sources.has(settings.apiKey)) return;
    if (setting === settings.ticketKeyFile && sources.has(settings.ticketKey)) return;
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
      const why = fault?.(given, run);
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

  /** The secret itself or, where none is given, the one that stands in a file. */
  function readSecret(
    own: Setting<string | undefined>,
    inFile: Setting<string | undefined>,
    faultOf: (text: string) => string | undefined,
  ): string | undefined {
    const secret = read(own);
    const path = read(inFile);
    if (path === undefined || sources.has(own)) return secret;
    const { text, fault, isThere = false } = secretIn(path, readFile, faultOf, own.variable);
    // What is no file may be the secret itself, put into the wrong variable.
    const shown = isThere || isCertainlyPath(path) ? path : undefined;
    if (fault !== undefined) reject(inFile, shown, `${inFile.variable} must be ${inFile.allowed}: ${fault}.`);
    return text;
  }

  const sandbox = read(settings.sandbox);
  const http = read(settings.http);
  const run: Run = { sandbox, isOverHttp: sources.has(settings.http), confirm: read(settings.confirm) };
  const key = readSecret(settings.apiKey, settings.apiKeyFile, keyFault);
  const [url, ...otherNodes] = read(settings.apiUrl);
  const release = read(settings.release);
  const config = {
    apiKey: key,
    apiUrl: url,
    otherNodes,
    release: sources.has(settings.release) || !isSoraCloud(url) ? release : ("cloud" as const),
    releaseChannel:
      read(settings.releaseChannel) ??
      (otherNodes.length === 0 && url.href === settings.apiUrl.defaultValue[0].href ? "canary" : undefined),
    readOnly: read(settings.readOnly),
    toolsets: read(settings.toolsets),
    channels: read(settings.channels),
    confirm: run.confirm,
    maxAffected: read(settings.maxAffected),
    maxDestructivePerHour: read(settings.maxDestructivePerHour),
    timeoutMs: read(settings.timeoutMs),
    auditLog: read(settings.auditLog),
    logLevel: read(settings.logLevel),
    sandbox,
    http,
    callers: read(settings.callers),
    httpUrl: read(settings.httpUrl),
    oauthIssuer: read(settings.oauthIssuer),
    metrics: read(settings.metrics),
    ticketKey: readSecret(settings.ticketKey, settings.ticketKeyFile, ticketKeyFault),
  };
  const isServed = config.callers !== undefined || (sandbox && http && isLoopback(originOf(http)));
  if (http && !isServed && !rejected.has(settings.callers)) {
    problems.push({ variable: settings.callers.variable, message: withoutCallers });
  }
  for (const [name, meant] of lookalikes(env)) {
    if (sources.get(meant) === "flag") continue;
    const shown = shownOf(meant, env[name] ?? "");
    const { variable, allowed } = meant;
    const message = `${name} is no variable of this server: rename it to ${variable} (${allowed}) or remove it.`;
    reject(meant, shown, message);
  }
  const nodes = [url, ...otherNodes];
  const { proxy, problems: proxyProblems } = proxiesFrom(env, nodes);
  if (!sandbox) problems.push(...proxyProblems);
  if (!sandbox && problems.length === 0) {
    problems.push(...nodes.flatMap((node) => keyProblems(node, key)).slice(0, 1));
  }
  return {
    ...config,
    proxy,
    problems,
    remarks,
    source: (name) => sources.get(settings[name]) ?? "default",
    isUnderstood: (name) => !rejected.has(settings[name]),
  };
}

const withoutCallers =
  "Over HTTP nobody is served without callers: set SORA_CALLERS to their file (`sora-labo-mcp token NAME` makes an entry). Only the sandbox does without, and only on this machine: SORA_HTTP=127.0.0.1:8080.";

function ticketKeyFault(text: string): string | undefined {
  // Read as text, bytes that are none lose what makes them hard to guess.
  if (text.includes("\ufffd")) return "it is no text in UTF-8";
  return settings.ticketKey.parse(text) === undefined ? "it is shorter" : undefined;
}

/** The secret that a file holds, or why it holds none. A byte order mark counts as a blank. */
function secretIn(
  path: string,
  readFile: ConfigInput["readFile"],
  faultOf: (text: string) => string | undefined,
  variable: string,
): { readonly text?: string; readonly fault?: string; readonly isThere?: boolean } {
  try {
    const text = readFile(path).trim();
    const fault = faultOf(text);
    return fault === undefined ? { text } : { fault, isThere: true };
  } catch (error) {
    return { fault: keyFileFault(error, variable), isThere: error instanceof KeyFileFault };
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
