import { type Confirmation, confirmations } from "../confirmations.ts";
import { type Edition, releaseOf, releases } from "../releases.ts";
import { defaultToolsets, onlyWhenAskedFor, toolsets } from "../tools/chapters.ts";
import { keyFault } from "./api-key.ts";
import { apiUrl, edition, list, oneOf, onOff, text, toolsetList, wholeNumber } from "./values.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
const releaseChannels = ["stable", "canary"] as const;

/** One thing that an operator can set. `--help`, the table in docs/settings.md, manifest.json and the server follow this list. */
export interface Setting<Value> {
  readonly variable: string;
  /** Secrets have none: flags show in process lists. */
  readonly flag?: string;
  readonly isSwitch?: true;
  readonly isFile?: true;
  /** The least and the most that a number may be. */
  readonly range?: readonly [number, number];
  readonly secret?: true;
  /** It limits what may be done. A part that a client has not filled in would leave a limit out, so it is a problem. */
  readonly limits?: true;
  /** The simulated Sora does without it. */
  readonly unusedInSandbox?: true;
  readonly defaultValue: Value;
  readonly fallback: string;
  readonly help: string;
  /** What a value must be, to complete the sentence "SORA_X must be ...". */
  readonly allowed: string;
  /** All that it can be, where that is a short list. */
  readonly choices?: readonly string[];
  /** The value of a text that is neither empty nor blank; undefined when it is not understood. */
  readonly parse: (text: string) => Value | undefined;
  /** Why a text is refused before it is parsed, where more can be said than what is allowed: the end of a sentence. */
  readonly fault?: (text: string) => string | undefined;
  /** What is to be said of a value that is understood, but otherwise than it was written. */
  readonly remark?: (text: string) => string | undefined;
}

/** The default is shown as it is, unless there is a better word for it. */
function setting<Value>(
  definition: Omit<Setting<Value>, "fallback"> & { readonly fallback?: string },
): Setting<Value> {
  return { fallback: String(definition.defaultValue ?? "-"), ...definition };
}

export const timeoutRange = [100, 120_000] as const;
const limitRange = [0, 1_000_000] as const;

/** What limits how much may be done. */
const most = {
  limits: true,
  range: limitRange,
  defaultValue: undefined,
  fallback: "no limit",
  allowed: `a whole number from ${limitRange.join(" to ")}`,
  parse: (given: string) => wholeNumber(given, ...limitRange),
} as const;

function oneOfThese<Choice extends string>(choices: readonly Choice[]) {
  const allowed = choices.join(", ").replace(/, (\w+)$/, " or $1");
  return { choices, allowed, parse: (given: string) => oneOf(choices, given) };
}

