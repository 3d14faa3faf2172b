import { afterEach, describe, expect, test, vi } from "vitest";
import { SoraFailure } from "../../src/sora/errors.ts";
import {
  type Answer,
  cursorOf,
  fails,
  hangs,
  here,
  MadeUpSora,
  pass,
  waitFor,
  withMadeUpTime,
} from "./made-up-sora.ts";

// When Sora is polled, what becomes of polls that fail, and how many wait at once.

withMadeUpTime();

const crowd = (size: number) => here(...Array.from({ length: size }, (_, index) => `guest-${index}`));
const slowly =
  (ms: number, answer: Answer): Answer =>
  (withinMs) => {
    pass(ms);
    return answer(withinMs);
  };

/** The seconds at which a wait polled. */
async function polledAt(sora: MadeUpSora, timeout_s: number): Promise<number[]> {
  const startedAt = performance.now();
  await waitFor(sora, { timeout_s });
  return sora.polledAt.map((ms) => (ms - startedAt) / 1000);
}

describe("polls", () => {
  test.each([
    { size: 1, timeout_s: 1, at: [0, 1] },
    { size: 1, timeout_s: 2, at: [0, 2] },
    { size: 0, timeout_s: 7, at: [0, 2, 4, 6, 7] },
    { size: 199, timeout_s: 7, at: [0, 2, 4, 6, 7] },
    { size: 200, timeout_s: 4, at: [0, 4] },
    { size: 200, timeout_s: 12, at: [0, 5, 10, 12] },
    { size: 2000, timeout_s: 25, at: [0, 5, 10, 15, 20, 25] },
  ])("of $size connections over $timeout_s s: at $at", async ({ size, timeout_s, at }) => {
    expect(await polledAt(new MadeUpSora([crowd(size)]), timeout_s)).toEqual(at);
  });

  test("by default 25 seconds", async () => {
    const sora = new MadeUpSora([crowd(1)]);
    expect(await waitFor(sora)).toMatchObject({ reason: "timeout", waited_s: 25 });
    expect(sora.polledAt.length).toBe(14);
  });

  test("the pause follows how many are here now, and after a failure how many were", async () => {
    const answers = [crowd(200), fails("timeout"), crowd(199), fails("timeout"), crowd(200)];
    const sora = new MadeUpSora(answers);
    const startedAt = performance.now();
    await waitFor(sora, { timeout_s: 30, until: "join", client_id: "nobody" });
    expect(sora.polledAt.map((ms) => (ms - startedAt) / 1000)).toEqual([0, 5, 10, 12, 14, 19, 24, 29, 30]);
  });

  test("a slow Sora is left alone for as long after each answer, and asked no more once the time is over", async () => {
    expect(await polledAt(new MadeUpSora([slowly(1500, crowd(1))]), 10)).toEqual([0, 3.5, 7, 10]);
    expect(await polledAt(new MadeUpSora([slowly(3000, crowd(1))]), 7)).toEqual([0, 5]);
  });

  test("the last poll is the last, though the timer before it was a little early", async () => {
    for (const [timeout_s, polls] of [
      [2, 2],
      [4, 4],
    ] as const) {
      const sora = new MadeUpSora([crowd(1)]);
      sora.pause = async (ms) => pass(ms - 1);
      await waitFor(sora, { timeout_s });
      expect(sora.polledAt.length).toBe(polls);
    }
  });

  test("the time waited is told to a tenth of a second", async () => {
    const sora = new MadeUpSora([crowd(1), slowly(1234, crowd(2))]);
    expect(await waitFor(sora)).toMatchObject({ reason: "changed", waited_s: 3.2 });
  });
});

