import { thisNode } from "./identity.ts";

export const modes = ["normal", "block_new_session", "block_new_connection"] as const;
export type Mode = (typeof modes)[number];

export interface License {
  /** The last month in which it holds. */
  readonly expired_at: string;
  readonly max_connections: number;
  readonly max_nodes: number;
  readonly product_name: string;
  readonly serial_code: string;
  readonly type: string;
}

/** A node as a member of the cluster. */
export interface Member {
  /** Another one each time that it comes to the cluster. */
  readonly epoch: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface Cluster {
  /** By node name. This node may be missing. */
  members: ReadonlyMap<string, Member>;
  /** How often a leader was chosen, and how many changes the members have agreed upon. */
  raftTerm: number;
  raftCommitIndex: number;
  /** What the other nodes run with. */
  readonly license: License;
}

/** What Sora runs as, beside its channels. */
export interface ServerNode {
  mode: Mode;
  license: License;
  /** What the license file holds, read when the license is updated. */
  readonly licenseFile: License;
  readonly cluster: Cluster;
}

function license(serial_code: string, now: number, months: number): License {
  const start = new Date(now);
  const last = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months));
  return {
    expired_at: last.toISOString().slice(0, 7),
    max_connections: 100,
    max_nodes: 10,
    product_name: "Sora",
    serial_code,
    type: "Experimental",
  };
}

/** The other nodes that run, reached through documentation addresses. */
export const running = ["sandbox-2@192.0.2.12", "sandbox-3@192.0.2.13"];
const broken = "sandbox-4@192.0.2.14";

export function isConnected(node_name: string): boolean {
  return node_name === thisNode || running.includes(node_name);
}

export function membersOf(names: readonly string[], member: Member): ReadonlyMap<string, Member> {
  return new Map(names.map((node_name) => [node_name, member]));
}

function initialCluster(now: number, license: License): Cluster {
  const since = now - 24 * 60 * 60_000;
  const members = membersOf([thisNode, ...running, broken], { epoch: 1, since });
  return { members, raftTerm: 3, raftCommitIndex: 10, license };
}

/** A license that runs out soon, a newer one in the file, and a cluster around. */
export function initialNode(now: number): ServerNode {
  const present = license("SANDBOX-SAMPLE-0001", now, 1);
  return {
    mode: "normal",
    license: present,
    licenseFile: license("SANDBOX-SAMPLE-0002", now, 13),
    cluster: initialCluster(now, present),
  };
}

export function changeMode(node: ServerNode, mode: Mode) {
  node.mode = mode;
  return { mode };
}

export function updateLicense(node: ServerNode) {
  const old_license = node.license;
  node.license = node.licenseFile;
  return { new_license: node.license, old_license };
}
