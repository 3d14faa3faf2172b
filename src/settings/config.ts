import type { Proxies } from "../sora/proxy.ts";
import type { SettingName, settings } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

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

export interface Remark {
  readonly variable: string;
  /** Such as "counts as unset". */
  readonly text: string;
}

export type Source = "default" | "environment" | "flag";

/** The Sora that is called, as people know it: its host, without path. */
export function soraOf({ sandbox, apiUrl }: Pick<Config, "sandbox" | "apiUrl">): string {
  return sandbox ? "127.0.0.1 (sandbox: simulated, nobody is hit)" : apiUrl.host;
}

/** The settings in force. When there are `problems`, nothing may be sent. Of the files of secrets the secrets are here. */
export interface Config extends Values {
  readonly apiUrl: URL;
  /** The other nodes of its cluster. */
  readonly otherNodes: readonly URL[];
  /** What a caller over HTTP is allowed of `channels`. */
  readonly callerChannels?: readonly string[];
  readonly proxy: Proxies;
  readonly problems: readonly Problem[];
  /** Variables that were taken otherwise than they are written, and how: the end of a sentence. */
  readonly remarks: readonly Remark[];
  readonly source: (name: SettingName) => Source;
  /** False where what was given is not in force: it was not understood. */
  readonly isUnderstood: (name: SettingName) => boolean;
}

type Values = {
  readonly [Name in Exclude<
    SettingName,
    "apiUrl" | "apiKeyFile" | "ticketKeyFile"
  >]: (typeof settings)[Name]["defaultValue"];
};
