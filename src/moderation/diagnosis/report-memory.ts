import type { ClientReport } from "./report.ts";

/** How many connections are kept in mind: some ten MB at the very most. */
export const mostKept = 200;

interface Kept {
  readonly newest: ClientReport;
  readonly earlier: ClientReport | undefined;
}

/**
 * The last two reports of each connection, so that it can be told what happened between them. Clients report about once a
 * minute: most of the time the same report is met again.
 */
export class ReportMemory {
  readonly #kept = new Map<string, Kept>();

  /** Keeps a report, and answers with the one that the same connection made before it, if that was met. */
  keep(connectionId: string, report: ClientReport): ClientReport | undefined {
    const last = this.#kept.get(connectionId);
    const earlier = earlierThan(report, last);
    // Behind all others, as the newest.
    this.#kept.delete(connectionId);
    this.#kept.set(connectionId, { newest: report, earlier });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    return earlier;
  }

  get size(): number {
    return this.#kept.size;
  }
}

function earlierThan({ at }: ClientReport, last: Kept | undefined): ClientReport | undefined {
  return [last?.newest, last?.earlier].find((kept) => kept !== undefined && kept.at < at);
}
