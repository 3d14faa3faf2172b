import { type ArgumentRow, argumentRow, entriesOf, jsonIn, type Members } from "./arguments.ts";

// What a caller means by arguments that it writes as some clients do, as it was agreed on: nothing can be lost by it.

/** What n8n and Cline put beside the arguments of every call. */
export const addedByClients = ["sessionId", "action", "chatInput", "toolCallId", "task_progress"] as const;

type Json = Readonly<Record<string, unknown>>;

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The arguments of a tool as they are meant. */
export function meant(tool: string, written: Json, members: Members): Json {
  const isAdded = (name: string) =>
    addedByClients.some((added) => added === name) && !members.known.includes(name);
  return membersMeant(
    tool,
    Object.fromEntries(Object.entries(written).filter(([name]) => !isAdded(name))),
    members,
  );
}

function membersMeant(tool: string, written: Json, { known, required }: Members): Json {
  const isLeftOut = ([name, value]: [string, unknown]) =>
    (value === null || value === "") && known.includes(name) && !required.includes(name);
  return Object.fromEntries(
    Object.entries(written)
      .filter((entry) => !isLeftOut(entry))
      .map(([name, value]) => [name, known.includes(name) ? valueMeant(tool, name, value) : value]),
  );
}

function valueMeant(tool: string, name: string, written: unknown): unknown {
  const row = argumentRow(tool, name);
  const value = row && typeof written === "string" ? textMeant(row, written) : written;
  if (Array.isArray(value) && row?.schema.type === "array") {
    return value.map((entry: unknown) => entryMeant(tool, name, row.schema.entries, entry));
  }
  return value;
}

/** An entry of a list: a list within the list, an object of known members, or what stays as it is. */
function entryMeant(tool: string, list: string, type: string | undefined, written: unknown): unknown {
  if (type === "array") return valueMeant(tool, `${list}[]`, written);
  const members = entriesOf[list];
  const json = members && typeof written === "string" ? jsonIn(written) : written;
  return members && isJson(json) ? membersMeant(tool, json, members) : written;
}

function textMeant({ schema: { type }, literal }: ArgumentRow, text: string): unknown {
  if (literal) return text;
  if (type === "integer") return /^-?[0-9]+$/.test(text) && Number.isSafeInteger(+text) ? +text : text;
  if (type === "boolean") return text === "true" || (text === "false" ? false : text);
  const json = jsonIn(text);
  const fits = type === "object" ? isJson(json) : type === "array" && Array.isArray(json);
  return fits ? json : text;
}
