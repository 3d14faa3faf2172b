import { isObject } from "../json.ts";
import { visibleText } from "../sora/untrusted.ts";
import { listOf } from "./shapes.ts";
import type { Preview } from "./tool.ts";

const mostListed = 20;

/** Sora's text has its hidden characters made visible by now; the argument still has them. */
function isNamed(text: unknown, argument: string | undefined): boolean {
  return argument === undefined || text === visibleText(argument);
}

/** The connections of the channel that have the given client id, connection id or role; all of them if none is given. */
export const connectionsHit: Preview = {
  target: "Sora_20201013.ListChannelConnections",
  body: ({ channel_id }) => ({ channel_id }),
  affected(response, { client_id, connection_id, role }) {
    const connections = listOf(response)
      .filter(isObject)
      .filter((connection) => isNamed(connection.client_id, client_id))
      .filter((connection) => isNamed(connection.connection_id, connection_id))
      .filter((connection) => isNamed(connection.role, role))
      .map(({ connection_id, client_id, role }) => ({ connection_id, client_id, role }));
    return {
      connections,
      summary: { total: connections.length, connections: connections.slice(0, mostListed) },
    };
  },
  mayGrow: true,
};

/** The metadata of the connection, or the one key of it that would be deleted. */
export const metadataLost: Preview = {
  target: "Sora_20201124.GetSignalingNotifyMetadata",
  body: ({ channel_id, connection_id }) => ({ channel_id, connection_id }),
  affected(response, { connection_id, key }) {
    const metadata =
      key === undefined
        ? response
        : Object.fromEntries(
            Object.entries(isObject(response) ? response : {}).filter(([name]) => isNamed(name, key)),
          );
    return {
      connections: [{ connection_id, client_id: undefined, role: undefined }],
      summary: { metadata },
    };
  },
  mayGrow: false,
};
