import { type Edition, editions, releaseOf } from "../releases.ts";
import { isLoopback } from "../sora/url.ts";
import { defaultToolsets, type Toolset, toolsets } from "../tools/chapters.ts";

// Each takes a text that is neither empty nor blank and returns its value, or undefined when it is not understood.

/** Any text, as it is. */
export function text(given: string): string {
  return given;
}

/** One http or https address that a path can be asked of: without credentials, query or fragment. */
export function apiUrl(given: string): URL | undefined {
  if (!URL.canParse(given)) return undefined;
  const url = new URL(given);
  const plain = url.username === "" && url.password === "" && !/[?#]|:.*:\/\//.test(given);
  return plain && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** Comma-separated addresses of the nodes of one cluster, each once. */
export function apiUrls(given: string): readonly [URL, ...URL[]] | undefined {
  const urls = new Map<string, URL>();
  for (const entry of given.split(",")) {
    const url = apiUrl(entry.trim());
    if (!url) return undefined;
    urls.set(url.href, url);
  }
  const [first, ...others] = urls.values();
  return first && [first, ...others];
}

/** Where to listen. */
export interface Address {
  /** A name or an IP address, without the brackets around one of IPv6. */
  readonly host: string;
  readonly port: number;
}

/** `host:port`; a host is needed, so that nobody listens to the world unawares. */
export function address(given: string): Address | undefined {
  const [, host = "", written = ""] = /^(\[[\da-f:.]+\]|[\w.-]+):(\d+)$/i.exec(given) ?? [];
  const port = wholeNumber(written, 0, 65_535);
  if (port === undefined || !URL.canParse(`http://${host}`)) return undefined;
  return { host: host.replace(/[[\]]/g, ""), port };
}

/** What a client on this machine calls it. */
export function originOf({ host, port }: Address): URL {
  return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${port}`);
}

/** An address of `http:` only on this machine: whoever stands in between could let anybody in. As it is written. */
export function issuer(given: string): string | undefined {
  const url = apiUrl(given);
  return url && (url.protocol === "https:" || isLoopback(url)) ? given : undefined;
}

/** Long enough that nobody guesses it. */
export function ticketKey(given: string): string | undefined {
  return Buffer.byteLength(given) < 32 ? undefined : given;
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
