import type { Blocked } from "../moderation/blocked.ts";
import {
  type ConnectionDiagnosis,
  diagnoseConnection,
  worstFirst,
} from "../moderation/diagnosis/connection-diagnosis.ts";
import type { Rates } from "../moderation/diagnosis/counters.ts";
import { ourTime, type ReportsById, withEarlier } from "../moderation/diagnosis/known-reports.ts";
import type { Participant } from "../moderation/diagnosis/participant.ts";
import { readReports, readReportsOf, readSamples } from "../moderation/diagnosis/reading.ts";
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
const withinMs = { reports: 5_000, counters: 2_500 };

/** Of so many connections the counters are read: those that most ask for a closer look. */
const mostSampled = 12;

/** Of so many channels it is kept what was read, for so many milliseconds after somebody has looked. */
const mostWatched = 16;
const keptMs = 60_000;

/** What is read again once it is older than so many milliseconds. Who asks meanwhile waits for that reading. */
class Periodic<Value> {
  readonly #every: number;
  #value: Value;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(every: number, value: Value) {
    this.#every = every;
    this.#value = value;
  }

  async renewed(read: (before: Value) => Promise<Value>): Promise<Value> {
    // That it failed, or was cancelled, is the matter of whoever read.
    while (this.#reading) await this.#reading.catch(() => {});
    const startedAt = performance.now();
    if (startedAt - this.#readAt >= this.#every) {
      this.#reading = read(this.#value)
        .then((value) => {
          this.#value = value;
          this.#readAt = startedAt;
        })
        .finally(() => {
          this.#reading = undefined;
        });
      await this.#reading;
    }
    return this.#value;
  }
}

interface Reports {
  readonly known: ReportsById;
  readonly notMeasured: readonly string[];
}

interface Counters {
  readonly samples: Samples;
  readonly rates: ReadonlyMap<string, Rates>;
  readonly notMeasured: readonly string[];
}

/** A channel that somebody looks at: what was read of it a moment ago and is good for the next renewals. */
class Watch {
  readonly #reports = new Periodic<Reports>(between.reports, { known: new Map(), notMeasured: [] });
  readonly #counters = new Periodic<Counters>(between.counters, {
    samples: new Map(),
    rates: new Map(),
    notMeasured: [],
  });

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
    const reports = await this.#reports.renewed(async (before) => {
      const { value, notMeasured, hasFailed } = await readReports(sora, { channel_id }, withinMs.reports);
      if (!hasFailed) return { known: withEarlier(sora.caller, participants, value), notMeasured };
      // One whose report is too large must not hide the others.
      const ids = participants.slice(0, mostSampled).map(({ connection_id }) => connection_id);
      const single = await readReportsOf(sora, channel_id, ids, withinMs.counters);
      const known = new Map([...before.known, ...withEarlier(sora.caller, participants, single)]);
      return { known, notMeasured };
    });
    const { known } = reports;
    const { samples, rates, notMeasured } = await this.#counters.renewed(async (before) => {
      const quiet = surroundingsIn(participants, blocked, new Map());
      const closely = mostSuspicious(participants, known, quiet, mostSampled);
      const ids = closely.map(({ connection_id }) => connection_id);
      const { value, notMeasured } = await readSamples(sora, channel_id, ids, withinMs.counters);
      return { samples: value, rates: ratesOf(before.samples, value), notMeasured };
    });
    const surroundings = surroundingsIn(participants, blocked, rates);
    const now = timeOfSora(samples, performance.now()) ?? ourTime(known);
    const diagnoses = participants.map((participant) => {
      const { report, earlier } = known.get(participant.connection_id) ?? {};
      return diagnoseConnection({
        participant,
        surroundings: surroundings(participant),
        rates: rates.get(participant.connection_id),
        reported: report && reportedBy(report, earlier, now),
      });
    });
    return { diagnoses: worstFirst(diagnoses), notMeasured: [...reports.notMeasured, ...notMeasured] };
  }
}

interface Kept {
  readonly watch: Watch;
  readonly forgetting: NodeJS.Timeout;
}

const watchesOf = keptFor(() => new Map<string, Kept>());

/** What is kept of a channel for the panels of one caller. */
export function watchOf(caller: object, channel_id: string): Watch {
  const watches = watchesOf(caller);
  const { watch, forgetting } = watches.get(channel_id) ?? { watch: new Watch() };
  clearTimeout(forgetting);
  watches.delete(channel_id);
  watches.set(channel_id, {
    watch,
    forgetting: setTimeout(() => watches.delete(channel_id), keptMs).unref(),
  });
  const [oldest] = watches.keys();
  if (oldest !== undefined && watches.size > mostWatched) watches.delete(oldest);
  return watch;
}
