import { channel } from "node:diagnostics_channel";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { closedPort, startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { startUpstream } from "../support/upstream.ts";

// What is sent again, how often and when. Every row counts the requests that reached Sora.

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const soon = { "retry-after": "0" };

describe("statuses", () => {
  const rows: {
    status: number;
    headers: Record<string, string>;
    reads: number;
    writes: number;
    code: string;
  }[] = [
    { status: 429, headers: {}, reads: 3, writes: 1, code: "rate_limited" },
    { status: 502, headers: {}, reads: 3, writes: 1, code: "server_error" },
    { status: 503, headers: {}, reads: 3, writes: 1, code: "server_error" },
    { status: 504, headers: {}, reads: 3, writes: 1, code: "server_error" },
    { status: 429, headers: soon, reads: 3, writes: 3, code: "rate_limited" },
    { status: 503, headers: soon, reads: 3, writes: 3, code: "server_error" },
    { status: 502, headers: soon, reads: 3, writes: 1, code: "server_error" },
    { status: 504, headers: soon, reads: 3, writes: 1, code: "server_error" },
    { status: 400, headers: soon, reads: 1, writes: 1, code: "sora_error" },
    { status: 401, headers: soon, reads: 1, writes: 1, code: "unauthorized" },
    { status: 403, headers: soon, reads: 1, writes: 1, code: "forbidden" },
    { status: 404, headers: soon, reads: 1, writes: 1, code: "sora_error" },
    { status: 408, headers: soon, reads: 1, writes: 1, code: "sora_error" },
    { status: 413, headers: soon, reads: 1, writes: 1, code: "sora_error" },
    { status: 500, headers: soon, reads: 1, writes: 1, code: "server_error" },
    { status: 501, headers: soon, reads: 1, writes: 1, code: "server_error" },
    { status: 505, headers: soon, reads: 1, writes: 1, code: "server_error" },
    { status: 429, headers: { "retry-after": "" }, reads: 3, writes: 1, code: "rate_limited" },
    { status: 503, headers: { "retry-after": "soon" }, reads: 3, writes: 1, code: "server_error" },
    { status: 503, headers: { "retry-after": "-5" }, reads: 3, writes: 1, code: "server_error" },
    { status: 429, headers: { "retry-after": "1.5" }, reads: 3, writes: 1, code: "rate_limited" },
    { status: 503, headers: { "retry-after": "Jan 5" }, reads: 3, writes: 1, code: "server_error" },
  ];

  /** What came of one read and one write, by row; all at once, as most of the time goes by waiting. */
  let outcomes: Awaited<ReturnType<typeof outcomeOf>>[];
  beforeAll(async () => {
    outcomes = await Promise.all(rows.map(outcomeOf));
  });

  async function outcomeOf({ status, headers }: { status: number; headers: Record<string, string> }) {
    const upstream = await startUpstream((_request, response) => response.writeHead(status, headers).end());
    const sora = soraAt(upstream.url);
    const failures = await Promise.all(kinds.map((kind) => failureOf(sora[kind]({}, { kind }))));
    const sent = upstream.requests.map(({ text }) => JSON.parse(text).kind);
    return {
      codes: failures.map(({ code }) => code),
      statuses: failures.map(({ details }) => details.status),
      reads: sent.filter((kind) => kind === "read").length,
      writes: sent.filter((kind) => kind === "write").length,
    };
  }

  test.each(rows.map((row, at) => ({ ...row, at })))(
    "$status with $headers: $reads reads, $writes writes",
    ({ at, status, reads, writes, code }) => {
      expect(outcomes[at]).toEqual({ codes: [code, code], statuses: [status, status], reads, writes });
    },
  );

  test("an answer that comes with the third try is the answer, and the same request was sent each time", async () => {
    const upstream = await startUpstream((_request, response) => {
      if (upstream.requests.length < 3) response.writeHead(503).end();
      else response.end('{"a":1}');
    });
    expect(await soraAt(upstream.url).read({}, { channel_id: "c" })).toEqual({ a: 1 });
    const sent = upstream.requests.map(({ method, path, headers, text }) => ({
      method,
      path,
      headers,
      text,
    }));
    expect(sent).toEqual([sent[0], sent[0], sent[0]]);
  });

  test("a try that is refused for good ends the tries", async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(upstream.requests.length === 1 ? 502 : 400).end();
    });
    expect((await failureOf(soraAt(upstream.url).read())).code).toBe("sora_error");
    expect(upstream.requests).toHaveLength(2);
  });
});

