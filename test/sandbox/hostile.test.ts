import { afterEach, beforeEach, expect, test } from "vitest";
import { answer } from "../../src/sandbox/dispatch.ts";
import { seed } from "../../src/sandbox/seed.ts";
import { openSandbox, repeatable, startTime, type TestSandbox } from "./client.ts";

const channel_id = "sora";
let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2026.2" });
});
afterEach(() => sandbox.close());

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1000;
}

const names = Array.from({ length: 10_000 }, (_, index) => `client-${index}`);
const hit = { field: "client_id", operator: "is_in", values: ["bob"] };
const kind = { field: "kind", operator: "is_not_in", values: ["audio", "video"] };

/** Sets a filter, and lets time flow under it a thousand times. */
function live(filter: object): void {
  const state = seed(startTime, repeatable(1), "2026.2");
  const call = (operation: string, body: object, now: number) => {
    const request = { method: "POST", target: operation, body: Buffer.from(JSON.stringify(body)) };
    return JSON.parse(answer(state, now, request).json);
  };
  const created = { channel_id, action: "block", ...filter };
  expect(call("Sora_20230628.CreateChannelForwardingFilter", created, startTime)).toEqual(created);
  const read = { channel_id, blocked: true };
  for (let round = 0; round < 1000; round += 1) {
    call("Sora_20201013.ListChannelConnections", { channel_id: "nowhere" }, startTime + 20 * round);
  }
  const { blocked } = call("Sora_20230628.ListForwardingFilters", read, startTime);
  expect(blocked.length).toBeGreaterThan(0);
}

test.each([
  ["10,000 values", { rules: [[{ ...hit, values: [...names, "bob"] }]] }],
  ["10,000 rules", { rules: [...names.map(() => [kind]), [hit]] }],
  ["10,000 parts", { rules: [names.map(() => hit)] }],
  ["10,000 rules of other people", { rules: [...names.map((name) => [{ ...hit, values: [name] }]), [hit]] }],
])("a filter of %s is judged once", async (_, filter) => {
  expect(await seconds(async () => live(filter))).toBeLessThan(2);
});

test("a hundred large filters, one after the other", async () => {
  const rules = names.slice(0, 1000).map(() => [kind]);
  const spent = await seconds(async () => {
    for (let priority = 0; priority < 100; priority += 1) {
      const filter = { channel_id, action: "allow", rules, name: `filter-${priority}`, priority };
      await sandbox.call("CreateChannelForwardingFilter", filter);
    }
  });
  expect(spent).toBeLessThan(5);
  const body = { channel_id, connection_id: (await sandbox.ids(channel_id))[3] };
  const { rtp_streams } = await sandbox.call("GetStatsConnection", body);
  expect(rtp_streams).toMatchObject([{ audio: false }, { audio: false }, { audio: false }]);
});

test("very many faults, of which the first are told", async () => {
  const extra = Object.fromEntries(names.map((name) => [name, "x".repeat(100)]));
  const { error_reason } = await sandbox.refused("StartRecording", { channel_id, ...extra });
  expect(error_reason).toHaveLength(10);
  expect(error_reason[9].path).toEqual(["client-9"]);
  const values = names.map(() => 1);
  const rules = [[{ ...hit, values }]];
  const filter = { channel_id, action: "block", rules };
  expect((await sandbox.refused("CreateChannelForwardingFilter", filter)).error_reason).toHaveLength(10);
});

test("millions of faults are not looked for", async () => {
  const body = `{"channel_id":"sora","action":"block","rules":[[${"{},".repeat(2_000_000)}{}]]}`;
  const target = "Sora_20230628.CreateChannelForwardingFilter";
  const spent = await seconds(async () => {
    expect((await sandbox.send(target, body)).json.error_reason).toHaveLength(10);
  });
  expect(spent).toBeLessThan(4);
});

test("members named __proto__ are extra, and kept in metadata", async () => {
  const target = "Sora_20230628.CreateChannelForwardingFilter";
  const rule = '{"field":"kind","operator":"is_in","values":["__proto__"],"__proto__":{}}';
  const bad = `{"channel_id":"sora","action":"block","rules":[[${rule}]]}`;
  const { json } = await sandbox.send(target, bad);
  expect(json.error_reason).toMatchObject([
    { error: "no_extra_properties_allowed", path: ["rules", 0, 0, "__proto__"] },
  ]);
  const good = '{"channel_id":"sora","action":"block","rules":[],"metadata":{"__proto__":{"a":1}}}';
  expect((await sandbox.send(target, good)).status).toBe(200);
  const listed = await sandbox.call("ListForwardingFilters", { channel_id });
  expect(Object.keys(listed.channel_forwarding_filter.metadata)).toEqual(["__proto__"]);
});

test.each([
  ["CreateChannelForwardingFilter", { channel_id, action: "block", rules: [], priority: 1 }, "name"],
  ["PurgeClusterNode", {}, "target_node_name"],
  ["RegisterClusterNode", {}, "contact_node_name"],
  ["GetSession", { channel_id }, "session_id"],
  ["ListSessions", {}, "group_id"],
])("%s: names of more than 255 bytes are refused", async (operation, body, name) => {
  const { error_reason } = await sandbox.refused(operation, { ...body, [name]: "x".repeat(1_000_000) });
  expect(error_reason).toMatchObject([{ path: [name], error: "wrong_length" }]);
});

test("a cluster of 10,000 nodes", async () => {
  for (const target_node_name of ["sandbox-2@192.0.2.12", "sandbox-3@192.0.2.13"]) {
    await sandbox.call("PurgeClusterNode", { target_node_name });
  }
  await sandbox.call("InitCluster", { node_name_list: ["sandbox@127.0.0.1", ...names, ...names] });
  expect(await sandbox.call("ListClusterNodes", {})).toHaveLength(10_001);
  const spent = await seconds(async () => {
    for (const target_node_name of names.slice(0, 50)) {
      await sandbox.call("PurgeClusterNode", { target_node_name });
    }
  });
  expect(spent).toBeLessThan(3);
});
