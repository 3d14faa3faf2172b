import { findSimulcastStreams, findVideoStreams, initialSpotlightRids } from "./delivery.ts";
import { deleteMetadata, deleteMetadataItem, putMetadata, putMetadataItem } from "./metadata.ts";
import {
  anyJson,
  check,
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
import { changeNumber, focus, requestSpotlightRids, unfocus } from "./spotlight.ts";
import {
  type Channel,
  type Connection,
  disconnect,
  findChannel,
  findClient,
  findConnection,
  findRole,
  idsOf,
  pushMessage,
  type State,
  type Stream,
} from "./state.ts";
import { connectionStats } from "./stats.ts";
import { microsecondTimestamp } from "./timestamps.ts";
import { userAgentStats } from "./user-agent-stats.ts";

export interface Operation {
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
  return {
    target,
    run(state, value) {
      check(body, value);
      return answer(state, value);
    },
  };
}

/** An operation in a channel that somebody is in. What returns nothing is answered with its parameters. */
function inChannel<P extends ParameterTable>(
  target: string,
  parameters: P,
  act: (channel: Channel, values: Values<P>, state: State) => unknown,
): Operation {
  return operation(target, { channel_id: id, ...parameters }, (state, values) => {
    const answer = act(findChannel(state, values.channel_id), values, state);
    return answer === undefined ? values : answer;
  });
}

/** An operation on one connection, with an answer of its own. */
function onConnection<P extends ParameterTable>(
  target: string,
  parameters: P,
  act: (connection: Connection, values: Values<P>, now: number) => unknown,
): Operation {
  return inChannel(target, { connection_id: id, ...parameters }, (channel, values, state) =>
    act(findConnection(channel, values.connection_id), values, state.now),
  );
}

/** An operation that lists the connections of a channel; nothing when nobody is in it. */
function listing(target: string, entry: (connection: Connection, now: number) => unknown): Operation {
  return operation(target, { channel_id: id }, ({ channels, now }, { channel_id }) => {
    const connections = channels.get(channel_id)?.connections.values() ?? [];
    return [...connections].map((connection) => entry(connection, now));
  });
}

type Finder<V> = (channel: Channel, values: V) => Iterable<Connection>;

const everybody: Finder<object> = ({ connections }) => connections.values();
const oneConnection: Finder<Pick<Connection, "connection_id">> = (channel, { connection_id }) => [
  findConnection(channel, connection_id),
];

/** Disconnects those found. The answer repeats who was meant, and not the reason. */
function cut<V extends object>(find: Finder<V>) {
  return (channel: Channel, values: V & { readonly reason?: unknown }, state: State) => {
    const { reason: _, ...who } = values;
    disconnect(state, find(channel, values));
    return who;
  };
}

function pushTo<V extends object>(find: Finder<V>) {
  return (channel: Channel, values: V & { readonly data: unknown }) =>
    pushMessage(find(channel, values), values.data);
}

function change(streams: Stream[], changes: Partial<Pick<Stream, "paused" | "requestedRid">>): void {
  for (const stream of streams) Object.assign(stream, changes);
}

function described(connection: Connection) {
  const { channel, created_time, role, simulcast, event_metadata, audio, video } = connection;
  return {
    node_name: "sandbox@127.0.0.1",
    ...idsOf(connection),
    created_time,
    created_timestamp: microsecondTimestamp(created_time),
    role,
    multistream: true,
    simulcast,
    spotlight: channel.spotlight !== undefined,
    recording_block: false,
    event_metadata,
    audio,
    video,
  };
}

const aClient = { client_id: id };
const aConnection = { connection_id: id };
const aRole = { role: oneOf("sendrecv", "sendonly", "recvonly") };
const aPair = { recv_connection_id: id, send_connection_id: id };
const aViewer = { recv_connection_id: id, send_connection_id: optional(id) };
const reason = optional(jsonObject);
const data = jsonObject;
const push = optional(flag);
const rid = oneOf("r0", "r1", "r2");
const spotlightRid = oneOf("none", "r0", "r1", "r2");
const ridRequest = { ...aViewer, spotlight_focus_rid: spotlightRid, spotlight_unfocus_rid: spotlightRid };
const item_list = list(members(ridRequest));

export const operations: readonly Operation[] = [
  inChannel("Sora_20151104.DisconnectChannel", { reason }, cut(everybody)),
  inChannel("Sora_20151104.DisconnectClient", { ...aClient, reason }, cut(findClient)),
  inChannel("Sora_20151104.DisconnectConnection", { ...aConnection, reason }, cut(oneConnection)),
  inChannel("Sora_20201120.DisconnectChannelByRole", aRole, cut(findRole)),
  listing("Sora_20201013.ListChannelConnections", described),

  inChannel("Sora_20160711.PushChannel", { data }, pushTo(everybody)),
  inChannel("Sora_20160711.PushClient", { ...aClient, data }, pushTo(findClient)),
  inChannel("Sora_20160711.PushConnection", { ...aConnection, data }, pushTo(oneConnection)),
  inChannel("Sora_20201120.PushChannelByRole", { ...aRole, data }, pushTo(findRole)),

  inChannel("Sora_20200807.FocusSpotlightFixed", aConnection, (channel, who) => focus(channel, who, true)),
  inChannel("Sora_20200807.FocusSpotlight", aConnection, (channel, who) => focus(channel, who, false)),
  inChannel("Sora_20200807.UnfocusSpotlight", aConnection, unfocus),
  inChannel("Sora_20200807.ChangeSpotlightNumber", { spotlight_number: integer(1, 8) }, changeNumber),
  inChannel("Sora_20211215.RequestSpotlightRid", ridRequest, (channel, values) =>
    requestSpotlightRids(channel, [values]),
  ),
  inChannel("Sora_20211215.ResetSpotlightRid", aViewer, (channel, values) =>
    requestSpotlightRids(channel, [{ ...values, ...initialSpotlightRids }]),
  ),
  inChannel("Sora_20211215.BatchRequestSpotlightRid", { item_list }, (channel, values) =>
    requestSpotlightRids(channel, values.item_list),
  ),

  inChannel("Sora_20201005.RequestRtpStream", { ...aViewer, rid }, (channel, values) =>
    change(findSimulcastStreams(channel, values), { requestedRid: values.rid }),
  ),
  inChannel("Sora_20201005.ResetRtpStream", aViewer, (channel, values) =>
    change(findSimulcastStreams(channel, values), { requestedRid: undefined }),
  ),

  listing("Sora_20201124.ListSignalingNotifyMetadata", (connection) => {
    const { client_id, bundle_id, connection_id, metadata } = connection;
    return { client_id, bundle_id, connection_id, metadata };
  }),
  onConnection("Sora_20201124.GetSignalingNotifyMetadata", {}, ({ metadata }) => metadata),
  onConnection("Sora_20201124.PutSignalingNotifyMetadata", { metadata: anyJson, push }, putMetadata),
  onConnection("Sora_20201124.DeleteSignalingNotifyMetadata", { push }, deleteMetadata),
  onConnection(
    "Sora_20201124.PutSignalingNotifyMetadataItem",
    { key: text, value: anyJson, push },
    putMetadataItem,
  ),
  onConnection("Sora_20201124.DeleteSignalingNotifyMetadataItem", { key: text, push }, deleteMetadataItem),

  onConnection("Sora_20170529.GetStatsConnection", {}, (connection, _, now) =>
    connectionStats(connection, now),
  ),
  inChannel("Sora_20170529.GetStatsClient", aClient, (channel, values, { now }) =>
    findClient(channel, values).map((connection) => connectionStats(connection, now)),
  ),
  listing("Sora_20211215.ListChannelUserAgentStats", userAgentStats),
  onConnection("Sora_20211215.GetUserAgentStats", {}, (connection, _, now) =>
    userAgentStats(connection, now),
  ),

  inChannel("Sora_20200401.PauseRtpStream", aPair, (channel, values) =>
    change(findVideoStreams(channel, values), { paused: true }),
  ),
  inChannel("Sora_20200401.ResumeRtpStream", aPair, (channel, values) =>
    change(findVideoStreams(channel, values), { paused: false }),
  ),
];
