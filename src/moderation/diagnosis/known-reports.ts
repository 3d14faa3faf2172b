import { keptFor } from "../kept.ts";
import type { Participant } from "./participant.ts";
import { middle } from "./quantity.ts";
import type { ClientReport } from "./report.ts";
import { mostKept, ReportMemory } from "./report-memory.ts";
import { staleAfterSeconds } from "./thresholds.ts";

/** A client's report, and the one before it where that is known. */
interface Reports {
  readonly report: ClientReport;
  readonly earlier: ClientReport | undefined;
}
export type ReportsById = ReadonlyMap<string, Reports>;

const memoryOf = keptFor(() => new ReportMemory());

/** Keeps the reports for the caller's next call. Of a larger channel than can be kept, always those of the same connections. */
export function withEarlier(
  caller: object,
  all: readonly Participant[],
  reports: ReadonlyMap<string, ClientReport>,
): ReportsById {
  const memory = memoryOf(caller);
  const known = new Map<string, Reports>();
  for (const [at, { connection_id }] of all.entries()) {
    const report = reports.get(connection_id);
    if (!report) continue;
    const earlier = at < mostKept ? memory.keep(connection_id, report) : undefined;
    known.set(connection_id, { report, earlier });
  }
  return known;
}

/** What time it is by our clock, unless that is far from the one that dates reports; milliseconds since the epoch. */
export function ourTime(reported: ReportsById): number {
  const ours = Date.now();
  const usual = usualTime(reported);
  return usual !== undefined && Math.abs(ours - usual) > staleAfterSeconds * 1000 ? usual : ours;
}

/** When reports are from, in the middle: our clock may be far from the one that dates them, and so may one client's. */
export function usualTime(reported: ReportsById): number | undefined {
  return middle([...reported.values()].map(({ report }) => report.at));
}
