import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, startTime, type TestSandbox } from "./client.ts";

const channel_id = "sora";
let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2025.2" });
});
afterEach(() => sandbox.close());

const start = (body: object) => sandbox.call("StartRecording", { channel_id, ...body });
const recording = async () => (await sandbox.call("GetSession", { channel_id })).recording;
const created_at = Math.floor(startTime / 1000);

test("with nothing said it runs until it is stopped", async () => {
  const { recording_id, ...answer } = await start({});
  expect(answer).toEqual({ channel_id, created_at, split_only: false });
  expect(recording_id).toMatch(/^[0-9A-HJKMNP-TV-Z]{25}[048CGMRW]$/);
  sandbox.clock.now += 100 * 86_400_000;
  expect(await recording()).toEqual({ recording_id, created_at, split_only: false, format: "webm" });
  expect(await sandbox.call("StopRecording", { channel_id })).toEqual({ channel_id });
  expect(await recording()).toBeNull();
});

test("all that can be said is shown in the session, of this channel only", async () => {
  const body = { expire_time: 3600, split_duration: 360, split_only: true, metadata: [1], format: "mp4" };
  const { recording_id, ...answer } = await start(body);
  const { metadata: _, format: __, ...times } = body;
  const expired_at = created_at + 3600;
  expect(answer).toEqual({ channel_id, created_at, expired_at, ...times });
  expect(await recording()).toEqual({ recording_id, created_at, expired_at, ...body });
  const all = await sandbox.call("ListSessions", {});
  expect(all.map((session: Json) => session.recording?.recording_id)).toEqual([
    recording_id,
    undefined,
    undefined,
  ]);
});

test("ends when its time is over, not before", async () => {
  await start({ expire_time: 60 });
  sandbox.clock.now += 59_000;
  expect(await recording()).toMatchObject({ expire_time: 60 });
  sandbox.clock.now += 1000;
  expect(await recording()).toBeNull();
  expect((await sandbox.refused("StopRecording", { channel_id })).error_type).toBe("NotRecording");
});

test("there is one at a time", async () => {
  const { recording_id } = await start({});
  expect(await sandbox.refused("StartRecording", { channel_id, expire_time: 60 })).toEqual({
    error_type: "AlreadyRecording",
    error_reason: { channel_id, recording_id },
  });
  await sandbox.call("StartRecording", { channel_id: lounge });
  await sandbox.call("StopRecording", { channel_id });
  expect((await start({})).recording_id).not.toBe(recording_id);
});

test("ends with the session", async () => {
  await start({});
  await sandbox.call("TerminateSession", { channel_id });
  for (const operation of ["StartRecording", "StopRecording"]) {
    expect((await sandbox.refused(operation, { channel_id })).error_type).toBe("ChannelNotFound");
  }
});

test("none is there to be stopped", async () => {
  expect(await sandbox.refused("StopRecording", { channel_id })).toEqual({
    error_type: "NotRecording",
    error_reason: { channel_id },
  });
});

test("split files alone need a duration", async () => {
  expect(await sandbox.refused("StartRecording", { channel_id, split_only: true })).toEqual({
    error_type: "SplitDurationMissing",
    error_reason: { channel_id },
  });
  expect(await recording()).toBeNull();
  await start({ split_duration: 1 });
  expect(await recording()).toMatchObject({ split_only: false, split_duration: 1 });
});

describe.each(["expire_time", "split_duration"])("%s", (name) => {
  test.each([
    [0, "not_in_range"],
    [86_401, "not_in_range"],
    [1.5, "wrong_type"],
    ["60", "wrong_type"],
  ])("is not %j", async (value, error) => {
    const { error_reason } = await sandbox.refused("StartRecording", { channel_id, [name]: value });
    expect(error_reason).toMatchObject([{ path: [name], error }]);
  });

  test.each([1, 86_400])("may be %j", async (value) => {
    await start({ [name]: value });
    expect(await recording()).toMatchObject({ [name]: value });
  });
});
