import type { z } from "zod";
import { zodToJsonSchema } from "zod-to-json-schema";
import { isObject } from "../json.ts";

export interface InputSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, unknown>>;
  readonly [keyword: string]: unknown;
}

/**
 * The entries of a list that may hold anything. Some clients refuse a list that does not say what it holds, others a
 * schema without a type. A list within the list would have to say in turn what it holds: it is left out here, though the
 * tools take it.
 */
const anyEntry = {
  anyOf: [
    { type: "object" },
    { type: "string" },
    { type: "number" },
    { type: "boolean" },
    { type: "null" },
  ] as const,
};

/**
 * The JSON Schema of a tool's arguments, without what some clients reject: `$schema`, `$ref`, and the empty schema that
 * the converter gives for the members of a free-form object and for the entries of a list that may hold anything.
 */
export function toJsonSchema(input: z.ZodTypeAny): InputSchema {
  const { $schema, ...schema } = zodToJsonSchema(input, {
    $refStrategy: "none",
    postProcess: (part) => {
      if (!part) return part;
      if ("items" in part && isEmpty(part.items)) return { ...part, items: anyEntry };
      if (isUntyped(part)) return { type: "object", ...part };
      if (!("additionalProperties" in part) || part.additionalProperties === false) return part;
      const { additionalProperties, ...rest } = part;
      return rest;
    },
  });
  const properties = "properties" in schema && isObject(schema.properties) ? schema.properties : {};
  return { ...schema, type: "object", properties };
}

/** Some clients hand over what has no type as a text. */
function isUntyped(schema: object): boolean {
  return "description" in schema && Object.keys(schema).length === 1;
}

function isEmpty(schema: unknown): boolean {
  return isObject(schema) && Object.keys(schema).length === 0;
}
