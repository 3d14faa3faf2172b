import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/errors.ts";
import { Hour, Limits } from "../../src/mcp/limits.ts";

// How much destructive calls may do: at once, and in any 60 minutes.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Limits and their clock, which does not begin with 0. */
function clocked(maxAffected: number | undefined, maxDestructivePerHour: number | undefined) {
  const clock = { now: 5 * minute + 0.5 };
  return { clock, limits: new Limits({ maxAffected, maxDestructivePerHour }, new Hour(() => clock.now)) };
}

/** Carries out calls, each at its moment. */
function callsAt({ clock, limits }: ReturnType<typeof clocked>, ...steps: readonly number[]): void {
  for (const ms of steps) {
    clock.now += ms;
    limits.take()(true);
  }
}

function refusalOf(refused: () => unknown): Pick<Refusal, "code" | "message" | "details"> {
  try {
    refused();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

const nothing = "Nothing was disconnected, deleted or changed.";
const operator = "Only the operator of this server can raise the limit.";

describe("SORA_MAX_AFFECTED", () => {
  test.each<[number | undefined, boolean, readonly number[], readonly number[]]>([
    [undefined, false, [0, 1, 2, 1_000_000], []],
    [0, true, [0], [1, 2, 1_000_000]],
    [1, true, [0, 1], [2, 3]],
    [5, true, [0, 4, 5], [6, 500]],
  ])("%s: counted %s, allows %j, refuses %j", (most, counted, allowed, refused) => {
    const { limits } = clocked(most, undefined);
    expect(limits.countsAffected).toBe(counted);
    for (const cut of allowed) {
      expect(limits.reached(cut)).toBeUndefined();
      expect(() => limits.assertAffected(cut)).not.toThrow();
    }
    for (const cut of refused) {
      expect(limits.reached(cut)).toBeDefined();
      expect(refusalOf(() => limits.assertAffected(cut)).code).toBe("limit_reached");
    }
  });

  test("what was done before does not matter", () => {
    const both = clocked(2, undefined);
    callsAt(both, 0, 0, 0, 0);
    expect(both.limits.reached(2)).toBeUndefined();
  });

  test.each([
    [0, 1, "1 connection", 1],
    [0, 7, "7 connections", 7],
    [1, 2, "2 connections", 1],
    [4, 7, "7 connections", 3],
  ])("%d allowed, %d hit: what is said", (most, cut, counted, tooMany) => {
    const hint = `That is ${tooMany} too many. ${operator}`;
    const { limits } = clocked(most, undefined);
    const why = `This would cut off ${counted}, and SORA_MAX_AFFECTED allows ${most} at once.`;
    expect(limits.reached(cut)).toEqual({ why, hint });
    expect(refusalOf(() => limits.assertAffected(cut))).toMatchObject({
      message: `${why} ${nothing}`,
      details: { hint },
    });
  });
});

describe("SORA_MAX_DESTRUCTIVE_PER_HOUR", () => {
  test.each([
    [undefined, 50, true],
    [0, 0, false],
    [1, 0, true],
    [1, 1, false],
    [3, 2, true],
    [3, 3, false],
  ])("%s, after %d: another may come: %s", (most, done, isFree) => {
    const both = clocked(undefined, most);
    callsAt(both, ...Array<number>(done).fill(0));
    const { limits } = both;
    expect(limits.countsAffected).toBe(false);
    expect(limits.reached(1_000_000) === undefined).toBe(isFree);
    if (isFree) {
      limits.assertHour();
      limits.take();
    } else {
      const refusal = refusalOf(() => limits.assertHour());
      expect(refusal.code).toBe("limit_reached");
      expect(refusalOf(() => limits.take())).toMatchObject({
        code: refusal.code,
        message: refusal.message,
        details: refusal.details,
      });
    }
  });

  test.each([
    [hour - 0.001, false],
    [hour, true],
    [hour + 0.001, true],
    [100 * hour, true],
  ])("%d ms after one, the next may come: %s", (ms, isFree) => {
    const both = clocked(undefined, 1);
    callsAt(both, 0);
    both.clock.now += ms;
    expect(both.limits.reached(0) === undefined).toBe(isFree);
  });

  test("the hour slides: each call frees its own place", () => {
    const both = clocked(undefined, 3);
    callsAt(both, 0, 10 * minute, 10 * minute);
    const { clock, limits } = both;
    clock.now += 40 * minute - 1;
    expect(limits.reached(0)).toBeDefined();
    callsAt(both, 1);
    expect(limits.reached(0)).toBeDefined();
    clock.now += 10 * minute - 1;
    expect(limits.reached(0)).toBeDefined();
    callsAt(both, 1);
    expect(limits.reached(0)).toBeDefined();
    callsAt(both, 10 * minute);
    expect(limits.reached(0)).toBeDefined();
  });

  test("calls under way count, together with those that have ended", () => {
    const { limits } = clocked(undefined, 2);
    const first = limits.take();
    const second = limits.take();
    expect(refusalOf(() => limits.take()).code).toBe("limit_reached");
    first(true);
    expect(limits.reached(0)).toBeDefined();
    second(true);
    expect(limits.reached(0)).toBeDefined();
  });

  test("a call that was not carried out frees its place, and no other", () => {
    const { clock, limits } = clocked(undefined, 2);
    limits.take()(true);
    for (let times = 0; times < 5; times++) {
      const ended = limits.take();
      expect(limits.reached(0)).toBeDefined();
      ended(false);
      expect(limits.reached(0)).toBeUndefined();
      clock.now += 1;
    }
    limits.take()(true);
    expect(limits.reached(0)).toBeDefined();
  });

  test("what is refused takes no place", () => {
    const { clock, limits } = clocked(undefined, 1);
    limits.take()(true);
    for (let times = 0; times < 5; times++) refusalOf(() => limits.take());
    clock.now += hour;
    expect(limits.reached(0)).toBeUndefined();
  });

  test("a call is counted from its end", () => {
    const { clock, limits } = clocked(undefined, 1);
    const ended = limits.take();
    clock.now += 2 * hour;
    expect(limits.reached(0)).toBeDefined();
    ended(true);
    clock.now += hour - 1;
    expect(limits.reached(0)).toBeDefined();
    clock.now += 1;
    expect(limits.reached(0)).toBeUndefined();
  });

  test("without a limit, calls are not kept in mind", () => {
    const { limits } = clocked(1, undefined);
    for (let times = 0; times < 1000; times++) limits.take()(true);
    expect(limits.reached(1)).toBeUndefined();
  });

  test.each([
    [1, "1 destructive call"],
    [2, "2 destructive calls"],
  ])("%d allowed: what is said", (most, counted) => {
    const both = clocked(undefined, most);
    callsAt(both, ...Array<number>(most).fill(0));
    const why = `SORA_MAX_DESTRUCTIVE_PER_HOUR allows ${counted} in any 60 minutes, and so many were carried out or are under way.`;
    const hint = "The next may come in 60 minutes.";
    expect(both.limits.reached(0)).toEqual({ why, hint });
    expect(refusalOf(() => both.limits.assertHour())).toMatchObject({
      message: `${why} ${nothing}`,
      details: { hint },
    });
  });

  test("none allowed: what is said", () => {
    const { limits } = clocked(undefined, 0);
    const why = "SORA_MAX_DESTRUCTIVE_PER_HOUR allows no destructive call.";
    expect(limits.reached(0)).toEqual({ why, hint: operator });
    expect(refusalOf(() => limits.take())).toMatchObject({
      message: `${why} ${nothing}`,
      details: { hint: operator },
    });
  });

  test.each([
    [0, "60 minutes"],
    [1, "60 minutes"],
    [minute, "59 minutes"],
    [48 * minute, "12 minutes"],
    [48 * minute - 1, "13 minutes"],
    [58 * minute, "2 minutes"],
    [58 * minute + 1, "2 minutes"],
    [58 * minute + second, "119 seconds"],
    [58 * minute + 30 * second, "90 seconds"],
    [hour - 1.5 * second, "2 seconds"],
  ])("%d ms after the oldest, the next may come in %s, and then may", (ms, duration) => {
    const both = clocked(undefined, 2);
    callsAt(both, 0, 0);
    const { clock, limits } = both;
    clock.now += ms;
    expect(limits.reached(0)?.hint).toBe(`The next may come in ${duration}.`);
    const [count = 0, unit] = duration.split(" ");
    clock.now += Number(count) * (unit === "minutes" ? minute : second);
    expect(limits.reached(0)).toBeUndefined();
  });

  test("with calls under way alone, the next is promised for an hour from now", () => {
    const { limits } = clocked(undefined, 1);
    limits.take();
    expect(limits.reached(0)?.hint).toBe("The next may come in 60 minutes at the latest.");
  });
});

test("of both limits, that of what is cut is told first", () => {
  const { limits } = clocked(1, 0);
  expect(limits.reached(2)?.why).toContain("SORA_MAX_AFFECTED");
  expect(limits.reached(1)?.why).toContain("SORA_MAX_DESTRUCTIVE_PER_HOUR");
});
