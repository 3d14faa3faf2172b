import type { z } from "zod";
import { zodToJsonSchema } from "zod-to-json-schema";

/** What MCP clients get as `inputSchema`. */
export interface InputSchema {
  readonly type: "object";
  readonly [keyword: string]: unknown;
}

/**
 * The JSON Schema of a tool's arguments, without what some clients reject: `$schema`, `$ref`, and the empty schema that
 * the converter gives for the members of a free-form object.
 */
export function toJsonSchema(input: z.ZodTypeAny): InputSchema {
  const { $schema, ...schema } = zodToJsonSchema(input, {
    $refStrategy: "none",
    postProcess: (part) => {
      if (!part || !("additionalProperties" in part) || part.additionalProperties === false) return part;
      const { additionalProperties, ...rest } = part;
      return rest;
    },
  });
  return { ...schema, type: "object" };
}
