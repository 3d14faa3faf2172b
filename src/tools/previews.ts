import { isObject } from "../json.ts";
import { listOf, undocumented } from "./shapes.ts";
import type { Preview } from "./tool.ts";

const mostListed = 20;

/** The connections of the channel that have the given client id, connection id or role; all of them if none is given. */
export const connectionsHit: Preview = {
  target: "Sora_20201013.ListChannelConnections",
  body: ({ channel_id }) => ({ channel_id }),
  hit(response, { client_id, connection_id, role }) {
    return connectionsOf(response).filter(
      (connection) =>
        (client_id === undefined || connection.client_id === client_id) &&
        (connection_id === undefined || connection.connection_id === connection_id) &&
        (role === undefined || connection.role === role),
    );
  },
  affected(hit) {
    const connections = connectionsOf(hit).map(({ connection_id, client_id, role }) => ({
      connection_id,
      client_id,
      role,
    }));
    return {
      connections,
      isNothing: connections.length === 0,
      summary: { total: connections.length, connections: connections.slice(0, mostListed) },
    };
  },
  mayGrow: true,
};

/** The metadata of the connection, or the one key of it that would be deleted. */
export const metadataLost: Preview = {
  target: "Sora_20201124.GetSignalingNotifyMetadata",
  body: ({ channel_id, connection_id }) => ({ channel_id, connection_id }),
  hit(response, { key }) {
    if (key === undefined) return response;
    const entries = Object.entries(isObject(response) ? response : {});
    return Object.fromEntries(entries.filter(([name]) => name === key));
  },
  affected: (metadata, { connection_id }) => ({
    connections: [{ connection_id, client_id: undefined, role: undefined }],
    metadata,
    isNothing: metadata === null || (isObject(metadata) && Object.keys(metadata).length === 0),
    summary: { metadata },
  }),
  mayGrow: false,
};

/** Throws `bad_response` when an entry is no connection: it could not be told whether the call would hit it. */
function connectionsOf(response: unknown): readonly Record<string, unknown>[] {
  const connections = listOf(response);
  if (connections.every(isObject)) return connections;
  throw undocumented("Sora listed something other than connections.");
}
