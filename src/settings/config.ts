import type { Proxies } from "../sora/proxy.ts";
import { type Toolset, toolsets } from "../tools/tool.ts";
import { apiKey, apiUrl, list, milliseconds, oneOf, onOff, text, toolsetList } from "./values.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
const releaseChannels = ["stable", "canary"] as const;
type ReleaseChannel = (typeof releaseChannels)[number];
const confirmations = ["flag", "ask"] as const;
type Confirmation = (typeof confirmations)[number];

/** One thing that an operator can set. `--help`, the README's table, manifest.json and the server follow this list. */
export interface Setting<Value> {
  readonly variable: string;
  /** Secrets have none: flags show in process lists. */
  readonly flag?: string;
  /** Its name where people fill in a form. */
  readonly title: string;
  /** A flag that needs no value. */
  readonly isSwitch?: true;
  readonly isFile?: true;
  /** The least and the most that a number may be. */
  readonly range?: readonly [number, number];
  readonly secret?: true;
  /** Its value when nothing is set. */
  readonly defaultValue: Value;
  /** The same as shown to people. */
  readonly fallback: string;
  readonly help: string;
  /** What a value must be, to complete the sentence "SORA_X must be ...". */
  readonly allowed: string;
  /** The value of a text that is neither empty nor blank; undefined when it is not understood. */
  readonly parse: (text: string) => Value | undefined;
}

/** The default is shown as it is, unless there is a better word for it. */
function setting<Value>(
  definition: Omit<Setting<Value>, "fallback"> & { readonly fallback?: string },
): Setting<Value> {
  return { fallback: String(definition.defaultValue ?? "-"), ...definition };
}

export const timeoutRange = [100, 120_000] as const;

export const settings = {
  apiKey: setting({
    variable: "SORA_API_KEY",
    title: "API key",
    secret: true,
    defaultValue: undefined,
    help: "Bearer token of the Sora API; a Sora of your own needs none",
    allowed: 'the key alone: visible ASCII characters, no spaces, no "Bearer" before it',
    parse: apiKey,
  }),
  apiKeyFile: setting({
    variable: "SORA_API_KEY_FILE",
    title: "API key file",
    isFile: true,
    defaultValue: undefined,
    help: "file that holds the key; used when no API key is given",
    allowed: "a readable file that holds the key alone",
    parse: text,
  }),
  apiUrl: setting({
    variable: "SORA_API_URL",
    flag: "api-url",
    title: "API URL",
    defaultValue: new URL("https://sora-api.sora-labo.shiguredo.app/"),
    help: "any Sora API endpoint: Sora Labo, Sora Cloud or your own Sora",
    allowed: "an http:// or https:// address without credentials, ? and #",
    parse: apiUrl,
  }),
  releaseChannel: setting<ReleaseChannel | undefined>({
    variable: "SORA_RELEASE_CHANNEL",
    flag: "release-channel",
    title: "Release channel",
    defaultValue: undefined,
    fallback: "canary on the default URL, else unset",
    help: "value of the x-sora-release-channel header: stable or canary",
    allowed: "stable or canary",
    parse: (given) => oneOf(releaseChannels, given),
  }),
  readOnly: setting({
    variable: "SORA_READ_ONLY",
    flag: "read-only",
    title: "Read only",
    isSwitch: true,
    defaultValue: false,
    help: "leave out every tool that changes something",
    allowed: "true or false",
    parse: onOff,
  }),
  toolsets: setting({
    variable: "SORA_TOOLSETS",
    flag: "toolsets",
    title: "Toolsets",
    defaultValue: toolsets,
    fallback: "all",
    help: `comma-separated chapters of tools: ${toolsets.join(", ")}`,
    allowed: `all, or a comma-separated list of ${toolsets.join(", ")}`,
    parse: toolsetList,
  }),
  channels: setting({
    variable: "SORA_CHANNELS",
    flag: "channels",
    title: "Channels",
    defaultValue: undefined,
    fallback: "any",
    help: "comma-separated channel ids that may be named, * matches any run of characters",
    allowed: "a comma-separated list of channel ids",
    parse: list,
  }),
  confirm: setting<Confirmation>({
    variable: "SORA_CONFIRM",
    flag: "confirm",
    title: "Confirmation",
    defaultValue: "flag",
    help: "what confirms a destructive call: its confirm argument (flag) or a person asked through the client (ask)",
    allowed: "flag or ask",
    parse: (given) => oneOf(confirmations, given),
  }),
  timeoutMs: setting({
    variable: "SORA_TIMEOUT_MS",
    flag: "timeout-ms",
    title: "Timeout (ms)",
    range: timeoutRange,
    defaultValue: 10_000,
    help: `deadline of one call in milliseconds, ${timeoutRange.join(" to ")}, retries included`,
    allowed: `a whole number from ${timeoutRange.join(" to ")}`,
    parse: (given) => milliseconds(given, ...timeoutRange),
  }),
  auditLog: setting({
    variable: "SORA_AUDIT_LOG",
    flag: "audit-log",
    title: "Audit log",
    isFile: true,
    defaultValue: undefined,
    help: "JSON Lines file, one line per write or destructive call",
    allowed: "a file that can be appended to",
    parse: text,
  }),
  logLevel: setting<LogLevel>({
    variable: "SORA_LOG_LEVEL",
    flag: "log-level",
    title: "Log level",
    defaultValue: "warn",
    help: "what goes to stderr: debug, info, warn or error",
    allowed: "debug, info, warn or error",
    parse: (given) => oneOf(logLevels, given),
  }),
  sandbox: setting({
    variable: "SORA_SANDBOX",
    flag: "sandbox",
    title: "Sandbox",
    isSwitch: true,
    defaultValue: false,
    help: "use the built-in simulated Sora: no key, no network",
    allowed: "true or false",
    parse: onOff,
  }),
} as const;

