import type { Confirmation } from "../confirmations.ts";
import { confirming } from "../tools/confirming.ts";
import { allTools } from "./all-tools.ts";
import { toJsonSchema } from "./json-schema.ts";

/**
 * What clients are told of each tool, and what decides whether the tool exists for them. The build evaluates this
 * module and bundles its result, so that start-up pays neither for zod nor for the conversion.
 */
export const catalog = allTools.map(
  ({ operation, toolset, kind, repeats, overwrites, scope, since, removed, ending, ...tool }) => ({
    operation,
    toolset,
    kind,
    repeats,
    overwrites,
    scope,
    since,
    removed,
    ending,
    listed: {
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: toJsonSchema(tool.input),
      // Claude Code, which shows its model names alone, finds tools by it. Seen in version 2.1.332.
      ...(tool.searchHint && { _meta: { "anthropic/searchHint": tool.searchHint } }),
    },
  }),
);

/** What the schema of a destructive tool has beside its own properties, by what SORA_CONFIRM is. */
export const confirmingProperties = {
  flag: toJsonSchema(confirming.flag).properties,
  preview: toJsonSchema(confirming.preview).properties,
  ask: toJsonSchema(confirming.ask).properties,
  "ask,panel": toJsonSchema(confirming["ask,panel"]).properties,
} satisfies Record<Confirmation, unknown>;
