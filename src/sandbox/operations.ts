import { findSimulcastStreams, findVideoStreams, initialSpotlightRids } from "./delivery.ts";
import { deleteMetadata, deleteMetadataItem, putMetadata, putMetadataItem } from "./metadata.ts";
import {
  anyJson,
  checked,
  flag,
  id,
  integer,
  jsonObject,
  list,
  members,
  oneOf,
  optional,
  type ParameterTable,
  text,
  type Values,
} from "./parameters.ts";
import { changeNumber, findSpotlightChannel, focus, unfocus } from "./spotlight.ts";
import {
  type Connection,
  connectionsOf,
  disconnect,
  findChannel,
  findClient,
  findConnection,
  findRole,
  push,
  type State,
} from "./state.ts";
import { connectionStats } from "./stats.ts";
import { microsecondTimestamp } from "./timestamps.ts";
import { userAgentStats } from "./user-agent-stats.ts";

/** One operation: what it is called, what it takes and what it does. */
export interface Operation {
  /** As in `x-sora-target`. */
  readonly target: string;
  /** Checks the parameters, acts and answers. Throws `SoraError`. */
  run(state: State, body: unknown): unknown;
}

function operation<P extends ParameterTable>(
  target: string,
  parameters: P,
  answer: (state: State, values: Values<P>) => unknown,
): Operation {
  const body = members(parameters);
  return { target, run: (state, value) => answer(state, checked(body, value)) };
}

const role = oneOf("sendrecv", "sendonly", "recvonly");
const rid = oneOf("r0", "r1", "r2");
const spotlightRid = oneOf("none", "r0", "r1", "r2");
const reason = optional(jsonObject);
const data = jsonObject;
const pushChange = optional(flag);

const inChannel = { channel_id: id };
const ofConnection = { channel_id: id, connection_id: id };
const ofClient = { channel_id: id, client_id: id };
const ofRole = { channel_id: id, role };
const ofPair = { channel_id: id, recv_connection_id: id, send_connection_id: id };
const ofViewer = { channel_id: id, recv_connection_id: id, send_connection_id: optional(id) };
const spotlightRids = { spotlight_focus_rid: spotlightRid, spotlight_unfocus_rid: spotlightRid };
const ridItem = { recv_connection_id: id, send_connection_id: optional(id), ...spotlightRids };

function locate(state: State, values: { readonly channel_id: string; readonly connection_id: string }) {
  const channel = findChannel(state, values.channel_id);
  return { channel, connection: findConnection(channel, values.connection_id) };
}

function described(connection: Connection) {
  const { channel_id, session_id, client_id, bundle_id, connection_id, created_time, role } = connection;
  const { simulcast, spotlight, event_metadata, audio, video } = connection;
  return {
    node_name: "sandbox@127.0.0.1",
    channel_id,
    session_id,
    client_id,
    bundle_id,
    connection_id,
    created_time,
    created_timestamp: microsecondTimestamp(created_time),
    role,
    multistream: true,
    simulcast,
    spotlight,
    recording_block: false,
    event_metadata,
    audio,
    video,
  };
}

function requestSpotlightRids(
  state: State,
  channel_id: string,
  items: readonly Values<typeof ridItem>[],
): void {
  const channel = findSpotlightChannel(state, channel_id);
  // All are found before any is changed: a batch with one bad item changes nothing.
  const found = items.map((item) => ({ item, streams: findSimulcastStreams(channel, item) }));
  for (const { item, streams } of found) {
    const rids = { focus: item.spotlight_focus_rid, unfocus: item.spotlight_unfocus_rid };
    for (const stream of streams) stream.spotlightRids = rids;
  }
}

function setPaused(paused: boolean) {
  return (state: State, values: Values<typeof ofPair>) => {
    for (const stream of findVideoStreams(findChannel(state, values.channel_id), values))
      stream.paused = paused;
    return values;
  };
}

