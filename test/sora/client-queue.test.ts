import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { failureOf, readTarget, soraAt } from "../support/sora.ts";
import { type Recorded, startUpstream, type Upstream } from "../support/upstream.ts";

// At most 12 reads and 4 other requests are on their way at once; each kind waits in line, first come first served.

interface Held {
  readonly request: Recorded;
  readonly response: ServerResponse;
}

/** An upstream that answers nothing until it is told to, and notes how many requests it held at once. */
async function startHolding(): Promise<
  Upstream & { held: Held[]; most: { reads: number; others: number }; number(at: number): number }
> {
  const held: Held[] = [];
  const now = { reads: 0, others: 0 };
  const most = { reads: 0, others: 0 };
  const upstream = await startUpstream((request, response) => {
    const kind = request.target === readTarget ? "reads" : "others";
    now[kind] += 1;
    most[kind] = Math.max(most[kind], now[kind]);
    response.on("close", () => {
      now[kind] -= 1;
    });
    held.push({ request, response });
  });
  const number = (at: number) => JSON.parse(upstream.requests[at]?.text ?? "").number;
  return Object.assign(upstream, { held, most, number });
}

function release({ response }: Held): void {
  response.end("{}");
}

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

test.each([
  { kind: "read", places: 12 },
  { kind: "write", places: 4 },
] as const)(
  "at most $places calls of the kind $kind at once, the others in the order of asking",
  async ({ kind, places }) => {
    const upstream = await startHolding();
    const sora = soraAt(upstream.url);
    const calls = numbers(0, 50).map((number) => sora[kind]({}, { number }));
    await upstream.received(places);
    expect(
      numbers(0, places)
        .map(upstream.number)
        .sort((a, b) => a - b),
    ).toEqual(numbers(0, places));
    for (let next = places; next < 50; next++) {
      const oldest = upstream.held[next - places];
      if (oldest) release(oldest);
      await upstream.received(next + 1);
      expect(upstream.number(next)).toBe(next);
    }
    for (const last of upstream.held.slice(-places)) release(last);
    await Promise.all(calls);
    expect(Math.max(upstream.most.reads, upstream.most.others)).toBe(places);
    expect(upstream.connections()).toBeLessThanOrEqual(2 * places);
  },
);

test("writes go through while 50 reads hang, and so does a read that is asked for in their line", async () => {
  const upstream = await startHolding();
  const sora = soraAt(upstream.url);
  const stop = new AbortController();
  setMaxListeners(50, stop.signal);
  const reads = numbers(0, 50).map((number) => sora.read({ signal: stop.signal }, { number }));
  await upstream.received(12);
  const write = sora.write({}, { number: 100 });
  await upstream.received(13);
  const preview = sora.read({ queue: "others" }, { number: 101 });
  await upstream.received(14);
  for (const one of upstream.held.slice(12)) release(one);
  await Promise.all([write, preview]);
  expect(upstream.requests.slice(12).map(({ text }) => JSON.parse(text).number)).toEqual([100, 101]);
  expect(upstream.most.reads).toBe(13);
  stop.abort();
  await Promise.allSettled(reads);
});

test("a call that is cancelled while it waits in line ends at once, is never sent and loses no place", async () => {
  const upstream = await startHolding();
  const sora = soraAt(upstream.url);
  const stop = new AbortController();
  const calls = numbers(0, 4).map((number) => sora.write({}, { number }));
  await upstream.received(4);
  const waiting = failureOf(sora.write({ signal: stop.signal }, { number: 4 }));
  const behind = sora.write({}, { number: 5 });
  stop.abort();
  expect((await waiting).code).toBe("cancelled_by_client");
  for (const one of upstream.held.slice(0, 4)) release(one);
  await upstream.received(5);
  for (const one of upstream.held.slice(4)) release(one);
  await Promise.all([...calls, behind]);
  expect(numbers(4, upstream.requests.length - 4).map(upstream.number)).toEqual([5]);
});

test("the limit holds when all calls on their way are cancelled at once while others wait", async () => {
  const upstream = await startHolding();
  const sora = soraAt(upstream.url);
  const stop = new AbortController();
  setMaxListeners(12, stop.signal);
  const first = numbers(0, 12).map((number) => failureOf(sora.read({ signal: stop.signal }, { number })));
  const waiting = numbers(12, 12).map((number) => sora.read({}, { number }));
  await upstream.received(12);
  stop.abort();
  await Promise.all(first);
  await upstream.received(24);
  const later = numbers(24, 12).map((number) => sora.read({}, { number }));
  const barrier = soraAt(upstream.url).write();
  await upstream.received(25);
  expect(upstream.requests.filter(({ target }) => target === readTarget)).toHaveLength(24);
  const respond = setInterval(() => upstream.held.forEach(release), 10);
  await Promise.all([...waiting, ...later, barrier]);
  clearInterval(respond);
});

// Again, should it fail: on a machine that is busy elsewhere, the time can be over before the first of them are sent.
test("a write whose time is over while it waits was not sent, and says so", { retry: 3 }, async () => {
  const upstream = await startHolding();
  const sora = soraAt(upstream.url, { timeoutMs: 3_000 });
  const failures = await Promise.all(numbers(0, 6).map((number) => failureOf(sora.write({}, { number }))));
  expect(failures.map(({ code }) => code)).toEqual(Array(6).fill("timeout"));
  const told = failures.map(({ message }) => /Nothing was sent|not known whether/.exec(message)?.[0]);
  expect(told).toEqual([...Array(4).fill("not known whether"), ...Array(2).fill("Nothing was sent")]);
  expect(upstream.requests).toHaveLength(4);
});

test("so does one that is cancelled while it waits", async () => {
  const upstream = await startHolding();
  const sora = soraAt(upstream.url);
  for (const number of numbers(0, 4)) sora.write({}, { number });
  const cancel = new AbortController();
  const waiting = failureOf(sora.write({ signal: cancel.signal }));
  await upstream.received(4);
  cancel.abort();
  expect(await waiting).toMatchObject({
    code: "cancelled_by_client",
    message: "The client cancelled the call. Nothing was sent.",
  });
});
