import type { Rates } from "../../../src/moderation/diagnosis/counters.ts";
import { type Evidence, findingsOf } from "../../../src/moderation/diagnosis/findings.ts";
import { participantsIn } from "../../../src/moderation/diagnosis/participant.ts";
import { readReport } from "../../../src/moderation/diagnosis/report.ts";
import { type Reported, reportedBy } from "../../../src/moderation/diagnosis/reported.ts";
import type { Surroundings } from "../../../src/moderation/diagnosis/surroundings.ts";
import type { Finding } from "../../../src/moderation/diagnosis/thresholds.ts";

export const now = Date.UTC(2026, 10, 28, 10, 0, 0);

/** Of so many seconds ago. */
export function reportOf(entries: readonly object[], ageSeconds = 30): Reported {
  const report = readReport({ timestamp: now - ageSeconds * 1000, rtc_stats: entries });
  if (!report) throw new Error("no report");
  return reportedBy(report, undefined, now);
}

export const alone: Surroundings = {
  connectionsOfClient: 1,
  muted: { audio: { cutFor: 0, of: 3 }, video: { cutFor: 0, of: 3 } },
  offered: "seen",
};

export const flowing: Rates = {
  up: { kbps: 100, packetsPerSecond: 50 },
  down: { kbps: 100, packetsPerSecond: 50 },
  unansweredChecks: 0,
};

/** One connection of which nothing is known but what is given. */
export function evidence({
  connection = {},
  ...more
}: Partial<Evidence> & { readonly connection?: object }): Evidence {
  const [participant] = participantsIn([
    { connection_id: "A", client_id: "a", role: "sendrecv", ...connection },
  ]);
  if (!participant) throw new Error("nobody");
  return { participant, surroundings: alone, rates: undefined, reported: undefined, ...more };
}

export function found(given: Parameters<typeof evidence>[0]): Finding[] {
  return findingsOf(evidence(given));
}

export function severity(findings: readonly Finding[], code: Finding["code"]) {
  return findings.find((finding) => finding.code === code)?.severity;
}

export const sentVideo = { type: "outbound-rtp", kind: "video", ssrc: 1 };
export const camera = (framesPerSecond: number) => ({ type: "media-source", kind: "video", framesPerSecond });
