import { isInRelease } from "../releases.ts";
import { refusal } from "./errors.ts";
import { thisNode, versionOf } from "./identity.ts";
import { type Cluster, isConnected, type Member, membersOf, running } from "./node.ts";
import type { State } from "./state.ts";
import { microsecondTimestamp } from "./timestamps.ts";

/** Whether the members can still agree on something. */
export function hasMajority({ members }: Cluster): boolean {
  return [...members.keys()].filter(isConnected).length > members.size / 2;
}

function change(cluster: Cluster, members: ReadonlyMap<string, Member>): void {
  cluster.members = members;
  cluster.raftCommitIndex += 1;
}

export function isInCluster({ node }: State): boolean {
  return node.cluster.members.has(thisNode);
}

/** The other nodes that this one can reach in the cluster. */
export function connectedPeers(state: State): string[] {
  return isInCluster(state) ? running.filter((node_name) => state.node.cluster.members.has(node_name)) : [];
}

/** Throws `ClusterNodeNotFound`. */
export function purgeNode({ node }: State, values: { readonly target_node_name: string }) {
  const { target_node_name } = values;
  const members = new Map(node.cluster.members);
  if (!members.delete(target_node_name)) throw refusal("ClusterNodeNotFound", values);
  change(node.cluster, members);
  return values;
}

/** Adds this node to the cluster of the one to contact. */
export function registerNode(state: State, values: { readonly contact_node_name: string }) {
  const { contact_node_name } = values;
  const { cluster } = state.node;
  if (isInCluster(state)) throw refusal("AlreadyInCluster", { node_name: thisNode });
  if (!cluster.members.has(contact_node_name)) throw refusal("ClusterNodeNotFound", values);
  if (!isConnected(contact_node_name)) throw refusal("ClusterNodeNotConnected", values);
  if (!hasMajority(cluster)) throw refusal("ClusterUnavailable", values);
  const member = { epoch: cluster.raftCommitIndex, since: state.now };
  change(cluster, new Map([[thisNode, member], ...cluster.members]));
  return values;
}

/** Forms a new cluster, for when the old one has broken down. */
export function initCluster({ node, now }: State, values: { readonly node_name_list: readonly string[] }) {
  const { node_name_list } = values;
  if (hasMajority(node.cluster)) throw refusal("ClusterInUse", values);
  if (!node_name_list.includes(thisNode)) throw refusal("ThisNodeNotListed", values);
  change(node.cluster, membersOf(node_name_list, { epoch: 1, since: now }));
  node.cluster.raftTerm += 1;
  return values;
}

function row({ node, release }: State, node_name: string, { epoch, since }: Member) {
  const connected = isConnected(node_name);
  if (!connected) return { node_name, connected };
  const address = node_name.replace(/^.*@/, "");
  const isThisNode = node_name === thisNode;
  const license = isThisNode ? node.license : node.cluster.license;
  return {
    node_name,
    epoch,
    mode: isThisNode ? node.mode : "normal",
    cluster_signaling_url: `ws://${address}:5000/signaling`,
    cluster_api_url: `http://${address}:3000/`,
    member_since: microsecondTimestamp(since * 1000),
    sora_version: versionOf(release),
    license_max_nodes: license.max_nodes,
    license_max_connections: license.max_connections,
    license_serial_code: license.serial_code,
    license_type: license.type,
    connected,
    temporary_node: false,
  };
}

/** All members, or those that are connected: what earlier releases listed unless told otherwise. */
export function listNodes(state: State, values: { readonly include_all_known_nodes: boolean | undefined }) {
  const { include_all_known_nodes = isInRelease(state.release, { since: "2023.2" }) } = values;
  return [...state.node.cluster.members]
    .filter(([node_name]) => include_all_known_nodes || isConnected(node_name))
    .map(([node_name, member]) => row(state, node_name, member));
}

/** All channels of the sandbox are on this node. */
export function listChannels(state: State) {
  if (!isInCluster(state)) return [];
  return [...state.channels.keys()].map((channel_id) => ({ channel_id, node_name: thisNode }));
}
