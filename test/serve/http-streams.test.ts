import { afterEach, expect, test, vi } from "vitest";
import { expectInTime } from "../support/in-time.ts";
import { bearer, bytesOf, openConnection, post, usual, write } from "../support/over-http.ts";
import { heldCall, servingHeldCalls } from "./holding-server.ts";

// Who gets a stream, what comes on it, and that it ends with its client and with its answer.

afterEach(() => void vi.useRealTimers());

const withToken = heldCall(1, { progressToken: "p" });

/** The messages of a stream of events, each of which has to be one. */
function events(text: string): Record<string, unknown>[] {
  const blocks = text.split("\n\n");
  expect(blocks.pop()).toBe("");
  return blocks.map((block) => {
    const [, data = ""] = /^event: message\ndata: (.*)$/.exec(block) ?? [];
    return JSON.parse(data);
  });
}

test("who asks for progress and takes a stream gets one: progress, then the answer, then the end", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const { url, tokens, upstream, release } = await servingHeldCalls();
  const response = await fetch(url, {
    method: "POST",
    headers: { ...usual, ...bearer(tokens.alice) },
    body: JSON.stringify(withToken),
  });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  expect(response.headers.get("x-accel-buffering")).toBe("no");
  await upstream.received(1);
  vi.advanceTimersByTime(10_000);
  release();
  const messages = events(await response.text());
  expect(messages).toMatchObject([
    { method: "notifications/progress", params: { progressToken: "p", progress: 5 } },
    { method: "notifications/progress", params: { progressToken: "p", progress: 10 } },
    { id: 1, result: { structuredContent: { total: 1 } } },
  ]);
});

test.each<[what: string, message: object, accept: string]>([
  ["asks for no progress", heldCall(1), usual.accept],
  ["takes no stream", withToken, "application/json"],
  ["takes whatever there is", withToken, "*/*"],
])("who %s gets JSON", async (_what, message, accept) => {
  const { url, tokens, upstream, release } = await servingHeldCalls();
  const answer = post(url, message, { ...bearer(tokens.alice), accept });
  await upstream.received(1);
  release();
  const { headers, body } = await answer;
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toMatchObject({ id: 1, result: { structuredContent: { total: 1 } } });
});

test.each(["POST /mcp HTTP/1.0", "POST /mcp HTTP/1.1"])(
  "a stream on a connection that is to be closed ends with it: %s",
  async (line) => {
    const { url, tokens, upstream, release } = await servingHeldCalls();
    const answer = write(url, { line, headers: bearer(tokens.alice), body: JSON.stringify(withToken) });
    await upstream.received(1);
    release();
    await expectInTime(answer, "the connection ends");
    const { headers, body } = await answer;
    expect(headers.connection).toBe("close");
    expect(body).toContain('"total":1');
  },
);

test.each([
  ["a stream", withToken],
  ["an answer", heldCall(1)],
])("who goes away from %s ends its call to Sora", async (_what, message) => {
  const { url, tokens, upstream, cut, stderr } = await servingHeldCalls();
  const before = stderr();
  const { socket } = openConnection(url);
  socket.write(bytesOf(url, { headers: bearer(tokens.alice), body: JSON.stringify(message) }));
  await upstream.received(1);
  socket.destroy();
  await expect.poll(cut).toBe(1);
  expect(upstream.requests).toHaveLength(1);
  expect(stderr()).toBe(before);
});
