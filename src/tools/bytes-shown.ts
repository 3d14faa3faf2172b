import { maxDepth } from "../json.ts";
import { visibleText } from "../text.ts";

/**
 * How many bytes the JSON of a value takes once its hidden characters are made visible, with a comma behind it; of what has
 * more than `most` only that it has. No more of it is looked at than that.
 */
export function bytesShown(value: unknown, most: number, depth = 0): number {
  if (typeof value === "string") {
    return value.length > most ? value.length : Buffer.byteLength(JSON.stringify(visibleText(value))) + 1;
  }
  if (typeof value !== "object" || value === null) return String(value).length + 1;
  // What is nested deeper is cut there.
  if (depth > maxDepth) return 0;
  let bytes = 3;
  if (Array.isArray(value)) {
    for (const entry of value) {
      bytes += bytesShown(entry, most - bytes, depth + 1);
      if (bytes > most) break;
    }
    return bytes;
  }
  for (const [name, member] of Object.entries(value)) {
    bytes += bytesShown(name, most - bytes);
    if (bytes <= most) bytes += bytesShown(member, most - bytes, depth + 1);
    if (bytes > most) break;
  }
  return bytes;
}

/** The first entries, as many as have at most so many bytes. */
export function within<Entry>(entries: readonly Entry[], bytes: number): Entry[] {
  let room = bytes;
  const end = entries.findIndex((entry) => {
    room -= bytesShown(entry, room);
    return room < 0;
  });
  return entries.slice(0, end === -1 ? entries.length : end);
}
