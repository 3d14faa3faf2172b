import { expect, test } from "vitest";
import { z } from "zod";
import { toJsonSchema } from "../../src/mcp/json-schema.ts";

test("a strict object: closed, with what is required, described and limited", () => {
  const input = z
    .object({
      name: z.string().describe("Name"),
      count: z.number().int().min(1).max(8).describe("Count").default(3),
      choice: z.enum(["a", "b"]).describe("Choice").optional(),
      flag: z.boolean().optional(),
    })
    .strict();
  expect(toJsonSchema(input)).toEqual({
    type: "object",
    properties: {
      name: { type: "string", description: "Name" },
      count: { type: "integer", minimum: 1, maximum: 8, description: "Count", default: 3 },
      choice: { type: "string", enum: ["a", "b"], description: "Choice" },
      flag: { type: "boolean" },
    },
    required: ["name"],
    additionalProperties: false,
  });
});

test("nested objects are closed too, and none is a reference, though used twice", () => {
  const item = z.object({ id: z.string().describe("Id") }).strict();
  const closed = {
    type: "object",
    properties: { id: { type: "string", description: "Id" } },
    required: ["id"],
    additionalProperties: false,
  };
  const schema = toJsonSchema(z.object({ one: item, again: item, list: z.array(item).min(1) }).strict());
  expect(schema.properties).toEqual({
    one: closed,
    again: closed,
    list: { type: "array", items: closed, minItems: 1 },
  });
  expect(JSON.stringify(schema)).not.toMatch(/\$(schema|ref|defs)|definitions/);
});

test("a free-form object says nothing of its members, at any depth", () => {
  const free = z.record(z.unknown()).describe("Anything");
  const schema = toJsonSchema(z.object({ free, list: z.array(z.object({ free }).strict()) }).strict());
  expect(schema.properties).toEqual({
    free: { type: "object", description: "Anything" },
    list: {
      type: "array",
      items: {
        type: "object",
        properties: { free: { type: "object", description: "Anything" } },
        required: ["free"],
        additionalProperties: false,
      },
    },
  });
});

test("a value of any type is required once it refuses to be absent", () => {
  const value = z.unknown().refine((given) => given !== undefined);
  const schema = toJsonSchema(z.object({ value: value.describe("Any JSON"), other: z.unknown() }).strict());
  expect(schema).toMatchObject({ properties: { value: { description: "Any JSON" } }, required: ["value"] });
});

test("a check that JSON Schema cannot tell leaves the plain type", () => {
  const id = z.string().superRefine(() => {});
  expect(toJsonSchema(z.object({ id: id.describe("Id") }).strict()).properties).toEqual({
    id: { type: "string", description: "Id" },
  });
});
