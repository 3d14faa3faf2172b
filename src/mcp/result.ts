import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { ToolError } from "../sora/errors.ts";
import { redactedJson } from "../sora/untrusted.ts";

/** `structuredContent` and the same object as compact JSON: some clients show the model one, some the other. */
export function toResult(structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent };
}

/** No `structuredContent`: clients would hold it against the schema of a success. */
export function toErrorResult(
  { code, message, details }: ToolError,
  redact: (text: string) => string,
): CallToolResult {
  const text = redactedJson({ error: { code, message, ...details } }, redact);
  return { isError: true, content: [{ type: "text", text }] };
}
