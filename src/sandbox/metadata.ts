import { refusal } from "./errors.ts";
import { type Channel, type Connection, push } from "./state.ts";

const type = "signaling_notify_metadata_ext";

/** Who is changed, and whether the channel is told. */
interface Change {
  readonly channel: Channel;
  readonly connection: Connection;
  readonly push: boolean | undefined;
}

function announce(change: Change, details: object): void {
  if (!change.push) return;
  const { connection_id } = change.connection;
  push(change.channel.connections.values(), { ...details, connection_id, type });
}

/** The members of a connection's metadata. Throws `MetadataNotObject`. */
function entriesOf({ channel_id, connection_id, metadata }: Connection): [string, unknown][] {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    throw refusal("MetadataNotObject", { channel_id, connection_id });
  }
  return Object.entries(metadata);
}

/** Replaces the metadata and answers them. */
export function putMetadata(change: Change, metadata: unknown): unknown {
  change.connection.metadata = metadata;
  announce(change, { action: "PutMetadata", metadata });
  return metadata;
}

/** Leaves empty metadata and answers them. */
export function deleteMetadata(change: Change): unknown {
  change.connection.metadata = {};
  announce(change, { action: "DeleteMetadata" });
  return change.connection.metadata;
}

/** Sets one member and answers all of them. */
export function putMetadataItem(change: Change, key: string, value: unknown): unknown {
  const { connection } = change;
  // From entries, because assigning a member named `__proto__` would be lost.
  connection.metadata = Object.fromEntries([...entriesOf(connection), [key, value]]);
  announce(change, { action: "PutMetadataItem", key, value });
  return connection.metadata;
}

/** Removes one member and answers the rest; an absent key changes nothing and tells nobody. */
export function deleteMetadataItem(change: Change, key: string): unknown {
  const { connection } = change;
  const entries = entriesOf(connection);
  const rest = entries.filter(([name]) => name !== key);
  if (rest.length < entries.length) {
    connection.metadata = Object.fromEntries(rest);
    announce(change, { action: "DeleteMetadataItem", key });
  }
  return connection.metadata;
}
