import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { redactedJson } from "../redaction.ts";
import { ToolError } from "../sora/errors.ts";

/** Bytes of a message. At 10 MiB clients that are built on the MCP SDK close the connection. */
const largest = 10_000_000;

/**
 * `structuredContent` and the same object as compact JSON: some clients show the model one, some the other.
 * Throws `bad_response` when both together are larger than a message may be; `carriedOut` tells what then to say.
 */
export function toResult(structuredContent: Record<string, unknown>, carriedOut: boolean): CallToolResult {
  const text = JSON.stringify(structuredContent);
  if (isTooLarge(text)) {
    throw carriedOut
      ? new ToolError("bad_response", "Sora carried the call out, but its answer is too large to pass on.", {
          hint: "Do not send it again.",
        })
      : new ToolError("bad_response", "The answer is too large to pass on.", {
          hint: "Ask for less: a smaller limit, or types, where the tool has them.",
        });
  }
  return { content: [{ type: "text", text }], structuredContent };
}

/** No `structuredContent`: clients would hold it against the schema of a success. */
export function toErrorResult(
  { code, message, details }: ToolError,
  redact: (text: string) => string,
): CallToolResult {
  const text = redactedJson({ error: { code, message, ...details } }, redact);
  if (isTooLarge(text)) {
    const { error_reason, ...rest } = details;
    return toErrorResult(new ToolError(code, message, rest), redact);
  }
  return { isError: true, content: [{ type: "text", text }] };
}

/** Whether a JSON text, once as it is and once more inside a JSON string, fills a message. */
function isTooLarge(text: string): boolean {
  // A character takes at most 3 bytes each time, so that most texts need no second look.
  if (text.length * 6 <= largest) return false;
  return Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(text)) > largest;
}
