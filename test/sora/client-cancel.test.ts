import { expect, test } from "vitest";
import { startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { startUpstream } from "../support/upstream.ts";

// An AbortSignal ends a call wherever it stands, and what is on its way to Sora with it.

const notKnown = "It is not known whether Sora carried the call out";

test.each(kinds)("a %s that waits for its answer: the connection is closed", async (kind) => {
  const upstream = await startRawUpstream(() => stop.abort());
  const stop = new AbortController();
  const { code, message } = await failureOf(soraAt(upstream.url)[kind]({ signal: stop.signal }));
  expect(code).toBe("cancelled_by_client");
  expect(message.includes(notKnown)).toBe(kind === "write");
  await upstream.hungUp;
  expect(upstream.requests()).toBe(1);
});

test.each(kinds)("a %s whose answer has begun: the connection is closed", async (kind) => {
  const stop = new AbortController();
  const upstream = await startRawUpstream((socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":', () =>
      setTimeout(() => stop.abort(), 20),
    ),
  );
  const { code } = await failureOf(soraAt(upstream.url)[kind]({ signal: stop.signal }));
  expect(code).toBe("cancelled_by_client");
  await upstream.hungUp;
});

test.each([
  { name: "a short wait", retryAfter: undefined },
  { name: "a wait that Sora asked for", retryAfter: "10" },
])("$name before the next try: nothing more is sent", async ({ retryAfter }) => {
  const stop = new AbortController();
  const upstream = await startUpstream((_request, response) => {
    response.on("close", () => setImmediate(() => stop.abort()));
    response.writeHead(503, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end();
  });
  const startedAt = performance.now();
  const { code } = await failureOf(soraAt(upstream.url).read({ signal: stop.signal }));
  expect(code).toBe("cancelled_by_client");
  expect(performance.now() - startedAt).toBeLessThan(9_000);
  expect(upstream.requests).toHaveLength(1);
});

test("a call that still connects ends at once", async () => {
  const upstream = await startRawUpstream(() => {});
  const stop = new AbortController();
  const sora = soraAt(upstream.url.replace("http:", "https:"));
  const call = failureOf(sora.write({ signal: stop.signal }));
  await expect.poll(upstream.connections).toBe(1);
  stop.abort();
  expect((await call).code).toBe("cancelled_by_client");
  expect(upstream.requests()).toBe(0);
});

test("a call that was cancelled before it began is not sent", async () => {
  const upstream = await startUpstream();
  const sora = soraAt(upstream.url);
  for (const kind of kinds) {
    expect((await failureOf(sora[kind]({ signal: AbortSignal.abort() }))).code).toBe("cancelled_by_client");
  }
  await sora.write();
  expect(upstream.requests).toHaveLength(1);
});

test("the other calls on the same client go on", async () => {
  const upstream = await startUpstream(() => {});
  const sora = soraAt(upstream.url);
  const stop = new AbortController();
  const cancelled = failureOf(sora.write({ signal: stop.signal }, { number: 1 }));
  const other = sora.write({}, { number: 2 });
  await upstream.received(2);
  upstream.answer((_request, response) => response.end("{}"));
  stop.abort();
  expect((await cancelled).code).toBe("cancelled_by_client");
  expect(await sora.write({}, { number: 3 })).toEqual({});
  await sora.close();
  expect((await failureOf(other)).code).toBe("unreachable");
  expect(upstream.requests).toHaveLength(3);
});

test("an abort after the answer changes nothing", async () => {
  const upstream = await startUpstream();
  const sora = soraAt(upstream.url);
  const stop = new AbortController();
  expect(await sora.read({ signal: stop.signal })).toEqual({});
  stop.abort();
  expect(await sora.read()).toEqual({});
});

test("a write that waits because Sora put it off: it is certain that nothing was carried out", async () => {
  const stop = new AbortController();
  const upstream = await startUpstream((_request, response) => {
    response.on("close", () => setTimeout(() => stop.abort(), 50));
    response.writeHead(429, { "retry-after": "10" }).end();
  });
  const { code, message } = await failureOf(soraAt(upstream.url).write({ signal: stop.signal }));
  expect(code).toBe("cancelled_by_client");
  expect(message).toContain("Sora put the call off and did not carry it out.");
  expect(upstream.requests).toHaveLength(1);
});
