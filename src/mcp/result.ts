import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { ToolError } from "../errors.ts";
import { SoraFailure } from "../sora/errors.ts";
import { cut, TooLong } from "../text.ts";
import { pageBytes } from "../tools/pages.ts";
import type { Content } from "../tools/tool.ts";
import { cutLargest } from "./largest-values.ts";
import { type Showing, type Shown, shownTwice } from "./shown-twice.ts";

/** Characters. Sora's own error types have a few dozen. */
const longestType = 255;

/** A message holds what it shows twice. */
const pageRoom = { bytes: 2 * pageBytes, frame: 3_000 };

/** In place of what a call would hit. */
export const tooLargeToShow = { too_large_to_show: true };

const tooLarge = [
  "The answer is too large to pass on.",
  "Ask for less: a smaller limit, another offset, or types, where the tool has them.",
] as const;
const tooLargeButDone = [
  "Sora carried the call out, but its answer is too large to pass on.",
  "Do not send it again.",
] as const;

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
    const { text, shown } = await shownCut(content, showing);
    return { content: [{ type: "text", text }], structuredContent: shown };
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    const [message, hint] = carriedOut ? tooLargeButDone : tooLarge;
    throw new SoraFailure("bad_response", message, { hint });
  }
}

/** The same with what is in the way of a message, or of a page that clients show, left out. */
async function shownCut(content: Content, showing: Showing): Promise<Shown> {
  const isPage = "offset" in content;
  const first = await shownTwice(content, showing).catch((error: unknown) => {
    if (error instanceof TooLong) return undefined;
    throw error;
  });
  if (first && !(isPage && Buffer.byteLength(first.text) > pageBytes)) return first;
  await cutLargest(content, showing, isPage ? pageRoom : undefined);
  return shownTwice(content, showing);
}

type Failed = Pick<ToolError, "code" | "message" | "details">;

/** What is too large to show is left out. */
export async function toErrorResult(failure: Failed, showing: Showing): Promise<CallToolResult> {
  return toWholeErrorResult(failure, showing).catch((error: unknown) => {
    if (!(error instanceof TooLong)) throw error;
    const { code, message, details } = failure;
    const { error_reason, ...rest } = details;
    const { error_type, would_affect } = rest;
    const type = error_type && { error_type: cut(showing.redact(error_type), longestType) };
    const affected = would_affect !== undefined && { would_affect: tooLargeToShow };
    return toWholeErrorResult({ code, message, details: { ...rest, ...type, ...affected } }, showing);
  });
}

/** No `structuredContent`: clients would hold it against the schema of a success. Throws `TooLong`. */
export async function toWholeErrorResult(
  { code, message, details }: Failed,
  showing: Showing,
): Promise<CallToolResult> {
  const { text } = await shownTwice({ error: { code, message, ...details } }, showing);
  return { isError: true, content: [{ type: "text", text }] };
}
