import type { Log } from "../log.ts";
import type { Audit } from "../mcp/audit-log.ts";
import { type Config, problemText } from "../settings/config.ts";
import { settings } from "../settings/settings.ts";

/** Tells the operator now what would otherwise come out with the first call that changes something. */
export async function reportUnusable(audit: Audit, { auditLog, readOnly }: Config, log: Log): Promise<void> {
  const { variable, allowed } = settings.auditLog;
  if (readOnly || auditLog === undefined || !(await audit.refusal())) return;
  log("error", problemText({ message: `${variable} must be ${allowed}.`, given: auditLog }));
}
