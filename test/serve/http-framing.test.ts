import { once } from "node:events";
import { expect, test } from "vitest";
import { expectInTime } from "../support/in-time.ts";
import { bearer, bytesOf, callersFile, openConnection, serveOverHttp, write } from "../support/over-http.ts";
import { startUpstream } from "../support/upstream.ts";

// Where one request ends and the next begins: nobody in front may see that otherwise.

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

async function serving() {
  const upstream = await startUpstream();
  const { path, tokens } = callersFile({ alice: {} });
  const server = await serveOverHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path });
  return { ...server, upstream, authorized: bearer(tokens.alice) };
}

const chunked = { "content-length": null, "transfer-encoding": "chunked" };

test("requests that come in one piece are answered each, in their order", async () => {
  const { url, authorized } = await serving();
  const { socket, text } = openConnection(url);
  const requests = [1, 2, 3].map((id) =>
    bytesOf(url, {
      headers: { ...authorized, connection: id === 3 ? "close" : "keep-alive" },
      body: JSON.stringify({ ...ping, id }),
    }),
  );
  socket.write(Buffer.concat(requests));
  await expectInTime(once(socket, "close"), "all are answered");
  expect(text().match(/"id":\d/g)).toEqual(['"id":1', '"id":2', '"id":3']);
});

test("a client that asks whether to go on is told so; what else it may expect is not met", async () => {
  const { url, authorized } = await serving();
  const { socket, text } = openConnection(url);
  const body = JSON.stringify(ping);
  const headers = { ...authorized, expect: "100-continue", "content-length": String(body.length) };
  socket.write(bytesOf(url, { headers }));
  await expect.poll(text).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  socket.write(body);
  await once(socket, "close");
  expect(text()).toContain("HTTP/1.1 200 OK");
  expect((await write(url, { headers: { ...authorized, expect: "200-ok" }, body })).status).toBe(417);
});

const smuggled = "POST /mcp HTTP/1.1\r\nhost: x\r\n\r\n";

test.each<[what: string, headers: Record<string, string | string[] | null>, body: string]>([
  ["a length and chunks", { "content-length": "5", "transfer-encoding": "chunked" }, `0\r\n\r\n${smuggled}`],
  ["two lengths", { "content-length": ["5", "6"] }, "12345"],
  ["a length with a sign", { "content-length": "+5" }, "12345"],
  ["a length in hex", { "content-length": "0x5" }, "12345"],
  ["two lengths in one", { "content-length": "5, 6" }, "12345"],
  [
    "chunks that are not the last coding",
    { ...chunked, "transfer-encoding": "chunked, identity" },
    `0\r\n\r\n${smuggled}`,
  ],
  [
    "chunks behind a vertical tab",
    { ...chunked, "transfer-encoding": "\u000bchunked" },
    `0\r\n\r\n${smuggled}`,
  ],
  ["a blank before the colon", { ...chunked, "transfer-encoding ": "chunked" }, `0\r\n\r\n${smuggled}`],
  ["a chunk of a size that is none", chunked, `-1\r\n\r\n${smuggled}`],
  ["a chunk longer than it says", chunked, `1\r\n{}\r\n0\r\n\r\n${smuggled}`],
  ["a line that goes on", { "x-folded": "a\r\n transfer-encoding: chunked" }, ""],
  ["a NUL", { "x-nul": "a\u0000b" }, ""],
])(
  "%s: whoever stands in front may count otherwise, and so it is 400 and the end",
  async (_what, headers, body) => {
    const { url, authorized, upstream } = await serving();
    const { socket, text } = openConnection(url);
    socket.write(bytesOf(url, { headers: { ...authorized, connection: "keep-alive", ...headers }, body }));
    await expectInTime(once(socket, "close"), "the connection ends");
    expect(text().match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 400"]);
    expect(upstream.requests).toEqual([]);
  },
);
