import { allTotals, type Counts, type Inbound, type Outbound, streamKey } from "./report.ts";

/** What came together for one object of getStats(). */
export interface Span {
  /** Its gauges, and its totals: since the earlier report, or all of them where that does not know the object. */
  readonly counts: Counts;
  /** How long that took. Undefined when it is not known, as since the beginning. */
  readonly seconds: number | undefined;
}

export type StreamSpan<Stream extends Inbound | Outbound> = Stream & Span;

/** What came together for each stream of a report since an earlier one. */
export function spansOf<Stream extends Inbound | Outbound>(
  streams: readonly Stream[],
  earlier: readonly Stream[] = [],
): StreamSpan<Stream>[] {
  const before = new Map(earlier.map((stream) => [streamKey(stream), stream.counts]));
  return streams.map((stream) => ({ ...stream, ...spanOf(stream.counts, before.get(streamKey(stream))) }));
}

/** When a total fell, the object is a new one that only looks like the earlier: it began since. */
export function spanOf(counts: Counts, before: Counts | undefined): Span {
  if (!before || hasFallen(counts, before)) return { counts, seconds: undefined };
  const since = { ...counts };
  for (const name of [...allTotals, "packetsLost"] as const) {
    const [from, to] = [before[name], counts[name]];
    if (from === undefined || to === undefined) delete since[name];
    else since[name] = to - from;
  }
  const milliseconds = (counts.timestamp ?? Number.NaN) - (before.timestamp ?? Number.NaN);
  return { counts: since, seconds: milliseconds >= 1 ? milliseconds / 1000 : undefined };
}

function hasFallen(counts: Counts, before: Counts): boolean {
  return allTotals.some((name) => (counts[name] ?? Number.POSITIVE_INFINITY) < (before[name] ?? 0));
}

type Amount = (counts: Counts, span: Span) => number | undefined;

/** The sum of one amount over that of another. Of spans that know both; undefined when there is too little to go by. */
export function ratio(spans: readonly Span[], part: Amount, whole: Amount, atLeast = 0): number | undefined {
  let [parts, wholes] = [0, 0];
  for (const span of spans) {
    const [some, all] = [part(span.counts, span), whole(span.counts, span)];
    if (some === undefined || all === undefined) continue;
    parts += Math.max(0, some);
    wholes += Math.max(0, all);
  }
  const quotient = parts / wholes;
  return wholes >= atLeast && Number.isFinite(quotient) ? quotient : undefined;
}
