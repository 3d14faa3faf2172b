import { type Confirmation, confirmations } from "../confirmations.ts";
import { type Edition, releaseOf, releases } from "../releases.ts";
import { defaultToolsets, toolsets } from "../tools/chapters.ts";
import { keyFault } from "./api-key.ts";
import {
  type Address,
  address,
  apiUrl,
  apiUrls,
  edition,
  issuer,
  list,
  oneOf,
  onOff,
  text,
  ticketKey,
  toolsetList,
  wholeNumber,
} from "./values.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
const releaseChannels = ["stable", "canary"] as const;

/**
 * One thing that an operator can set. `--help`, the table in docs/settings.md, manifest.json and the server follow this
 * list; what each is for is said in meanings.ts, which no start loads.
 */
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
  /** Without this in a run, it has no effect there, and cannot stop it. */
  readonly onlyFor?: "a real Sora" | "HTTP" | "tickets";
  readonly defaultValue: Value;
  /** What a value must be, to complete the sentence "SORA_X must be ...". */
  readonly allowed: string;
  /** All that it can be, where that is a short list. */
  readonly choices?: readonly string[];
  /** The value of a text that is neither empty nor blank; undefined when it is not understood. */
  readonly parse: (text: string) => Value | undefined;
  /** Why a text is refused before it is parsed, where more can be said than what is allowed: the end of a sentence. */
  readonly fault?: (text: string, run: Run) => string | undefined;
  /** What is to be said of a value that is understood, but otherwise than it was written. */
  readonly remark?: (text: string) => string | undefined;
}

/** What decides which settings a run uses. */
export interface Run {
  readonly sandbox: boolean;
  readonly isOverHttp: boolean;
  readonly confirm: Confirmation;
}

/** Whether a setting has an effect in such a run. */
export function isUsed({ onlyFor }: Setting<unknown>, { sandbox, isOverHttp, confirm }: Run): boolean {
  if (onlyFor === "a real Sora") return !sandbox;
  // Over HTTP a caller's own rights may ask for tickets.
  return onlyFor === undefined || isOverHttp || (onlyFor === "tickets" && confirm === "preview");
}

function setting<Value>(definition: Setting<Value>): Setting<Value> {
  return definition;
}

export const timeoutRange = [100, 120_000] as const;
const limitRange = [0, 1_000_000] as const;

/** What limits how much may be done. */
const most = {
  limits: true,
  range: limitRange,
  defaultValue: undefined,
  allowed: `a whole number from ${limitRange.join(" to ")}`,
  parse: (given: string) => wholeNumber(given, ...limitRange),
} as const;

function oneOfThese<Choice extends string>(choices: readonly Choice[]) {
  const allowed = choices.join(", ").replace(/, ([\w,]+)$/, " or $1");
  return { choices, allowed, parse: (given: string) => oneOf(choices, given) };
}

const anAddress = "an http:// or https:// address without credentials, ? and #";
const atLeast32Bytes = "a secret of 32 bytes or more";
const aPlace = {
  defaultValue: undefined,
  allowed: "host:port, such as 127.0.0.1:8080; a host is needed",
  parse: address,
} as const;

