import { expect, test } from "vitest";
import { bearer, callersFile, post, serveOverHttp } from "../support/over-http.ts";
import { startUpstream } from "../support/upstream.ts";

// What a body says, and what it is answered.

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
const pong = { jsonrpc: "2.0", id: 1, result: {} };
async function serving() {
  const upstream = await startUpstream();
  const { path, tokens } = callersFile({ alice: {} });
  const server = await serveOverHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path });
  return { ...server, upstream, authorized: bearer(tokens.alice) };
}

const invalid = { error: { code: -32600 } };
const unread = { status: 400, body: { error: { code: -32700 }, id: null } };
const tooMany = {
  status: 413,
  body: { error: { code: -32000, message: "A body may have 50000 commas, [ and {." }, id: null },
};
/** With so many values, and three commas and brackets around them. */
const notification = (values: number) =>
  `{"jsonrpc":"2.0","method":"notifications/x","params":{${'"":{},'.repeat(values / 2)}"":0}}`;
const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

test.each<[what: string, body: string, answer: object]>([
  ["nothing", "", unread],
  ["no JSON", "{", unread],
  ["a form", "a=b", unread],
  ["two messages", `${JSON.stringify(ping)}\n${JSON.stringify(ping)}`, unread],
  ["a message behind a byte order mark", `\ufeff${JSON.stringify(ping)}`, { status: 200, body: pong }],
  ["a batch", JSON.stringify([ping, ping]), { status: 400, body: { ...invalid, id: null } }],
  ["a batch of one", JSON.stringify([ping]), { status: 400, body: { ...invalid, id: null } }],
  ["an empty batch", "[]", { status: 400, body: invalid }],
  ["a batch of batches", "[[[]]]", { status: 400, body: invalid }],
  ["a text", '"ping"', { status: 400, body: invalid }],
  ["null", "null", { status: 400, body: invalid }],
  ["an empty object", "{}", { status: 400, body: invalid }],
  [
    "an id that is null",
    '{"jsonrpc":"2.0","id":null,"method":"ping"}',
    { status: 400, body: { ...invalid, id: null } },
  ],
  [
    "an id with a fraction",
    '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
    { status: 400, body: { ...invalid, id: 1.5 } },
  ],
  [
    "an id that is an object",
    '{"jsonrpc":"2.0","id":{},"method":"ping"}',
    { status: 400, body: { ...invalid, id: null } },
  ],
  [
    "an id of a text that reads as a number",
    '{"jsonrpc":"2.0","id":"1","method":"ping"}',
    { status: 200, body: { ...pong, id: "1" } },
  ],
  ["the id 0", '{"jsonrpc":"2.0","id":0,"method":"ping"}', { status: 200, body: { ...pong, id: 0 } }],
  ['the id ""', '{"jsonrpc":"2.0","id":"","method":"ping"}', { status: 200, body: { ...pong, id: "" } }],
  ["JSON-RPC 1.0", '{"id":1,"method":"ping"}', { status: 400, body: { ...invalid, id: 1 } }],
  [
    "an unknown method",
    '{"jsonrpc":"2.0","id":1,"method":"x"}',
    { status: 200, body: { error: { code: -32601 }, id: 1 } },
  ],
  ["a notification", '{"jsonrpc":"2.0","method":"notifications/initialized"}', { status: 202, body: null }],
  ["an unknown notification", '{"jsonrpc":"2.0","method":"notifications/x"}', { status: 202, body: null }],
  ["an answer to nothing", '{"jsonrpc":"2.0","id":7,"result":{}}', { status: 202, body: null }],
  [
    "an error to nothing",
    '{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"x"}}',
    { status: 202, body: null },
  ],
  [
    "a cancellation of nothing",
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}}',
    { status: 202, body: null },
  ],
  ["50,000 brackets", "[".repeat(50_000), unread],
  ["50,000 lists in each other", deep("[", "]", 50_000), { status: 400, body: invalid }],
  ["one more", deep("[", "]", 50_001), tooMany],
  ["50,000 commas and brackets in a notification", notification(49_997), { status: 202, body: null }],
  ["one more", notification(49_998), tooMany],
  ["a million lists in a text", JSON.stringify({ ...ping, params: { x: "[],".repeat(1_000_000) } }), tooMany],
  [
    "an id of 1,000 characters",
    JSON.stringify({ ...ping, id: "x".repeat(1000) }),
    { status: 200, body: { id: "x".repeat(1000) } },
  ],
  [
    "an id of 1,001 characters",
    JSON.stringify({ ...ping, id: "x".repeat(1001) }),
    { status: 400, body: { error: { message: "Invalid request: id may have 1000 characters." }, id: null } },
  ],
  [
    "a progress token of 1,001 characters",
    JSON.stringify({ ...ping, params: { _meta: { progressToken: "x".repeat(1001) } } }),
    { status: 400, body: { ...invalid, id: null } },
  ],
])("%s", async (_what, body, answer) => {
  const { url, authorized, stderr, upstream } = await serving();
  const before = stderr();
  expect(await post(url, body, authorized)).toMatchObject(answer);
  expect(stderr()).toBe(before);
  expect(upstream.requests).toEqual([]);
});

test.each([1_000, 49_000, 1_000_000])(
  "arguments %i objects deep are refused, and the server lives on",
  async (depth) => {
    const { url, authorized } = await serving();
    const nested = `{"a":${deep('{"a":', "}", depth).replace("}", "1}")}}`;
    const params = `{"name":"sora_push_channel","arguments":{"channel_id":"sora","data":${nested}}}`;
    const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
    const { status } = await post(url, call, authorized);
    expect([200, 400, 413]).toContain(status);
    expect(await post(url, ping, authorized)).toMatchObject({ status: 200, body: pong });
  },
);
