import { measure } from "../../../src/moderation/diagnosis/measurements.ts";
import { readReport } from "../../../src/moderation/diagnosis/report.ts";

export function read(...entries: readonly object[]) {
  const report = readReport({ timestamp: "2026-11-28T10:00:00Z", rtc_stats: entries });
  if (!report) throw new Error("no report");
  return report;
}

/** What the report says, with an earlier one or without. */
export function measured(late: readonly object[], early?: readonly object[]) {
  return measure(read(...late), early && read(...early));
}

export const received = (packetsReceived: number, packetsLost: number, more: object = {}) => ({
  type: "inbound-rtp",
  kind: "audio",
  ssrc: 1,
  packetsReceived,
  packetsLost,
  ...more,
});
export const sent = (packetsSent: number, more: object = {}) => ({
  type: "outbound-rtp",
  kind: "video",
  ssrc: 2,
  packetsSent,
  ...more,
});
export const remote = (more: object) => ({ type: "remote-inbound-rtp", kind: "video", ssrc: 2, ...more });
