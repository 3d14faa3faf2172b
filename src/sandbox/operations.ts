import { resultPushState, startAudioStreaming, stopAudioStreaming } from "./audio-streaming.ts";
import { initCluster, listChannels, listNodes, purgeNode, registerNode } from "./cluster.ts";
import { findSimulcastStreams, findVideoStreams, initialSpotlightRids } from "./delivery.ts";
import {
  createFilter,
  deleteFilter,
  filterPriority,
  filterRules,
  listFilters,
  updateFilter,
} from "./filters.ts";
import { thisNode } from "./identity.ts";
import { requestKeyFrame } from "./key-frames.ts";
import { deleteMetadata, deleteMetadataItem, putMetadata, putMetadataItem } from "./metadata.ts";
import { changeMode, modes, updateLicense } from "./node.ts";
import {
  cut,
  everybody,
  inChannel,
  listing,
  listingAll,
  type Operation,
  ofServer,
  onConnection,
  oneConnection,
  operation,
  pushTo,
  since,
  until,
} from "./operation.ts";
import {
  anyJson,
  flag,
  id,
  integer,
  jsonObject,
  list,
  members,
  oneOf,
  onlyIn,
  optional,
  text,
} from "./parameters.ts";
import { startRecording, stopRecording } from "./recordings.ts";
import { statsReport } from "./report.ts";
import { getSession, listSessions, terminateSession } from "./sessions.ts";
import { changeNumber, focus, requestSpotlightRids, unfocus } from "./spotlight.ts";
import { type Connection, findClient, findRole, idsOf, type Stream } from "./state.ts";
import { connectionStats } from "./stats.ts";
import { microsecondTimestamp } from "./timestamps.ts";
import { rtcStats, userAgentStats } from "./user-agent-stats.ts";

function change(streams: Stream[], changes: Partial<Pick<Stream, "paused" | "requestedRid">>): void {
  for (const stream of streams) Object.assign(stream, changes);
}

