import type { catalog } from "../src/mcp/catalog.ts";

/** Where a text tells how many tools there are, of all kinds and of those that only read: each matches the number. */
export interface Counts {
  readonly tools: readonly RegExp[];
  readonly reads: readonly RegExp[];
}

/** The text with the numbers that are right. Throws when it has none at one of the places. */
export function withCounts(text: string, { tools, reads }: Counts, all: typeof catalog): string {
  const put = (number: number) => (counted: string, place: RegExp) => {
    if (!place.test(counted)) throw new Error(`No number of tools stands at ${place}`);
    return counted.replace(place, String(number));
  };
  const isRead = ({ kind }: (typeof catalog)[number]) => kind === "read";
  return reads.reduce(put(all.filter(isRead).length), tools.reduce(put(all.length), text));
}
