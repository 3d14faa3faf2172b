import { isObject } from "../json.ts";

interface Asked {
  readonly channel_id: string;
  readonly limit: number;
  readonly offset?: number | undefined;
}

interface Page {
  readonly shown: readonly unknown[];
  /** Where the next page starts, if there is one. */
  readonly next_offset?: number;
}

/** How many connections are kept in mind over all pages, which takes some MB. The oldest pages are forgotten. */
const mostKept = 100_000;

/**
 * Cuts pages from a list that changes while it is read. Whoever asks for a `next_offset` is shown what stood on none of
 * the pages before it, whoever has left, joined or changed places since; any other offset counts entries.
 */
export function pages(): (entries: readonly unknown[], asked: Asked) => Page {
  /** Which connections the pages before a `next_offset` have shown. */
  const shownBefore = new Map<string, ReadonlySet<string>>();
  let kept = 0;

  function keep(place: string, keys: ReadonlySet<string>): void {
    kept += keys.size - (shownBefore.get(place)?.size ?? 0);
    // Behind all others, as the newest.
    shownBefore.delete(place);
    shownBefore.set(place, keys);
    for (const [oldest, { size }] of shownBefore) {
      if (kept <= mostKept) break;
      shownBefore.delete(oldest);
      kept -= size;
    }
  }

  return (entries, { channel_id, limit, offset = 0 }) => {
    const before =
      shownBefore.get(`${offset} ${channel_id}`) ?? new Set(entries.slice(0, offset).map(naming()));
    const keys = new Set(before);
    const shown: unknown[] = [];
    const keyOf = naming();
    for (const entry of entries) {
      const key = keyOf(entry);
      if (before.has(key)) continue;
      if (shown.length === limit) {
        keep(`${offset + limit} ${channel_id}`, keys);
        return { shown, next_offset: offset + limit };
      }
      keys.add(key);
      shown.push(entry);
    }
    return { shown };
  };
}

/** Names entries one after the other by their connection id; of several with the same, or with none, by their number too. */
function naming(): (entry: unknown) => string {
  const times = new Map<string, number>();
  return (entry) => {
    const id = idOf(entry);
    const count = times.get(id) ?? 0;
    times.set(id, count + 1);
    return `${count} ${id}`;
  };
}

function idOf(entry: unknown): string {
  return isObject(entry) && typeof entry.connection_id === "string" ? entry.connection_id : "";
}

/**
 * Entries in the order in which their connections were made, so that pages stay in step while people come and go. Those
 * that do not say when come last, as Sora gave them.
 */
export function oldestFirst(entries: readonly unknown[]): readonly unknown[] {
  const dated: { readonly time: number; readonly id: string; readonly entry: unknown }[] = [];
  const undated = entries.filter((entry) => {
    if (!isObject(entry) || typeof entry.created_time !== "number") return true;
    dated.push({ time: entry.created_time, id: idOf(entry), entry });
    return false;
  });
  dated.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : Number(a.id > b.id)));
  return dated.map(({ entry }) => entry).concat(undated);
}
