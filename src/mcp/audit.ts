import type { Refusal } from "../errors.ts";

/** What is kept of one write or destructive call. Arguments only as a hash: they may hold people's data. */
export interface AuditLine {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly tool: string;
  readonly target: string;
  readonly channel_id: string | null;
  /** SHA-256, hex, of the arguments as compact JSON in the order in which they came. */
  readonly args_sha256: string;
  readonly client: { readonly name: string; readonly version: string } | null;
  /** The name of the caller, where there are any. */
  readonly caller?: string;
  /** Who of those that the caller's entry stands for, as the access token says. */
  readonly subject?: string;
  /** `panel`: by a click there, as far as the page can tell. */
  readonly confirmed_by: "flag" | "user" | "ticket" | "panel" | null;
  /** How long questions were open, in milliseconds: what is answered within a few was answered by no person. */
  readonly asked_ms?: number;
  /** `done`, `confirmation_required` or an error code. */
  readonly outcome: string;
  readonly status?: number;
  readonly duration_ms: number;
}

/** Where audit lines go: a file or stdout. */
export interface Audit {
  /** Why a call could not be recorded, asked before anything of it is sent; undefined when it can. */
  refusal(): Promise<Refusal | undefined>;
  /** Resolves when the line is kept, or to the reason why it is not. */
  append(line: AuditLine): Promise<Refusal | undefined>;
  /** At the end of a session, when no next call takes along what could not be written. */
  catchUp(): Promise<void>;
}

/** What a call is told of which nothing is sent. */
export const cannotRecord = "SORA_AUDIT_LOG cannot be written, so no call that changes something is sent.";

/** What a call is told that was carried out, and has no line. */
export const notRecorded = (outcome: string) =>
  `The call ended as "${outcome}", but SORA_AUDIT_LOG could not be written. Do not send it again; until it can be, no call that changes something is sent.`;
