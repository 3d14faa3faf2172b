import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { beforeAll, expect, test } from "vitest";
import { isObject } from "../../src/json.ts";
import { argumentRows } from "../contract/arguments.ts";
import { contract } from "../contract/index.ts";
import { accepts, listTools, named, type Part, partsOf } from "./listed.ts";

// The arguments of each tool as clients are told of them: a JSON Schema that every client and model can use.

let tools: Tool[];
let parts: Part[];
beforeAll(async () => {
  tools = await listTools();
  parts = tools.flatMap(partsOf);
});

/** Where a rule is broken: the paths of the parts of which `holds` is not true. */
function broken(of: Part[], holds: (schema: Record<string, unknown>) => boolean): string[] {
  return of.filter(({ schema }) => !holds(schema)).map(({ path }) => path);
}

test("properties and required keys are those of the documentation in its order, then ours, all optional", () => {
  for (const { tool, least, full = least, ours = {} } of contract) {
    const { properties = {}, required } = named(tools, tool).inputSchema;
    expect(Object.keys(properties), tool).toEqual([...Object.keys(full), ...Object.keys(ours)]);
    expect(required, tool).toEqual(Object.keys(least));
  }
  const items = named(tools, "sora_batch_request_spotlight_rid").inputSchema.properties?.item_list;
  expect(items).toMatchObject({
    items: { required: ["recv_connection_id", "spotlight_focus_rid", "spotlight_unfocus_rid"] },
  });
});

test("every call of the contract is valid under the schema that its tool lists", () => {
  for (const { tool, least, full = least, ours } of contract) {
    const accepted = accepts(named(tools, tool).inputSchema);
    expect(accepted(least), tool).toBe(true);
    expect(accepted({ ...full, ...ours }), tool).toBe(true);
    expect(accepted({ ...full, unknown_key: 1 }), tool).toBe(false);
  }
});

test("only keywords that every client understands", () => {
  const keywords = new Set(parts.flatMap(({ schema }) => Object.keys(schema)));
  expect([...keywords].toSorted()).toEqual([
    "additionalProperties",
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
  const properties = parts.filter(({ path }) => path.includes(".") && !path.endsWith("[]"));
  expect(
    broken(properties, ({ description }) => typeof description === "string" && /^.{4,50}$/.test(description)),
  ).toEqual([]);
  expect(properties.length).toBeGreaterThan(90);
});

test("a type is one word, and only what may be any JSON has none", () => {
  const word = /^(object|array|string|integer|boolean)$/;
  const anyJson = Object.keys(argumentRows).filter((name) => argumentRows[name]?.schema.type === undefined);
  expect(broken(parts, ({ type }) => typeof type === "string" && word.test(type))).toEqual(
    parts.map(({ path }) => path).filter((path) => anyJson.some((name) => path.endsWith(`.${name}`))),
  );
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
    const name = path.split(".").at(-1) ?? "";
    const { type: _type, entries: _entries, ...constraints } = argumentRows[name]?.schema ?? {};
    expect({ minimum, maximum, minItems, enum: choices }, path).toEqual(constraints);
  }
});

test("types: the same for a key wherever it stands", () => {
  const types: Record<string, string[]> = {};
  for (const { path, schema } of parts) {
    if (!path.includes(".")) continue;
    const [, name = ""] = path.split(/\.(?=[^.]+$)/);
    types[name] = [...new Set([...(types[name] ?? []), String(schema.type)])];
  }
  const told = Object.entries(argumentRows).flatMap(([name, { schema }]) => [
    [name, [String(schema.type)]],
    ...(schema.entries === undefined ? [] : [[`${name}[]`, [schema.entries]]]),
  ]);
  expect(types).toEqual(Object.fromEntries(told));
});

test("defaults: only how much of a list is shown", () => {
  const withDefault = parts.filter(({ schema }) => "default" in schema);
  expect(withDefault.map(({ path, schema }) => [path, schema.default])).toEqual(
    contract.flatMap(({ tool, defaultLimit }) => (defaultLimit ? [[`${tool}.limit`, defaultLimit]] : [])),
  );
});
