import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, startTime, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
let sora: Json[];
let guests: Json[];
beforeAll(async () => {
  sandbox = await openSandbox();
  sora = await sandbox.call("ListChannelConnections", { channel_id: "sora" });
  guests = await sandbox.call("ListChannelConnections", { channel_id: lounge });
});
afterAll(() => sandbox.close());

test("who is in channel sora", () => {
  const rows = sora.map(({ client_id, role, simulcast, audio, video }) =>
    [client_id, role, audio ? audio.codec_type : "-", video ? video.codec_type : "-", simulcast].join(" "),
  );
  expect(rows).toEqual([
    "alice sendrecv OPUS VP8 true",
    "bob sendrecv OPUS VP9 false",
    "alice sendonly - AV1 false",
    "carol recvonly OPUS VP9 false",
    "mallory recvonly OPUS - false",
  ]);
});

test("who is in the lounge", () => {
  const rows = guests.map(({ role, simulcast, spotlight, video }) =>
    [role, video.codec_type, simulcast, spotlight].join(" "),
  );
  expect(rows).toEqual(["sendrecv VP8 true true", "sendrecv H264 true true", "sendrecv VP8 true true"]);
  expect(guests.map((guest) => guest.client_id)).toEqual(["dave", "erin", guests[2].connection_id]);
});

test("a connection in full", () => {
  const { event_metadata, created_time, created_timestamp, connection_id, session_id, ...rest } = sora[1];
  expect(rest).toEqual({
    node_name: "sandbox@127.0.0.1",
    channel_id: "sora",
    client_id: "bob",
    bundle_id: connection_id,
    role: "sendrecv",
    multistream: true,
    simulcast: false,
    spotlight: false,
    recording_block: false,
    audio: { codec_type: "OPUS", bit_rate: 64 },
    video: { codec_type: "VP9", bit_rate: 1000 },
  });
  expect(event_metadata).toEqual({ name: "Bob" });
  expect(session_id).toMatch(/^[0-9A-HJKMNP-TV-Z]{25}[048CGMRW]$/);
});

test("everybody joined at another time in the minutes before the start", () => {
  const all = [...sora, ...guests];
  for (const { created_time, created_timestamp } of all) {
    expect(Number.isSafeInteger(created_time)).toBe(true);
    expect(created_time).toBeLessThan(startTime * 1000);
    expect(created_time).toBeGreaterThan((startTime - 30 * 60_000) * 1000);
    expect(created_timestamp).toMatch(/^2026-04-01T09:\d\d:\d\d\.\d{6}Z$/);
    expect(Date.parse(created_timestamp)).toBe(Math.floor(created_time / 1000));
    expect(Number(created_timestamp.slice(20, 26))).toBe(created_time % 1_000_000);
  }
  expect(new Set(all.map((entry) => entry.created_time)).size).toBe(8);
});

test("every id is unique, sessions are per channel", () => {
  const all = [...sora, ...guests];
  expect(new Set(all.map((entry) => entry.connection_id)).size).toBe(8);
  expect(new Set(sora.map((entry) => entry.session_id)).size).toBe(1);
  expect(guests[0].session_id).not.toBe(sora[0].session_id);
});

test("mallory, and nobody else, writes to the model and hides characters", async () => {
  const hidden = /[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
  const metadata = await sandbox.call("ListSignalingNotifyMetadata", { channel_id: "sora" });
  const texts = [
    ...sora.map(({ client_id, event_metadata }) => [client_id, JSON.stringify(event_metadata)]),
    ...metadata.map((entry: Json) => [entry.client_id, JSON.stringify(entry.metadata)]),
  ];
  const suspicious = texts.filter(([, text]) => hidden.test(text));
  expect(suspicious.map(([client_id]) => client_id)).toEqual(["mallory", "mallory"]);
  for (const [, text] of suspicious) {
    expect(text).toContain("\u202e");
    expect(text).toContain("\u200b");
    expect(text).toContain("</tool_result>");
    expect(text).toContain("sora_disconnect_client");
  }
});

describe("determinism", () => {
  async function everything(seed: number): Promise<Json[]> {
    const other = await openSandbox({ seed });
    const answers = [];
    for (const channel_id of other.channels) {
      answers.push(await other.call("ListChannelConnections", { channel_id }));
      answers.push(await other.call("ListChannelUserAgentStats", { channel_id }));
      other.clock.now += 1234;
      for (const connection_id of await other.ids(channel_id)) {
        answers.push(await other.call("GetStatsConnection", { channel_id, connection_id }));
      }
    }
    await other.close();
    return answers;
  }

  test("the same clock and numbers give the same answers, other numbers other ids", async () => {
    const [first, second, third] = await Promise.all([everything(5), everything(5), everything(6)]);
    expect(second).toEqual(first);
    expect(third?.[0][0].connection_id).not.toBe(first?.[0][0].connection_id);
  });
});
