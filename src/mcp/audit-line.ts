import { createHash } from "node:crypto";
import { isObject, isTooDeep } from "../json.ts";
import { visibleText } from "../text.ts";
import type { Tool } from "../tools/tool.ts";
import type { AuditLine } from "./audit-log.ts";

/** How a call ended. */
type Ending = Pick<AuditLine, "confirmed_by" | "outcome" | "status" | "duration_ms">;

/** What the audit trail keeps of a call: the arguments as they were given, refused ones too. */
export function auditLine(
  tool: Tool,
  given: unknown,
  client: AuditLine["client"],
  ending: Ending,
): AuditLine {
  return {
    time: new Date().toISOString(),
    tool: tool.name,
    target: tool.target,
    channel_id: isObject(given) && typeof given.channel_id === "string" ? label(given.channel_id) : null,
    args_sha256: sha256(given),
    client: client && { name: label(client.name), version: label(client.version) },
    ...ending,
  };
}

function sha256(given: unknown): string {
  const text = isTooDeep(given) ? "" : JSON.stringify(given ?? {});
  return createHash("sha256").update(text).digest("hex");
}

function label(text: string): string {
  return visibleText(text.slice(0, 255).toWellFormed());
}
