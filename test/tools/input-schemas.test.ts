import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { beforeAll, expect, test } from "vitest";
import { isObject } from "../../src/json.ts";
import { argumentRow, argumentRows, argumentsOfOneTool, memberRows } from "../contract/arguments.ts";
import { everyTool } from "../contract/index.ts";
import { accepts, listTools, named, type Part, partsOf } from "./listed.ts";

// The arguments of each tool as clients are told of them: a JSON Schema that every client and model can use.

let tools: Tool[];
let parts: Part[];
beforeAll(async () => {
  tools = await listTools();
  parts = tools.flatMap(partsOf);
});

/** The tools with metadata: any JSON, of which clients are told that it is an object. */
const withMetadata = everyTool
  .filter(({ properties }) => properties.includes("metadata"))
  .map(({ tool }) => tool);

/** Where a rule is broken: the paths of the parts of which `holds` is not true. */
function broken(of: Part[], holds: (schema: Record<string, unknown>) => boolean): string[] {
  return of.filter(({ schema }) => !holds(schema)).map(({ path }) => path);
}

test("properties and required keys are those of the documentation in its order, then ours, all optional", () => {
  for (const row of everyTool) {
    const { properties = {}, required = [] } = named(tools, row.tool).inputSchema;
    expect(Object.keys(properties), row.tool).toEqual(row.properties);
    expect(required, row.tool).toEqual(row.required);
  }
  const items = named(tools, "sora_batch_request_spotlight_rid").inputSchema.properties?.item_list;
  expect(items).toMatchObject({
    items: { required: ["recv_connection_id", "spotlight_focus_rid", "spotlight_unfocus_rid"] },
  });
});

test("every call of the contract is valid under the schema that its tool lists", () => {
  for (const { tool, ...row } of everyTool) {
    const accepted = accepts(named(tools, tool).inputSchema);
    const calls = [row.least, row.full, ...("confirmed" in row ? [row.confirmed] : [])];
    for (const { args } of calls) expect(accepted(args), tool).toBe(true);
    expect(accepted({ ...row.full.args, unknown_key: 1 }), tool).toBe(false);
  }
});

test("only keywords that every client understands", () => {
  const keywords = new Set(parts.flatMap(({ schema }) => Object.keys(schema)));
  expect([...keywords].toSorted()).toEqual([
    "additionalProperties",
    "anyOf",
    "default",
    "description",
    "enum",
    "items",
    "maximum",
    "minItems",
    "minimum",
    "properties",
    "required",
    "type",
  ]);
});

test("every property at any depth is described in a few words", () => {
  const properties = parts.filter(({ path }) => /\.\w+$/.test(path));
  expect(
    broken(properties, ({ description }) => typeof description === "string" && /^.{4,50}$/.test(description)),
  ).toEqual([]);
  expect(properties.length).toBeGreaterThan(190);
});

test("at any depth there is a type that is one word, or a choice of such", () => {
  const word = /^(object|array|string|integer|number|boolean|null)$/;
  expect(
    broken(parts, ({ type, anyOf }) =>
      anyOf === undefined ? typeof type === "string" && word.test(type) : type === undefined,
    ),
  ).toEqual([]);
});

test("what may be any JSON is a choice of all types, and a list of it says what it holds", () => {
  const ofTypes = (...types: string[]) => types.map((type) => ({ type }));
  const entry = { anyOf: ofTypes("object", "string", "number", "boolean", "null") };
  const anyJson = Object.keys(argumentRows).filter((name) => argumentRows[name]?.schema.type === undefined);
  const choices = parts.filter(({ path, schema }) => schema.anyOf && !path.includes("|"));
  expect([...new Set(choices.map(({ path }) => path.replace(/.*\./, "")))]).toEqual(anyJson);
  // Clients hand over as a text what may be a text; and a choice of all types costs more than the rest of the tool.
  const kept = parts.filter(({ path }) => path.endsWith(".metadata"));
  expect(kept.map(({ path }) => path.replace(/\..*/, ""))).toEqual(withMetadata);
  for (const { path, schema } of kept)
    expect(schema, path).toEqual({ type: "object", description: schema.description });
  for (const { path, schema } of choices) {
    expect(schema.anyOf, path).toEqual([
      ...ofTypes("object"),
      { type: "array", items: entry },
      ...ofTypes("string", "number", "boolean", "null"),
    ]);
  }
});

test("objects with properties are closed, free-form ones say nothing of their members", () => {
  expect(
    broken(parts, ({ type, properties, additionalProperties }) =>
      type === "object" && properties ? additionalProperties === false : additionalProperties === undefined,
    ),
  ).toEqual([]);
});

test("arrays say of one schema what their entries are", () => {
  expect(broken(parts, ({ type, items }) => (type === "array") === isObject(items))).toEqual([]);
});

test("constraints: those of the documentation and no others", () => {
  for (const { path, schema } of parts) {
    const { minimum, maximum, minItems, enum: choices } = schema;
    const [tool = ""] = path.split(".");
    const name = path.split(".").at(-1) ?? "";
    const { type: _type, entries: _entries, ...constraints } = argumentRow(tool, name)?.schema ?? {};
    expect({ minimum, maximum, minItems, enum: choices }, path).toEqual(constraints);
  }
});

test("types: the same for a key wherever it stands, but for what is another in one tool", () => {
  const types: Record<string, string[]> = {};
  for (const { path, schema } of parts) {
    if (!path.includes(".") || path.includes("|")) continue;
    const own = argumentsOfOneTool[path];
    if (own) {
      expect(schema.type, path).toBe(own.schema.type);
      continue;
    }
    const [, name = ""] = path.split(/\.(?=[^.]+$)/);
    types[name] = [...new Set([...(types[name] ?? []), String(schema.type ?? "any")])];
  }
  const told = Object.entries({ ...argumentRows, ...memberRows }).flatMap(([name, { schema }]) => [
    [name, [schema.type ?? "any"]],
    ...(schema.entries === undefined ? [] : [[`${name}[]`, [schema.entries]]]),
  ]);
  expect(types).toEqual(Object.fromEntries(told));
});

test("defaults: how much of a list is shown, and what a job does unless it is told otherwise", () => {
  const withDefault = parts.filter(({ schema }) => "default" in schema);
  expect(withDefault.map(({ path, schema }) => [path, schema.default])).toEqual(
    everyTool.flatMap(({ tool, defaults }) =>
      Object.entries(defaults).map(([name, value]) => [`${tool}.${name}`, value]),
    ),
  );
});
