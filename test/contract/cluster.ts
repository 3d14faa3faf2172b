import { type ContractRow, channel_id, done, doneByFlag, wouldAffect } from "./row.ts";

const up = {
  node_name: "node-02_canary_sora@10.211.55.40",
  epoch: 1,
  mode: "normal",
  cluster_signaling_url: "ws://127.0.0.1:5002/signaling",
  cluster_api_url: "http://127.0.0.1:3102/",
  member_since: "2022-05-09T07:44:54.160763Z",
  sora_version: "2025.2.0",
  license_max_nodes: 10,
  license_max_connections: 100,
  license_serial_code: "SAMPLE-SERIAL-0001",
  license_type: "Experimental",
  connected: true,
  temporary_node: false,
};
const down = { node_name: "node-01_canary_sora@10.211.55.42", connected: false };
const upHit = { node_name: up.node_name, mode: "normal", connected: true };
const newcomer = "node-03@192.0.2.8";

const list = { target: "Sora_20211215.ListClusterNodes", body: null, answer: [up, down] };
const nodes = [{ ...up, license_serial_code: "[redacted]" }, down];
const owned = [
  { channel_id, node_name: up.node_name },
  { channel_id: "lounge", node_name: down.node_name },
];
const listChannels = { target: "Sora_20211215.ListClusterChannels", body: null, answer: owned };
const target_node_name = up.node_name;
const node_name_list = [newcomer, up.node_name];

export const cluster: readonly ContractRow[] = [
  {
    tool: "sora_list_cluster_nodes",
    kind: "read",
    since: "2021.2",
    scope: "server",
    channel: null,
    least: { args: {}, requests: [list], gives: { total: 2, nodes } },
    full: {
      args: { include_all_known_nodes: true },
      requests: [{ ...list, body: { include_all_known_nodes: true } }],
      gives: { total: 2, nodes },
    },
  },
  {
    tool: "sora_list_cluster_channels",
    kind: "read",
    since: "2021.2",
    scope: "server",
    channel: null,
    defaultLimit: 50,
    least: {
      args: {},
      requests: [listChannels],
      gives: { total: 2, offset: 0, channels: owned },
    },
    full: {
      args: { limit: 1, offset: 0 },
      requests: [listChannels],
      gives: { total: 2, offset: 0, channels: owned.slice(0, 1), next_offset: 1 },
    },
  },
  {
    tool: "sora_purge_cluster_node",
    kind: "destructive",
    since: "2022.1",
    scope: "server",
    channel: null,
    least: {
      args: { target_node_name },
      requests: [list],
      gives: wouldAffect({ total: 1, nodes: [upHit] }),
    },
    confirmed: {
      args: { target_node_name, confirm: true },
      requests: [{ target: "Sora_20220629.PurgeClusterNode", body: { target_node_name }, answer: {} }],
      gives: doneByFlag({}),
    },
  },
  {
    tool: "sora_init_cluster",
    kind: "destructive",
    since: "2022.2",
    scope: "server",
    channel: null,
    least: {
      args: { node_name_list },
      requests: [list],
      gives: wouldAffect({ total: 3, nodes: [upHit, down, { node_name: newcomer }] }),
    },
    confirmed: {
      args: { node_name_list, confirm: true },
      requests: [{ target: "Sora_20221221.InitCluster", body: { node_name_list }, answer: {} }],
      gives: doneByFlag({}),
    },
  },
  {
    tool: "sora_register_cluster_node",
    kind: "write",
    since: "2024.1",
    scope: "server",
    channel: null,
    least: {
      args: { contact_node_name: newcomer },
      requests: [
        { target: "Sora_20211215.RegisterClusterNode", body: { contact_node_name: newcomer }, answer: {} },
      ],
      gives: done({}),
    },
  },
];
