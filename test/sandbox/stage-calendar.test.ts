import fc from "fast-check";
import { expect, test } from "vitest";
import { newStage } from "../../src/sandbox/stage.ts";
import { stageEvent, timeOf } from "../../src/sandbox/stage-calendar.ts";
import { repeatable, startTime } from "./client.ts";

const seeds = fc.integer({ min: 1, max: 2_000_000_000 });
const events = fc.integer({ min: -5, max: 1_000_000_000 });

test("the gap between two events is 10 to 20 s, at any time", () => {
  const property = fc.property(seeds, events, (seed, event) => {
    const stage = newStage(startTime, repeatable(seed));
    const gap = timeOf(stage, event + 1) - timeOf(stage, event);
    expect(gap).toBeGreaterThanOrEqual(10_000);
    expect(gap).toBeLessThanOrEqual(20_000);
  });
  fc.assert(property, { numRuns: 1000 });
});

test("gaps are of many lengths, and chance decides", () => {
  const gaps = (seed: number) => {
    const stage = newStage(startTime, repeatable(seed));
    return Array.from({ length: 200 }, (_, event) => timeOf(stage, event + 1) - timeOf(stage, event));
  };
  const some = gaps(1);
  expect(Math.min(...some)).toBeLessThan(12_000);
  expect(Math.max(...some)).toBeGreaterThan(18_000);
  expect(new Set(some).size).toBeGreaterThan(150);
  expect(gaps(2)).not.toEqual(some);
});

test("every visit begins once and ends once, five events later", () => {
  const all = Array.from({ length: 100 }, (_, index) => ({ index, ...stageEvent(index - 5) }));
  for (let visit = 1; visit <= 40; visit += 1) {
    const own = all.filter((event) => event.visit === visit);
    expect(own.map(({ type }) => type)).toEqual(["join", "leave"]);
    expect((own[1]?.index ?? 0) - (own[0]?.index ?? 0)).toBe(5);
  }
});