describe("a Sora that hangs", () => {
  test.each([{ timeout_s: 1 }, { timeout_s: 25 }, { timeout_s: 50 }])(
    "from the start on: the error at $timeout_s s + 2 s",
    async ({ timeout_s }) => {
      const startedAt = performance.now();
      const waited = waitFor(new MadeUpSora([hangs]), { timeout_s });
      await expect(waited).rejects.toMatchObject({ code: "timeout" });
      expect(performance.now() - startedAt).toBe(timeout_s * 1000 + 2000);
    },
  );

  test("later on: a time-out like any other, with who was here last", async () => {
    const sora = new MadeUpSora([crowd(2), crowd(3), hangs]);
    const waited = await waitFor(sora, { timeout_s: 10, until: "leave" });
    expect(waited).toMatchObject({
      reason: "timeout",
      waited_s: 12,
      total: 3,
      joined: [{ connection_id: "guest-2" }],
    });
    const next = await waitFor(new MadeUpSora([crowd(2)], sora.caller), { cursor: waited.cursor });
    expect(next).toMatchObject({ reason: "changed", joined: [], left: [{ connection_id: "guest-2" }] });
  });

  test("each poll is given what is left until then", async () => {
    const given: number[] = [];
    const note: Answer = (withinMs) => {
      given.push(withinMs);
      return [];
    };
    await waitFor(new MadeUpSora([note]), { timeout_s: 5 });
    expect(given).toEqual([7000, 5000, 3000, 2000]);
  });
});

describe("polls that fail", () => {
  const passing = ["rate_limited", "server_error", "timeout", "unreachable", "bad_response"] as const;
  const lasting = ["cancelled_by_client", "unauthorized", "forbidden", "sora_error"] as const;

  test.each(passing)("%s: three in a row are put up with, the fourth is answered", async (code) => {
    const three = [fails(code), fails(code), fails(code)];
    const sora = new MadeUpSora([...three, crowd(1), ...three, crowd(2)]);
    expect(await waitFor(sora)).toMatchObject({ reason: "changed", waited_s: 14, total: 2 });
    for (const before of [[], [crowd(1)]]) {
      const failing = new MadeUpSora([...before, ...three, fails(code, "the fourth"), crowd(2)]);
      await expect(waitFor(failing)).rejects.toMatchObject({ code, message: "the fourth" });
      expect(failing.polledAt.length).toBe(before.length + 4);
    }
  });

  test.each(lasting)("%s: answered at once", async (code) => {
    for (const before of [[], [crowd(1)], [fails("timeout")]]) {
      const sora = new MadeUpSora([...before, fails(code), crowd(2)]);
      await expect(waitFor(sora)).rejects.toMatchObject({ code });
      expect(sora.polledAt.length).toBe(before.length + 1);
    }
  });

  test("so is what is no failure of Sora", async () => {
    const broken = () => {
      throw new TypeError("broken");
    };
    const sora = new MadeUpSora([broken, crowd(1)]);
    await expect(waitFor(sora)).rejects.toThrow(TypeError);
    expect(sora.polledAt.length).toBe(1);
  });

  test("a list of something else is a failure like any other", async () => {
    const wrong: Answer = () => ["guest-0"];
    expect(await waitFor(new MadeUpSora([wrong, crowd(1), crowd(2)]))).toMatchObject({
      waited_s: 4,
      total: 2,
    });
    await expect(waitFor(new MadeUpSora([wrong]))).rejects.toMatchObject({ code: "bad_response" });
  });

  test("the time is over: the last one is the answer if no other poll was answered, else it is a time-out", async () => {
    const last = [fails("timeout"), fails("unreachable", "the last")];
    await expect(waitFor(new MadeUpSora(last), { timeout_s: 2 })).rejects.toMatchObject({
      message: "the last",
    });
    const waited = await waitFor(new MadeUpSora([crowd(1), ...last]), { timeout_s: 4 });
    expect(waited).toMatchObject({ reason: "timeout", total: 1, joined: [], left: [], waited_s: 4 });
  });

  test("with a cursor but no answer there is no total: the last failure is the answer, and the cursor stays good", async () => {
    const caller = {};
    const cursor = await cursorOf(caller, "sora", "alice-1");
    await expect(waitFor(new MadeUpSora([hangs], caller), { cursor })).rejects.toMatchObject({
      code: "timeout",
    });
    const waited = await waitFor(new MadeUpSora([here()], caller), { cursor });
    expect(waited).toMatchObject({ reason: "changed", left: [{ connection_id: "alice-1" }] });
  });
});

