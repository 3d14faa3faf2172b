import { type ContractRow, channel_id, client_id, connection_id } from "./row.ts";

const counters = {
  timestamp: "2022-02-08T10:30:18.000000Z",
  channel_id,
  client_id,
  bundle_id: client_id,
  connection_id,
  rtp: { total_received_rtp: 1696, total_sent_rtp: 1660 },
  rtp_hdrext: { total_received_rtp_hdrext_av1_rtp_sepc: 0 },
  dtls: { total_received_dtls: 3, total_sent_dtls: 3 },
  network_status: { unstable_level: 0 },
};
const source = {
  id: "RTCAudioSource_1",
  type: "media-source",
  kind: "audio",
  timestamp: 1636808733258.573,
  totalSamplesDuration: 90.08000000000918,
};
const inbound = { id: "RTCInboundRTPVideoStream_1", type: "inbound-rtp", packetsLost: 3 };
const reported = { channel_id, connection_id, timestamp: "2021-11-13T13:05:33.264Z" };
const other = { ...reported, connection_id: "FNRGZ8VFSN3R98DK7NBA38MFNR" };

const list = {
  target: "Sora_20211215.ListChannelUserAgentStats",
  body: { channel_id },
  answer: [
    { ...reported, stats: [source, inbound] },
    { ...other, stats: [source, inbound] },
  ],
};
const get = {
  target: "Sora_20211215.GetUserAgentStats",
  body: { channel_id, connection_id },
  answer: { ...reported, stats: [source, inbound] },
};

const rtcStats = [
  { ...reported, rtc_stats: [source, inbound] },
  { ...other, rtc_stats: [inbound, source] },
];
const elsewhere = { ...reported, channel_id: "lounge", connection_id: "KDBN2YD1A919V5BA2JX6TG2RP8" };
const listChannelRtcStats = {
  target: "Sora_20211215.ListChannelRtcStats",
  body: { channel_id },
  answer: rtcStats,
};
const allRtcStats = [...rtcStats, { ...elsewhere, rtc_stats: [source] }];
const getRtcStats = {
  target: "Sora_20211215.GetRtcStats",
  body: { channel_id, connection_id },
  answer: { ...reported, rtc_stats: [source, inbound] },
};

const allCounters = [
  counters,
  {
    ...counters,
    channel_id: "lounge",
    client_id: "FNRGZ8VFSN3R98DK7NBA38MFNR",
    bundle_id: "FNRGZ8VFSN3R98DK7NBA38MFNR",
    connection_id: "FNRGZ8VFSN3R98DK7NBA38MFNR",
  },
];

export const stats: readonly ContractRow[] = [
  {
    tool: "sora_get_stats_connection",
    kind: "read",
    channel: "channel_id",
    least: {
      args: { channel_id, connection_id },
      requests: [
        {
          target: "Sora_20170529.GetStatsConnection",
          body: { channel_id, connection_id },
          answer: counters,
        },
      ],
      gives: { stats: counters },
    },
  },
  {
    tool: "sora_get_stats_client",
    kind: "read",
    channel: "channel_id",
    least: {
      args: { channel_id, client_id },
      requests: [
        { target: "Sora_20170529.GetStatsClient", body: { channel_id, client_id }, answer: [counters] },
      ],
      gives: { stats: [counters] },
    },
  },
  {
    tool: "sora_list_channel_user_agent_stats",
    kind: "read",
    ends: { release: "2024.1.0", successor: "ListChannelRtcStats" },
    removed: "2025.1",
    channel: "channel_id",
    defaultLimit: 10,
    least: {
      args: { channel_id },
      requests: [list],
      gives: {
        channel_id,
        total: 2,
        offset: 0,
        connections: [
          { ...reported, stats: [source, inbound] },
          { ...other, stats: [source, inbound] },
        ],
      },
    },
    full: {
      args: { channel_id, types: ["inbound-rtp"], limit: 1, offset: 1 },
      requests: [list],
      gives: { channel_id, total: 2, offset: 1, connections: [{ ...other, stats: [inbound] }] },
    },
  },
  {
    tool: "sora_get_user_agent_stats",
    kind: "read",
    ends: { release: "2024.1.0", successor: "GetRtcStats" },
    removed: "2025.1",
    channel: "channel_id",
    least: {
      args: { channel_id, connection_id },
      requests: [get],
      gives: { user_agent_stats: { ...reported, stats: [source, inbound] } },
    },
    full: {
      args: { channel_id, connection_id, types: ["codec", "media-source"] },
      requests: [get],
      gives: { user_agent_stats: { ...reported, stats: [source] } },
    },
  },
  {
    tool: "sora_list_channel_rtc_stats",
    kind: "read",
    since: "2024.1",
    channel: "channel_id",
    defaultLimit: 10,
    least: {
      args: { channel_id },
      requests: [listChannelRtcStats],
      gives: { channel_id, total: 2, offset: 0, connections: rtcStats },
    },
    full: {
      args: { channel_id, types: ["inbound-rtp"], limit: 1, offset: 1 },
      requests: [listChannelRtcStats],
      gives: { channel_id, total: 2, offset: 1, connections: [{ ...other, rtc_stats: [inbound] }] },
    },
  },
  {
    tool: "sora_get_rtc_stats",
    kind: "read",
    since: "2024.1",
    channel: "channel_id",
    least: {
      args: { channel_id, connection_id },
      requests: [getRtcStats],
      gives: { rtc_stats: { ...reported, rtc_stats: [source, inbound] } },
    },
    full: {
      args: { channel_id, connection_id, types: ["codec", "media-source"] },
      requests: [getRtcStats],
      gives: { rtc_stats: { ...reported, rtc_stats: [source] } },
    },
  },
  {
    tool: "sora_list_rtc_stats",
    kind: "read",
    since: "2024.1",
    scope: "channels",
    channel: null,
    defaultLimit: 10,
    least: {
      args: {},
      requests: [{ target: "Sora_20211215.ListRtcStats", body: {}, answer: allRtcStats }],
      gives: { total: 3, offset: 0, connections: allRtcStats },
    },
    full: {
      args: { local: false, types: ["media-source"], limit: 1, offset: 1 },
      requests: [{ target: "Sora_20211215.ListRtcStats", body: { local: false }, answer: allRtcStats }],
      gives: {
        total: 3,
        offset: 1,
        connections: [{ ...other, rtc_stats: [source] }],
        next_offset: 2,
      },
    },
  },
  {
    tool: "sora_get_stats_all_connections",
    kind: "read",
    since: "2021.2",
    scope: "channels",
    channel: null,
    defaultLimit: 10,
    least: {
      args: {},
      requests: [{ target: "Sora_20171101.GetStatsAllConnections", body: {}, answer: allCounters }],
      gives: { total: 2, offset: 0, connections: allCounters },
    },
    full: {
      args: { local: true, limit: 1, offset: 0 },
      requests: [
        { target: "Sora_20171101.GetStatsAllConnections", body: { local: true }, answer: allCounters },
      ],
      gives: { total: 2, offset: 0, connections: [counters], next_offset: 1 },
    },
  },
];
