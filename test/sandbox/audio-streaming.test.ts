import { afterEach, beforeEach, expect, test } from "vitest";
import { lounge, openSandbox, type TestSandbox } from "./client.ts";

const channel_id = "sora";
let sandbox: TestSandbox;
let ids: string[];
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2025.2" });
  ids = await sandbox.ids(channel_id);
});
afterEach(() => sandbox.close());

/** The two flags of each connection, in the order of joining. */
async function groups(): Promise<[boolean, boolean][]> {
  const found: [boolean, boolean][] = [];
  for (const connection_id of ids) {
    const { audio_streaming } = await sandbox.call("GetStatsConnection", { channel_id, connection_id });
    found.push([audio_streaming.streaming, audio_streaming.result_push]);
  }
  return found;
}

test("a session's audio is streamed until it is stopped", async () => {
  expect((await groups()).some(([streaming]) => streaming)).toBe(false);
  expect(await sandbox.call("StartAudioStreaming", { channel_id })).toEqual({ channel_id });
  expect(
    (await groups()).map(([streaming]) => streaming),
    "those who send audio",
  ).toEqual([true, true, false, false, false]);
  const [dave = ""] = await sandbox.ids(lounge);
  const other = await sandbox.call("GetStatsConnection", { channel_id: lounge, connection_id: dave });
  expect(other.audio_streaming.streaming).toBe(false);
  expect(await sandbox.call("StopAudioStreaming", { channel_id })).toEqual({ channel_id });
  expect((await groups()).some(([streaming]) => streaming)).toBe(false);
});

test("it is not started twice, nor stopped twice", async () => {
  const refusal = (error_type: string) => ({ error_type, error_reason: { channel_id } });
  expect(await sandbox.refused("StopAudioStreaming", { channel_id })).toEqual(refusal("NotAudioStreaming"));
  await sandbox.call("StartAudioStreaming", { channel_id });
  const again = await sandbox.refused("StartAudioStreaming", { channel_id });
  expect(again).toEqual(refusal("AlreadyAudioStreaming"));
  expect((await groups())[0]).toEqual([true, false]);
});

test("results are subscribed to by connection", async () => {
  const [alice = "", bob = ""] = ids;
  const state = async () => {
    const entries = await sandbox.call("ListAudioStreamingResultPushState", { channel_id });
    return entries.map((entry: { result_push: boolean }) => entry.result_push);
  };
  const entries = await sandbox.call("ListAudioStreamingResultPushState", { channel_id });
  expect(entries[1]).toEqual({ client_id: "bob", bundle_id: bob, connection_id: bob, result_push: false });
  const body = { channel_id, connection_id: bob };
  expect(await sandbox.call("SubscribeAudioStreamingResultPush", body)).toEqual(body);
  expect(await sandbox.call("SubscribeAudioStreamingResultPush", body), "again").toEqual(body);
  expect(await state()).toEqual([false, true, false, false, false]);
  expect((await groups()).map(([, result]) => result)).toEqual([false, true, false, false, false]);
  await sandbox.call("UnsubscribeAudioStreamingResultPush", { channel_id, connection_id: alice });
  expect(await sandbox.call("UnsubscribeAudioStreamingResultPush", body)).toEqual(body);
  expect(await state()).toEqual([false, false, false, false, false]);
});

test("unknown channels and connections are refused, an empty channel lists nobody", async () => {
  for (const operation of ["StartAudioStreaming", "StopAudioStreaming"]) {
    const { error_type } = await sandbox.refused(operation, { channel_id: "nowhere" });
    expect(error_type).toBe("ChannelNotFound");
  }
  for (const operation of ["SubscribeAudioStreamingResultPush", "UnsubscribeAudioStreamingResultPush"]) {
    const { error_type } = await sandbox.refused(operation, { channel_id, connection_id: "nobody" });
    expect(error_type).toBe("ConnectionNotFound");
  }
  const nowhere = { channel_id: "nowhere" };
  expect(await sandbox.call("ListAudioStreamingResultPushState", nowhere)).toEqual([]);
});
