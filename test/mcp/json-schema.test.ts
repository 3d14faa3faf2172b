import { expect, test } from "vitest";
import { z } from "zod";
import { isObject } from "../../src/json.ts";
import { toJsonSchema } from "../../src/mcp/json-schema.ts";
import { releases } from "../contract/releases.ts";
import { inProcess } from "../support/session.ts";

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

/** The paths, within what a property or the entries of a list may be, of what does not say its type. */
function untyped(path: string, schema: unknown): string[] {
  if (!isObject(schema)) return [path];
  const { type, anyOf, items } = schema;
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const choices = Array.isArray(anyOf) && anyOf.length > 0 ? anyOf : undefined;
  const isTyped = typeof type === "string" && type !== "";
  return [
    ...(isTyped || choices ? [] : [path]),
    ...(type === "array" && items === undefined ? [`${path}[]`] : []),
    ...properties.flatMap(([name, part]) => untyped(`${path}.${name}`, part)),
    ...(items === undefined ? [] : untyped(`${path}[]`, items)),
    ...(choices ?? []).flatMap((choice, index) => untyped(`${path}|${index}`, choice)),
  ];
}

test("what has no type is found, wherever it stands", () => {
  const list = { type: "array", items: { anyOf: [{ type: "string" }, { description: "Any" }] } };
  const within = {
    type: "object",
    properties: { list, bare: {}, open: { type: "array" }, no: { anyOf: [] } },
  };
  expect(untyped("tool", { type: "object", properties: { within, many: { type: ["null"] } } })).toEqual([
    "tool.within.list[]|1",
    "tool.within.bare",
    "tool.within.open[]",
    "tool.within.no",
    "tool.many",
  ]);
});

test.each(["labo", "cloud", ...releases])(
  "SORA_RELEASE=%s: no list holds a property without a type",
  async (edition) => {
    for (const confirm of ["flag", "preview", "ask"]) {
      const env = { SORA_RELEASE: edition, SORA_TOOLSETS: "all", SORA_CONFIRM: confirm };
      const { tools } = await (await inProcess({ env })).client.listTools();
      expect(tools.length).toBeGreaterThan(30);
      expect(tools.flatMap(({ name, inputSchema }) => untyped(name, inputSchema))).toEqual([]);
    }
  },
);