export type SettingName = keyof typeof settings;

/** The same as a list, in the order in which people are shown it. */
export const allSettings: readonly Setting<unknown>[] = Object.values(settings);

/** Why nothing may be sent. `message` is for everyone; `given` may only go to stderr. */
export interface Problem {
  /** What to set; none where the command line is to be corrected. */
  readonly variable?: string;
  readonly message: string;
  readonly given?: string;
}

/** A problem with what was given, for the operator's eyes: stderr and the doctor. */
export function problemText({ message, given }: Problem): string {
  if (given === undefined) return message;
  return `${message} It is ${JSON.stringify(given)}.`;
}

/** What the operator is to do about problems. A sentence without its end, which says where. */
export function remedy(problems: readonly Problem[]): string {
  const variables = new Set(problems.flatMap(({ variable }) => variable ?? []));
  const steps = [
    ...(problems.some(({ variable }) => variable === undefined) ? ["correct the arguments"] : []),
    ...(variables.size > 0 ? [`set ${[...variables].join(" and ")}`] : []),
  ].join(" and ");
  return steps.charAt(0).toUpperCase() + steps.slice(1);
}

export type Source = "default" | "environment" | "flag";

/** The settings in force. When there are `problems`, nothing may be sent. */
export interface Config {
  readonly apiKey: string | undefined;
  readonly apiUrl: URL;
  readonly releaseChannel: ReleaseChannel | undefined;
  readonly readOnly: boolean;
  readonly toolsets: readonly Toolset[];
  /** Patterns of the channels that may be named; undefined: any channel. */
  readonly channels: readonly string[] | undefined;
  readonly confirm: Confirmation;
  readonly timeoutMs: number;
  readonly auditLog: string | undefined;
  readonly logLevel: LogLevel;
  readonly sandbox: boolean;
  readonly proxy: Proxies;
  readonly problems: readonly Problem[];
  /** Variables that hold an unexpanded `${...}` and so count as unset. */
  readonly unexpanded: readonly string[];
  /** Where a setting's value came from. */
  readonly source: (name: SettingName) => Source;
  /** False where what was given is not in force: it was not understood. */
  readonly isUnderstood: (name: SettingName) => boolean;
}
