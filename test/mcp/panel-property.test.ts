import fc from "fast-check";
import { expect, test } from "vitest";
import { confirmations } from "../../src/confirmations.ts";
import { callers, channels, PanelModel, targets, turn } from "./model-of-panel.ts";

// In whatever order people come and go, and previews and clicks come from two panels and calls from outside of them.

const numRuns = 100;

type Step = (model: PanelModel) => void;
const step = (happens: Step): Step => happens;

const channel = fc.constantFrom(...channels);
const asked = fc.record({
  caller: fc.constantFrom(...callers),
  channel,
  client_id: fc.constantFrom(...targets),
});

const join = channel.map((where) => step((model) => model.join(where)));
const leave = fc
  .tuple(channel, fc.nat({ max: 30 }))
  .map(([where, which]) => step((model) => model.leave(where, which)));
const wait = fc.constantFrom(1000, 60_000, 120_001).map((ms) => step((model) => model.wait(ms)));
const preview = asked.map((call) => step((model) => model.call(call, undefined)));
/** With one of the tickets so far, by its age: as it was made, for another call, or from outside of the panel. */
const confirm = fc
  .record({
    age: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 10 }) }),
    how: fc.constantFrom("as made", "as made", "as made", "for another", "outside"),
    other: asked,
  })
  .map(({ age, how, other }) =>
    step((model) => {
      const shown = model.shown.at(-1 - age);
      if (!shown) return;
      const { caller, channel: where, client_id } = how === "for another" ? other : shown;
      model.call(
        { caller, channel: where, client_id, ...(how === "outside" && { isOutside: true }) },
        shown.ticket,
      );
    }),
  );
const goOn = fc
  .array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 3 })
  .map((which) => step((model) => model.letGo(...which)));

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: join },
    { weight: 2, arbitrary: leave },
    { weight: 1, arbitrary: wait },
    { weight: 4, arbitrary: preview },
    { weight: 6, arbitrary: confirm },
    { weight: 12, arbitrary: goOn },
  ),
  { minLength: 15, maxLength: 60, size: "max" },
);

/** What must have happened in some runs, and how that is said. */
const reasons = {
  "carried out": /^done, panel$/,
  expired: /^ticket_invalid: This ticket is older/,
  used: /^ticket_invalid: This ticket was used/,
  "for another call": /^ticket_invalid: This is no ticket for this call/,
  "more is hit": /^ticket_invalid: Something would be hit/,
  "not taken outside": /^invalid_arguments: ticket: unknown argument/,
};

test("nobody is cut off by a click who was not in the preview that it confirms, and it confirms once", async () => {
  const times = new Map<string, number>();
  const count = (what: string) => times.set(what, (times.get(what) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...confirmations),
      fc.record({ x: fc.nat({ max: 6 }), y: fc.integer({ min: 18, max: 24 }) }),
      steps,
      async (mode, people, happens) => {
        const model = new PanelModel(mode);
        for (const name of channels) model.join(name, people[name]);
        for (const one of happens) {
          one(model);
          await turn();
        }
        await model.end();

        const { arrivals, shown, ends } = model;
        if (model.joinedDuringCalls > 0) count("joined while a call was under way");
        if (mode === "ask") expect([arrivals, shown]).toEqual([[], []]);
        for (const { ticket, hit, isOutside, ...call } of arrivals) {
          expect(isOutside).toBeUndefined();
          const promised = shown.find((one) => one.ticket === ticket);
          expect(promised).toMatchObject(call);
          expect(promised?.people).toEqual(expect.arrayContaining([...hit]));
          if (promised && hit.length < promised.people.length) count("carried out although some had left");
        }
        expect(new Set(arrivals.map(({ ticket }) => ticket)).size).toBe(arrivals.length);
        for (const { people: those } of shown) expect(those.length).toBeGreaterThan(0);
        for (const end of ends) {
          const [reason] = Object.entries(reasons).find(([, said]) => said.test(end)) ?? [];
          if (reason) count(reason);
        }
      },
    ),
    { numRuns },
  );
  // Otherwise it would hold because nothing happens.
  const wanted = [
    ...Object.keys(reasons),
    "carried out although some had left",
    "joined while a call was under way",
  ];
  expect(wanted.filter((what) => (times.get(what) ?? 0) < 3)).toEqual([]);
});
