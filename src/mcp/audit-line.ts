import { createHash } from "node:crypto";
import { isTooDeep } from "../json.ts";
import { visibleText } from "../text.ts";
import type { Tool } from "../tools/tool.ts";
import type { AuditLine } from "./audit-log.ts";
import type { Caller } from "./caller.ts";

interface Ended
  extends Pick<AuditLine, "client" | "confirmed_by" | "asked_ms" | "outcome" | "status" | "duration_ms"> {
  readonly tool: Tool;
  /** The arguments as the caller wrote them, refused ones too. */
  readonly written: unknown;
  /** The same as they are meant. */
  readonly given: unknown;
  /** The targets of its writes. */
  readonly sent: readonly string[];
  readonly caller: Caller;
}

/** What the audit trail keeps of a call. */
export function auditLine(
  { tool, written, given, sent, client, caller, ...ending }: Ended,
  redact: (text: string) => string,
): AuditLine {
  const label = (text: string) => visibleText(redact(text).slice(0, 255).toWellFormed());
  const [channel] = tool.channels(given);
  return {
    time: new Date().toISOString(),
    tool: tool.name,
    target: tool.target ?? [...new Set(sent)].join(", "),
    channel_id: channel === undefined ? null : label(channel),
    args_sha256: sha256(written),
    client: client && { name: label(client.name), version: label(client.version) },
    ...(caller.name !== undefined && { caller: label(caller.name) }),
    ...(caller.subject !== undefined && { subject: label(caller.subject) }),
    ...ending,
  };
}

function sha256(written: unknown): string {
  const text = isTooDeep(written) ? "" : JSON.stringify(written ?? {});
  return createHash("sha256").update(text).digest("hex");
}
