type Json = Readonly<Record<string, unknown>>;

/**
 * One API, worked out by hand from Sora's documentation and never from the tool table: what a client may ask, what must
 * then reach Sora, and what the client gets back for Sora's answer.
 */
export interface ContractRow {
  readonly tool: string;
  readonly target: string;
  readonly kind: "read" | "write" | "destructive";
  /** Of a write: whether it takes effect anew each time, or replaces what was there. */
  readonly effect?: "repeats" | "overwrites";
  /** The release that deprecates or removes the API, and what comes in its place. */
  readonly ends?: { readonly release: string; readonly successor: string };
  /** The keys that Sora requires and no other, in the order of the documentation. */
  readonly least: Json;
  /** Every key that Sora knows; left out when all of them are required. */
  readonly full?: Json;
  /** Arguments that steer this server and must not reach Sora. */
  readonly ours?: Json;
  /** How many entries of a long list are shown to a call that has no `limit`. */
  readonly defaultLimit?: number;
  readonly answer: unknown;
  /** `structuredContent` for that answer. */
  readonly gives: Json;
  /** The same when the call also has `ours`, where that makes a difference. */
  readonly givesWithOurs?: Json;
  /** Of a destructive tool: the read that stands in for the call while it is not confirmed. */
  readonly preview?: {
    readonly target: string;
    readonly body: Json;
    readonly answer: unknown;
    readonly would_affect: Json;
  };
}

export const channel_id = "sora";
export const connection_id = "7QSNT842FS0J9E6BZDBC2DRYY8";
export const client_id = "E2APPNQ9P97Q32V2ABW546SWW8";
export const recv_connection_id = "4EVK3MN5Z17GB62RE5TGD045ZM";
export const send_connection_id = "EKNQ103WRD4ZZ74B6TKRM9YK78";

export function done(response: unknown): Json {
  return { status: "done", response };
}

export function confirmed(response: unknown): Json {
  return { status: "done", response, confirmed_by: "flag" };
}
