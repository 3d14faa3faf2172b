import { setImmediate as nextTurn } from "node:timers/promises";
import { isObject } from "../json.ts";
import { TooLong } from "../text.ts";
import type { Content } from "../tools/tool.ts";
import { largest, type Showing, shownTwice } from "./shown-twice.ts";

/** How many bytes a message may have, and how many of them stand beside what can be left out. */
export interface Room {
  readonly bytes: number;
  readonly frame: number;
}

/** A whole message. In the frame is something for each entry, and what stands around the list. */
const wholeMessage: Room = { bytes: largest, frame: 20_000 };

/** To leave out less than so many bytes would only take its place. */
const leastLeftOut = 500;

/** Members that hold what is known of several, each of whom may have written something. */
const shared: ReadonlySet<string> = new Set([
  "connections",
  "items",
  "sessions",
  "session",
  "channels",
  "nodes",
  "state",
  "forwarding_filters",
  "channel_forwarding_filter",
  "channel_forwarding_filters",
  "connection_forwarding_filters",
]);

/** So many values are looked at before other work has its turn. */
const valuesPerTurn = 1_000;

/**
 * Leaves out the largest of what the shared parts of an answer hold, in place, as many as are in the way: nobody can write
 * what makes the entries of others unreadable. Where that is not enough, lists within the entries. Throws `TooLong` when
 * there is nothing to leave out, or the time is over.
 */
export async function cutLargest(
  content: Content,
  showing: Showing,
  room: Room = wholeMessage,
): Promise<void> {
  const fits = await cutValues(content, showing, room, sharedValues);
  if (!fits) await cutValues(content, showing, room, membersOfEntries);
}

type Value = { entry: Record<string, unknown>; name: string };

/** Whether what is left has the room. */
async function cutValues(
  content: Content,
  showing: Showing,
  room: Room,
  valuesOf: (part: unknown) => Generator<Value>,
): Promise<boolean> {
  const values: (Value & { bytes: number })[] = [];
  let bytes = room.frame;
  for (const [part, member] of Object.entries(content)) {
    if (!shared.has(part)) continue;
    for (const { entry, name } of valuesOf(member)) {
      if (values.length % valuesPerTurn === 0) await nextTurn();
      if (showing.isOver()) throw new TooLong();
      const size = plainSize(name, entry[name]) ?? (await sizeOf({ [name]: entry[name] }, showing));
      values.push({ entry, name, bytes: size });
      bytes += size;
    }
  }
  // To show the same once more would only take its time.
  if (values.length === 0) throw new TooLong();
  for (const { entry, name, bytes: size } of values.sort((one, other) => other.bytes - one.bytes)) {
    if (bytes <= room.bytes || size < leastLeftOut) break;
    entry[name] = "too large to show on this page";
    bytes -= size;
  }
  return bytes <= room.bytes;
}

/** What stands in shared parts and is none itself, in the order in which it is shown. */
function* sharedValues(part: unknown): Generator<Value> {
  for (const { entry, name } of membersOfEntries(part)) {
    if (shared.has(name)) yield* sharedValues(entry[name]);
    else yield { entry, name };
  }
}

function* membersOfEntries(part: unknown): Generator<Value> {
  for (const entry of [part].flat().filter(isObject)) {
    for (const name of Object.keys(entry)) yield { entry, name };
  }
}

async function sizeOf(value: Content, showing: Showing): Promise<number> {
  return (await shownTwice(value, showing).catch(() => ({ bytes: largest }))).bytes;
}

/** The same, or a little more, of most values there are: short, and shown as they are. */
function plainSize(name: string, value: unknown): number | undefined {
  if (typeof value === "object") return undefined;
  const text = name + String(value);
  return text.length < 300 && /^[\w .:@+-]*$/.test(text) ? 2 * text.length + 20 : undefined;
}
