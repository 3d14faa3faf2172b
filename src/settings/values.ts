import { type Edition, editions, releaseOf } from "../releases.ts";
import { defaultToolsets, type Toolset, toolsets } from "../tools/chapters.ts";

// Each takes a text that is neither empty nor blank and returns its value, or undefined when it is not understood.

/** Any text, as it is. */
export function text(given: string): string {
  return given;
}

/** An http or https address that a path can be asked of: without credentials, query or fragment. */
export function apiUrl(given: string): URL | undefined {
  if (!URL.canParse(given)) return undefined;
  const url = new URL(given);
  const plain = url.username === "" && url.password === "" && !/[?#]/.test(given);
  return plain && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** true, 1, yes or on; false, 0, no or off; in any case. */
export function onOff(given: string): boolean | undefined {
  if (/^(true|1|yes|on)$/i.test(given)) return true;
  return /^(false|0|no|off)$/i.test(given) ? false : undefined;
}

/** One of the choices, in any case. */
export function oneOf<Choice extends string>(choices: readonly Choice[], given: string): Choice | undefined {
  return choices.find((choice) => choice === given.toLowerCase());
}

/** A whole number between two bounds, both included. */
export function wholeNumber(given: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

/** Comma-separated entries; a list of nothing but commas is no list, nor is one with commas of other scripts. */
export function list(given: string): string[] | undefined {
  if (/[，、﹐﹑､；﹔،؛]/.test(given)) return undefined;
  const entries = given
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  return entries.length > 0 ? entries : undefined;
}

/** "all", "default", or a list of toolsets, which may have "default" in it. */
export function toolsetList(given: string): readonly Toolset[] | undefined {
  if (given.toLowerCase() === "all") return toolsets;
  const chosen = list(given)?.map((entry) => {
    if (entry.toLowerCase() === "default") return defaultToolsets;
    return oneOf(toolsets, entry);
  });
  return chosen?.every((part) => part !== undefined) ? chosen.flat() : undefined;
}

/** labo, cloud or a release; a patch number is ignored, and what is newer than all known releases counts as the newest. */
export function edition(given: string): Edition | undefined {
  return oneOf(editions, given) ?? releaseOf(given)?.release;
}
