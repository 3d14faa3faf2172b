import { randomBytes } from "node:crypto";
import { isObject } from "../json.ts";
import { type Said, showsApps } from "../mcp/apps.ts";

/** Characters of a name or version: more would not fit into a header. */
const longest = 100;

/**
 * A session id that holds what the client said of itself in `initialize`, and tells its sessions apart: whichever replica
 * gets the next request knows it too, and none has to keep it. Not sealed: it proves nothing that a client cannot claim.
 */
export function sessionIdFor(initialize: unknown): string {
  const { clientInfo, capabilities } = isObject(initialize) ? initialize : {};
  const { name, version } = isObject(clientInfo) ? clientInfo : {};
  const short = (text: unknown) =>
    String(text ?? "")
      .slice(0, longest)
      .toWellFormed();
  const said = JSON.stringify([short(name), short(version), showsApps(capabilities)]);
  return `${randomBytes(9).toString("base64url")}.${Buffer.from(said).toString("base64url")}`;
}

const nothing: Said = { client: null, showsApps: false };

/** What the client said of itself; nothing where the id does not tell. */
export function saidIn(sessionId: string | undefined): Said {
  const [, said] = sessionId?.split(".") ?? [];
  if (said === undefined) return nothing;
  try {
    const read: unknown = JSON.parse(Buffer.from(said, "base64url").toString());
    const [name, version, apps] = Array.isArray(read) ? read : [];
    if (typeof name !== "string" || typeof version !== "string") return nothing;
    return { client: { name, version }, showsApps: apps === true };
  } catch {
    return nothing;
  }
}
