type Json = Readonly<Record<string, unknown>>;

/** One request as it must reach Sora, its members in this order, and what Sora answers to it. */
interface ExpectedRequest {
  readonly target: string;
  /** Null where the body is empty: the API has no parameters. */
  readonly body: Json | null;
  readonly answer: unknown;
}

/** One call: what a client asks, all that must then reach Sora, in this order, and the `structuredContent` of it. */
export interface Exchange {
  readonly args: Json;
  readonly requests: readonly ExpectedRequest[];
  readonly gives: Json;
}

/** What is said of every tool, whether it is one API of Sora or a job of several requests. */
interface ToolRow {
  readonly tool: string;
  readonly kind: "read" | "write" | "destructive";
  /** Of a write: whether it takes effect anew each time, or replaces what was there. */
  readonly effect?: "repeats" | "overwrites";
  /** The release that deprecates or removes the API, and what comes in its place. */
  readonly ends?: { readonly release: string; readonly successor: string };
  /** The first release that has it; absent for the 30 of Sora Labo's page and for jobs that do with those. */
  readonly since?: string;
  /** The first release that no longer has it. */
  readonly removed?: string;
  /** What it reaches where that is more than one channel: all channels, or the whole server. */
  readonly scope?: "channels" | "server";
  /** The argument that names its channel, if it names one. */
  readonly channel: string | null;
}

/**
 * One API, worked out by hand from Sora's documentation and never from the tool table. Arguments stand in the order of the
 * documentation, those that only steer this server behind them.
 */
export interface ContractRow extends ToolRow {
  /** How many entries of a long list are shown to a call that has no `limit`. */
  readonly defaultLimit?: number;
  /** A call with the arguments that are required and no other. */
  readonly least: Exchange;
  /** Of a destructive tool, which without it only looks: the same call with `confirm`. */
  readonly confirmed?: Exchange;
  /** A call with every argument that there is; left out when it would be the one before. */
  readonly full?: Exchange;
}

/** One job of a moderator, as it was agreed on and never from the tool table. What it asks of Sora depends on the answers. */
export interface JobRow extends ToolRow {
  readonly kind: "read" | "write";
  /** The names of its arguments, in order. */
  readonly properties: readonly string[];
  readonly required: readonly string[];
  readonly defaults: Json;
  readonly least: { readonly args: Json };
  /** A call with every argument that goes with the others. */
  readonly full: { readonly args: Json };
  /** A call that is over as soon as Sora has answered, if another one lasts. */
  readonly soon?: { readonly args: Json };
}

export const channel_id = "sora";
export const connection_id = "7QSNT842FS0J9E6BZDBC2DRYY8";
export const client_id = "E2APPNQ9P97Q32V2ABW546SWW8";
export const recv_connection_id = "4EVK3MN5Z17GB62RE5TGD045ZM";
export const send_connection_id = "EKNQ103WRD4ZZ74B6TKRM9YK78";
export const session_id = "SCVC9JRZZ900F0KC32T3GY6FBR";

export function done(response: unknown): Json {
  return { status: "done", response };
}

export function doneByFlag(response: unknown): Json {
  return { status: "done", response, confirmed_by: "flag" };
}

export function wouldAffect(would_affect: Json): Json {
  const next =
    "Nothing was disconnected, deleted or changed. To go on, call again with the same arguments and confirm: true.";
  return { status: "confirmation_required", would_affect, next };
}
