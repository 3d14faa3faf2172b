import { channel_id, client_id, connection_id, session_id } from "./row.ts";

// Two connections of one channel, in the form of the Sora releases of 2022 and of 2025.
export const sender = {
  channel_id,
  client_id,
  connection_id,
  session_id,
  created_time: 1644316214314590,
  role: "sendrecv",
  multistream: true,
  simulcast: false,
  spotlight: false,
  event_metadata: { github_id: 15551, github_username: "voluntas" },
  audio: { codec_type: "OPUS" },
  video: { codec_type: "VP9", bit_rate: 1000 },
};
export const viewer = {
  node_name: "sora@127.0.0.1",
  channel_id,
  session_id,
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

export const senderHit = { connection_id, client_id, role: "sendrecv" };
export const viewerHit = {
  connection_id: "E35JE7KG694H3F5NZ304AG3R74",
  client_id: "E35JE7KG694H3F5NZ304AG3R74",
  role: "recvonly",
};

/** The request that shows who is in the channel. */
export const list = {
  target: "Sora_20201013.ListChannelConnections",
  body: { channel_id },
  answer: [sender, viewer],
};
