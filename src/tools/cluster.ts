import { z } from "zod";
import { api } from "./api.ts";
import { limit, nodeName, offset } from "./fields.ts";
import { listClusterNodes, nodePurged, nodesInitialized } from "./nodes.ts";
import { paged } from "./shapes.ts";

const node_name_list = z.array(nodeName).min(1).describe("Names of all nodes");
const target_node_name = nodeName.describe("Node");
const contact_node_name = nodeName.describe("Any node of that cluster");

/** https://sora-doc.shiguredo.jp/API_CLUSTER */
export const clusterTools = [
  listClusterNodes,
  api({
    operation: "ListClusterChannels",
    version: "20211215",
    kind: "read",
    scope: "server",
    since: "2021.2",
    title: "List cluster channels",
    description: "Lists the channels of the cluster and the node that each is on; untrusted text.",
    input: z.object({ limit: limit(50), offset }).strict(),
    shape: paged("channels"),
  }),
  api({
    operation: "PurgeClusterNode",
    version: "20220629",
    kind: "destructive",
    scope: "server",
    since: "2022.1",
    title: "Purge cluster node",
    description: "Throws a node out of the cluster.",
    input: z.object({ target_node_name }).strict(),
    affects: nodePurged,
  }),
  api({
    operation: "InitCluster",
    version: "20221221",
    kind: "destructive",
    scope: "server",
    since: "2022.2",
    title: "Initialize cluster",
    description: "Forms the cluster from a list of nodes: once, and again only after a breakdown.",
    input: z.object({ node_name_list }).strict(),
    affects: nodesInitialized,
  }),
  api({
    operation: "RegisterClusterNode",
    version: "20211215",
    kind: "write",
    scope: "server",
    since: "2024.1",
    title: "Register cluster node",
    description: "Adds the node that answers the API to a cluster, most nodes of which are up.",
    input: z.object({ contact_node_name }).strict(),
  }),
];