export const settings = {
  apiKey: setting({
    variable: "SORA_API_KEY",
    unusedInSandbox: true,
    secret: true,
    defaultValue: undefined,
    help: "Bearer token of the Sora API; a Sora of your own needs none",
    allowed: "the key alone",
    parse: text,
    fault: keyFault,
  }),
  apiKeyFile: setting({
    variable: "SORA_API_KEY_FILE",
    unusedInSandbox: true,
    isFile: true,
    defaultValue: undefined,
    help: "file that holds the key; used when no API key is given",
    allowed: "a readable file that holds the key alone",
    parse: text,
  }),
  apiUrl: setting({
    variable: "SORA_API_URL",
    flag: "api-url",
    unusedInSandbox: true,
    defaultValue: new URL("https://sora-api.sora-labo.shiguredo.app/"),
    help: "any Sora API endpoint: Sora Labo, Sora Cloud or your own Sora",
    allowed: "an http:// or https:// address without credentials, ? and #",
    parse: apiUrl,
  }),
  release: setting<Edition>({
    variable: "SORA_RELEASE",
    flag: "release",
    defaultValue: "labo",
    fallback: "cloud on Sora Cloud's host, else labo",
    help: "which APIs there are: labo (Sora Labo's page), cloud (Sora Cloud) or a release such as 2025.2",
    allowed: `labo, cloud or a release of Sora: ${releases.join(", ")} or newer`,
    parse: edition,
    remark(given) {
      const found = releaseOf(given);
      return found?.isNewer ? `is newer than this server knows and counts as ${found.release}` : undefined;
    },
  }),
  releaseChannel: setting<(typeof releaseChannels)[number] | undefined>({
    variable: "SORA_RELEASE_CHANNEL",
    flag: "release-channel",
    unusedInSandbox: true,
    defaultValue: undefined,
    fallback: "canary on the default URL, else unset",
    help: "value of the x-sora-release-channel header: stable or canary",
    ...oneOfThese(releaseChannels),
  }),
  readOnly: setting({
    variable: "SORA_READ_ONLY",
    flag: "read-only",
    limits: true,
    isSwitch: true,
    defaultValue: false,
    help: "leave out every tool that changes something",
    allowed: "true or false",
    parse: onOff,
  }),
  toolsets: setting({
    variable: "SORA_TOOLSETS",
    flag: "toolsets",
    limits: true,
    defaultValue: defaultToolsets,
    fallback: "default",
    help: `comma-separated chapters of tools: ${toolsets.join(", ")}; default leaves out ${onlyWhenAskedFor.join(", ")}; all has them`,
    allowed: `all, or a comma-separated list of default, ${toolsets.join(", ")}, with ordinary commas`,
    parse: toolsetList,
  }),
  channels: setting({
    variable: "SORA_CHANNELS",
    flag: "channels",
    limits: true,
    defaultValue: undefined,
    fallback: "any",
    help: "comma-separated channel ids that may be read and changed, * matches any run of characters",
    allowed: "a comma-separated list of channel ids, with ordinary commas",
    parse: list,
  }),
  confirm: setting<Confirmation>({
    variable: "SORA_CONFIRM",
    flag: "confirm",
    limits: true,
    defaultValue: "flag",
    help: "what confirms a destructive call: its confirm argument (flag), the ticket of its preview (preview) or a person asked through the client (ask)",
    ...oneOfThese(confirmations),
  }),
  maxAffected: setting<number | undefined>({
    variable: "SORA_MAX_AFFECTED",
    flag: "max-affected",
    help: "most connections that one destructive call may cut; 0: none",
    ...most,
  }),
  maxDestructivePerHour: setting<number | undefined>({
    variable: "SORA_MAX_DESTRUCTIVE_PER_HOUR",
    flag: "max-destructive-per-hour",
    help: "most destructive calls carried out in any 60 minutes; 0: none",
    ...most,
  }),
  timeoutMs: setting({
    variable: "SORA_TIMEOUT_MS",
    flag: "timeout-ms",
    range: timeoutRange,
    defaultValue: 10_000,
    help: `deadline of one call in milliseconds, ${timeoutRange.join(" to ")}, retries included`,
    allowed: `a whole number from ${timeoutRange.join(" to ")}`,
    parse: (given) => wholeNumber(given, ...timeoutRange),
  }),
  auditLog: setting({
    variable: "SORA_AUDIT_LOG",
    flag: "audit-log",
    isFile: true,
    defaultValue: undefined,
    help: "JSON Lines file, one line per write or destructive call; in a folder, sora-labo-mcp-audit.jsonl there",
    allowed: "a file, or a folder, that can be written to",
    fault: (given) => (given === "-" ? "it is stdout; a file is ./-" : undefined),
    parse: text,
  }),
  logLevel: setting<LogLevel>({
    variable: "SORA_LOG_LEVEL",
    flag: "log-level",
    defaultValue: "warn",
    help: "what goes to stderr: debug, info, warn or error",
    ...oneOfThese(logLevels),
  }),
  sandbox: setting({
    variable: "SORA_SANDBOX",
    flag: "sandbox",
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
