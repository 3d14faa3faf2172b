import { list, senderHit, viewerHit } from "./connections.ts";
import {
  type ContractRow,
  channel_id,
  client_id,
  connection_id,
  doneByFlag,
  session_id,
  wouldAffect,
} from "./row.ts";

const session = {
  id: "6YH3T4Z2Z9E3Z8B7Q0W5J1K9M4",
  type: "session.updated",
  timestamp: "2025-12-17T19:33:20.000000Z",
  version: "2025.2.0",
  label: "WebRTC SFU Sora",
  node_name: "sora@127.0.0.1",
  channel_id,
  session_id,
  spotlight: false,
  created_time: 1765999000,
  created_timestamp: "2025-12-17T19:16:40.000000Z",
  max_connections: 2,
  total_connections: 2,
  session_metadata: "REDACTED",
  connections: [
    {
      role: "sendrecv",
      client_id,
      bundle_id: client_id,
      connection_id,
      simulcast: false,
      audio: true,
      audio_codec_type: "OPUS",
      video: true,
      video_codec_type: "VP9",
      video_bit_rate: 1000,
      connection_created_timestamp: "2025-12-17T19:16:41.000000Z",
      event_metadata: "REDACTED",
    },
  ],
};
const later = {
  ...session,
  id: "W1N8D5R2C7X4G9P6S3F0V1T8HA",
  channel_id: "lounge",
  session_id: "JJJ5BFH7QN6DQBTKSS7JA8ZYQR",
  created_time: 1765999900,
  created_timestamp: "2025-12-17T19:31:40.000000Z",
  max_connections: 0,
  total_connections: 0,
  connections: [],
};
const all = [session, later];
const one = { channel_id, session_id };

export const sessions: readonly ContractRow[] = [
  {
    tool: "sora_list_sessions",
    kind: "read",
    since: "2023.2",
    scope: "channels",
    channel: null,
    defaultLimit: 20,
    least: {
      args: {},
      requests: [{ target: "Sora_20231220.ListSessions", body: {}, answer: all }],
      gives: { total: 2, offset: 0, sessions: all },
    },
    full: {
      args: { group_id: "team", limit: 1, offset: 0 },
      requests: [{ target: "Sora_20231220.ListSessions", body: { group_id: "team" }, answer: all }],
      gives: { total: 2, offset: 0, sessions: [session], next_offset: 1 },
    },
  },
  {
    tool: "sora_get_session",
    kind: "read",
    since: "2023.2",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [{ target: "Sora_20231220.GetSession", body: { channel_id }, answer: session }],
      gives: { session },
    },
    full: {
      args: one,
      requests: [{ target: "Sora_20231220.GetSession", body: one, answer: session }],
      gives: { session },
    },
  },
  {
    tool: "sora_terminate_session",
    kind: "destructive",
    since: "2023.1",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [list],
      gives: wouldAffect({ total: 2, connections: [senderHit, viewerHit] }),
    },
    confirmed: {
      args: { channel_id, confirm: true },
      requests: [{ target: "Sora_20230628.TerminateSession", body: { channel_id }, answer: { session_id } }],
      gives: doneByFlag({ session_id }),
    },
    full: {
      args: { ...one, confirm: true },
      requests: [{ target: "Sora_20230628.TerminateSession", body: one, answer: { session_id } }],
      gives: doneByFlag({ session_id }),
    },
  },
];
