import { expect, test } from "vitest";
import { Refusal } from "../../src/errors.ts";
import { failureOf, soraAt } from "../support/sora.ts";
import { type Answer, startUpstream } from "../support/upstream.ts";

// What is asked before a request goes out that has waited: whether it still may.

const putOff =
  (seconds: string): Answer =>
  (_request, response) =>
    void response.writeHead(429, { "retry-after": seconds }).end();
const refusal = new Refusal("limit_reached", "no more");

async function putOffOnce(seconds: string) {
  const upstream = await startUpstream();
  upstream.answer((request, response, raw) => {
    if (upstream.requests.length > 1) response.end("{}");
    else putOff(seconds)(request, response, raw);
  });
  return upstream;
}

test("a request that goes out at once is not asked about", async () => {
  const upstream = await startUpstream();
  let asked = 0;
  await soraAt(upstream.url).write({
    recheck: { since: performance.now(), check: async () => void asked++ },
  });
  expect(asked).toBe(0);
  expect(upstream.requests).toHaveLength(1);
});

test("what was known too long before is asked about even so", async () => {
  const upstream = await startUpstream();
  let asked = 0;
  const recheck = { since: performance.now() - 550, check: async () => void asked++ };
  await soraAt(upstream.url).write({ recheck });
  expect(asked).toBe(1);
});

test.each([
  ["0", 0],
  ["1", 1],
])("put off for %s s, it is asked about %d times", async (seconds, times) => {
  const upstream = await putOffOnce(seconds);
  let asked = 0;
  await soraAt(upstream.url).write({
    recheck: { since: performance.now(), check: async () => void asked++ },
  });
  expect(asked).toBe(times);
  expect(upstream.requests).toHaveLength(2);
});

test("a no ends the call as it is, and nothing more is sent", async () => {
  const upstream = await putOffOnce("1");
  const call = soraAt(upstream.url).write({
    recheck: { since: performance.now(), check: () => Promise.reject(refusal) },
  });
  await expect(call).rejects.toBe(refusal);
  expect(upstream.requests).toHaveLength(1);
});

test("it is asked about with its place taken, right before it goes out", async () => {
  const upstream = await startUpstream();
  const held: (() => void)[] = [];
  upstream.answer((_request, response) => void held.push(() => response.end("{}")));
  const sora = soraAt(upstream.url);
  const others = Array.from({ length: 4 }, () => sora.write());
  await upstream.received(4);
  const seen: number[] = [];
  const waiting = sora.write({
    recheck: { since: performance.now(), check: async () => void seen.push(upstream.requests.length) },
  });
  await new Promise((resolve) => setTimeout(resolve, 550));
  expect(seen).toEqual([]);
  held.shift()?.();
  await upstream.received(5);
  expect(seen).toEqual([4]);
  for (const answer of held) answer();
  await Promise.all([...others, waiting]);
});

test("when it took longer than there is left, nothing more is sent: Sora will not be quicker", async () => {
  const upstream = await putOffOnce("1");
  const check = () => new Promise<void>((resolve) => setTimeout(resolve, 300));
  const recheck = { since: performance.now(), check };
  const call = soraAt(upstream.url, { timeoutMs: 1500 }).write({ recheck });
  expect((await failureOf(call)).message).toContain("did not carry it out");
  expect(upstream.requests).toHaveLength(1);
});

test("after each time that it has waited it is asked about anew", async () => {
  const upstream = await startUpstream();
  upstream.answer((request, response, raw) => {
    if (upstream.requests.length > 2) response.end("{}");
    else putOff("1")(request, response, raw);
  });
  let asked = 0;
  await soraAt(upstream.url).write({
    recheck: { since: performance.now(), check: async () => void asked++ },
  });
  expect(asked).toBe(2);
});

test("one that does not end is cut off by the deadline: nothing was carried out", async () => {
  const upstream = await putOffOnce("1");
  const call = soraAt(upstream.url, { timeoutMs: 1500 }).write({
    recheck: { since: performance.now(), check: () => new Promise(() => {}) },
  });
  expect(await failureOf(call)).toMatchObject({
    code: "timeout",
    message: expect.stringMatching(/ Sora put the call off and did not carry it out\.$/),
  });
  expect(upstream.requests).toHaveLength(1);
});
