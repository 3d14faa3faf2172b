import { describe, expect, test } from "vitest";
import { cursorOf, fails, here, MadeUpSora, short, waitFor, withMadeUpTime } from "./made-up-sora.ts";

// What is kept in mind from one wait to the next: rosters behind cursors, and how many waits were empty.

withMadeUpTime();

const a = "alice-1";
const b = "bob-1";

describe("a cursor that is not known", () => {
  test.each([
    { what: "nonsense", cursor: async () => "nonsense" },
    { what: "an empty one", cursor: async () => "" },
    { what: "another caller's", cursor: () => cursorOf({}, "sora", a) },
    { what: "another channel's", cursor: (caller: object) => cursorOf(caller, "other", a) },
    {
      what: "one that is too old",
      async cursor(caller: object) {
        const oldest = await cursorOf(caller, "sora", a);
        for (let count = 0; count < 8; count += 1) await cursorOf(caller, "sora", `x-${count}`);
        return oldest;
      },
    },
    {
      what: "one of a channel that is forgotten",
      async cursor(caller: object) {
        const oldest = await cursorOf(caller, "sora", a);
        for (let count = 0; count < 64; count += 1) await cursorOf(caller, `C${count}`, a);
        return oldest;
      },
    },
  ])("$what: reset at once, who is here is counted and nobody invented", async ({ cursor }) => {
    const caller = {};
    const lost = await cursor(caller);
    for (const client_id of [undefined, "alice"]) {
      for (const until of ["change", "join", "leave"] as const) {
        const sora = new MadeUpSora([here(b, "carol-1"), here(b)], caller);
        const waited = await waitFor(sora, { cursor: lost, until, client_id });
        expect(short(waited)).toBe("reset | 0 | 2 | + | - | more 0");
        expect(waited.cursor).not.toBe(lost);
        const next = await waitFor(sora, { cursor: waited.cursor });
        expect(short(next)).toBe("changed | 0 | 1 | + | - carol-1 | more 0");
      }
    }
  });

  test("the one before 7 others is known", async () => {
    const caller = {};
    const cursor = await cursorOf(caller, "sora", a);
    for (let count = 0; count < 7; count += 1) await cursorOf(caller, "sora", `x-${count}`);
    expect(short(await waitFor(new MadeUpSora([here(b)], caller), { cursor }))).toContain("changed | 0");
  });

  test("each channel knows its own", async () => {
    const caller = {};
    const cursors = { sora: await cursorOf(caller, "sora", a), other: await cursorOf(caller, "other", a) };
    const wait = (channel_id: string, cursor: string) =>
      waitFor(new MadeUpSora([here(b)], caller), { channel_id, cursor });
    expect(await wait("other", cursors.sora)).toMatchObject({ reason: "reset", channel_id: "other" });
    expect(await wait("sora", cursors.other)).toMatchObject({ reason: "reset", channel_id: "sora" });
    expect(await wait("other", cursors.other)).toMatchObject({ reason: "changed", channel_id: "other" });
    expect(await wait("sora", cursors.sora)).toMatchObject({ reason: "changed", channel_id: "sora" });
  });

  test("a poll that fails does not make it known", async () => {
    const sora = new MadeUpSora([fails("server_error"), here(a)]);
    expect(short(await waitFor(sora, { cursor: "x" }))).toBe("reset | 2 | 1 | + | - | more 0");
  });
});

describe("empty waits", () => {
  const empty = [here(a)];

  test("from the fourth in a row on, the answer says to stop and ask", async () => {
    const sora = new MadeUpSora(empty);
    const hints: (string | undefined)[] = [];
    for (const timeout_s of [10, 20, 25, 5, 50]) hints.push((await waitFor(sora, { timeout_s })).hint);
    const hint = (waits: number, seconds: number) =>
      `Nothing of what was waited for in ${waits} waits in a row, ${seconds} s in all: stop and ask the user whether to go on.`;
    expect(hints).toEqual([undefined, undefined, undefined, hint(4, 60), hint(5, 110)]);
  });

  test("who waits for somebody is not kept waiting by others who come and go", async () => {
    const caller = {};
    const answers = [here(b), here()];
    const told: { more?: unknown; hint?: unknown }[] = [];
    for (const _four of [1, 2, 3, 4]) {
      told.push(await waitFor(new MadeUpSora(answers, caller), { client_id: "alice" }));
    }
    expect(told.map(({ more }) => more)).toEqual([1, 1, 1, 1]);
    expect(told.map(({ hint }) => hint !== undefined)).toEqual([false, false, false, true]);
  });

  test.each([
    { what: "somebody who came", between: [here(), here(b)], args: {}, isAnew: true },
    {
      what: "one who went and was not waited for",
      between: [here(b), here()],
      args: { until: "join" },
      isAnew: true,
    },
    {
      what: "what was so already",
      between: empty,
      args: { until: "join", client_id: "alice" },
      isAnew: false,
    },
    { what: "a lost cursor", between: empty, args: { cursor: "lost" }, isAnew: false },
    {
      what: "a wait in another channel",
      between: [here(), here(b)],
      args: { channel_id: "other" },
      isAnew: false,
    },
  ] as const)("after $what they are counted anew: $isAnew", async ({ between, args, isAnew }) => {
    const caller = {};
    for (const _three of [1, 2, 3]) {
      expect(await waitFor(new MadeUpSora(empty, caller))).not.toHaveProperty("hint");
    }
    await waitFor(new MadeUpSora(between, caller), args);
    for (let waits = isAnew ? 1 : 4; waits < 4; waits += 1) {
      expect(await waitFor(new MadeUpSora(empty, caller))).not.toHaveProperty("hint");
    }
    const { hint } = await waitFor(new MadeUpSora(empty, caller));
    expect(hint).toContain("in 4 waits in a row, 100 s");
  });

  test("each caller and each channel has its own count", async () => {
    const callers = [{}, {}];
    for (const _time of [1, 2, 3]) {
      for (const caller of callers) {
        for (const channel_id of ["sora", "other"]) {
          expect(await waitFor(new MadeUpSora(empty, caller), { channel_id })).not.toHaveProperty("hint");
        }
      }
    }
    expect(await waitFor(new MadeUpSora(empty, callers[1]), { channel_id: "other" })).toHaveProperty("hint");
  });
});
