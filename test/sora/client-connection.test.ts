import type { Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { closedPort, startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { json, startUpstream } from "../support/upstream.ts";

// What becomes of calls when connections are kept, refused, broken off or used for something that is not HTTP.

const notKnown = "It is not known whether Sora carried the call out";
const head = (length: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;
const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

test("one connection carries calls that follow each other, reads and others alike", async () => {
  const upstream = await startUpstream(json({ ok: true }));
  const sora = soraAt(upstream.url);
  for (let round = 0; round < 10; round++) {
    await sora.read();
    await new Promise((resolve) => setImmediate(resolve));
    await sora.write();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(upstream.requests).toHaveLength(20);
  expect(upstream.connections()).toBe(1);
});

test("errors and redirects keep their connection too", async () => {
  const upstream = await startUpstream((request, response) => {
    if (request.path === "/there") response.writeHead(400).end('{"error_type":"NoSuch"}');
    else response.writeHead(307, { location: "/there" }).end("gone there");
  });
  const sora = soraAt(upstream.url);
  for (let round = 0; round < 5; round++) {
    expect((await failureOf(sora.write())).code).toBe("sora_error");
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(upstream.requests).toHaveLength(10);
  expect(upstream.connections()).toBeLessThanOrEqual(2);
});

test("a connection that Sora closes after each answer is not missed", async () => {
  const upstream = await startUpstream(json({ ok: true }, 200, { connection: "close" }));
  const sora = soraAt(upstream.url);
  for (let round = 0; round < 5; round++) expect(await sora.write()).toEqual({ ok: true });
  expect(upstream.connections()).toBe(5);
});

describe("an idle connection", () => {
  const kept = (timeout: number) =>
    `HTTP/1.1 200 OK\r\nkeep-alive: timeout=${timeout}\r\ncontent-length: 2\r\n\r\n{}`;
  /** Lets this time pass, from when the last call has let go of its connection. */
  async function pass(ms: number): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(ms);
  }
  afterEach(() => void vi.useRealTimers());

  test.each([600, 3_600, 86_400])(
    "is closed after 10 s at most, though the server keeps it for %i s",
    async (timeout) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const upstream = await startRawUpstream((socket) => socket.write(kept(timeout)));
      const sora = soraAt(upstream.url);
      await sora.read();
      await pass(9_000);
      await sora.read();
      expect(upstream.connections()).toBe(1);
      await pass(10_001);
      await upstream.hungUp;
      await sora.read();
      expect(upstream.connections()).toBe(2);
    },
  );

  test("is closed before the server closes it, where that is sooner", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const upstream = await startRawUpstream((socket) => socket.write(kept(5)));
    await soraAt(upstream.url).read();
    await pass(3_001);
    await upstream.hungUp;
    expect(upstream.connections()).toBe(1);
  });

  test.each(kinds)(
    "that died without a word costs one %s its deadline, and the next call nothing",
    async (kind) => {
      const upstream = await startRawUpstream((socket, request) => {
        if (request !== 2) socket.write(kept(600));
      });
      const sora = soraAt(upstream.url, { timeoutMs: 700 });
      await sora.read();
      await new Promise((resolve) => setImmediate(resolve));
      const { code, message } = await failureOf(sora[kind]());
      expect(code).toBe("timeout");
      expect(message.includes(notKnown)).toBe(kind === "write");
      expect(upstream.connections()).toBe(1);
      expect(await sora[kind]()).toEqual({});
      expect(upstream.connections()).toBeGreaterThan(1);
      expect(upstream.requests()).toBe(3);
    },
  );
});

test("an answer of HTTP/1.0 ends with its connection", async () => {
  const upstream = await startRawUpstream((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n{"a":1}'));
  expect(await soraAt(upstream.url).read()).toEqual({ a: 1 });
});

test("a message that only informs comes before the answer and is not one", async () => {
  const upstream = await startRawUpstream((socket) =>
    socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${head(2)}{}`),
  );
  expect(await soraAt(upstream.url).read()).toEqual({});
});

describe("answers cut off", () => {
  test.each<{ name: string; answer: (socket: Socket) => void }>([
    { name: "fewer bytes than announced", answer: (socket) => socket.end(`${head(100)}{"a":1}`) },
    { name: "chunks without an end", answer: (socket) => socket.end(`${chunked}7\r\n{"a":1}\r\n`) },
    { name: "an end in the middle of a chunk", answer: (socket) => socket.end(`${chunked}70\r\n{"a":1}`) },
    {
      name: "a reset in the middle of the body",
      answer: (socket) => socket.write(`${head(100)}{"a":1}`, () => socket.resetAndDestroy()),
    },
    { name: "a chunk size that is no number", answer: (socket) => socket.end(`${chunked}zz\r\n{}\r\n`) },
  ])("$name: bad_response, one request", async ({ answer }) => {
    const upstream = await startRawUpstream(answer);
    const sora = soraAt(upstream.url);
    for (const [index, kind] of kinds.entries()) {
      const { code, message } = await failureOf(sora[kind]());
      expect(code).toBe("bad_response");
      expect(message.includes(notKnown)).toBe(kind === "write");
      expect(upstream.requests()).toBe(index + 1);
    }
  });
});

describe("what is not HTTP", () => {
  const overflow = `HTTP/1.1 200 OK\r\n${`x-filler: ${"y".repeat(1000)}\r\n`.repeat(100)}`;

  test.each<{ name: string; said: string | Buffer }>([
    { name: "a greeting of another protocol", said: "220 mail.example.net ESMTP ready\r\n" },
    { name: "an SSH greeting", said: "SSH-2.0-OpenSSH_9.6\r\n" },
    { name: "a TLS alert", said: Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]) },
    { name: "noise", said: Buffer.from([0, 1, 2, 3, 0xff, 0xfe, 0x0d, 0x0a, 0x0d, 0x0a]) },
    { name: "a status that is no number", said: "HTTP/1.1 OK 200\r\n\r\n" },
    { name: "a header without a colon", said: "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n" },
    { name: "a length that is no number", said: "HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}" },
    {
      name: "two lengths",
      said: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    },
    { name: "headers that never end", said: overflow },
  ])("$name: bad_response, one request", async ({ said }) => {
    const upstream = await startRawUpstream((socket) => socket.write(said));
    const sora = soraAt(upstream.url);
    for (const [index, kind] of kinds.entries()) {
      const { code, message, details } = await failureOf(sora[kind]());
      expect(code).toBe("bad_response");
      expect(message).toContain(`What answers at 127.0.0.1:${upstream.port} does not speak HTTP properly.`);
      expect(message.includes(notKnown)).toBe(kind === "write");
      expect(details.hint).toContain("SORA_API_URL");
      expect(upstream.requests()).toBe(index + 1);
    }
  });
});

describe("no connection", () => {
  test("refused: unreachable; nothing had left, so nothing is uncertain", async () => {
    const port = await closedPort();
    const sora = soraAt(`http://127.0.0.1:${port}/`);
    for (const failure of await Promise.all(kinds.map((kind) => failureOf(sora[kind]())))) {
      const { code, message, details } = failure;
      expect(code).toBe("unreachable");
      expect(message).toBe(`The Sora API at 127.0.0.1:${port} could not be reached (ECONNREFUSED).`);
      expect(details.hint).toContain("SORA_API_URL");
    }
  });

  // Again, should it fail: Node gives each address but the last 250 ms, and calls it ETIMEDOUT when it was away for longer.
  test("refused on each address of a name", { retry: 3 }, async () => {
    const port = await closedPort();
    const { code, message } = await failureOf(soraAt(`http://localhost:${port}/`).write());
    expect(code).toBe("unreachable");
    expect(message).toBe(`The Sora API at localhost:${port} could not be reached (ECONNREFUSED).`);
  });

  // A label of more than 63 characters: no resolver finds it, and none needs to be asked.
  test("a name that nobody knows: unreachable", async () => {
    const host = `${"x".repeat(64)}.invalid`;
    const sora = soraAt(`http://${host}/`);
    for (const { code, message } of await Promise.all(kinds.map((kind) => failureOf(sora[kind]())))) {
      expect(code).toBe("unreachable");
      expect(message).toMatch(/^The Sora API at x{64}\.invalid could not be reached \(E[A-Z_]+\)\.$/);
    }
  });

  test.each(kinds)("closed without a word: a %s is unreachable", async (kind) => {
    const upstream = await startRawUpstream((socket) => socket.end());
    const { code, message } = await failureOf(soraAt(upstream.url)[kind]());
    expect(code).toBe("unreachable");
    expect(message.includes(notKnown)).toBe(kind === "write");
  });

  test("https where plain http is spoken: unreachable", async () => {
    const upstream = await startUpstream();
    const sora = soraAt(upstream.url.replace("http:", "https:"));
    for (const kind of kinds) expect((await failureOf(sora[kind]())).code).toBe("unreachable");
    expect(upstream.requests).toHaveLength(0);
  });
});

test("closing the client ends the calls that are on their way", async () => {
  const upstream = await startUpstream(() => {});
  const sora = soraAt(upstream.url);
  const calls = [failureOf(sora.read()), failureOf(sora.write())];
  await upstream.received(2);
  await sora.close();
  for (const { code } of await Promise.all(calls)) expect(code).toBe("unreachable");
});
