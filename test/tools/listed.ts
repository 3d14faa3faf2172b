import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { isObject } from "../../src/json.ts";
import { everyTool, worlds } from "../contract/index.ts";
import { overStdio } from "../support/session.ts";

/** All tools as the built server lists them, those of Sora Labo's page as it does without any setting. */
export async function listTools(): Promise<Tool[]> {
  const lists = await Promise.all(
    worlds.map(async ({ env, rows, jobs }) => {
      const { client } = await overStdio({ env });
      const there = [...jobs, ...rows];
      return (await client.listTools()).tools.filter(({ name }) => there.some(({ tool }) => tool === name));
    }),
  );
  return everyTool.map(({ tool }) => named(lists.flat(), tool));
}

export function named(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`${name} is not listed`);
  return tool;
}

/**
 * One schema of a tool's arguments; in `path`, `.` leads to a property, `[]` to the entries of an array and `|` to one of
 * the schemas of which any will do.
 */
export interface Part {
  readonly path: string;
  readonly schema: Record<string, unknown>;
}

/** Every schema within a tool's input schema, the whole of it first. */
export function partsOf({ name, inputSchema }: Tool): Part[] {
  const within = (path: string, schema: unknown): Part[] => {
    if (!isObject(schema)) throw new Error(`${path} is not a schema`);
    const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
    const anyOf = Array.isArray(schema.anyOf) ? schema.anyOf : [];
    return [
      { path, schema },
      ...properties.flatMap(([property, part]) => within(`${path}.${property}`, part)),
      ...("items" in schema ? within(`${path}[]`, schema.items) : []),
      ...anyOf.flatMap((part, index) => within(`${path}|${index}`, part)),
    ];
  };
  return within(name, inputSchema);
}

/** Whether a value is valid under a JSON Schema, as the SDK's own validator sees it. */
export function accepts(schema: object): (value: unknown) => boolean {
  const validate = new AjvJsonSchemaValidator().getValidator(JSON.parse(JSON.stringify(schema)));
  return (value) => validate(value).valid;
}
