import { isObject } from "../../json.ts";
import { type Rates, ratesBetween } from "./counters.ts";
import { instant } from "./quantity.ts";

/** An answer of GetStatsConnection. `at`: when it came, in milliseconds of a clock that only runs forward. */
export interface Sample {
  readonly answer: unknown;
  readonly at: number;
}

/** By connection ids. */
export type Samples = ReadonlyMap<string, Sample>;

/** Of those who were sampled twice. */
export function ratesOf(first: Samples, second: Samples): ReadonlyMap<string, Rates> {
  const rates = new Map<string, Rates>();
  for (const [id, after] of second) {
    const before = first.get(id);
    const measured = before && ratesBetween(before.answer, after.answer, millisecondsBetween(before, after));
    if (measured) rates.set(id, measured);
  }
  return rates;
}

/** By Sora's clock where it says: an answer may have been long under way. */
function millisecondsBetween(before: Sample, after: Sample): number {
  const [from, to] = [timeIn(before), timeIn(after)];
  return from !== undefined && to !== undefined && to > from ? to - from : after.at - before.at;
}

function timeIn({ answer }: Sample): number | undefined {
  return isObject(answer) ? instant(answer.timestamp) : undefined;
}

/** Seconds from the first samples to the second ones; 0 where there are not both. */
export function secondsBetween(first: Samples, second: Samples): number {
  const milliseconds = [...second].map(([id, { at }]) => at - (first.get(id)?.at ?? at));
  return Math.round(Math.max(0, ...milliseconds) / 100) / 10;
}

/**
 * What time it is now by Sora's clock, which also dates clients' reports, in milliseconds since the epoch. Undefined when
 * no sample tells.
 */
export function timeOfSora(samples: Samples, now: number): number | undefined {
  for (const sample of samples.values()) {
    const then = timeIn(sample);
    if (then !== undefined) return then + now - sample.at;
  }
  return undefined;
}
