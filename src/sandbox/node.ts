import { type Cluster, initialCluster } from "./cluster.ts";

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

/** What Sora runs as, beside its channels. Nobody ever comes to the sandbox, so the mode turns nobody away. */
export interface ServerNode {
  mode: Mode;
  license: License;
  /** What the licence file holds, read when the licence is updated. */
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

/** A licence that runs out soon, a newer one in the file, and a cluster around. */
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
