import { randomBytes } from "node:crypto";
import { isObject } from "../json.ts";
import type { AuditLine } from "../mcp/audit-log.ts";

type Client = AuditLine["client"];

/** Characters of a name or version: more would not fit into a header. */
const longest = 100;

/**
 * A session id that holds what the client said of itself in `initialize`, and tells its sessions apart: whichever replica
 * gets the next request knows it too, and none has to keep it. Not sealed: it proves nothing that a client cannot claim.
 */
export function sessionIdFor(clientInfo: unknown): string {
  const { name, version } = isObject(clientInfo) ? clientInfo : {};
  const short = (text: unknown) =>
    String(text ?? "")
      .slice(0, longest)
      .toWellFormed();
  const said = JSON.stringify([short(name), short(version)]);
  return `${randomBytes(9).toString("base64url")}.${Buffer.from(said).toString("base64url")}`;
}

/** What the client said of itself; null where the id does not tell. */
export function clientIn(sessionId: string | undefined): Client {
  const [, said] = sessionId?.split(".") ?? [];
  if (said === undefined) return null;
  try {
    const read: unknown = JSON.parse(Buffer.from(said, "base64url").toString());
    const [name, version] = Array.isArray(read) ? read : [];
    return typeof name === "string" && typeof version === "string" ? { name, version } : null;
  } catch {
    return null;
  }
}
