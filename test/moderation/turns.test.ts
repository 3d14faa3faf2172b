import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inTurn } from "../../src/moderation/turns.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("one after the other in a channel, however they end, and beside other channels", async () => {
  const done: string[] = [];
  const task =
    (name: string, ms: number, fails = false) =>
    async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      done.push(name);
      if (fails) throw new Error(name);
    };
  const all = [
    inTurn("a", task("first", 100, true)),
    inTurn("a", task("second", 1)),
    inTurn("b", task("other", 1)),
  ];
  const ends = Promise.allSettled(all);
  await vi.advanceTimersByTimeAsync(200);
  expect((await ends).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(done).toEqual(["other", "first", "second"]);
});

test("who has waited for 20 seconds is told so, and is left out", async () => {
  let end: () => void = () => {};
  const first = inTurn("a", () => new Promise<void>((resolve) => (end = resolve)));
  const run = vi.fn(async () => "done");
  const second = expect(inTurn("a", run)).rejects.toMatchObject({
    code: "timeout",
    message: expect.stringMatching(/Nothing was sent/),
  });
  await vi.advanceTimersByTimeAsync(20_000);
  await second;
  end();
  await first;
  expect(await inTurn("a", async () => "next")).toBe("next");
  expect(run).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