describe("Retry-After", () => {
  test("in seconds or as a date, it is waited for", async () => {
    const inSeconds = () => "1";
    const asDate = () => new Date(Date.now() + 2_000).toUTCString();
    const rows = kinds.flatMap((kind) => [
      { kind, status: 503, retryAfter: inSeconds },
      { kind, status: 429, retryAfter: asDate },
    ]);
    const waits = rows.map(async ({ kind, status, retryAfter }) => {
      const times: number[] = [];
      const upstream = await startUpstream((_request, response) => {
        times.push(performance.now());
        if (times.length === 1) response.writeHead(status, { "retry-after": retryAfter() }).end();
        else response.end('{"a":1}');
      });
      expect(await soraAt(upstream.url)[kind]()).toEqual({ a: 1 });
      const [first = 0, second = 0, ...more] = times;
      expect(more).toEqual([]);
      return second - first;
    });
    for (const wait of await Promise.all(waits)) expect(wait).toBeGreaterThan(950);
  });

  test("a date that has passed is now", async () => {
    const passed = { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" };
    const upstream = await startUpstream((_request, response) => response.writeHead(429, passed).end());
    expect((await failureOf(soraAt(upstream.url).write())).code).toBe("rate_limited");
    expect(upstream.requests).toHaveLength(3);
  });

  test("of two, the first counts", async () => {
    const upstream = await startRawUpstream((socket) =>
      socket.write("HTTP/1.1 503 Busy\r\nretry-after: 3600\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n"),
    );
    expect((await failureOf(soraAt(upstream.url).write())).code).toBe("server_error");
    expect(upstream.requests()).toBe(1);
  });

  test.each([
    { name: "a minute", value: "60" },
    { name: "an age", value: "9".repeat(40) },
    { name: "a date in a hundred years", value: "Tue, 01 Jan 2126 00:00:00 GMT" },
  ])("$name, beyond the deadline, is not waited for", async ({ value }) => {
    const upstream = await startUpstream((_request, response) =>
      response.writeHead(503, { "retry-after": value }).end(),
    );
    const startedAt = performance.now();
    const sora = soraAt(upstream.url);
    for (const kind of kinds) {
      expect((await failureOf(sora[kind]())).code).toBe("server_error");
    }
    expect(upstream.requests).toHaveLength(2);
    expect(performance.now() - startedAt).toBeLessThan(14_000);
  });
});

describe("connections", () => {
  test.each<{ name: string; answer: (socket: Socket) => void }>([
    { name: "closed without a word", answer: (socket) => socket.end() },
    { name: "reset without a word", answer: (socket) => socket.resetAndDestroy() },
    { name: "closed in the middle of the headers", answer: (socket) => socket.end("HTTP/1.1 200 OK\r\nx-y") },
  ])("$name: 3 reads, 1 write, and the write says that its fate is unknown", async ({ answer }) => {
    const upstream = await startRawUpstream(answer);
    const sora = soraAt(upstream.url);
    expect((await failureOf(sora.read())).code).toBe("unreachable");
    expect(upstream.requests()).toBe(3);
    const { code, message } = await failureOf(sora.write());
    expect(code).toBe("unreachable");
    expect(message).toContain("It is not known whether Sora carried the call out");
    expect(upstream.requests()).toBe(4);
  });

  test("one that breaks once: a read does not notice", async () => {
    const upstream = await startRawUpstream((socket, request) => {
      if (request === 1) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":1}');
    });
    expect(await soraAt(upstream.url).read()).toEqual({ a: 1 });
    expect(upstream.requests()).toBe(2);
  });

  /** Counts the connections to a port that fail, and tells when the first did. */
  function watchFailures(port: number, onFirst: () => void = () => {}) {
    let count = 0;
    const failed = channel("undici:client:connectError");
    const note = (message: unknown) => {
      if (!JSON.stringify(message, ["connectParams", "port"]).includes(`"${port}"`)) return;
      count += 1;
      if (count === 1) onFirst();
    };
    failed.subscribe(note);
    closing.push(() => failed.unsubscribe(note));
    return () => count;
  }

  test.each(kinds)("refused: a %s is tried three times, nothing having left", async (kind) => {
    const port = await closedPort();
    const failures = watchFailures(port);
    expect((await failureOf(soraAt(`http://127.0.0.1:${port}/`)[kind]())).code).toBe("unreachable");
    expect(failures()).toBe(3);
  });

  test.each(kinds)("refused at first: a %s reaches Sora once it listens", async (kind) => {
    const port = await closedPort();
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end('{"a":1}');
    });
    closing.push(() => server.close().closeAllConnections());
    const failures = watchFailures(port, () => server.listen(port, "127.0.0.1"));
    expect(await soraAt(`http://127.0.0.1:${port}/`)[kind]()).toEqual({ a: 1 });
    expect(failures()).toBeGreaterThan(0);
    expect(requests).toBe(1);
  });
});
