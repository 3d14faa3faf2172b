import type { Environment } from "./config.ts";
import { allSettings, type Setting, settings } from "./settings.ts";
import { isUnset } from "./unset.ts";

/** The variables that are set and called almost as one of ours, each with the setting that it is probably meant for. */
export function lookalikes(env: Environment): [name: string, meant: Setting<unknown>][] {
  return Object.keys(env).flatMap((name) => {
    const meant = isUnset(env[name]) ? undefined : meantBy(name);
    // On Windows Sora_Channels is what SORA_CHANNELS reads.
    const isRead = meant?.variable === name.toUpperCase() && !isUnset(env[meant.variable]);
    return meant && !isRead ? [[name, meant]] : [];
  });
}

/** Words by which nothing but a limit can be meant, in capitals. SORA_DATA_CHANNEL_SIGNALING is an option of Sora's clients. */
const words: readonly (readonly [RegExp, Setting<unknown>])[] = [
  [/READ_?ONLY/, settings.readOnly],
  [/_TOOL(S|_?SETS?)?(_|$)/, settings.toolsets],
  [/ALLOW(ED)?_CHANNELS?(_|$)|_CHANNELS?_?(ALLOW|WHITE)/, settings.channels],
  [/_CONFIRM/, settings.confirm],
  // Not all that ends in PER_HOUR: another Sora makes videos, and programs count its calls.
  [/DESTRUCTIVE|(MAX|DISCONNECT\w*|DELET\w*|KICK\w*)_?PER_?HOUR/, settings.maxDestructivePerHour],
  [/AFFECTED|MAX_?DISCONNECT/, settings.maxAffected],
  [/_AUDIT(_|$)/, settings.auditLog],
];

/**
 * Underscores and case left out, the name becomes ours when at most two letters are put in or left out, or it holds one of
 * the words. SORA_CHANNEL_ID, which samples of Sora's SDKs read, does neither.
 */
function meantBy(name: string): Setting<unknown> | undefined {
  const letters = lettersOf(name);
  if (!letters.startsWith("SORA")) return undefined;
  const near = allSettings.find(({ variable }) => isNear(letters, lettersOf(variable), 2));
  return near ?? words.find(([word]) => word.test(name.toUpperCase()))?.[1];
}

function lettersOf(name: string): string {
  return name.toUpperCase().replace(/[\W_]/g, "");
}

/** A wrong letter is one to leave out and one to put in; so are two that have changed places. */
function isNear(one: string, other: string, most: number): boolean {
  if (one === "" || other === "") return one.length + other.length <= most;
  if (one[0] === other[0]) return isNear(one.slice(1), other.slice(1), most);
  return most > 0 && (isNear(one.slice(1), other, most - 1) || isNear(one, other.slice(1), most - 1));
}
