import { type Evidence, microphoneFindings, reportFindings, verdictOf } from "./findings.ts";
import type { Severity } from "./thresholds.ts";

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
