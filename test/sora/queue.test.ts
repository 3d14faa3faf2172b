import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { Queue, unlessAborted } from "../../src/sora/queue.ts";

const never = new AbortController().signal;

/** A task that runs until it is told to end, and notes that it was begun. */
function task(begun: number[], number: number) {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = () => {
    begun.push(number);
    return ended;
  };
  return { run, end };
}

/** Lets everything that is ready go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("tasks beyond the places begin in the order in which they came, as places become free", async () => {
  const queue = new Queue(2);
  const begun: number[] = [];
  const tasks = [0, 1, 2, 3, 4].map((number) => task(begun, number));
  const ran = tasks.map(({ run }) => queue.run(run, never));
  await settle();
  expect(begun).toEqual([0, 1]);
  tasks[1]?.end();
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  for (const { end } of tasks) end();
  await Promise.all(ran);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

test("a task that fails gives its place back and its reason to the caller", async () => {
  const queue = new Queue(1);
  const failing = queue.run(async () => {
    throw new Error("failed");
  }, never);
  await expect(failing).rejects.toThrow("failed");
  expect(await queue.run(async () => "next", never)).toBe("next");
});

test("a deadline that passes while a task waits ends it then; it never begins", async () => {
  const queue = new Queue(1);
  const begun: number[] = [];
  const first = task(begun, 0);
  const running = queue.run(first.run, never);
  const waiting = queue.run(task(begun, 1).run, AbortSignal.timeout(20));
  await expect(waiting).rejects.toMatchObject({ name: "TimeoutError" });
  first.end();
  await running;
  expect(await queue.run(async () => "free", never)).toBe("free");
  expect(begun).toEqual([0]);
});

test("an abort just after a place has become free does not lose the place", async () => {
  const queue = new Queue(1);
  const begun: number[] = [];
  const first = task(begun, 0);
  const stop = new AbortController();
  const running = queue.run(first.run, never);
  const waiting = queue.run(() => unlessAborted(task(begun, 1).run(), stop.signal), stop.signal);
  const last = queue.run(async () => "last", never);
  await settle();
  first.end();
  await running;
  stop.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  expect(await last).toBe("last");
});

test("nothing begins for a signal that is aborted already", async () => {
  const queue = new Queue(1);
  const begun: number[] = [];
  const aborted = AbortSignal.abort(new Error("too late"));
  await expect(queue.run(task(begun, 0).run, aborted)).rejects.toThrow("too late");
  expect(begun).toEqual([]);
  expect(await queue.run(async () => "free", never)).toBe("free");
});

test("nothing listens to a signal any more once its task ran, at once or after it had waited", async () => {
  const queue = new Queue(1);
  const first = task([], 0);
  const [early, late] = [new AbortController().signal, new AbortController().signal];
  const listeners = () => [early, late].map((signal) => getEventListeners(signal, "abort").length);
  const ran = [queue.run(first.run, early), queue.run(async () => {}, late)];
  expect(listeners()).toEqual([0, 1]);
  first.end();
  await Promise.all(ran);
  expect(listeners()).toEqual([0, 0]);
});

test("nothing listens to a signal any more once its task was given up", async () => {
  const queue = new Queue(1);
  const first = task([], 0);
  const ran = queue.run(first.run, never);
  const stop = new AbortController();
  const waiting = queue.run(async () => {}, stop.signal);
  stop.abort(new Error("given up"));
  await expect(waiting).rejects.toThrow("given up");
  expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
  first.end();
  await ran;
});

test("nothing listens to a signal any more once what was waited for has come, or failed", async () => {
  const { signal } = new AbortController();
  await unlessAborted(Promise.resolve(), signal);
  await expect(unlessAborted(Promise.reject(new Error("failed")), signal)).rejects.toThrow("failed");
  await settle();
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("a promise is not waited for when the signal was aborted before", async () => {
  const aborted = AbortSignal.abort(new Error("too late"));
  await expect(unlessAborted(new Promise(() => {}), aborted)).rejects.toThrow("too late");
});