export const settings = {
  apiKey: setting({
    variable: "SORA_API_KEY",
    onlyFor: "a real Sora",
    secret: true,
    defaultValue: undefined,
    allowed: "the key alone",
    parse: text,
    fault: keyFault,
  }),
  apiKeyFile: setting({
    variable: "SORA_API_KEY_FILE",
    onlyFor: "a real Sora",
    isFile: true,
    defaultValue: undefined,
    allowed: "a readable file that holds the key alone",
    parse: text,
  }),
  apiUrl: setting<readonly [URL, ...URL[]]>({
    variable: "SORA_API_URL",
    flag: "api-url",
    onlyFor: "a real Sora",
    defaultValue: [new URL("https://sora-api.sora-labo.shiguredo.app/")],
    allowed: `${anAddress}, or several of one cluster with commas between`,
    parse: apiUrls,
  }),
  release: setting<Edition>({
    variable: "SORA_RELEASE",
    flag: "release",
    defaultValue: "labo",
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
    onlyFor: "a real Sora",
    defaultValue: undefined,
    ...oneOfThese(releaseChannels),
  }),
  readOnly: setting({
    variable: "SORA_READ_ONLY",
    flag: "read-only",
    limits: true,
    isSwitch: true,
    defaultValue: false,
    allowed: "true or false",
    parse: onOff,
  }),
  toolsets: setting({
    variable: "SORA_TOOLSETS",
    flag: "toolsets",
    limits: true,
    defaultValue: defaultToolsets,
    allowed: `all, or a comma-separated list of default, ${toolsets.join(", ")}, with ordinary commas`,
    parse: toolsetList,
  }),
  channels: setting({
    variable: "SORA_CHANNELS",
    flag: "channels",
    limits: true,
    defaultValue: undefined,
    allowed: "a comma-separated list of channel ids, with ordinary commas",
    parse: list,
  }),
  confirm: setting<Confirmation>({
    variable: "SORA_CONFIRM",
    flag: "confirm",
    limits: true,
    defaultValue: "flag",
    ...oneOfThese(confirmations),
  }),
  maxAffected: setting<number | undefined>({
    variable: "SORA_MAX_AFFECTED",
    flag: "max-affected",
    ...most,
  }),
  maxDestructivePerHour: setting<number | undefined>({
    variable: "SORA_MAX_DESTRUCTIVE_PER_HOUR",
    flag: "max-destructive-per-hour",
    ...most,
  }),
  timeoutMs: setting({
    variable: "SORA_TIMEOUT_MS",
    flag: "timeout-ms",
    range: timeoutRange,
    defaultValue: 10_000,
    allowed: `a whole number from ${timeoutRange.join(" to ")}`,
    parse: (given) => wholeNumber(given, ...timeoutRange),
  }),
  auditLog: setting({
    variable: "SORA_AUDIT_LOG",
    flag: "audit-log",
    isFile: true,
    defaultValue: undefined,
    allowed: "a file, or a folder, that can be written to",
    fault: (given, { isOverHttp }) =>
      given === "-" && !isOverHttp ? "it is stdout; a file is ./-" : undefined,
    parse: text,
  }),
  logLevel: setting<LogLevel>({
    variable: "SORA_LOG_LEVEL",
    flag: "log-level",
    defaultValue: "warn",
    ...oneOfThese(logLevels),
  }),
  sandbox: setting({
    variable: "SORA_SANDBOX",
    flag: "sandbox",
    isSwitch: true,
    defaultValue: false,
    allowed: "true or false",
    parse: onOff,
  }),
  http: setting<Address | undefined>({
    variable: "SORA_HTTP",
    flag: "http",
    ...aPlace,
  }),
  callers: setting({
    variable: "SORA_CALLERS",
    flag: "callers",
    limits: true,
    onlyFor: "HTTP",
    isFile: true,
    defaultValue: undefined,
    allowed: "a readable JSON file of callers",
    parse: text,
  }),
  httpUrl: setting<URL | undefined>({
    variable: "SORA_HTTP_URL",
    flag: "http-url",
    onlyFor: "HTTP",
    defaultValue: undefined,
    allowed: anAddress,
    parse: apiUrl,
  }),
  oauthIssuer: setting({
    variable: "SORA_OAUTH_ISSUER",
    flag: "oauth-issuer",
    onlyFor: "HTTP",
    defaultValue: undefined,
    allowed: "an https:// address, or http:// on this machine",
    parse: issuer,
  }),
  metrics: setting<Address | undefined>({
    variable: "SORA_METRICS",
    flag: "metrics",
    onlyFor: "HTTP",
    ...aPlace,
  }),
  ticketKey: setting({
    variable: "SORA_TICKET_KEY",
    onlyFor: "tickets",
    secret: true,
    limits: true,
    defaultValue: undefined,
    allowed: atLeast32Bytes,
    parse: ticketKey,
  }),
  ticketKeyFile: setting({
    variable: "SORA_TICKET_KEY_FILE",
    onlyFor: "tickets",
    limits: true,
    isFile: true,
    defaultValue: undefined,
    allowed: `a readable file that holds ${atLeast32Bytes}`,
    parse: text,
  }),
} as const;

export type SettingName = keyof typeof settings;

/** The same as a list, in the order in which people are shown it. */
export const allSettings: readonly Setting<unknown>[] = Object.values(settings);
