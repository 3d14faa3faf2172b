import { rounded } from "./quantity.ts";

/** What may be found about somebody. */
export const codes = [
  "uplink_loss",
  "downlink_loss",
  "high_rtt",
  "high_jitter",
  "relay",
  "relay_tcp",
  "bandwidth_limited",
  "cpu_limited",
  "low_fps",
  "freezes",
  "concealment",
  "loud_mic",
  "silent_mic",
  "no_media_up",
  "no_media_down",
  "not_responding",
  "duplicate_client",
  "layer_missing",
  "muted",
  "stale_report",
] as const;
export type Code = (typeof codes)[number];

/** From what only explains to what is worst. */
export const severities = ["info", "fair", "bad"] as const;
export type Severity = (typeof severities)[number];

export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  /** Left out, with its unit, where nothing was counted. */
  readonly value?: number;
  /** What the value crossed. */
  readonly limit?: number;
  readonly unit?: string;
}

interface Threshold {
  readonly fair: number;
  readonly bad: number;
  readonly unit: string;
  /** What is low is bad: a value below the limit crosses it. Otherwise one that reaches it does. */
  readonly isLowBad?: true;
}

/** From which value on something is fair or bad. Values of common products, the middle of them. */
export const thresholds = {
  uplink_loss: { fair: 3, bad: 8, unit: "%" },
  downlink_loss: { fair: 3, bad: 8, unit: "%" },
  high_rtt: { fair: 250, bad: 400, unit: "ms" },
  high_jitter: { fair: 30, bad: 60, unit: "ms" },
  bandwidth_limited: { fair: 30, bad: 70, unit: "% of time" },
  cpu_limited: { fair: 30, bad: 70, unit: "% of time" },
  low_fps: { fair: 15, bad: 8, unit: "fps", isLowBad: true },
  freezes: { fair: 5, bad: 20, unit: "% of time" },
  concealment: { fair: 3, bad: 8, unit: "% of samples" },
  loud_mic: { fair: 0.5, bad: 0.8, unit: "0..1" },
} satisfies Partial<Record<Code, Threshold>>;
export type JudgedCode = keyof typeof thresholds;

/** Older than so many seconds, a client's report tells nothing of now. Clients report every 60 s. */
export const staleAfterSeconds = 150;

/** A value in the threshold's unit, if it crosses the fair or the bad limit. */
export function judge(code: JudgedCode, value: number): Finding[] {
  const { fair, bad, unit, isLowBad }: Threshold = thresholds[code];
  const crosses = (limit: number) => (isLowBad ? value < limit : value >= limit);
  const severity = crosses(bad) ? "bad" : "fair";
  const limit = crosses(bad) ? bad : fair;
  return crosses(limit) ? [{ code, severity, value: rounded(value), limit, unit }] : [];
}
