import fc from "fast-check";
import { expect, test } from "vitest";
import { channels, type Fate, Model, turn } from "./model-of-calls.ts";

// SORA_CONFIRM=preview with both limits, in whatever order people come and go, and calls are made and answered.

const numRuns = 1000;
const hour = 60 * 60_000;
const callers = ["alice", "bob"] as const;
const fates: readonly Fate[] = ["done", "done", "done", "refused", "unclear"];

/** Something that happens. */
type Step = (model: Model) => void;
const step = (happens: Step): Step => happens;

const channel = fc.constantFrom(...channels);
const caller = fc.constantFrom(...callers);
const fate = fc.constantFrom(...fates);

const join = channel.map((where) => step((model) => model.join(where)));
const leave = fc
  .tuple(channel, fc.nat({ max: 30 }))
  .map(([where, which]) => step((model) => model.leave(where, which)));
const wait = fc
  .constantFrom(1, 1000, 60_000, 119_999, 120_000, 120_001, hour / 3, hour - 1, hour)
  .map((ms) => step((model) => model.wait(ms)));
const preview = fc
  .tuple(channel, caller)
  .map(([where, who]) => step((model) => model.call(where, who, undefined, "done")));
/** With one of the tickets so far, by its age, as it was made or for something else. */
const use = fc
  .record({
    age: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 20 }) }),
    asMade: fc.constantFrom(true, true, true, true, false),
    other: fc.record({ channel, caller }),
    end: fate,
  })
  .map(({ age, asMade, other, end }) =>
    step((model) => {
      const shown = model.shown.at(-1 - age);
      if (!shown) return;
      const target = asMade ? shown : other;
      model.call(target.channel, target.caller, shown.ticket, end);
    }),
  );
const goOn = fc
  .array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 3 })
  .map((which) => step((model) => model.letGo(...which)));
const madeUp = fc
  .constantFrom("", "ticket", "A".repeat(71))
  .map((ticket) => step((model) => model.call("x", "alice", ticket, "done")));

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: join },
    { weight: 3, arbitrary: leave },
    { weight: 2, arbitrary: wait },
    { weight: 4, arbitrary: preview },
    { weight: 6, arbitrary: use },
    { weight: 10, arbitrary: goOn },
    { weight: 1, arbitrary: madeUp },
  ),
  { minLength: 10, maxLength: 80, size: "max" },
);

/** Around 20, tickets are of another kind. */
const atFirst = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 18, max: 24 }));

/** What must have happened in some runs, and how that is said. */
const reasons = {
  "carried out": /^done$/,
  "refused by Sora": /^sora_error/,
  unclear: /^timeout/,
  expired: /^ticket_invalid: This ticket is older/,
  used: /^ticket_invalid: This ticket was used/,
  "for another call": /^ticket_invalid: This is no ticket for this call/,
  "more is hit": /^ticket_invalid: Something would be hit/,
  "something else is hit": /^ticket_invalid: Something else would be hit/,
  "too many at once": /^limit_reached: .*SORA_MAX_AFFECTED/,
  "too many in the hour": /^limit_reached: .*SORA_MAX_DESTRUCTIVE_PER_HOUR/,
};

test("nobody is cut off who was not in the preview, and the limits hold", { timeout: 120_000 }, async () => {
  const times = new Map<string, number>();
  const count = (what: string) => times.set(what, (times.get(what) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(
      fc.record({ x: atFirst, y: atFirst }),
      fc.constantFrom(1, 3, 5, 22, 100),
      fc.integer({ min: 1, max: 4 }),
      steps,
      async (people, maxAffected, perHour, happens) => {
        const model = new Model(maxAffected, perHour);
        for (const name of channels) model.join(name, people[name]);
        for (const one of happens) {
          one(model);
          await turn();
        }
        await model.end();

        const { arrivals, shown } = model;
        if (model.joinedDuringCalls > 0) count("joined while a call was under way");
        for (const { ticket, hit, ...by } of arrivals) {
          const promised = shown.find((one) => one.ticket === ticket);
          expect(promised).toMatchObject({ channel: by.channel, caller: by.caller });
          expect(promised?.people).toEqual(expect.arrayContaining([...hit]));
          expect(hit.length).toBeLessThanOrEqual(maxAffected);
          if (promised && hit.length < promised.people.length) count("carried out although some had left");
        }
        expect(new Set(arrivals.map(({ ticket }) => ticket)).size).toBe(arrivals.length);
        // What Sora refused was not carried out, and does not count.
        const counted = arrivals.filter(({ fate: end }) => end !== "refused");
        for (const { at } of counted) {
          const inHour = counted.filter((other) => other.at <= at && other.at > at - hour);
          expect(inHour.length).toBeLessThanOrEqual(perHour);
        }
        for (const end of model.ends) {
          const [reason] = Object.entries(reasons).find(([, said]) => said.test(end)) ?? [];
          expect(reason, end).toBeDefined();
          if (reason) count(reason);
        }
      },
    ),
    { numRuns },
  );
  // Otherwise it would hold because nothing happens.
  const never = [
    ...Object.keys(reasons),
    "carried out although some had left",
    "joined while a call was under way",
  ].filter((what) => (times.get(what) ?? 0) < 10);
  expect(never).toEqual([]);
});
