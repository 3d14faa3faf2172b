import type { Blocked } from "../moderation/blocked.ts";
import {
  type ConnectionDiagnosis,
  diagnoseConnection,
  worstFirst,
} from "../moderation/diagnosis/connection-diagnosis.ts";
import type { Rates } from "../moderation/diagnosis/counters.ts";
import { ourTime, type ReportsById, withEarlier } from "../moderation/diagnosis/known-reports.ts";
import type { Participant } from "../moderation/diagnosis/participant.ts";
import { readReports, readSamples } from "../moderation/diagnosis/reading.ts";
import { reportedBy } from "../moderation/diagnosis/reported.ts";
import { ratesOf, type Samples, timeOfSora } from "../moderation/diagnosis/samples.ts";
import { surroundingsIn } from "../moderation/diagnosis/surroundings.ts";
import { mostSuspicious } from "../moderation/diagnosis/suspicion.ts";
import { keptFor } from "../moderation/kept.ts";
import type { Sora } from "../tools/tool.ts";

/**
 * Milliseconds. A panel comes back every two seconds; clients report once a minute, and rates take counters that were read
 * some seconds apart.
 */
const between = { reports: 15_000, counters: 4_000 };
const withinMs = 2_500;

/** Of so many connections the counters are read: those that most ask for a closer look. */
const mostSampled = 12;

/** Of so many channels it is kept what was read. */
const mostWatched = 16;

/** A channel that somebody looks at: what was read of it a moment ago and is good for the next renewals. */
class Watch {
  #reports: ReportsById = new Map();
  #unread: readonly string[] = [];
  #reportsAt = Number.NEGATIVE_INFINITY;
  #samples: Samples = new Map();
  #rates: ReadonlyMap<string, Rates> = new Map();
  #sampledAt = Number.NEGATIVE_INFINITY;

  /** How well each is doing, the worst first, and what could not be told. */
  async diagnose(
    sora: Sora,
    channel_id: string,
    participants: readonly Participant[],
    blocked: readonly Blocked[] | undefined,
  ): Promise<{
    readonly diagnoses: readonly ConnectionDiagnosis[];
    readonly notMeasured: readonly string[];
  }> {
    await this.#readReports(sora, channel_id, participants);
    const quiet = surroundingsIn(participants, blocked, new Map());
    const closely = mostSuspicious(participants, this.#reports, quiet, mostSampled);
    await this.#readCounters(sora, channel_id, closely);
    const surroundings = surroundingsIn(participants, blocked, this.#rates);
    const now = timeOfSora(this.#samples, performance.now()) ?? ourTime(this.#reports);
    const diagnoses = participants.map((participant) => {
      const { report, earlier } = this.#reports.get(participant.connection_id) ?? {};
      return diagnoseConnection({
        participant,
        surroundings: surroundings(participant),
        rates: this.#rates.get(participant.connection_id),
        reported: report && reportedBy(report, earlier, now),
      });
    });
    return { diagnoses: worstFirst(diagnoses), notMeasured: this.#unread };
  }

  async #readReports(sora: Sora, channel_id: string, participants: readonly Participant[]): Promise<void> {
    const now = performance.now();
    if (now - this.#reportsAt < between.reports) return;
    this.#reportsAt = now;
    const { value, notMeasured } = await readReports(sora, { channel_id }, withinMs);
    this.#reports = withEarlier(sora.caller, participants, value);
    this.#unread = notMeasured;
  }

  async #readCounters(sora: Sora, channel_id: string, closely: readonly Participant[]): Promise<void> {
    const now = performance.now();
    if (now - this.#sampledAt < between.counters) return;
    this.#sampledAt = now;
    const ids = closely.map(({ connection_id }) => connection_id);
    const { value } = await readSamples(sora, channel_id, ids, withinMs);
    this.#rates = ratesOf(this.#samples, value);
    this.#samples = value;
  }
}

const watchesOf = keptFor(() => new Map<string, Watch>());

/** What is kept of a channel for the panels of one caller. */
export function watchOf(caller: object, channel_id: string): Watch {
  const watches = watchesOf(caller);
  const watch = watches.get(channel_id) ?? new Watch();
  watches.delete(channel_id);
  watches.set(channel_id, watch);
  const [oldest] = watches.keys();
  if (oldest !== undefined && watches.size > mostWatched) watches.delete(oldest);
  return watch;
}
