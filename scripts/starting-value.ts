import { isDeepStrictEqual } from "node:util";
import type { Setting } from "../src/settings/settings.ts";

/** What may stand in a form from the start: the default, where it is a value and no phrase. */
export function startingValue({ fallback, defaultValue, parse }: Setting<unknown>): string | undefined {
  return defaultValue !== undefined && isDeepStrictEqual(parse(fallback), defaultValue)
    ? fallback
    : undefined;
}
