import { type Measurements, measure } from "./measurements.ts";
import { type ClientReport, withoutGauges } from "./report.ts";
import { staleAfterSeconds } from "./thresholds.ts";

/** What a client's report tells. */
export interface Reported {
  readonly measured: Measurements;
  readonly ageSeconds: number;
  /** Too old to tell of now: `measured` is without what held for a moment. */
  readonly isStale: boolean;
  /** Since the earlier report; undefined where ratios are those since the beginning. */
  readonly ratiosOverSeconds: number | undefined;
}

/** Measures a report. `now`: in milliseconds since the epoch, by the clock that dated it. */
export function reportedBy(report: ClientReport, before: ClientReport | undefined, now: number): Reported {
  const earlier = before && before.at < report.at ? before : undefined;
  const ageSeconds = Math.max(0, (now - report.at) / 1000);
  const isStale = ageSeconds > staleAfterSeconds;
  return {
    measured: measure(isStale ? withoutGauges(report) : report, earlier),
    ageSeconds,
    isStale,
    ratiosOverSeconds: earlier && (report.at - earlier.at) / 1000,
  };
}
