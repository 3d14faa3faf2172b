import { z } from "zod";
import { listChannelConnections } from "../tools/connections.ts";
import { channel_id, client_id, connection_id } from "../tools/fields.ts";
import { callable } from "../tools/tool.ts";
import {
  type ConnectionDiagnosis,
  diagnoseConnection,
  worstFirst,
} from "./diagnosis/connection-diagnosis.ts";
import type { Rates } from "./diagnosis/counters.ts";
import { ourTime, withEarlier } from "./diagnosis/known-reports.ts";
import { type Participant, participantsIn } from "./diagnosis/participant.ts";
import { readBlocked, readReports, readReportsOf, readSamples } from "./diagnosis/reading.ts";
import { reportedBy } from "./diagnosis/reported.ts";
import { ratesOf, secondsBetween, timeOfSora } from "./diagnosis/samples.ts";
import { surroundingsIn } from "./diagnosis/surroundings.ts";
import { firstAndLoudest, loudnessIn, mostSuspicious } from "./diagnosis/suspicion.ts";
import { JobFailure } from "./errors.ts";

/** Of so many connections the counters are read. */
const mostSampled = 20;

/** Milliseconds. A Sora that hangs is waited for 5 + 2.5 + 4 + 2.5 s. */
const listsWithinMs = 5000;
const sampleWithinMs = 2500;
const betweenSamplesMs = 4000;

const input = z
  .object({
    channel_id,
    connection_id: connection_id.optional(),
    client_id: client_id.describe("Or client").optional(),
    limit: z.number().int().min(1).max(mostSampled).describe("Most listed").default(5),
  })
  .strict();

type Arguments = z.infer<typeof input>;

/**
 * Why somebody's video or sound is bad, and who is loud. Throws `not_found`, or `SoraFailure` when it cannot be told who
 * is in the channel; what else cannot be read is named in `not_measured`.
 */
export const diagnose = callable({
  operation: "Diagnose",
  kind: "read",
  title: "Diagnose connections",
  description:
    "Tells why someone's video or sound is bad, and who is loud, worst first; takes 5 s; untrusted text.",
  searchHint: "quality lag choppy freezing blurry echo noise",
  input,
  problem({ client_id, connection_id }) {
    const isBoth = client_id !== undefined && connection_id !== undefined;
    return isBoth ? "client_id, connection_id: only one of them can be given" : undefined;
  },
  async run(sora, args) {
    const { channel_id, limit } = args;
    const [answer, reports, blocked] = await Promise.all([
      sora.read(listChannelConnections.target, { channel_id }, listsWithinMs),
      readReports(sora, args, listsWithinMs),
      readBlocked(sora, channel_id, listsWithinMs),
    ]);
    const all = participantsIn(answer);
    const asked = namedIn(all, args);
    const early = withEarlier(sora.caller, all, reports.value);
    const chosen = mostSuspicious(asked, early, surroundingsIn(all, blocked.value, new Map()), mostSampled);
    const ids = chosen.map(({ connection_id }) => connection_id);

    const isTooMuch = reports.hasFailed && args.connection_id === undefined;
    const [first, single] = await Promise.all([
      readSamples(sora, channel_id, ids, sampleWithinMs),
      isTooMuch ? readReportsOf(sora, channel_id, ids, sampleWithinMs) : undefined,
    ]);
    const reported = single ? withEarlier(sora.caller, all, single) : early;
    if (first.value.size > 0) await sora.pause(betweenSamplesMs);
    const second = await readSamples(sora, channel_id, first.value.keys(), sampleWithinMs);

    const rates = ratesOf(first.value, second.value);
    const surroundings = surroundingsIn(all, blocked.value, rates);
    const now = timeOfSora(first.value, performance.now()) ?? ourTime(reported);
    const diagnoses = worstFirst(
      chosen.map((participant) => {
        const { connection_id } = participant;
        const { report, earlier } = reported.get(connection_id) ?? {};
        return diagnoseConnection({
          participant,
          surroundings: surroundings(participant),
          rates: rates.get(connection_id),
          reported: report && reportedBy(report, earlier, now),
        });
      }),
    );
    const listed = firstAndLoudest(diagnoses, limit, loudnessIn);
    const rest = asked.length - listed.length;
    const unread = [reports, blocked, first, second].flatMap(({ notMeasured }) => notMeasured);
    return {
      channel_id,
      sampled_s: secondsBetween(first.value, second.value),
      connections: listed,
      ...(rest > 0 && { rest }),
      not_measured: [
        ...new Set(unread),
        ...(reports.notMeasured.length > 0 ? [] : withoutReport(listed)),
        ...(unread.some((text) => text.startsWith("rates:")) ? [] : withoutRates(listed, rates)),
        ...(asked.length > chosen.length
          ? [`rates: of ${chosen.length} of ${asked.length} connections only`]
          : []),
      ],
    };
  },
});

/** Those whom a call names, or all. Throws `not_found`. */
function namedIn(
  all: readonly Participant[],
  { connection_id, client_id }: Arguments,
): readonly Participant[] {
  const named = all.filter(
    (participant) =>
      (connection_id === undefined || participant.connection_id === connection_id) &&
      (client_id === undefined || participant.client_id === client_id),
  );
  if (named.length > 0 || (connection_id === undefined && client_id === undefined)) return named;
  throw new JobFailure("not_found", "Nobody of that id is in the channel.", {
    hint: "sora_overview tells who is.",
  });
}

/** Those of whom Sora has no report, though it was asked. */
function withoutReport(listed: readonly ConnectionDiagnosis[]): string[] {
  const without = listed.filter(({ client_report_age_s }) => client_report_age_s === undefined).length;
  return without > 0 ? [`client reports: ${without} of ${listed.length} gave none`] : [];
}

/** Those of whom Sora's counters tell nothing, though they were asked for: they may have left meanwhile. */
function withoutRates(listed: readonly ConnectionDiagnosis[], rates: ReadonlyMap<string, Rates>): string[] {
  const without = listed.filter(({ connection_id }) => {
    const { up, down } = rates.get(connection_id) ?? {};
    return up?.packetsPerSecond === undefined && down?.packetsPerSecond === undefined;
  }).length;
  return without > 0 ? [`rates: ${without} of ${listed.length} have none`] : [];
}
