import { type Evidence, microphoneFindings, reportFindings, verdictOf } from "./findings.ts";
import { type ReportsById, usualTime } from "./known-reports.ts";
import type { Participant } from "./participant.ts";
import { reportedBy } from "./reported.ts";
import type { surroundingsIn } from "./surroundings.ts";
import type { Finding, Severity } from "./thresholds.ts";

const weights: Readonly<Record<Severity, number>> = { info: 0, fair: 1, bad: 10 };

/** Of who is not known to be well: more than one small trouble, less than a large one. */
const unknownWeight = 2;

/** How much speaks for a closer look at somebody, by the client's report alone: 0 is nothing. */
export function suspicion(evidence: Omit<Evidence, "rates">): number {
  const { reported } = evidence;
  if (!reported) return unknownWeight;
  const findings = [...reportFindings(reported), ...microphoneFindings(evidence)];
  if (verdictOf(findings, reported) === "unknown") return unknownWeight;
  return findings.reduce((sum, { severity }) => sum + weights[severity], 0);
}

/** So many of those who are most to be looked at closely, by what their clients report. */
export function mostSuspicious(
  asked: readonly Participant[],
  reported: ReportsById,
  surroundings: ReturnType<typeof surroundingsIn>,
  most: number,
): readonly Participant[] {
  const now = usualTime(reported) ?? 0;
  const weighed = asked
    .map((participant) => {
      const { report, earlier } = reported.get(participant.connection_id) ?? {};
      const evidence = {
        participant,
        surroundings: surroundings(participant),
        reported: report && reportedBy(report, earlier, now),
      };
      return { participant, weight: suspicion(evidence), findings: microphoneFindings(evidence) };
    })
    .sort((one, other) => other.weight - one.weight);
  return firstAndLoudest(weighed, most, loudnessIn).map(({ participant }) => participant);
}

/**
 * The first ones; but the last of them gives its place to the loudest of all. Who asks who is loud is told, however many
 * are worse off.
 */
export function firstAndLoudest<Entry>(
  entries: readonly Entry[],
  most: number,
  loudnessOf: (entry: Entry) => number,
): readonly Entry[] {
  const first = entries.slice(0, most);
  const [loudest] = entries.toSorted((one, other) => loudnessOf(other) - loudnessOf(one));
  if (most === 1 || loudest === undefined || loudnessOf(loudest) === 0 || first.includes(loudest))
    return first;
  return [...first.slice(0, -1), loudest];
}

/** How loud somebody is found to be, to those who can hear it. */
export function loudnessIn({ findings }: { readonly findings: readonly Finding[] }): number {
  const loud = findings.find(({ code, severity }) => code === "loud_mic" && severity === "bad");
  return loud?.value ?? 0;
}
