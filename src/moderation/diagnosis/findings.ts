import { mediaKinds } from "../mutes.ts";
import type { Rates } from "./counters.ts";
import type { Measurements } from "./measurements.ts";
import type { Participant } from "./participant.ts";
import { largest } from "./quantity.ts";
import { limitationReasons } from "./report.ts";
import type { Reported } from "./reported.ts";
import type { Surroundings } from "./surroundings.ts";
import {
  type Code,
  codes,
  type Finding,
  type JudgedCode,
  judge,
  type Severity,
  severities,
  staleAfterSeconds,
  thresholds,
} from "./thresholds.ts";

/** From what is worst on; of what was not measured enough it is not known whether it is good. */
export const verdicts = ["bad", "fair", "unknown", "good"] as const;
export type Verdict = (typeof verdicts)[number];

/** All that is known of one connection. */
export interface Evidence {
  readonly participant: Participant;
  readonly surroundings: Surroundings;
  readonly rates: Rates | undefined;
  readonly reported: Reported | undefined;
}

/** Worst first. */
export function findingsOf(evidence: Evidence): Finding[] {
  const { reported } = evidence;
  const findings: Finding[] = [
    ...serverFindings(evidence),
    ...(reported ? reportFindings(reported) : []),
    ...microphoneFindings(evidence),
  ];
  const badness = ({ severity }: Finding) => severities.indexOf(severity);
  return findings.sort(
    (one, other) => badness(other) - badness(one) || codes.indexOf(one.code) - codes.indexOf(other.code),
  );
}

/** The worst finding decides. Good is only who was measured, and not too long ago. */
export function verdictOf(findings: readonly Finding[], reported: Reported | undefined): Verdict {
  const found = new Set(findings.map(({ severity }) => severity));
  if (found.has("bad")) return "bad";
  if (found.has("fair")) return "fair";
  const isMeasured =
    reported && !reported.isStale && judged(reported.measured).some(([, value]) => value !== undefined);
  return isMeasured ? "good" : "unknown";
}

/** What the report says of the connection itself, whoever else is there. */
export function reportFindings(reported: Reported): Finding[] {
  const { measured, ageSeconds, isStale } = reported;
  const { sentVideo } = measured;
  // Small pictures are sent without their upper layers on purpose.
  const isLimited =
    sentVideo.limitedBy !== undefined ||
    limitationReasons.some(
      (reason) => (sentVideo.limitedPercent[reason] ?? 0) >= thresholds[`${reason}_limited`].fair,
    );
  return [
    ...judged(measured).flatMap(([code, value]) => (value === undefined ? [] : judge(code, value))),
    // Some browsers do not say for how long.
    ...limitationReasons
      .filter((reason) => sentVideo.limitedPercent[reason] === undefined && sentVideo.limitedBy === reason)
      .map((reason): Finding => ({ code: `${reason}_limited`, severity: "fair" })),
    ...relayFindings(measured),
    ...counted("layer_missing", isLimited ? "fair" : "info", sentVideo.missingLayers, "layers"),
    ...(isStale ? counted("stale_report", "info", Math.round(ageSeconds), "s", staleAfterSeconds) : []),
  ];
}

/** What is judged by a threshold; the microphone aside, which says nothing of how well a connection works. */
function judged(measured: Measurements): readonly (readonly [JudgedCode, number | undefined])[] {
  const { sentAudio, sentVideo, receivedAudio, receivedVideo, rttMs } = measured;
  const { fps, sourceFps, limitedPercent } = sentVideo;
  // What is counted over one second may be off by one.
  const isSlowed = fps !== undefined && sourceFps !== undefined && sourceFps - fps > 1;
  return [
    ["uplink_loss", largest([sentAudio.lossPercent, sentVideo.lossPercent])],
    ["downlink_loss", largest([receivedAudio.lossPercent, receivedVideo.lossPercent])],
    ["high_rtt", rttMs],
    // Video comes in bursts, a frame at a time: where there is audio, that tells of the network.
    [
      "high_jitter",
      largest([sentAudio.jitterMs ?? sentVideo.jitterMs, receivedAudio.jitterMs ?? receivedVideo.jitterMs]),
    ],
    ["bandwidth_limited", limitedPercent.bandwidth],
    ["cpu_limited", limitedPercent.cpu],
    ["low_fps", isSlowed ? fps : undefined],
    ["freezes", receivedVideo.frozenPercent],
    ["concealment", receivedAudio.concealedPercent],
  ];
}

