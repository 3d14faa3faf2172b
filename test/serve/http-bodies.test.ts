import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { expectInTime } from "../support/in-time.ts";
import {
  bearer,
  bytesOf,
  callersFile,
  openConnection,
  post,
  readAnswer,
  serveOverHttp,
  write,
} from "../support/over-http.ts";

// How large a body may be, and how it may come.

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
const pong = { jsonrpc: "2.0", id: 1, result: {} };
const mostBytes = 8_000_000;

async function serving() {
  const { path, tokens } = callersFile({ alice: {} });
  const server = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  return { ...server, authorized: bearer(tokens.alice) };
}

/** A message of so many bytes. */
function padded(bytes: number, message: object = ping): Buffer {
  const text = JSON.stringify(message);
  return Buffer.from(" ".repeat(bytes - text.length) + text);
}

function chunk(body: Buffer | string): Buffer {
  return Buffer.concat([
    Buffer.from(`${Buffer.byteLength(body).toString(16)}\r\n`),
    Buffer.from(body),
    Buffer.from("\r\n"),
  ]);
}

const chunked = { "content-length": null, "transfer-encoding": "chunked" };

describe("a body", () => {
  test.each(["content-length", "chunks"])("may have 8,000,000 bytes and not one more, by %s", async (how) => {
    const { url, authorized } = await serving();
    for (const [bytes, status] of [
      [mostBytes, 200],
      [mostBytes + 1, 413],
    ] as const) {
      const body = padded(bytes);
      const whole =
        how === "chunks"
          ? Buffer.concat([chunk(body.subarray(0, 70_000)), chunk(body.subarray(70_000)), chunk("")])
          : body;
      // Kept open: whoever wants it closed may find it closed before it has read the answer.
      const kept = { ...authorized, connection: "keep-alive" };
      const { socket, text } = openConnection(url);
      socket.write(bytesOf(url, { headers: { ...kept, ...(how === "chunks" && chunked) }, body: whole }));
      await expect.poll(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    }
  });

  test.each<[what: string, status: number, headers: Record<string, string | null>]>([
    ["is too large", 413, {}],
    ["nobody may send", 401, { authorization: null }],
    ["is no JSON", 415, { "content-type": "text/plain" }],
  ])(
    "that %s is answered while it is still being written, and cut off by nobody",
    async (_what, status, wrong) => {
      const { url, authorized } = await serving();
      const length = String(mostBytes + 1_000_000);
      const headers = { ...authorized, connection: "keep-alive", "content-length": length, ...wrong };
      const { socket, text, failed } = openConnection(url);
      socket.write(bytesOf(url, { headers }));
      await expect.poll(text).toContain(`HTTP/1.1 ${status}`);
      for (let sent = 0; sent < Number(length); sent += 1_000_000) {
        if (!socket.write(Buffer.alloc(1_000_000, " "))) await once(socket, "drain");
      }
      // The next request on the same connection is one.
      socket.write(bytesOf(url, { headers: authorized, body: JSON.stringify(ping) }));
      await expectInTime(once(socket, "close"), "all is answered");
      expect(failed()).toBeUndefined();
      expect(text().match(/HTTP\/1.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`, "HTTP/1.1 200"]);
    },
  );

  test("in chunks of no known sum is answered once it is too large, and its rest forgotten", async () => {
    const { url, authorized } = await serving();
    const { socket, text, failed } = openConnection(url);
    socket.write(bytesOf(url, { headers: { ...authorized, connection: "keep-alive", ...chunked } }));
    const piece = chunk(Buffer.alloc(1_000_000, " "));
    const go = async (pieces: number) => {
      for (let sent = 0; sent < pieces; sent++) if (!socket.write(piece)) await once(socket, "drain");
    };
    await go(9);
    await expect.poll(text).toContain("413");
    expect(JSON.parse(readAnswer(text()).body).error.message).toContain("8000000");
    await go(9);
    socket.write(chunk(""));
    socket.write(bytesOf(url, { headers: authorized, body: JSON.stringify(ping) }));
    await expectInTime(once(socket, "close"), "all is answered");
    expect(failed()).toBeUndefined();
    expect(text().match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 413", "HTTP/1.1 200"]);
  });

  test("whose sender goes away halfway is nothing to speak of", async () => {
    const { url, authorized, stderr } = await serving();
    const before = stderr();
    for (const headers of [
      { ...authorized, "content-length": "1000" },
      { ...authorized, ...chunked },
    ]) {
      const { socket } = openConnection(url);
      socket.write(bytesOf(url, { headers }));
      socket.write(headers["content-length"] === null ? chunk("{") : "{");
      socket.end();
      socket.resume();
      await once(socket, "close");
    }
    expect(await post(url, ping, authorized)).toMatchObject({ status: 200, body: pong });
    expect(stderr()).toBe(before);
  });

  test("that is compressed is 415: unpacked, it could be any size", async () => {
    const { url, authorized } = await serving();
    for (const coding of ["gzip", "br", "deflate", "zstd", "gzip, identity"]) {
      const headers = { ...authorized, "content-encoding": coding };
      expect((await write(url, { headers, body: gzipSync(JSON.stringify(ping)) })).status, coding).toBe(415);
    }
    const headers = { ...authorized, "content-encoding": "identity" };
    expect((await write(url, { headers, body: JSON.stringify(ping) })).status).toBe(200);
  });
});
