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

/** Bytes that one character may take in a message: three, and three more where its text stands inside a text. */
const widest = 6;

/** Entries. So many always fit, as each may take its share of a message; of more, each may take no less. */
const sharing = 50;

/** Entries. A list that is longer is no page. */
const longestPage = 500;

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
      return shownTwice(await withoutLarge(content, showing), showing);
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

/** Throws `TooLong` when a value, once as it is and once more inside a JSON string, fills a message. */
async function shownTwice(
  value: Content,
  { redact, isOver }: Showing,
): Promise<{ shown: Record<string, unknown>; text: string }> {
  const shown = await visibleJson(value, redact, largest / 2, isOver);
  const text = JSON.stringify(shown);
  if (Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(text)) > largest) throw new TooLong();
  // What is large takes its time in the SDK once more.
  if (text.length > 100_000) await nextTurn();
  return { shown: isObject(shown) ? shown : {}, text };
}

/** The same, with members that take more than their share of a message left out of the entries of lists, in place. */
async function withoutLarge(content: Content, { redact, isOver }: Showing): Promise<Content> {
  const fits = (json: unknown, room: number) =>
    visibleJson(json, redact, room, isOver).then(
      () => true,
      () => false,
    );
  const fitting: Record<string, unknown> = { ...content };
  for (const [name, list] of Object.entries(content)) {
    if (!Array.isArray(list) || list.length > longestPage) continue;
    const entries: unknown[] = [...list];
    const room = largest / widest / Math.min(entries.length, sharing);
    for (const [index, entry] of entries.entries()) {
      await nextTurn();
      if (!isObject(entry) || (await fits(entry, room))) continue;
      const members = Object.entries(entry);
      for (const member of members) {
        if (!(await fits(member[1], room / members.length))) member[1] = "too large to show";
      }
      entries[index] = Object.fromEntries(members);
    }
    fitting[name] = entries;
  }
  return fitting;
}