/** Everything that the sandbox can be asked for. */
export const operations: readonly Operation[] = [
  operation("Sora_20151104.DisconnectChannel", { ...inChannel, reason }, (state, { channel_id }) => {
    const channel = findChannel(state, channel_id);
    disconnect(state, channel, channel.connections.values());
    return { channel_id };
  }),
  operation("Sora_20151104.DisconnectClient", { ...ofClient, reason }, (state, { channel_id, client_id }) => {
    const channel = findChannel(state, channel_id);
    disconnect(state, channel, findClient(channel, client_id));
    return { channel_id, client_id };
  }),
  operation("Sora_20151104.DisconnectConnection", { ...ofConnection, reason }, (state, values) => {
    const { channel, connection } = locate(state, values);
    disconnect(state, channel, [connection]);
    return { channel_id: values.channel_id, connection_id: values.connection_id };
  }),
  operation("Sora_20201120.DisconnectChannelByRole", ofRole, (state, values) => {
    const channel = findChannel(state, values.channel_id);
    disconnect(state, channel, findRole(channel, values.role));
    return values;
  }),
  operation("Sora_20201013.ListChannelConnections", inChannel, (state, { channel_id }) =>
    connectionsOf(state, channel_id).map(described),
  ),

  operation("Sora_20160711.PushChannel", { ...inChannel, data }, (state, values) =>
    push(findChannel(state, values.channel_id).connections.values(), values.data),
  ),
  operation("Sora_20160711.PushClient", { ...ofClient, data }, (state, values) =>
    push(findClient(findChannel(state, values.channel_id), values.client_id), values.data),
  ),
  operation("Sora_20160711.PushConnection", { ...ofConnection, data }, (state, values) =>
    push([locate(state, values).connection], values.data),
  ),
  operation("Sora_20201120.PushChannelByRole", { ...ofRole, data }, (state, values) =>
    push(findRole(findChannel(state, values.channel_id), values.role), values.data),
  ),

  operation("Sora_20200807.FocusSpotlightFixed", ofConnection, (state, values) => {
    focus(findSpotlightChannel(state, values.channel_id), values.connection_id, true);
    return values;
  }),
  operation("Sora_20200807.FocusSpotlight", ofConnection, (state, values) => {
    focus(findSpotlightChannel(state, values.channel_id), values.connection_id, false);
    return values;
  }),
  operation("Sora_20200807.UnfocusSpotlight", ofConnection, (state, values) => {
    unfocus(findSpotlightChannel(state, values.channel_id), values.connection_id);
    return values;
  }),
  operation(
    "Sora_20200807.ChangeSpotlightNumber",
    { ...inChannel, spotlight_number: integer(1, 8) },
    (state, values) => {
      changeNumber(findSpotlightChannel(state, values.channel_id), values.spotlight_number);
      return values;
    },
  ),
  operation("Sora_20211215.RequestSpotlightRid", { ...ofViewer, ...spotlightRids }, (state, values) => {
    requestSpotlightRids(state, values.channel_id, [values]);
    return values;
  }),
  operation("Sora_20211215.ResetSpotlightRid", ofViewer, (state, values) => {
    const channel = findSpotlightChannel(state, values.channel_id);
    for (const stream of findSimulcastStreams(channel, values)) stream.spotlightRids = initialSpotlightRids;
    return values;
  }),
  operation(
    "Sora_20211215.BatchRequestSpotlightRid",
    { ...inChannel, item_list: list(members(ridItem)) },
    (state, values) => {
      requestSpotlightRids(state, values.channel_id, values.item_list);
      return values;
    },
  ),

  operation("Sora_20201005.RequestRtpStream", { ...ofViewer, rid }, (state, values) => {
    const streams = findSimulcastStreams(findChannel(state, values.channel_id), values);
    for (const stream of streams) stream.requestedRid = values.rid;
    return values;
  }),
  operation("Sora_20201005.ResetRtpStream", ofViewer, (state, values) => {
    const streams = findSimulcastStreams(findChannel(state, values.channel_id), values);
    for (const stream of streams) stream.requestedRid = undefined;
    return values;
  }),

  operation("Sora_20201124.ListSignalingNotifyMetadata", inChannel, (state, values) =>
    connectionsOf(state, values.channel_id).map(({ client_id, bundle_id, connection_id, metadata }) => ({
      client_id,
      bundle_id,
      connection_id,
      metadata,
    })),
  ),
  operation(
    "Sora_20201124.GetSignalingNotifyMetadata",
    ofConnection,
    (state, values) => locate(state, values).connection.metadata,
  ),
  operation(
    "Sora_20201124.PutSignalingNotifyMetadata",
    { ...ofConnection, metadata: anyJson, push: pushChange },
    (state, values) => putMetadata({ ...locate(state, values), push: values.push }, values.metadata),
  ),
  operation(
    "Sora_20201124.DeleteSignalingNotifyMetadata",
    { ...ofConnection, push: pushChange },
    (state, values) => deleteMetadata({ ...locate(state, values), push: values.push }),
  ),
  operation(
    "Sora_20201124.PutSignalingNotifyMetadataItem",
    { ...ofConnection, key: text, value: anyJson, push: pushChange },
    (state, values) =>
      putMetadataItem({ ...locate(state, values), push: values.push }, values.key, values.value),
  ),
  operation(
    "Sora_20201124.DeleteSignalingNotifyMetadataItem",
    { ...ofConnection, key: text, push: pushChange },
    (state, values) => deleteMetadataItem({ ...locate(state, values), push: values.push }, values.key),
  ),

  operation("Sora_20170529.GetStatsConnection", ofConnection, (state, values) => {
    const { channel, connection } = locate(state, values);
    return connectionStats(channel, connection, state.now);
  }),
  operation("Sora_20170529.GetStatsClient", ofClient, (state, values) => {
    const channel = findChannel(state, values.channel_id);
    const connections = findClient(channel, values.client_id);
    return connections.map((connection) => connectionStats(channel, connection, state.now));
  }),
  operation("Sora_20211215.ListChannelUserAgentStats", inChannel, (state, { channel_id }) => {
    const channel = state.channels.get(channel_id);
    if (!channel) return [];
    return connectionsOf(state, channel_id).map((entry) => userAgentStats(channel, entry, state.now));
  }),
  operation("Sora_20211215.GetUserAgentStats", ofConnection, (state, values) => {
    const { channel, connection } = locate(state, values);
    return userAgentStats(channel, connection, state.now);
  }),

  operation("Sora_20200401.PauseRtpStream", ofPair, setPaused(true)),
  operation("Sora_20200401.ResumeRtpStream", ofPair, setPaused(false)),
];
