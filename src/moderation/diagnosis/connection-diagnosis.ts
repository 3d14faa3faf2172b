import { type Evidence, findingsOf, type Verdict, verdictOf, verdicts } from "./findings.ts";
import type { Measurements } from "./measurements.ts";
import { largest, rounded } from "./quantity.ts";
import type { Reported } from "./reported.ts";
import type { Code, Finding, Severity } from "./thresholds.ts";

/** Numbers, each under a name that ends in its unit. */
type Values = Readonly<Record<string, number>>;

interface Path {
  readonly type?: string;
  readonly protocol?: string;
  readonly rtt_ms?: number;
}

/** What is told of one connection. No address, and no text of a client's report but words of W3C. */
export interface ConnectionDiagnosis {
  readonly connection_id: string;
  readonly client_id?: string;
  readonly role?: string;
  readonly verdict: Verdict;
  /** Worst first; of those that are more than info, so many. */
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly more_findings?: number;
  /** From the client to Sora. */
  readonly up?: Values;
  readonly down?: Values;
  readonly path?: Path;
  readonly mic?: Values;
  readonly client_report_age_s?: number;
  /** Over how many seconds levels and shares are averages. */
  readonly ratios_over_s?: number;
  /** The same, where there was no earlier report. */
  readonly averages?: string;
}

/** Who has more than so many has them all for the same few reasons, and a model reads each of them. */
const mostTroubles = 6;

/** All that is known of one connection, judged. */
export function diagnoseConnection(evidence: Evidence): ConnectionDiagnosis {
  const { participant, reported } = evidence;
  const { connection_id, client_id, role } = participant;
  const findings = findingsOf(evidence);
  const verdict = verdictOf(findings, reported);
  const troubles = findings.filter(({ severity }) => severity !== "info");
  const listed = findings.filter((finding) => !troubles.slice(mostTroubles).includes(finding));
  const more = findings.length - listed.length;
  const { up, down } = flows(evidence, new Set(findings.map(({ code }) => code)));
  const path = pathOf(reported?.measured, verdict);
  const mic = values({ level_0_to_1: reported?.measured.loudness ?? reported?.measured.momentaryLoudness });
  return {
    connection_id,
    ...(client_id !== undefined && { client_id }),
    ...(role !== undefined && { role }),
    verdict,
    findings: listed,
    ...(more > 0 && { more_findings: more }),
    ...(up && { up }),
    ...(down && { down }),
    ...(path && { path }),
    ...(mic && { mic }),
    ...(reported && { client_report_age_s: Math.round(reported.ageSeconds) }),
    ...(reported && averagedOver(reported)),
  };
}

/** Over what time levels and shares are averages. */
function averagedOver({ ratiosOverSeconds }: Reported) {
  if (ratiosOverSeconds === undefined) return { averages: "since joining" };
  return { ratios_over_s: Math.round(ratiosOverSeconds) };
}

/** The worst first; of equals, who has more of what is bad, and then who stands first. */
export function worstFirst(diagnoses: readonly ConnectionDiagnosis[]): ConnectionDiagnosis[] {
  return diagnoses.toSorted(
    (one, other) =>
      verdicts.indexOf(one.verdict) - verdicts.indexOf(other.verdict) ||
      countOf(other, "bad") - countOf(one, "bad") ||
      countOf(other, "fair") - countOf(one, "fair"),
  );
}

function countOf({ findings }: ConnectionDiagnosis, severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

/** Both ways. What only tells the cause or the place of a trouble stands there where that was found. */
function flows({ participant, rates, reported }: Evidence, found: ReadonlySet<Code>) {
  const { sentAudio, sentVideo, receivedAudio, receivedVideo, availableKbps } = reported?.measured ?? {};
  const isJittery = found.has("high_jitter");
  const up = {
    kbps: rates?.up.kbps,
    loss_percent: largest([sentAudio?.lossPercent, sentVideo?.lossPercent]),
    jitter_ms: isJittery ? (sentAudio?.jitterMs ?? sentVideo?.jitterMs) : undefined,
    available_kbps: found.has("bandwidth_limited") ? availableKbps : undefined,
    encode_ms: found.has("cpu_limited") ? sentVideo?.encodeMsPerFrame : undefined,
  };
  const down = {
    kbps: rates?.down.kbps,
    loss_percent: largest([receivedAudio?.lossPercent, receivedVideo?.lossPercent]),
    jitter_ms: isJittery ? (receivedAudio?.jitterMs ?? receivedVideo?.jitterMs) : undefined,
  };
  return {
    up: participant.sends ? values(up) : undefined,
    down: participant.receives ? values(down) : undefined,
  };
}

/** Which way it is matters where something is wrong. */
function pathOf(measured: Measurements | undefined, verdict: Verdict): Path | undefined {
  const { path, rttMs } = measured ?? {};
  const { type, protocol } = verdict === "good" ? {} : (path ?? {});
  if (type === undefined && protocol === undefined && rttMs === undefined) return undefined;
  return {
    ...(type !== undefined && { type }),
    ...(protocol !== undefined && { protocol }),
    ...(rttMs !== undefined && { rtt_ms: rounded(rttMs) }),
  };
}

/** Those that were measured, rounded; undefined when none was. */
function values(measured: Readonly<Record<string, number | undefined>>): Values | undefined {
  const known = Object.entries(measured).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, rounded(value)] as const],
  );
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}