describe("at most 4 of one caller wait at once", () => {
  const caller = {};
  const cancelled = new SoraFailure("cancelled_by_client", "The client cancelled the call.");
  const open: Paused[] = [];

  /** A wait that is pausing until it is let go. */
  class Paused extends MadeUpSora {
    /** Ends the pause, or cancels the call. */
    goOn: () => void = () => {};
    cancel: () => void = () => {};

    override pause(ms: number): Promise<void> {
      return new Promise((resolve, reject) => {
        this.goOn = () => {
          pass(ms);
          resolve();
        };
        this.cancel = () => reject(cancelled);
      });
    }
  }

  /** Waits of the caller that have polled once. */
  async function pausing(count: number) {
    const waits = Array.from({ length: count }, () => {
      const sora = new Paused([crowd(1)], caller);
      open.push(sora);
      const ended = waitFor(sora, { timeout_s: 2 }).then(
        ({ reason }) => reason,
        ({ code, message }) => code ?? message,
      );
      return { sora, ended };
    });
    await vi.waitFor(() =>
      expect(waits.map(({ sora }) => sora.polledAt.length)).toEqual(Array(count).fill(1)),
    );
    return waits;
  }

  afterEach(() => {
    for (const sora of open.splice(0)) sora.cancel();
  });

  test("a fifth is refused, and nothing is sent for it", async () => {
    await pausing(4);
    const fifth = new MadeUpSora([crowd(1)], caller);
    const refusal = await waitFor(fifth).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SoraFailure);
    expect(refusal).toMatchObject({
      code: "rate_limited",
      message: "4 waits are under way, and no more are made at once. Nothing was sent.",
      details: { hint: "Each of them ends within a minute: wait again after that." },
    });
    expect(fifth.polledAt).toEqual([]);
  });

  test("those of another caller are not in the way", async () => {
    await pausing(4);
    expect(await waitFor(new MadeUpSora([crowd(1)], {}))).toMatchObject({ reason: "timeout" });
  });

  interface Ending {
    readonly how: string;
    readonly as: string;
    end(sora: Paused): void;
  }
  /** The pause is over, and this is the next poll. */
  const goOnWith = (answer: Answer) => (sora: Paused) => {
    sora.answers.splice(0, 1, answer);
    sora.goOn();
  };
  const bug: Answer = () => {
    throw new Error("a bug");
  };
  const endings: readonly Ending[] = [
    { how: "at its time", as: "timeout", end: (sora) => sora.goOn() },
    { how: "with news", as: "changed", end: goOnWith(crowd(2)) },
    { how: "cancelled", as: "cancelled_by_client", end: (sora) => sora.cancel() },
    { how: "with an error", as: "forbidden", end: goOnWith(fails("forbidden")) },
    { how: "with a bug", as: "a bug", end: goOnWith(bug) },
  ];

  test.each(endings)("one that ends $how gives its place back, once", async ({ as, end }) => {
    const [one] = await pausing(4);
    if (one) end(one.sora);
    expect(await one?.ended).toBe(as);
    await pausing(1);
    await expect(waitFor(new MadeUpSora([crowd(1)], caller))).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("one that was refused takes no place, and gives none back", async () => {
    const waits = await pausing(4);
    for (const _time of [1, 2, 3]) {
      await expect(waitFor(new MadeUpSora([crowd(1)], caller))).rejects.toMatchObject({
        code: "rate_limited",
      });
    }
    for (const { sora } of waits) sora.cancel();
    await Promise.all(waits.map(({ ended }) => ended));
    await pausing(4);
  });

  test("a cancelled one does not poll again, nor is it told of later", async () => {
    const [one] = await pausing(1);
    one?.sora.cancel();
    expect(await one?.ended).toBe("cancelled_by_client");
    await new Promise((resolve) => setImmediate(resolve));
    expect(one?.sora.polledAt.length).toBe(1);
  });
});
