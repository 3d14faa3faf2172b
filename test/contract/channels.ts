import { sender, viewer } from "./connections.ts";
import type { ContractRow } from "./row.ts";

const elsewhere = {
  ...viewer,
  node_name: "sora@192.0.2.7",
  channel_id: "lounge",
  session_id: "JJJ5BFH7QN6DQBTKSS7JA8ZYQR",
  connection_id: "KDBN2YD1A919V5BA2JX6TG2RP8",
  created_time: 1766000000000001,
  created_timestamp: "2025-12-17T19:33:20.000001Z",
  role: "sendonly",
};
const all = [sender, viewer, elsewhere];
const by_role = { sendrecv: 1, sendonly: 1, recvonly: 1 };

export const channels: readonly ContractRow[] = [
  {
    tool: "sora_list_connections",
    kind: "read",
    since: "2021.2",
    scope: "channels",
    channel: null,
    defaultLimit: 50,
    least: {
      args: {},
      requests: [{ target: "Sora_20201013.ListConnections", body: {}, answer: all }],
      gives: { total: 3, by_role, offset: 0, connections: all },
    },
    full: {
      args: { local: false, limit: 1, offset: 1 },
      requests: [{ target: "Sora_20201013.ListConnections", body: { local: false }, answer: all }],
      gives: { total: 3, by_role, offset: 1, connections: [viewer], next_offset: 2 },
    },
  },
];