function described(connection: Connection) {
  const { channel, created_time, role, simulcast, event_metadata, audio, video } = connection;
  return {
    node_name: thisNode,
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
const aReceiver = { receiver_connection_id: id, sender_connection_id: optional(id) };
const reason = optional(jsonObject);
const data = jsonObject;
const push = optional(flag);
const rid = oneOf("r0", "r1", "r2");
const ridOrNone = oneOf("none", "r0", "r1", "r2");
const ridRequest = { ...aViewer, spotlight_focus_rid: ridOrNone, spotlight_unfocus_rid: ridOrNone };
const item_list = list(members(ridRequest));
const seconds = optional(integer(1, 86_400));
const session_id = optional(id);
const filterName = onlyIn({ since: "2024.2" }, optional(id));
const filter = {
  ...filterRules,
  name: filterName,
  priority: onlyIn({ since: "2024.2" }, optional(filterPriority)),
  version: optional(text),
  metadata: optional(anyJson),
};
const recording = {
  expire_time: seconds,
  split_duration: seconds,
  split_only: optional(flag),
  metadata: optional(anyJson),
  format: onlyIn({ since: "2024.2" }, optional(oneOf("webm", "mp4")), optional(oneOf("webm"))),
};

export const operations: readonly Operation[] = [
  inChannel("Sora_20151104.DisconnectChannel", { reason }, cut(everybody)),
  inChannel("Sora_20151104.DisconnectClient", { ...aClient, reason }, cut(findClient)),
  inChannel("Sora_20151104.DisconnectConnection", { ...aConnection, reason }, cut(oneConnection)),
  inChannel("Sora_20201120.DisconnectChannelByRole", aRole, cut(findRole)),
  listing("Sora_20201013.ListChannelConnections", described),
  listingAll("Sora_20201013.ListConnections", described),

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

  ...until("2027.2", [
    inChannel("Sora_20201005.RequestRtpStream", { ...aViewer, rid }, (channel, values) =>
      change(findSimulcastStreams(channel, values), { requestedRid: values.rid }),
    ),
    inChannel("Sora_20201005.ResetRtpStream", aViewer, (channel, values) =>
      change(findSimulcastStreams(channel, values), { requestedRid: undefined }),
    ),
  ]),
  ...since("2025.2", [
    inChannel("Sora_20251217.RequestSimulcastRid", { ...aReceiver, rid: ridOrNone }, (channel, values) =>
      change(findSimulcastStreams(channel, values), { requestedRid: values.rid }),
    ),
  ]),

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
  listingAll("Sora_20171101.GetStatsAllConnections", connectionStats),
  ...until("2025.1", [
    listing("Sora_20211215.ListChannelUserAgentStats", userAgentStats),
    onConnection("Sora_20211215.GetUserAgentStats", {}, (connection, _, now) =>
      userAgentStats(connection, now),
    ),
  ]),
  ...since("2024.1", [
    listingAll("Sora_20211215.ListRtcStats", rtcStats),
    listing("Sora_20211215.ListChannelRtcStats", rtcStats),
    onConnection("Sora_20211215.GetRtcStats", {}, (connection, _, now) => rtcStats(connection, now)),
  ]),

  ...until("2025.2", [
    inChannel("Sora_20200401.PauseRtpStream", aPair, (channel, values) =>
      change(findVideoStreams(channel, values), { paused: true }),
    ),
    inChannel("Sora_20200401.ResumeRtpStream", aPair, (channel, values) =>
      change(findVideoStreams(channel, values), { paused: false }),
    ),
  ]),
  ...since("2024.2", [
    onConnection(
      "Sora_20241218.RequestKeyFrame",
      { rid: onlyIn({ since: "2026.2" }, optional(rid)) },
      requestKeyFrame,
    ),
  ]),

  ...since("2023.1", [
    inChannel("Sora_20230628.TerminateSession", { session_id }, terminateSession),
    inChannel("Sora_20230628.ListForwardingFilters", { blocked: optional(flag) }, listFilters),
    inChannel("Sora_20230628.CreateChannelForwardingFilter", filter, createFilter),
    inChannel("Sora_20230628.UpdateChannelForwardingFilter", filter, updateFilter),
    inChannel("Sora_20230628.DeleteChannelForwardingFilter", { name: filterName }, deleteFilter),
    inChannel("Sora_20230628.CreateConnectionForwardingFilter", { ...aConnection, ...filter }, createFilter),
    inChannel("Sora_20230628.UpdateConnectionForwardingFilter", { ...aConnection, ...filter }, updateFilter),
    inChannel(
      "Sora_20230628.DeleteConnectionForwardingFilter",
      { ...aConnection, name: filterName },
      deleteFilter,
    ),
    listing("Sora_20230628.ListAudioStreamingResultPushState", resultPushState),
  ]),
  ...since("2023.2", [
    inChannel("Sora_20231220.GetSession", { session_id }, getSession),
    operation("Sora_20231220.ListSessions", { group_id: optional(id) }, listSessions),
    inChannel("Sora_20231220.StartRecording", recording, startRecording),
    inChannel("Sora_20231220.StopRecording", {}, stopRecording),
  ]),
  ...since("2022.2", [
    inChannel("Sora_20221221.StartAudioStreaming", {}, startAudioStreaming),
    inChannel("Sora_20221221.StopAudioStreaming", {}, stopAudioStreaming),
    onConnection("Sora_20221221.SubscribeAudioStreamingResultPush", {}, (connection) => {
      connection.receivesAudioStreamingResults = true;
    }),
    onConnection("Sora_20221221.UnsubscribeAudioStreamingResultPush", {}, (connection) => {
      connection.receivesAudioStreamingResults = false;
    }),
  ]),

  ...ofServer([
    operation("Sora_20171010.GetStatsReport", {}, statsReport),
    operation("Sora_20211215.GetMode", {}, ({ node }) => ({ mode: node.mode })),
    operation("Sora_20211215.ChangeMode", { mode: oneOf(...modes) }, ({ node }, { mode }) =>
      changeMode(node, mode),
    ),
    operation("Sora_20171218.GetLicense", {}, ({ node }) => node.license),
    operation("Sora_20171218.UpdateLicense", {}, ({ node }) => updateLicense(node)),
    operation(
      "Sora_20211215.ListClusterNodes",
      { include_all_known_nodes: onlyIn({ since: "2021.2", removed: "2024.2" }, optional(flag)) },
      listNodes,
    ),
    operation("Sora_20211215.ListClusterChannels", {}, listChannels),
    ...since("2022.1", [operation("Sora_20220629.PurgeClusterNode", { target_node_name: id }, purgeNode)]),
    ...since("2022.2", [operation("Sora_20221221.InitCluster", { node_name_list: list(id) }, initCluster)]),
    ...since("2024.1", [
      operation("Sora_20211215.RegisterClusterNode", { contact_node_name: id }, registerNode),
    ]),
  ]),
];