/** They explain, and are no fault: a relay is the only way out of some networks. */
function relayFindings({ path }: Measurements): Finding[] {
  if (path?.type !== "relay") return [];
  const isTcp = path.protocol === "tcp" || path.protocol === "tls";
  return [{ code: isTcp ? "relay_tcp" : "relay", severity: "info" }];
}

/** What is found about a microphone: of who sends sound, and to those who hear it. */
export function microphoneFindings({
  participant: { sends, kinds },
  reported,
  surroundings: { muted },
}: Pick<Evidence, "participant" | "reported" | "surroundings">): Finding[] {
  if (!reported || !sends || !kinds.includes("audio")) return [];
  const findings = loudFindings(reported);
  const { cutFor, of } = muted.audio;
  // Nobody hears it.
  if (cutFor > 0 && cutFor >= of) return findings.map((finding) => ({ ...finding, severity: "info" }));
  // As a rule, people mute themselves: that is no fault.
  if (reported.measured.isSilent && cutFor === 0) {
    return [{ code: "silent_mic", severity: "info", value: 0, limit: 0, unit: "0..1" }];
  }
  return findings;
}

/**
 * Loud over the last minutes is loud. The average of a whole connection may be of long ago, and one moment a cough: where they
 * disagree, or there is only a moment, it is fair at most.
 */
function loudFindings({ measured, ratiosOverSeconds }: Reported): Finding[] {
  const { loudness, momentaryLoudness } = measured;
  const average = loudness === undefined ? [] : judge("loud_mic", loudness);
  const moment = momentaryLoudness === undefined ? [] : judge("loud_mic", momentaryLoudness);
  const isRecent = ratiosOverSeconds !== undefined && ratiosOverSeconds <= staleAfterSeconds;
  const isDenied = momentaryLoudness !== undefined && moment.length === 0;
  if (loudness !== undefined && (isRecent || (average.length > 0 && !isDenied))) return average;
  return [...average, ...moment].slice(0, 1).map((finding) => ({ ...finding, severity: "fair" }));
}

/** What Sora's counters, its list of connections and its filters say. */
function serverFindings({ participant, surroundings, rates, reported }: Evidence): Finding[] {
  const { sends, receives, kinds, client_id } = participant;
  const { connectionsOfClient, muted, offered } = surroundings;
  const hasMedia = kinds.length > 0;
  const fresh = reported && !reported.isStale ? reported : undefined;
  const isKnownBad = fresh !== undefined || (rates?.unansweredChecks ?? 0) > 0;
  // Who has switched all off sends nothing, too: only a report tells.
  const withoutMedia = fresh?.measured.capturesNothing ? "info" : isKnownBad ? "bad" : "fair";
  const nothing = { value: 0, limit: 0, unit: "packets/s" };
  return [
    ...counted("not_responding", "bad", rates?.unansweredChecks, "unanswered ICE checks"),
    ...(sends && hasMedia && rates?.up.packetsPerSecond === 0
      ? [{ code: "no_media_up", severity: withoutMedia, ...nothing } as const]
      : []),
    ...(receives && hasMedia && rates?.down.packetsPerSecond === 0 && offered !== "nothing"
      ? [{ code: "no_media_down", severity: offered === "seen" ? "bad" : "fair", ...nothing } as const]
      : []),
    ...(client_id === undefined
      ? []
      : counted("duplicate_client", "info", connectionsOfClient, "connections", 1)),
    ...mediaKinds.flatMap((kind) =>
      counted("muted", "info", muted[kind].cutFor, `of ${muted[kind].of} viewers, ${kind}`),
    ),
  ];
}

/** A finding where there is more of what is counted than the limit. */
function counted(
  code: Code,
  severity: Severity,
  value: number | undefined,
  unit: string,
  limit = 0,
): Finding[] {
  return value !== undefined && value > limit ? [{ code, severity, value, limit, unit }] : [];
}
