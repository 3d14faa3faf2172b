import { numbering } from "../tools/numbering.ts";

/** What a call hits, by names of which none stands twice. */
export function toldApart(units: readonly string[]): Set<string> {
  return new Set(units.map(numbering()));
}

/** Whether there is something now that was not told, or that stands there more often. */
export function hasGrown(told: readonly string[], now: readonly string[]): boolean {
  const known = toldApart(told);
  return [...toldApart(now)].some((unit) => !known.has(unit));
}
