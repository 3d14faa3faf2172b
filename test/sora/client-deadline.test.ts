import type { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, test } from "vitest";
import { startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { startUpstream } from "../support/upstream.ts";

// One deadline covers all of a call: connecting, headers, body, redirects, retries and the waits between.

const timeoutMs = 1_000;

/** For what has to happen before the deadline: on a machine that is busy elsewhere, it can pass unused. */
const patiently = { retry: 3 };

const notKnown = "It is not known whether Sora carried the call out";

/** Says one character after another, and never comes to an end. */
function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(text[at % text.length] ?? "");
    at += 1;
  }, 20);
  socket.on("close", () => clearInterval(timer));
}

const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

describe("Sora", () => {
  const rows: { name: string; answer: (socket: Socket) => void }[] = [
    { name: "says nothing", answer: () => {} },
    { name: "says its headers and no more", answer: (socket) => socket.write(chunked) },
    { name: "stops in the middle of the body", answer: (socket) => socket.write(`${chunked}5\r\n{"a":`) },
    {
      name: "drips its headers",
      answer: (socket) => drip(socket, `HTTP/1.1 200 OK\r\nx: ${"y".repeat(1000)}`),
    },
    {
      name: "drips its body",
      answer: (socket) => {
        socket.write(chunked);
        drip(socket, "1\r\n1\r\n");
      },
    },
    {
      name: "drips an encoded body",
      answer: (socket) => {
        socket.write(chunked.replace("\r\n", "\r\ncontent-encoding: gzip\r\n"));
        drip(socket, "1\r\n\u001f\r\n");
      },
    },
  ];

  /** What came of each kind of call, by row; all at once, as the time goes by waiting. */
  let outcomes: Awaited<ReturnType<typeof outcomeOf>>[];
  /** Nothing here is tried again: long enough for every request to arrive, also on a machine that is busy elsewhere. */
  const timeoutMs = 3_000;
  beforeAll(async () => {
    outcomes = await Promise.all(rows.flatMap(({ answer }) => kinds.map((kind) => outcomeOf(answer, kind))));
  });

  async function outcomeOf(answer: (socket: Socket) => void, kind: (typeof kinds)[number]) {
    const upstream = await startRawUpstream(answer);
    const startedAt = performance.now();
    const { code, message, details } = await failureOf(soraAt(upstream.url, { timeoutMs })[kind]());
    const elapsed = performance.now() - startedAt;
    await upstream.hungUp;
    const { port } = upstream;
    return { kind, code, message, hint: details.hint, elapsed, port, requests: upstream.requests() };
  }

  test.each(rows.map(({ name }, at) => ({ name, at })))(
    "$name: timeout, one request, the connection is given up",
    ({ at }) => {
      const both = outcomes.slice(2 * at, 2 * at + 2);
      expect(both.map(({ kind }) => kind)).toEqual(kinds);
      for (const { kind, code, message, hint, elapsed, port, requests } of both) {
        expect(code).toBe("timeout");
        expect(elapsed).toBeGreaterThan(timeoutMs - 50);
        expect(message).toContain(`127.0.0.1:${port} gave no answer in time.`);
        expect(message.includes(notKnown)).toBe(kind === "write");
        expect(hint).toContain("SORA_TIMEOUT_MS");
        expect(requests).toBe(1);
      }
    },
  );
});

test("a handshake that is never answered ends at the deadline too", async () => {
  const upstream = await startRawUpstream(() => {});
  const sora = soraAt(upstream.url.replace("http:", "https:"), { timeoutMs });
  const calls = await Promise.all(kinds.map((kind) => failureOf(sora[kind]())));
  expect(calls.map(({ code }) => code)).toEqual(["timeout", "timeout"]);
  expect(upstream.requests()).toBe(0);
});

test("tries share the deadline: one that hangs does not get the whole of it again", patiently, async () => {
  const upstream = await startUpstream((_request, response) => {
    if (upstream.requests.length === 1) response.writeHead(503).end();
  });
  const startedAt = performance.now();
  const { code } = await failureOf(soraAt(upstream.url, { timeoutMs: 1_500 }).read());
  expect(code).toBe("timeout");
  expect(upstream.requests).toHaveLength(2);
  expect(performance.now() - startedAt).toBeGreaterThan(1_400);
});

test("redirects share the deadline", patiently, async () => {
  const upstream = await startUpstream((request, response) => {
    if (request.path === "/") response.writeHead(307, { location: "/there" }).end();
  });
  const { code } = await failureOf(soraAt(upstream.url, { timeoutMs }).write());
  expect(code).toBe("timeout");
  expect(upstream.requests.map(({ path }) => path)).toEqual(["/", "/there"]);
});

test("after a timeout the client goes on with new connections", patiently, async () => {
  const upstream = await startUpstream((_request, response) => {
    if (upstream.requests.length > 20) response.end("{}");
  });
  const sora = soraAt(upstream.url, { timeoutMs });
  const calls = Array.from({ length: 20 }, (_, index) => failureOf(sora[index % 2 ? "read" : "write"]()));
  for (const { code } of await Promise.all(calls)) expect(code).toBe("timeout");
  upstream.answer((_request, response) => response.end("{}"));
  expect(await sora.write()).toEqual({});
  expect(await sora.read()).toEqual({});
});

test("the deadline is not lost when memory is tidied up", patiently, async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: unknown = runInNewContext("gc");
  if (typeof collectGarbage !== "function") throw new Error("this Node has no gc");
  const upstream = await startUpstream(() => {});
  const sora = soraAt(upstream.url, { timeoutMs });
  const call = failureOf(sora.read());
  await upstream.received(1);
  const tidying = setInterval(() => collectGarbage(), 50);
  expect((await call).code).toBe("timeout");
  clearInterval(tidying);
});
