import { ToolError } from "../errors.ts";
import type { Affected } from "../tools/tool.ts";

/** Finds out what a destructive call would hit at this moment. */
export type Look = () => Promise<Affected>;

export const nothingDone = "Nothing was disconnected, deleted or changed.";
export const notLookedUp = "It could not be looked up what this would hit.";

/** What would be hit. Throws why that is not known, and says that the call was not carried out. */
export async function lookOrRefuse(look: Look): Promise<Affected> {
  try {
    return await look();
  } catch (error) {
    if (!isFailedLook(error)) throw error;
    const message = `${notLookedUp} ${nothingDone} ${error.message}`;
    throw new ToolError(error.code, message, error.details, { cause: error });
  }
}

export function isFailedLook(error: unknown): error is ToolError {
  return error instanceof ToolError && error.code !== "cancelled_by_client";
}

/** Whether a call would hit something now that was not told, or more often. */
export function hasGrown(told: Affected, now: Affected): boolean {
  const known = numbered(told.units);
  return [...numbered(now.units)].some((unit) => !known.has(unit));
}

/** Units by names of which none stands twice: those that are not told apart get a number. */
export function numbered(units: readonly string[]): Set<string> {
  const times = new Map<string, number>();
  return new Set(
    units.map((unit) => {
      const count = times.get(unit) ?? 0;
      times.set(unit, count + 1);
      return `${count} ${unit}`;
    }),
  );
}
