import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/index.ts";
import { type Json, lounge, openSandbox, stage, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2025.2" });
});
afterEach(() => sandbox.close());

const ownRow = async () => (await sandbox.call("ListClusterNodes", {}))[0];

describe("the mode", () => {
  test.each(["block_new_session", "block_new_connection", "normal"])("becomes %s", async (mode) => {
    expect(await sandbox.call("GetMode", {})).toEqual({ mode: "normal" });
    await sandbox.call("ChangeMode", { mode: "block_new_connection" });
    expect(await sandbox.call("ChangeMode", { mode })).toEqual({ mode });
    expect(await sandbox.call("GetMode", {})).toEqual({ mode });
    const nodes = await sandbox.call("ListClusterNodes", {});
    expect(nodes.map((node: Json) => node.mode)).toEqual([mode, "normal", "normal", undefined]);
    expect(await sandbox.ids("sora"), "nobody is cut off").toHaveLength(5);
  });

  test.each(["blocked", "", null])("is never %j", async (mode) => {
    expect((await sandbox.refused("ChangeMode", { mode })).error_type).toBe("InvalidJSON");
    expect(await sandbox.call("GetMode", {})).toEqual({ mode: "normal" });
  });
});

test("the license is read from the file, once and again", async () => {
  const old_license = await sandbox.call("GetLicense", {});
  expect(old_license).toEqual({
    expired_at: "2026-05",
    max_connections: 100,
    max_nodes: 10,
    product_name: "Sora",
    serial_code: "SANDBOX-SAMPLE-0001",
    type: "Experimental",
  });
  expect((await ownRow()).license_serial_code).toBe("SANDBOX-SAMPLE-0001");
  const new_license = { ...old_license, expired_at: "2027-05", serial_code: "SANDBOX-SAMPLE-0002" };
  expect(await sandbox.call("UpdateLicense", {})).toEqual({ new_license, old_license });
  expect(await sandbox.call("GetLicense", {})).toEqual(new_license);
  expect((await ownRow()).license_serial_code).toBe("SANDBOX-SAMPLE-0002");
  expect(await sandbox.call("UpdateLicense", {})).toEqual({ new_license, old_license: new_license });
});

test.each([
  [Date.UTC(2026, 10, 30), "2026-12"],
  [Date.UTC(2026, 11, 31), "2027-01"],
])("at %i the license is good until %s", async (now, expired_at) => {
  const { url, close } = await startSandbox({ now: () => now });
  const headers = { "x-sora-target": "Sora_20171218.GetLicense" };
  expect(await (await fetch(url, { method: "POST", headers })).json()).toMatchObject({ expired_at });
  await close();
});

describe("the report", () => {
  const report = () => sandbox.call("GetStatsReport", {});

  test("counts who is there and who was", async () => {
    expect(await report()).toMatchObject({
      version: "2025.2.0",
      total_connection_created: 17,
      total_connection_destroyed: 0,
      total_ongoing_connections: 17,
      total_turn_udp_connections: 16,
      total_turn_tcp_connections: 1,
      total_session_created: 3,
      total_session_destroyed: 0,
    });
    await sandbox.call("DisconnectClient", { channel_id: "sora", client_id: "alice" });
    await sandbox.call("TerminateSession", { channel_id: lounge });
    await sandbox.call("DisconnectClient", { channel_id: stage, client_id: "ivan" });
    expect(await report()).toMatchObject({
      total_connection_created: 17,
      total_connection_destroyed: 6,
      total_ongoing_connections: 11,
      total_turn_udp_connections: 16,
      total_turn_tcp_connections: 1,
      total_session_created: 3,
      total_session_destroyed: 1,
    });
  });

  test("adds up what the connections say", async () => {
    const { total_received_srtp, total_sent_srtp } = await report();
    const trees = await sandbox.call("GetStatsAllConnections", {});
    const sum = (member: string) => trees.reduce((total: number, tree: Json) => total + tree.rtp[member], 0);
    expect(total_received_srtp).toBe(sum("total_received_rtp"));
    expect(total_sent_srtp).toBe(sum("total_sent_rtp"));
  });

  test("never counts backwards", async () => {
    const atStart = await report();
    expect(atStart.average_duration_sec).toBe(Math.floor(atStart.total_duration_sec / 17));
    const onStage = await sandbox.call("GetSession", { channel_id: stage });
    const joined = onStage.connections.map((entry: Json) => Date.parse(entry.connection_created_timestamp));
    const stayed = joined.reduce((total: number, at: number) => total + sandbox.clock.now - at, 0);
    await sandbox.call("DisconnectChannel", { channel_id: stage });
    const before = await report();
    const others = 912 + 655 + 431 + 288 + 47 + 1203 + 847 + 126;
    expect(before.total_duration_sec - others - stayed / 1000).toBeCloseTo(0, -1);
    await sandbox.call("DisconnectChannel", { channel_id: "sora" });
    const after = await report();
    for (const name of ["total_duration_sec", "total_received_srtp", "total_sent_srtp"]) {
      expect(after[name], name).toBe(before[name]);
    }
    sandbox.clock.now += 10_000;
    const later = await report();
    expect(later.total_duration_sec - after.total_duration_sec).toBe(30);
    expect(later.total_received_srtp).toBeGreaterThan(after.total_received_srtp);
    await sandbox.call("DisconnectChannel", { channel_id: lounge });
    const empty = await report();
    sandbox.clock.now += 10_000;
    expect(await report()).toEqual(empty);
    expect(empty).toMatchObject({ total_ongoing_connections: 0, total_connection_created: 17 });
  });

  test("has the cluster while the node is in it", async () => {
    const { cluster, cluster_relay } = await report();
    expect(cluster).toEqual({ raft_state: "leader", raft_term: 3, raft_commit_index: 10 });
    const peers = cluster_relay.map((peer: Json) => peer.node_name);
    expect(peers).toEqual(["sandbox-2@192.0.2.12", "sandbox-3@192.0.2.13"]);
    await sandbox.call("PurgeClusterNode", { target_node_name: "sandbox-3@192.0.2.13" });
    const fewer = await report();
    expect(fewer.cluster).toMatchObject({ raft_state: "leader", raft_commit_index: 11 });
    expect(fewer.cluster_relay).toHaveLength(1);
    await sandbox.call("PurgeClusterNode", { target_node_name: "sandbox-2@192.0.2.12" });
    expect((await report()).cluster.raft_state, "one of two is no majority").toBe("candidate");
    await sandbox.call("PurgeClusterNode", { target_node_name: "sandbox@127.0.0.1" });
    const alone = await report();
    expect(alone).not.toHaveProperty("cluster");
    expect(alone).not.toHaveProperty("cluster_relay");
  });

  test.each([
    ["2024.1", false, false],
    ["2024.2", true, false],
    ["2025.1", true, true],
  ] as const)("%s: has the counters of the release", async (edition, srtp, delay) => {
    const other = await openSandbox({ edition });
    const answer = await other.call("GetStatsReport", {});
    expect("total_received_srtp" in answer && "total_sent_srtp" in answer).toBe(srtp);
    expect("total_sent_srtp_sfu_delay_us" in answer).toBe(delay);
    expect("plumtree" in answer.cluster_relay[0]).toBe(delay);
    await other.close();
  });
});
