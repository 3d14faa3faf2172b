import { type CallToolResult, CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod/v4";

// What the host's page and the host's server say to each other.

/** A call, for the host itself (the model has called the tool) or for the view. */
export const callSchema = z.strictObject({
  by: z.enum(["host", "view"]),
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
});
export type Call = z.infer<typeof callSchema>;

const errorSchema = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() });

export const answerSchema = z.union([
  z.object({ result: CallToolResultSchema }),
  z.object({ error: errorSchema }),
]);

/** What JSON-RPC says of a call that has no result. */
export type CallError = z.infer<typeof errorSchema>;

export type Answer = { readonly result: CallToolResult } | { readonly error: CallError };
