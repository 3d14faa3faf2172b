import { type ContractRow, done } from "./row.ts";

const report = {
  version: "2025.2.0",
  total_connection_created: 2,
  total_ongoing_connections: 0,
  average_setup_time_msec: 372,
  sora_client: {
    total_successful_sora_client_type: { sora_js_sdk: 33 },
    total_failed_sora_client_type: { sora_js_sdk: 3 },
  },
  erlang_vm: { memory: { total: 1234 }, statistics: { run_queue: 0 } },
  cluster: { raft_state: "follower", raft_term: 3, raft_commit_index: 10 },
  cluster_relay: [
    {
      node_name: "node-01",
      total_received_byte_size: 11,
      total_sent_byte_size: 12,
      plumtree: { total_sent_gossip: 1 },
    },
  ],
};
const license = {
  expired_at: "2025-09",
  max_connections: 100,
  max_nodes: 10,
  product_name: "Sora",
  serial_code: "SAMPLE-SERIAL-0001",
  type: "Experimental",
};
const masked = { ...license, serial_code: "[redacted]" };
const renewed = { expired_at: "2026-09", serial_code: "SAMPLE-SERIAL-0002" };
const mode = "block_new_session";

export const server: readonly ContractRow[] = [
  {
    tool: "sora_get_stats_report",
    kind: "read",
    since: "2021.2",
    scope: "server",
    channel: null,
    least: {
      args: {},
      requests: [{ target: "Sora_20171010.GetStatsReport", body: null, answer: report }],
      gives: { report },
    },
  },
  {
    tool: "sora_get_mode",
    kind: "read",
    since: "2021.2",
    scope: "server",
    channel: null,
    least: {
      args: {},
      requests: [{ target: "Sora_20211215.GetMode", body: null, answer: { mode: "normal" } }],
      gives: { mode: { mode: "normal" } },
    },
  },
  {
    tool: "sora_change_mode",
    kind: "write",
    since: "2021.2",
    scope: "server",
    channel: null,
    least: {
      args: { mode },
      requests: [{ target: "Sora_20211215.ChangeMode", body: { mode }, answer: { mode } }],
      gives: done({ mode }),
    },
  },
  {
    tool: "sora_get_license",
    kind: "read",
    since: "2021.2",
    scope: "server",
    channel: null,
    least: {
      args: {},
      requests: [{ target: "Sora_20171218.GetLicense", body: null, answer: license }],
      gives: { license: masked },
    },
  },
  {
    tool: "sora_update_license",
    kind: "write",
    since: "2021.2",
    scope: "server",
    channel: null,
    least: {
      args: {},
      requests: [
        {
          target: "Sora_20171218.UpdateLicense",
          body: null,
          answer: { new_license: { ...license, ...renewed }, old_license: license },
        },
      ],
      gives: done({ new_license: { ...masked, expired_at: "2026-09" }, old_license: masked }),
    },
  },
];
