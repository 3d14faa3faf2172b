import { isObject } from "../json.ts";
import { bytesShown } from "./bytes-shown.ts";
import { numbering } from "./numbering.ts";

export interface PageArguments {
  /** Left out of what lists all channels. */
  readonly channel_id?: string | undefined;
  readonly local?: boolean | undefined;
  readonly group_id?: string | undefined;
  readonly client_id?: string | undefined;
  readonly limit: number;
  readonly offset?: number | undefined;
}

interface Showing {
  /** What is shown of an entry. */
  readonly show?: (entry: unknown) => unknown;
  /** How many bytes what is shown of an entry takes in the end; more than `most` where it takes more. */
  readonly size?: (shown: unknown, most: number) => number;
}

type Page = { readonly shown: readonly unknown[]; readonly next_offset?: number };

/** Bytes of text. Clients cut off or hide what is larger: Claude Code above 25,000 tokens, others at 100 kB. */
export const pageBytes = 60_000;

/** Of these, what stands around the entries. */
const frame = 1_500;

/** What is left of an entry that would not fit on a page by itself: its largest values are left out before it is shown. */
const cutEntry = 500;

/** How many connections are kept in mind over all channels, which takes some MB. What was read long ago is forgotten. */
const mostKept = 100_000;

/** Milliseconds. Who comes back after a longer time reads anew. */
const longestPause = 10 * 60_000;

/** One reading of a list, page after page. */
interface Reading {
  lastAt: number;
  /** On the page of which offset a connection was shown. */
  readonly shownAt: Map<string, number>;
  /** Each `next_offset` so far. */
  readonly offered: Set<number>;
}

/**
 * Cuts pages from a list that changes while it is read. Whoever asks for a `next_offset` is shown what stood on none of
 * the pages before it, whoever has left, joined or changed places since. Any other offset counts entries, and starts anew.
 * A page ends early where it would have more than 60 kB.
 */
export function pages(): (entries: readonly unknown[], asked: PageArguments, showing?: Showing) => Page {
  const readings = new Map<string, Reading>();

  function keep(list: string, reading: Reading): void {
    // Behind all others, as the newest.
    readings.delete(list);
    readings.set(list, reading);
    let kept = 0;
    for (const { shownAt } of readings.values()) kept += shownAt.size;
    for (const [oldest, { shownAt }] of readings) {
      if (kept <= mostKept) break;
      readings.delete(oldest);
      kept -= shownAt.size;
    }
  }

  return (entries, asked, { show = asItIs, size = bytesShown } = {}) => {
    const { channel_id, local, group_id, client_id, limit, offset = 0 } = asked;
    const list = JSON.stringify([channel_id, local, group_id, client_id]);
    const last = readings.get(list);
    const now = performance.now();
    const reading =
      last?.offered.has(offset) && now - last.lastAt < longestPause
        ? last
        : newReading(entries.slice(0, offset));
    const { shownAt, offered } = reading;
    reading.lastAt = now;
    // What was read from here on is read anew, perhaps with another limit: what that led to holds no more.
    for (const [key, at] of shownAt) if (at >= offset) shownAt.delete(key);
    for (const at of offered) if (at > offset) offered.delete(at);
    const shown: unknown[] = [];
    let room = pageBytes - frame;
    const keyOf = naming();
    for (const entry of entries) {
      const key = keyOf(entry);
      if ((shownAt.get(key) ?? offset) < offset) continue;
      const visible = shown.length < limit ? show(entry) : undefined;
      const bytes = visible === undefined ? 0 : size(visible, pageBytes);
      room -= bytes > pageBytes - frame ? cutEntry : bytes;
      if (shown.length === limit || (room < 0 && shown.length > 0)) {
        const next_offset = offset + shown.length;
        offered.add(next_offset);
        keep(list, reading);
        return { shown, next_offset };
      }
      shownAt.set(key, offset);
      shown.push(visible);
    }
    return { shown };
  };
}

function asItIs(entry: unknown): unknown {
  return entry;
}

function newReading(skipped: readonly unknown[]): Reading {
  const keyOf = naming();
  return { lastAt: 0, shownAt: new Map(skipped.map((entry) => [keyOf(entry), 0])), offered: new Set() };
}

/** Names entries one after the other; of several that are not told apart, by their number too. */
function naming(): (entry: unknown) => string {
  const number = numbering();
  return (entry) => number(identityOf(entry));
}

/** The connection id or, where a Sora gives none, what else tells entries apart. Ids have at most 255 bytes. */
export function identityOf(entry: unknown): string {
  if (!isObject(entry)) return typeof entry === "object" ? "" : String(entry).slice(0, 255);
  const { connection_id, client_id, role, session_id, channel_id } = entry;
  if (typeof connection_id === "string") return connection_id.slice(0, 255);
  const texts =
    typeof connection_id === "number" ? [connection_id] : ["", client_id, role, session_id, channel_id];
  return texts.map((text) => (typeof text === "object" ? "" : String(text).slice(0, 255))).join(" ");
}

/**
 * Entries in the order in which their connections were made, so that pages stay in step while people come and go. Those
 * that do not say when come last, as Sora gave them.
 */
export function oldestFirst(entries: readonly unknown[]): readonly unknown[] {
  const dated: { readonly time: number; readonly id: string; readonly entry: unknown }[] = [];
  const undated = entries.filter((entry) => {
    if (!isObject(entry) || typeof entry.created_time !== "number") return true;
    dated.push({ time: entry.created_time, id: identityOf(entry), entry });
    return false;
  });
  dated.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : Number(a.id > b.id)));
  return dated.map(({ entry }) => entry).concat(undated);
}
