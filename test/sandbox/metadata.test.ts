import { afterEach, beforeEach, expect, test } from "vitest";
import { type Json, openSandbox, type TestSandbox } from "./client.ts";

const channel_id = "sora";
let sandbox: TestSandbox;
let target: { channel_id: string; connection_id: string };
let other: { channel_id: string; connection_id: string };
beforeEach(async () => {
  sandbox = await openSandbox();
  const [alice = "", bob = ""] = await sandbox.ids(channel_id);
  target = { channel_id, connection_id: alice };
  other = { channel_id, connection_id: bob };
});
afterEach(() => sandbox.close());

const get = () => sandbox.call("GetSignalingNotifyMetadata", target);
const signalingOf = async (of: object) => (await sandbox.call("GetStatsConnection", of)).signaling;

test("the list has one entry per connection, in Sora's members", async () => {
  const entries = await sandbox.call("ListSignalingNotifyMetadata", { channel_id });
  expect(entries).toHaveLength(5);
  expect(entries[0]).toEqual({
    client_id: "alice",
    bundle_id: target.connection_id,
    connection_id: target.connection_id,
    metadata: { name: "Alice", hand_raised: false },
  });
  expect(entries[0].metadata).toEqual(await get());
});

test.each([{ a: [1, null] }, {}, "text", 0, null, [1]])("put replaces with %j", async (metadata) => {
  expect(await sandbox.call("PutSignalingNotifyMetadata", { ...target, metadata })).toEqual(metadata);
  expect(await get()).toEqual(metadata);
  const entries = await sandbox.call("ListSignalingNotifyMetadata", { channel_id });
  expect(entries[0].metadata).toEqual(metadata);
  expect(entries[1].metadata).toEqual({ name: "Bob", hand_raised: true });
});

test("delete leaves an empty object", async () => {
  expect(await sandbox.call("DeleteSignalingNotifyMetadata", target)).toEqual({});
  expect(await get()).toEqual({});
});

test("one item is set, overwritten and deleted; the others stay", async () => {
  const put = (key: string, value: unknown) =>
    sandbox.call("PutSignalingNotifyMetadataItem", { ...target, key, value });
  expect(await put("hand_raised", true)).toEqual({ name: "Alice", hand_raised: true });
  expect(await put("note", null)).toEqual({ name: "Alice", hand_raised: true, note: null });
  expect(await get()).toEqual({ name: "Alice", hand_raised: true, note: null });
  const remove = (key: string) => sandbox.call("DeleteSignalingNotifyMetadataItem", { ...target, key });
  expect(await remove("hand_raised")).toEqual({ name: "Alice", note: null });
  expect(await remove("absent")).toEqual({ name: "Alice", note: null });
  expect(await get()).toEqual({ name: "Alice", note: null });
});

test("an item may be named __proto__", async () => {
  await sandbox.call("PutSignalingNotifyMetadataItem", { ...target, key: "__proto__", value: { a: 1 } });
  expect(Object.keys(await get())).toContain("__proto__");
  await sandbox.call("DeleteSignalingNotifyMetadataItem", { ...target, key: "__proto__" });
  expect(Object.keys(await get())).not.toContain("__proto__");
});

test.each(["text", null, [1]])("items of %j cannot be changed", async (metadata) => {
  await sandbox.call("PutSignalingNotifyMetadata", { ...target, metadata });
  const refusal = { error_type: "MetadataNotObject", error_reason: target };
  expect(await sandbox.refused("PutSignalingNotifyMetadataItem", { ...target, key: "a", value: 1 })).toEqual(
    refusal,
  );
  expect(await sandbox.refused("DeleteSignalingNotifyMetadataItem", { ...target, key: "0" })).toEqual(
    refusal,
  );
  expect(await get()).toEqual(metadata);
});

test.each<[string, Parameters<TestSandbox["call"]>[0], Json]>([
  ["PutMetadata", "PutSignalingNotifyMetadata", { metadata: { x: 1 } }],
  ["DeleteMetadata", "DeleteSignalingNotifyMetadata", {}],
  ["PutMetadataItem", "PutSignalingNotifyMetadataItem", { key: "abc", value: "efg" }],
  ["DeleteMetadataItem", "DeleteSignalingNotifyMetadataItem", { key: "name" }],
])("push true tells the whole channel about %s", async (action, operation, details) => {
  await sandbox.call(operation, { ...target, ...details, push: false });
  expect(await signalingOf(other)).toEqual({ total_sent_push: 0, last_sent_push: null });
  await sandbox.call("PutSignalingNotifyMetadata", { ...target, metadata: { name: "Alice" } });
  await sandbox.call(operation, { ...target, ...details, push: true });
  const told = {
    total_sent_push: 1,
    last_sent_push: {
      action,
      ...details,
      connection_id: target.connection_id,
      type: "signaling_notify_metadata_ext",
    },
  };
  expect(await signalingOf(other)).toEqual(told);
  expect(await signalingOf(target)).toEqual(told);
});

test("deleting an absent item tells nobody", async () => {
  await sandbox.call("DeleteSignalingNotifyMetadataItem", { ...target, key: "absent", push: true });
  expect((await signalingOf(other)).total_sent_push).toBe(0);
});
