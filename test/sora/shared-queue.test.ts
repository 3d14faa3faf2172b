import { getEventListeners, setMaxListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { SharedQueue } from "../../src/sora/shared-queue.ts";

// No caller takes more than half of the places; who asks for no more than that waits for those before it only.

const never = new AbortController().signal;
setMaxListeners(0, never);
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A queue, with what is running in it: each until it is told to end. */
function startQueue(places: number) {
  const queue = new SharedQueue(places);
  const running = new Map<string, () => void>();
  const run = (name: string, caller?: object, signal: AbortSignal = never) =>
    queue.run(() => new Promise<void>((end) => running.set(name, end)), signal, caller);
  const end = async (name: string) => {
    running.get(name)?.();
    running.delete(name);
    await settle();
  };
  return { run, end, names: () => [...running.keys()] };
}

test("a caller runs in half of the places though the others are free, in the order of asking", async () => {
  const { run, end, names } = startQueue(4);
  const a = {};
  for (let at = 0; at < 5; at++) run(`a${at}`, a);
  await settle();
  expect(names()).toEqual(["a0", "a1"]);
  await end("a1");
  expect(names()).toEqual(["a0", "a2"]);
  await end("a0");
  expect(names()).toEqual(["a2", "a3"]);
});

test("two callers fill it, and a third is not behind all that they ask for", async () => {
  const { run, end, names } = startQueue(4);
  const [a, b, c] = [{}, {}, {}];
  for (let at = 0; at < 50; at++) run(`a${at}`, a);
  for (let at = 0; at < 50; at++) run(`b${at}`, b);
  run("c0", c);
  await settle();
  expect(names()).toEqual(["a0", "a1", "b0", "b1"]);
  await end("a0");
  expect(names()).toEqual(["a1", "b0", "b1", "c0"]);
  await end("b0");
  expect(names()).toEqual(["a1", "b1", "c0", "a2"]);
});

test("callers that ask for little are served first come first served", async () => {
  const { run, end, names } = startQueue(2);
  const callers = Array.from({ length: 6 }, () => ({}));
  callers.forEach((caller, at) => void run(`${at}`, caller));
  await settle();
  for (let at = 0; at < 5; at++) {
    expect(names()).toEqual([at, at + 1].map(String));
    await end(`${at}`);
  }
});

test("without a caller, all places are there for whoever comes", async () => {
  const { run, end, names } = startQueue(4);
  for (let at = 0; at < 6; at++) run(`${at}`);
  await settle();
  expect(names()).toEqual(["0", "1", "2", "3"]);
  await end("0");
  expect(names()).toEqual(["1", "2", "3", "4"]);
});

test("a place that is given up while it is waited for is another's, of the same caller or not", async () => {
  const { run, end, names } = startQueue(2);
  const [a, b] = [{}, {}];
  const stop = new AbortController();
  run("a0", a);
  run("b0", b);
  const given = [run("a1", a, stop.signal), run("b1", b, stop.signal)];
  run("b2", b);
  run("a2", a);
  await settle();
  stop.abort(new Error("given up"));
  for (const one of given) await expect(one).rejects.toThrow("given up");
  expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
  await end("a0");
  expect(names()).toEqual(["b0", "a2"]);
  await end("b0");
  expect(names()).toEqual(["a2", "b2"]);
});

test("one that was in line already and is given up lets the caller's next one join it", async () => {
  const { run, end, names } = startQueue(4);
  const [a, b, c] = [{}, {}, {}];
  for (const name of ["a0", "a1"]) run(name, a);
  for (const name of ["b0", "b1"]) run(name, b);
  const stop = new AbortController();
  const inLine = run("c0", c, stop.signal);
  for (const name of ["c1", "c2"]) run(name, c);
  await settle();
  stop.abort(new Error("given up"));
  await expect(inLine).rejects.toThrow("given up");
  await end("a0");
  await end("b0");
  expect(names()).toEqual(["a1", "b1", "c1", "c2"]);
});

test("a task that fails gives its places back and its reason to the caller", async () => {
  const queue = new SharedQueue(2);
  const caller = {};
  const fail = () => Promise.reject(new Error("failed"));
  for (let time = 0; time < 3; time++) await expect(queue.run(fail, never, caller)).rejects.toThrow("failed");
  expect(await queue.run(async () => "next", never, caller)).toBe("next");
});

test("nothing is kept of 100,000 callers that have no task any more, though they themselves go on", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: unknown = runInNewContext("gc");
  if (typeof collectGarbage !== "function") throw new Error("this Node has no gc");
  const queue = new SharedQueue(4);
  const callers = Array.from({ length: 100_000 }, () => ({}));
  const aborted = AbortSignal.abort(new Error("too late"));
  const heap = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  await queue.run(async () => {}, never, callers[0]);
  const before = heap();
  for (const [at, caller] of callers.entries())
    await queue.run(async () => {}, at % 2 ? never : aborted, caller).catch(() => {});
  const kept = heap() - before;
  // Both are in use until then.
  await queue.run(async () => {}, never, callers.at(-1));
  expect(kept / callers.length).toBeLessThan(20);
});

test.each([
  { whose: "one caller", callerOf: () => never, most: 6 },
  { whose: "as many callers", callerOf: () => ({}), most: 12 },
])("5,000 tasks of $whose: each runs, at most $most at once", async ({ callerOf, most }) => {
  const queue = new SharedQueue(12);
  const running = { now: 0, most: 0, ended: 0 };
  const task = async () => {
    running.now += 1;
    running.most = Math.max(running.most, running.now);
    await settle();
    running.now -= 1;
    running.ended += 1;
  };
  await Promise.all(Array.from({ length: 5_000 }, () => queue.run(task, never, callerOf())));
  expect(running).toEqual({ now: 0, most, ended: 5_000 });
});
