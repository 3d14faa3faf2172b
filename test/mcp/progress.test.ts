import { setTimeout as delay } from "node:timers/promises";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, expect, test, vi } from "vitest";
import { inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { today } from "./job-calls.ts";

// A client that gave a token hears every 5 seconds that its call goes on, whatever the call is: some clients end a call of
// which they hear nothing.

afterEach(() => void vi.useRealTimers());

const channel_id = "sora";
const message = expect.stringMatching(/^[A-Z][^.]*\.$/);

/** Every kind of call that can last: one request, and jobs, which make several or go on by themselves. */
const slow = [
  { tool: "sora_list_channel_connections", args: { channel_id } },
  { tool: "sora_push_channel", args: { channel_id, data: {} } },
  { tool: "sora_disconnect_channel", args: { channel_id } },
  { tool: "sora_disconnect_channel", args: { channel_id, confirm: true } },
  { tool: "sora_overview", args: { channel_id } },
  { tool: "sora_wait", args: { channel_id } },
  { tool: "sora_diagnose", args: { channel_id } },
  { tool: "sora_mute", args: { channel_id, client_id: "bob" } },
  { tool: "sora_unmute", args: { channel_id, mute_id: "m" } },
  { tool: "sora_list_actions", args: { channel_id } },
];

interface Calling {
  readonly answer: () => void;
  readonly cancel: () => void;
  readonly result: Promise<CallToolResult>;
  /** What the client has been told so far. */
  readonly heard: () => Promise<object[]>;
}

/** A call of which Sora has the first request, and does not answer before it is told to. */
async function calling(tool: string, args: Record<string, unknown>, hasToken = true): Promise<Calling> {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  let answer = () => {};
  let isAnswering = false;
  const upstream = await startUpstream((request, response, raw) => {
    const answerIt = () => json([])(request, response, raw);
    if (isAnswering) return answerIt();
    const before = answer;
    answer = () => {
      isAnswering = true;
      before();
      answerIt();
    };
  });
  const session = await inProcess({
    env: { SORA_API_URL: upstream.url, SORA_TIMEOUT_MS: "120000", ...today },
  });
  const heard: object[] = [];
  const notified: unknown[] = [];
  session.client.fallbackNotificationHandler = async (notification) => void notified.push(notification);
  const stop = new AbortController();
  const onprogress = hasToken && { onprogress: (progress: object) => void heard.push(progress) };
  const called = session.client.callTool({ name: tool, arguments: args }, undefined, {
    signal: stop.signal,
    ...onprogress,
  }) as Promise<CallToolResult>;
  const result = called.finally(() => expect(notified).toEqual([]));
  result.catch(() => {});
  await upstream.received(1);
  return {
    answer: () => answer(),
    cancel: () => stop.abort(),
    result,
    async heard() {
      await session.client.ping();
      return heard;
    },
  };
}

test.each(slow)("of $tool $args, and no more once it is answered", async ({ tool, args }) => {
  const call = await calling(tool, args);
  vi.advanceTimersByTime(4999);
  expect(await call.heard()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(await call.heard()).toEqual([{ progress: 5, message }]);
  vi.advanceTimersByTime(54_999);
  const told = Array.from({ length: 11 }, (_, index) => ({ progress: 5 * (index + 1), message }));
  expect(await call.heard()).toEqual(told);
  if (tool === "sora_wait") {
    // It goes on by itself.
    call.cancel();
    await expect(call.result).rejects.toThrow();
  } else {
    call.answer();
    await call.result;
  }
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(0));
  expect(await call.heard()).toEqual(told);
});

test("a wait tells of itself while it pauses between its polls, too", async () => {
  const call = await calling("sora_wait", { channel_id, timeout_s: 1 });
  call.answer();
  await delay(100);
  vi.advanceTimersByTime(5000);
  expect(await call.heard()).toEqual([{ progress: 5, message }]);
  expect((await call.result).structuredContent).toMatchObject({ reason: "timeout" });
  expect(vi.getTimerCount()).toBe(0);
});

test.each(["sora_list_channel_connections", "sora_wait"])(
  "a client that gave no token hears nothing of %s",
  async (tool) => {
    const call = await calling(tool, { channel_id }, false);
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
    // What is told all the same would fail the call.
    expect(await call.heard()).toEqual([]);
    call.cancel();
    await expect(call.result).rejects.toThrow();
  },
);

test("a call that is over soon is not told of", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const upstream = await startUpstream(json([]));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, ...today } });
  const heard: object[] = [];
  const call = { name: "sora_overview", arguments: { channel_id } };
  await session.client.callTool(call, undefined, { onprogress: (progress) => void heard.push(progress) });
  vi.advanceTimersByTime(60_000);
  await session.client.ping();
  expect([heard, vi.getTimerCount()]).toEqual([[], 0]);
});
