import { isDeepStrictEqual } from "node:util";
import { fallbackOf } from "../src/settings/meanings.ts";
import { type Setting, type SettingName, settings } from "../src/settings/settings.ts";

/** What may stand in a form from the start: the default, where it is a value and no phrase. */
export function startingValue(name: SettingName): string | undefined {
  const { defaultValue, parse }: Setting<unknown> = settings[name];
  const fallback = fallbackOf(name);
  return defaultValue !== undefined && isDeepStrictEqual(parse(fallback), defaultValue)
    ? fallback
    : undefined;
}
