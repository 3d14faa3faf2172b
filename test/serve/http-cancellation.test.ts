import { afterEach, expect, test, vi } from "vitest";
import { bearer, clientInfo, connectOverHttp, post, usual } from "../support/over-http.ts";
import { heldCall, servingHeldCalls } from "./holding-server.ts";

// A cancellation comes as a request of its own: which call it ends, and which it does not.

afterEach(() => void vi.useRealTimers());

const sora = { channel_id: "sora" };

async function session(url: string, token: string | undefined): Promise<Record<string, string>> {
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  const message = { jsonrpc: "2.0", id: 0, method: "initialize", params };
  const { headers } = await post(url, message, bearer(token));
  const id = headers.get("mcp-session-id");
  expect(id).toMatch(/^[\w.-]+$/);
  return { ...bearer(token), "mcp-session-id": id ?? "" };
}

test.each([
  ["JSON", undefined],
  ["a stream", { progressToken: 1 }],
])("a cancellation ends the call of its own session, caller and id, and no other: %s", async (_how, meta) => {
  const { url, tokens, upstream, release, cut } = await servingHeldCalls();
  const own = await session(url, tokens.alice);
  const other = await session(url, tokens.alice);
  const cancel = (requestId: unknown, headers: Record<string, string>) =>
    post(url, { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } }, headers);
  const send = async () => {
    const body = JSON.stringify(heldCall(7, meta));
    const response = await fetch(url, { method: "POST", headers: { ...usual, ...own }, body });
    return { status: response.status, text: await response.text() };
  };

  const first = send();
  await upstream.received(1);
  const wrong = [
    cancel(7, other),
    cancel(7, bearer(tokens.alice)),
    cancel(7, { ...own, ...bearer(tokens.bob) }),
    cancel(8, own),
    cancel("7", own),
    cancel(undefined, own),
  ];
  for (const { status, body } of await Promise.all(wrong))
    expect([status < 500, body === null]).toEqual([true, status === 202]);
  release();
  expect((await first).text).toContain('"total":1');
  expect(cut()).toBe(0);

  const second = send();
  await upstream.received(2);
  expect((await cancel(7, own)).status).toBe(202);
  await expect.poll(cut).toBe(1);
  const { text } = await second;
  expect(text).not.toContain("total");
  // Once it is over there is nothing left to cancel, and the id may be used again.
  expect((await cancel(7, own)).status).toBe(202);
  const third = send();
  await upstream.received(3);
  release();
  expect((await third).text).toContain('"total":1');
});

test("an id that is given twice: a cancellation ends the later call, also when the other is over", async () => {
  const { url, tokens, upstream, cut } = await servingHeldCalls();
  const own = await session(url, tokens.alice);
  const leaving = new AbortController();
  const ask = (signal?: AbortSignal) =>
    fetch(url, {
      method: "POST",
      headers: { ...usual, ...own },
      body: JSON.stringify(heldCall(7)),
      ...(signal && { signal }),
    });
  const gone = expect(ask(leaving.signal)).rejects.toThrow();
  await upstream.received(1);
  const second = ask();
  await upstream.received(2);
  leaving.abort();
  await gone;
  await expect.poll(cut).toBe(1);
  await post(url, { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } }, own);
  await expect.poll(cut).toBe(2);
  expect(await (await second).text()).not.toContain("total");
});

test("the SDK's client cancels, and is told of progress", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const { url, tokens, upstream, cut } = await servingHeldCalls();
  const { client } = await connectOverHttp(url, bearer(tokens.alice));
  const stop = new AbortController();
  const heard: number[] = [];
  const asked = client.callTool({ name: "sora_list_channel_connections", arguments: sora }, undefined, {
    signal: stop.signal,
    onprogress: ({ progress }) => void heard.push(progress),
  });
  const failed = expect(asked).rejects.toThrow();
  await upstream.received(1);
  vi.advanceTimersByTime(5_000);
  await expect.poll(() => heard).toEqual([5]);
  stop.abort();
  await failed;
  await expect.poll(cut).toBe(1);
});
