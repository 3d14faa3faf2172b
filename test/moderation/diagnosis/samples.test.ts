import { expect, test } from "vitest";
import {
  ratesOf,
  type Sample,
  secondsBetween,
  timeOfSora,
} from "../../../src/moderation/diagnosis/samples.ts";

const sample = (at: number, total_received_rtp: number, timestamp?: unknown): Sample => ({
  at,
  answer: { rtp: { total_received_rtp }, timestamp },
});

test("rates are over the time between the two samples of each", () => {
  const first = new Map([
    ["A", sample(1000, 10)],
    ["B", sample(1200, 10)],
    ["C", sample(1200, 10)],
    ["D", sample(1200, 10)],
  ]);
  const second = new Map([
    ["A", sample(5000, 210)],
    ["B", sample(5450, 435)],
    ["C", sample(5000, 9)],
    ["E", sample(5000, 9)],
  ]);
  const rates = [...ratesOf(first, second)].map(([id, { up }]) => [id, up.packetsPerSecond]);
  expect(rates).toEqual([
    ["A", 50],
    ["B", 100],
  ]);
  expect(secondsBetween(first, second)).toBe(4.3);
});

test("without two samples of anybody, there is no time between them", () => {
  const one = new Map([["A", sample(1000, 10)]]);
  expect(secondsBetween(one, new Map())).toBe(0);
  expect(secondsBetween(new Map(), one)).toBe(0);
  expect(ratesOf(one, new Map()).size).toBe(0);
});

test("Sora's clock is that of the first sample that tells it", () => {
  const samples = new Map([
    ["A", sample(1000, 10)],
    ["B", sample(1000, 10, "soon")],
    ["C", { at: 1000, answer: null }],
    ["D", sample(1500, 10, "2026-11-28T10:00:00.000000Z")],
  ]);
  expect(timeOfSora(samples, 7500)).toBe(Date.UTC(2026, 10, 28, 10, 0, 6));
  expect(timeOfSora(new Map([["A", sample(1000, 10)]]), 7500)).toBeUndefined();
});
