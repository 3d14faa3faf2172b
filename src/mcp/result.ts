import { setImmediate as nextTurn } from "node:timers/promises";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { ToolError } from "../errors.ts";
import { isObject } from "../json.ts";
import { SoraFailure } from "../sora/errors.ts";
import { cut, TooLong } from "../text.ts";
import type { Content } from "../tools/tool.ts";
import { visibleJson } from "../visible-json.ts";

/** Bytes of a message. At 10 MiB clients that are built on the MCP SDK close the connection. */
const largest = 10_000_000;

/** Characters. Sora's own error types have a few dozen. */
const longestType = 255;

/** Bytes of a message beside what can be left out: some for each entry, and what stands around the list. */
const frame = 20_000;

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

const tooLarge = [
  "The answer is too large to pass on.",
  "Ask for less: a smaller limit, another offset, or types, where the tool has them.",
] as const;
const tooLargeButDone = [
  "Sora carried the call out, but its answer is too large to pass on.",
  "Do not send it again.",
] as const;

export interface Showing {
  readonly redact: (text: string) => string;
  readonly isOver: () => boolean;
}

/**
 * `structuredContent`, made safe to show, and the same object as compact JSON: some clients show the model one, some the
 * other. Throws `bad_response` when both together are larger than a message may be; `carriedOut` tells what then to say.
 */
export async function toResult(
  content: Content,
  showing: Showing,
  carriedOut: boolean,
): Promise<CallToolResult> {
  try {
    const { text, shown } = await shownTwice(content, showing).catch(async (error: unknown) => {
      if (!(error instanceof TooLong)) throw error;
      await cutLargest(content, showing);
      return shownTwice(content, showing);
    });
    return { content: [{ type: "text", text }], structuredContent: shown };
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    const [message, hint] = carriedOut ? tooLargeButDone : tooLarge;
    throw new SoraFailure("bad_response", message, { hint });
  }
}

/** No `structuredContent`: clients would hold it against the schema of a success. */
export async function toErrorResult(
  { code, message, details }: ToolError,
  showing: Showing,
): Promise<CallToolResult> {
  const { text } = await shownTwice({ error: { code, message, ...details } }, showing).catch(
    (error: unknown) => {
      if (!(error instanceof TooLong)) throw error;
      const { error_type, error_reason, ...rest } = details;
      const type = error_type && { error_type: cut(showing.redact(error_type), longestType) };
      return shownTwice({ error: { code, message, ...rest, ...type } }, showing);
    },
  );
  return { isError: true, content: [{ type: "text", text }] };
}

/** `bytes` are those of both together. Throws `TooLong` when they are more than a message may have. */
async function shownTwice(
  value: Content,
  { redact, isOver }: Showing,
): Promise<{ shown: Record<string, unknown>; text: string; bytes: number }> {
  const shown = await visibleJson(value, redact, largest / 2, isOver);
  const text = JSON.stringify(shown);
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(text));
  if (bytes > largest) throw new TooLong();
  // What is large takes its time in the SDK once more.
  if (text.length > 100_000) await nextTurn();
  return { shown: isObject(shown) ? shown : {}, text, bytes };
}

/**
 * Leaves out the largest of what the shared parts of an answer hold, in place, as many as are in the way: nobody can write
 * what makes the entries of others unreadable. Throws `TooLong` when there are none, or the time is over.
 */
async function cutLargest(content: Content, showing: Showing): Promise<void> {
  const values: { entry: Record<string, unknown>; name: string; bytes: number }[] = [];
  let bytes = frame;
  for (const [name, member] of Object.entries(content)) {
    if (!shared.has(name)) continue;
    for (const { entry, name } of sharedValues(member)) {
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
    if (bytes <= largest) break;
    entry[name] = "too large to show on this page";
    bytes -= size;
  }
}

/** What stands in shared parts and is none itself, in the order in which it is shown. */
function* sharedValues(part: unknown): Generator<{ entry: Record<string, unknown>; name: string }> {
  for (const entry of [part].flat().filter(isObject)) {
    for (const name of Object.keys(entry)) {
      if (shared.has(name)) yield* sharedValues(entry[name]);
      else yield { entry, name };
    }
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
