import { isObject } from "../json.ts";
import { refusal } from "./errors.ts";
import { type Connection, pushMessage } from "./state.ts";

type Telling = { readonly push: boolean | undefined };
type ItemChange = Telling & { readonly key: string };

/** The members of a connection's metadata. Throws `MetadataNotObject`. */
function entriesOf({ channel, connection_id, metadata }: Connection): [string, unknown][] {
  if (isObject(metadata)) return Object.entries(metadata);
  throw refusal("MetadataNotObject", { channel_id: channel.channel_id, connection_id });
}

/** Replaces the metadata, tells the channel when `push` asks for it, and answers the new metadata. */
function replace(connection: Connection, metadata: unknown, { push }: Telling, details: object): unknown {
  const { channel, connection_id } = connection;
  const type = "signaling_notify_metadata_ext";
  connection.metadata = metadata;
  if (push) pushMessage(channel.connections.values(), { ...details, connection_id, type });
  return metadata;
}

export function putMetadata(connection: Connection, values: Telling & { readonly metadata: unknown }) {
  const { metadata } = values;
  return replace(connection, metadata, values, { action: "PutMetadata", metadata });
}

/** Leaves empty metadata. */
export function deleteMetadata(connection: Connection, values: Telling) {
  return replace(connection, {}, values, { action: "DeleteMetadata" });
}

/** Sets one member and answers all of them. */
export function putMetadataItem(connection: Connection, values: ItemChange & { readonly value: unknown }) {
  const { key, value } = values;
  // From entries, because assigning a member named `__proto__` would be lost.
  const metadata = Object.fromEntries([...entriesOf(connection), [key, value]]);
  return replace(connection, metadata, values, { action: "PutMetadataItem", key, value });
}

/** Removes one member and answers the rest; an absent key changes nothing and tells nobody. */
export function deleteMetadataItem(connection: Connection, values: ItemChange) {
  const { key } = values;
  const entries = entriesOf(connection);
  const rest = entries.filter(([name]) => name !== key);
  if (rest.length === entries.length) return connection.metadata;
  return replace(connection, Object.fromEntries(rest), values, { action: "DeleteMetadataItem", key });
}
