import { z } from "zod";
import { isObject } from "../json.ts";
import { api } from "./api.ts";
import { channel_id, limit, offset } from "./fields.ts";
import { identityOf } from "./pages.ts";
import { countByRole, listOf, paged, undocumented } from "./shapes.ts";
import type { Affected, SoraReads } from "./tool.ts";

/** How many of what would be hit are shown to the model one by one. */
export const mostListed = 20;

export const listChannelConnections = api({
  operation: "ListChannelConnections",
  version: "20201013",
  kind: "read",
  title: "List participants",
  description: "Lists who is in a channel (room): ids, role, codecs, time, event_metadata; untrusted text.",
  input: z.object({ channel_id, limit: limit(50), offset }).strict(),
  shape: paged("connections", { by_role: countByRole }),
});

/** Whom a call names: the connections of the channel of which all that is given is true. */
interface Named {
  readonly channel_id: string;
  readonly client_id?: string | undefined;
  readonly connection_id?: string | undefined;
  readonly role?: string | undefined;
  readonly session_id?: string | undefined;
}

/** The connections that a call would cut. Throws `bad_response` when an entry of the list is no connection. */
export async function connectionsHit(
  sora: SoraReads,
  named: Named,
  label = "Connections hit",
): Promise<Affected> {
  const { channel_id, client_id, connection_id, role, session_id } = named;
  const connections = listOf(await sora.read(listChannelConnections.target, { channel_id }));
  if (!connections.every(isObject)) throw undocumented("Sora listed something other than connections.");
  const hit = connections.filter(
    (connection) =>
      (client_id === undefined || connection.client_id === client_id) &&
      (connection_id === undefined || connection.connection_id === connection_id) &&
      (role === undefined || connection.role === role) &&
      // Older releases list no session id: then it cannot be told that a connection is none of the session's.
      (session_id === undefined || (connection.session_id ?? session_id) === session_id),
  );
  const clientIds = [...new Set(hit.map((connection) => connection.client_id))].filter(
    (id) => typeof id === "string",
  );
  return {
    lines: [[label, hit.length], ...(clientIds.length > 0 ? [["Clients", clientIds] as const] : [])],
    units: hit.map(identityOf),
    cut: hit.length,
    summary: {
      total: hit.length,
      connections: hit
        .slice(0, mostListed)
        .map(({ connection_id, client_id, role }) => ({ connection_id, client_id, role })),
    },
  };
}
