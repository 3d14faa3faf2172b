import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, stage, type TestSandbox } from "./client.ts";

const [own, second, third, broken] = [
  "sandbox@127.0.0.1",
  "sandbox-2@192.0.2.12",
  "sandbox-3@192.0.2.13",
  "sandbox-4@192.0.2.14",
];
let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2025.2" });
});
afterEach(() => sandbox.close());

const nodes = () => sandbox.call("ListClusterNodes", {});
const names = async (): Promise<string[]> => (await nodes()).map((node: Json) => node.node_name);
const purge = (target_node_name: string) => sandbox.call("PurgeClusterNode", { target_node_name });
const register = { contact_node_name: second };

describe("the nodes", () => {
  test("are this one, two others and one that is lost", async () => {
    const [first, other, , lost] = await nodes();
    expect(first).toEqual({
      node_name: own,
      epoch: 1,
      mode: "normal",
      cluster_signaling_url: "ws://127.0.0.1:5000/signaling",
      cluster_api_url: "http://127.0.0.1:3000/",
      member_since: "2026-03-31T09:30:00.250000Z",
      sora_version: "2025.2.0",
      license_max_nodes: 10,
      license_max_connections: 100,
      license_serial_code: "SANDBOX-SAMPLE-0001",
      license_type: "Experimental",
      connected: true,
      temporary_node: false,
    });
    expect(other).toMatchObject({ node_name: second, cluster_api_url: "http://192.0.2.12:3000/" });
    expect(lost).toEqual({ node_name: broken, connected: false });
    expect(await names()).toEqual([own, second, third, broken]);
  });

  test.each([
    ["2023.1", [own, second, third]],
    ["2023.2", [own, second, third, broken]],
  ] as const)("%s lists those unless told otherwise", async (edition, expected) => {
    const older = await openSandbox({ edition });
    const list = async (body: object) =>
      (await older.call("ListClusterNodes", body)).map((node: Json) => node.node_name);
    expect(await list({})).toEqual(expected);
    expect(await list({ include_all_known_nodes: true })).toEqual([own, second, third, broken]);
    expect(await list({ include_all_known_nodes: false })).toEqual([own, second, third]);
    await older.close();
  });
});

test("the channels are on this node, while it is in the cluster", async () => {
  const channels = () => sandbox.call("ListClusterChannels", {});
  expect(await channels()).toEqual([
    { channel_id: "sora", node_name: own },
    { channel_id: lounge, node_name: own },
    { channel_id: stage, node_name: own },
  ]);
  await sandbox.call("DisconnectChannel", { channel_id: "sora" });
  expect(await channels()).toEqual([
    { channel_id: lounge, node_name: own },
    { channel_id: stage, node_name: own },
  ]);
  await purge(own);
  expect(await channels()).toEqual([]);
  expect(await sandbox.ids(lounge), "nobody is cut off").toHaveLength(3);
});

describe("purging", () => {
  test.each([own, second, broken])("%s", async (target_node_name) => {
    expect(await purge(target_node_name)).toEqual({ target_node_name });
    const rest = [own, second, third, broken].filter((name) => name !== target_node_name);
    expect(await names()).toEqual(rest);
    expect(await sandbox.refused("PurgeClusterNode", { target_node_name })).toEqual({
      error_type: "ClusterNodeNotFound",
      error_reason: { target_node_name },
    });
  });

  test.each(["__proto__", "sandbox-9@192.0.2.19", "x".repeat(255)])("%s is not there", async (name) => {
    const { error_type } = await sandbox.refused("PurgeClusterNode", { target_node_name: name });
    expect(error_type).toBe("ClusterNodeNotFound");
    expect(await names()).toHaveLength(4);
  });
});

describe("registering", () => {
  test("brings this node back", async () => {
    await purge(own);
    sandbox.clock.now += 60_000;
    expect(await sandbox.call("RegisterClusterNode", register)).toEqual(register);
    const [first, ...others] = await nodes();
    expect(first).toMatchObject({ node_name: own, member_since: "2026-04-01T09:31:00.250000Z" });
    expect(first.epoch).toBeGreaterThan(1);
    expect(others).toHaveLength(3);
    expect(await sandbox.call("ListClusterChannels", {})).toHaveLength(3);
  });

  test("is refused while this node is there", async () => {
    expect(await sandbox.refused("RegisterClusterNode", register)).toEqual({
      error_type: "AlreadyInCluster",
      error_reason: { node_name: own },
    });
  });

  test("needs a member that can be reached, and a majority", async () => {
    await purge(own);
    const refused = async (contact_node_name: string) =>
      (await sandbox.refused("RegisterClusterNode", { contact_node_name })).error_type;
    expect(await refused("sandbox-9@192.0.2.19")).toBe("ClusterNodeNotFound");
    expect(await refused(own)).toBe("ClusterNodeNotFound");
    expect(await refused(broken)).toBe("ClusterNodeNotConnected");
    await purge(third);
    expect(await refused(second)).toBe("ClusterUnavailable");
    expect(await names()).toEqual([second, broken]);
    await purge(broken);
    await sandbox.call("RegisterClusterNode", register);
    expect(await names()).toEqual([own, second]);
  });
});

describe("forming a cluster", () => {
  const init = (...node_name_list: string[]) => ({ node_name_list });

  test("is refused while a majority is connected", async () => {
    const body = init(own, second);
    const inUse = { error_type: "ClusterInUse", error_reason: body };
    expect(await sandbox.refused("InitCluster", body)).toEqual(inUse);
    await purge(third);
    expect(await sandbox.refused("InitCluster", body), "two of three").toEqual(inUse);
    expect(await names()).toEqual([own, second, broken]);
  });

  test("is done after a breakdown", async () => {
    await purge(third);
    await purge(second);
    sandbox.clock.now += 60_000;
    const body = init(own, third, own, "sandbox-9@192.0.2.19");
    expect(await sandbox.call("InitCluster", body)).toEqual(body);
    const found = await nodes();
    expect(found.map((node: Json) => [node.node_name, node.connected])).toEqual([
      [own, true],
      [third, true],
      ["sandbox-9@192.0.2.19", false],
    ]);
    expect(found[0].member_since).toBe("2026-04-01T09:31:00.250000Z");
    const { cluster } = await sandbox.call("GetStatsReport", {});
    expect(cluster).toEqual({ raft_state: "leader", raft_term: 4, raft_commit_index: 13 });
    expect((await sandbox.refused("InitCluster", body)).error_type).toBe("ClusterInUse");
  });

  test("needs this node", async () => {
    await purge(third);
    await purge(second);
    for (const body of [init(), init(second, third)]) {
      expect(await sandbox.refused("InitCluster", body)).toEqual({
        error_type: "ThisNodeNotListed",
        error_reason: body,
      });
    }
    expect(await names()).toEqual([own, broken]);
  });

  test("is done from nothing as well", async () => {
    for (const name of [own, second, third, broken]) await purge(name);
    expect(await nodes()).toEqual([]);
    await sandbox.call("InitCluster", init(own));
    expect(await names()).toEqual([own]);
  });
});
