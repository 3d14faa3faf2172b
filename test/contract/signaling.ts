import { type ContractRow, channel_id, client_id, confirmed, connection_id } from "./row.ts";

const reason = { spam: "egg", count: 2, nested: { list: [1, null, "理由"] } };
const ours = { confirm: true };

// In the form of the Sora releases of 2022 and of 2025.
const sender = {
  channel_id,
  client_id,
  connection_id,
  session_id: "SCVC9JRZZ900F0KC32T3GY6FBR",
  created_time: 1644316214314590,
  role: "sendrecv",
  multistream: true,
  simulcast: false,
  spotlight: false,
  event_metadata: { github_id: 15551, github_username: "voluntas" },
  audio: { codec_type: "OPUS" },
  video: { codec_type: "VP9", bit_rate: 1000 },
};
const viewer = {
  node_name: "sora@127.0.0.1",
  channel_id,
  session_id: "SCVC9JRZZ900F0KC32T3GY6FBR",
  client_id: "E35JE7KG694H3F5NZ304AG3R74",
  bundle_id: "E35JE7KG694H3F5NZ304AG3R74",
  connection_id: "E35JE7KG694H3F5NZ304AG3R74",
  created_time: 1766000000000000,
  created_timestamp: "2025-12-17T19:33:20.000000Z",
  role: "recvonly",
  simulcast: true,
  spotlight: false,
  recording_block: false,
  event_metadata: "REDACTED",
  audio: false,
  video: { codec_type: "H265", bit_rate: 2500, h265_params: { level_id: 93 } },
};

const senderHit = { connection_id, client_id, role: "sendrecv" };
const viewerHit = {
  connection_id: "E35JE7KG694H3F5NZ304AG3R74",
  client_id: "E35JE7KG694H3F5NZ304AG3R74",
  role: "recvonly",
};
const lookUp = {
  target: "Sora_20201013.ListChannelConnections",
  body: { channel_id },
  answer: [sender, viewer],
};

export const signaling: readonly ContractRow[] = [
  {
    tool: "sora_disconnect_channel",
    target: "Sora_20151104.DisconnectChannel",
    kind: "destructive",
    least: { channel_id },
    full: { channel_id, reason },
    ours,
    answer: { channel_id },
    gives: confirmed({ channel_id }),
    preview: { ...lookUp, would_affect: { total: 2, connections: [senderHit, viewerHit] } },
  },
  {
    tool: "sora_disconnect_client",
    target: "Sora_20151104.DisconnectClient",
    kind: "destructive",
    least: { channel_id, client_id },
    full: { channel_id, client_id, reason },
    ours,
    answer: { channel_id, client_id },
    gives: confirmed({ channel_id, client_id }),
    preview: { ...lookUp, would_affect: { total: 1, connections: [senderHit] } },
  },
  {
    tool: "sora_disconnect_connection",
    target: "Sora_20151104.DisconnectConnection",
    kind: "destructive",
    least: { channel_id, connection_id },
    full: { channel_id, connection_id, reason },
    ours,
    answer: { channel_id, connection_id },
    gives: confirmed({ channel_id, connection_id }),
    preview: { ...lookUp, would_affect: { total: 1, connections: [senderHit] } },
  },
  {
    tool: "sora_disconnect_channel_by_role",
    target: "Sora_20201120.DisconnectChannelByRole",
    kind: "destructive",
    least: { channel_id, role: "recvonly" },
    ours,
    answer: { channel_id, role: "recvonly" },
    gives: confirmed({ channel_id, role: "recvonly" }),
    preview: { ...lookUp, would_affect: { total: 1, connections: [viewerHit] } },
  },
  {
    tool: "sora_list_channel_connections",
    target: "Sora_20201013.ListChannelConnections",
    kind: "read",
    least: { channel_id },
    ours: { limit: 1, offset: 0 },
    defaultLimit: 50,
    answer: [sender, viewer],
    gives: {
      channel_id,
      total: 2,
      by_role: { sendrecv: 1, sendonly: 0, recvonly: 1 },
      offset: 0,
      connections: [sender, viewer],
    },
    givesWithOurs: {
      channel_id,
      total: 2,
      by_role: { sendrecv: 1, sendonly: 0, recvonly: 1 },
      offset: 0,
      connections: [sender],
      next_offset: 1,
    },
  },
];
