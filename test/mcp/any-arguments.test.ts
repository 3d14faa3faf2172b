import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isObject } from "../../src/json.ts";
import { argumentRow, entriesOf, type Members } from "../contract/arguments.ts";
import { type contract, type jobs, worlds } from "../contract/index.ts";
import { addedByClients, meant } from "../contract/meant.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { accepts, named } from "../tools/listed.ts";
import { plausible, rightEntries } from "./plausible-values.ts";

// Any object as arguments: either the call goes to Sora as it was meant, or the answer names each place that is wrong and
// nothing is sent. A job goes to Sora when it has to ask anything, and may be refused there. What is meant and what is wrong
// is decided by the contract, from the documentation of the arguments, not with the tools' own schemas.

/** The paths of what is wrong with one entry of a list. */
type Judge = (tool: string, path: string, entry: unknown) => string[];

const aText: Judge = (_tool, path, entry) => (typeof entry === "string" ? [] : [path]);
const aNodeName: Judge = (tool, path, entry) =>
  argumentRow(tool, "node_name_list[]")?.takes(entry) ? [] : [path];

function anEntryOf(list: string): Judge {
  const members = entriesOf[list];
  return (tool, path, entry) => {
    if (!isObject(entry) || !members) return [path];
    const unknown = Object.keys(entry).some((key) => !members.known.includes(key));
    return [...wrongMembers(tool, `${path}.`, entry, members), ...(unknown ? [`${path}.`] : [])];
  };
}

function aListOf(judge: Judge): Judge {
  return (tool, path, value) =>
    Array.isArray(value) ? value.flatMap((entry, index) => judge(tool, `${path}.${index}`, entry)) : [path];
}

/** The lists among the arguments, by what may stand in them. */
const lists: Readonly<Record<string, Judge>> = {
  types: aText,
  values: aText,
  node_name_list: aNodeName,
  item_list: anEntryOf("item_list"),
  rules: aListOf(anEntryOf("rules[]")),
};

/** The paths within `value` that are wrong, in the order of the schema; `path` itself when all of it is. */
function wrongWithin(tool: string, path: string, name: string, value: unknown): string[] {
  const judge = lists[name];
  if (!argumentRow(tool, name)?.takes(value)) return [path];
  return judge ? aListOf(judge)(tool, path, value) : [];
}

function wrongMembers(
  tool: string,
  prefix: string,
  args: Record<string, unknown>,
  { known, required }: Members,
): string[] {
  return known.flatMap((name) => {
    if (name in args) return wrongWithin(tool, prefix + name, name, args[name]);
    return required.includes(name) ? [prefix + name] : [];
  });
}

function listsInList(value: unknown): boolean {
  return Array.isArray(value) && value.some(Array.isArray);
}

const unknownName = fc.oneof(
  fc.constantFrom(...addedByClients),
  fc.constantFrom("confirm", "limit", "types", "chanel_id", "toString", "constructor", "__proto__", "0", ""),
  fc.string({ unit: "binary" }),
);

type Row = (typeof contract)[number] | (typeof jobs)[number];

/** The arguments of a full call, some of them left out, replaced, added, and then some written as texts, or all as one. */
const callOf = (rows: readonly Row[]) =>
  fc.constantFrom(...rows).chain((row) => {
    const { properties: known, full } = row;
    const item_list = known.includes("item_list") ? { item_list: rightEntries } : {};
    return fc
      .record({
        left: fc.oneof(
          fc.constant<string[]>([]),
          fc.subarray([...known], { maxLength: Math.min(1, known.length) }),
        ),
        replaced: fc.dictionary(fc.constantFrom(...known, "push"), plausible, { maxKeys: 2 }),
        added: fc.oneof(fc.constant({}), fc.dictionary(unknownName, plausible, { maxKeys: 1 })),
        entries: fc.record(item_list, { requiredKeys: [] }),
        empty: fc.oneof(
          fc.constant({}),
          fc.dictionary(fc.constantFrom(...known, "push"), fc.constantFrom(null, ""), { maxKeys: 1 }),
        ),
        asText: fc.oneof(fc.constant<string[]>([]), fc.subarray([...known])),
        isOneText: fc.nat(7).map((number) => number === 0),
      })
      .map(({ left, entries, replaced, added, empty, asText, isOneText }) => {
        const args = Object.entries({ ...full.args, ...entries, ...added, ...replaced, ...empty })
          .filter(([name]) => !left.includes(name))
          .map(([name, value]) => {
            const isText = asText.includes(name) && typeof value !== "string";
            return [name, isText ? JSON.stringify(value) : value] as const;
          });
        return { row, written: Object.fromEntries(args), isOneText };
      });
  });

/** Arguments that only steer this server. */
const ofThisServer = ["limit", "offset", "types", "confirm"];

/** The one request that a call of an API makes: its target, and the body where it is not that of a look. */
function requestOf(row: (typeof contract)[number], args: Readonly<Record<string, unknown>>) {
  const isLook = row.kind === "destructive" && args.confirm !== true;
  const { requests } = isLook ? row.least : row.confirmed;
  const target = requests.at(-1)?.target;
  if (isLook) return { target };
  const sent = Object.entries(args).filter(([name]) => !ofThisServer.includes(name));
  const nothing = row.required.length === 0 ? (requests.at(-1)?.body ?? null) : {};
  const text = sent.length > 0 || nothing ? JSON.stringify(Object.fromEntries(sent)) : "";
  return { target, text };
}

/** What is wrong with arguments each of which is right. */
function wrongTogether(tool: string, { client_id, connection_id }: Record<string, unknown>): string[] {
  const count = [client_id, connection_id].filter((id) => id !== undefined).length;
  const isWrong = tool === "sora_mute" ? count !== 1 : tool === "sora_diagnose" && count === 2;
  return isWrong ? ["client_id, connection_id"] : [];
}

const [labo, today] = worlds;
test.each<{ name: string; env: Record<string, string>; rows: readonly Row[]; isJob: boolean }>([
  { name: `${labo.sora}, APIs`, env: labo.env, rows: labo.rows, isJob: false },
  { name: `${today.sora}, APIs`, env: today.env, rows: today.rows, isJob: false },
  { name: `${today.sora}, jobs`, env: today.env, rows: today.jobs, isJob: true },
])(
  "$name: any arguments are either sent as they are meant or refused with every wrong place named",
  async ({ env, rows, isJob }) => {
    // A job that is refused by Sora does not go on waiting.
    const upstream = await startUpstream(isJob ? json({ error_type: "A" }, 400) : json([]));
    const session = await inProcess({ env: { ...env, SORA_API_URL: upstream.url } });
    const { tools } = await session.client.listTools();
    const schemas = new Map(rows.map(({ tool }) => [tool, accepts(named(tools, tool).inputSchema)]));
    const seen = { sent: 0, sentAsMeant: 0, refused: 0 };

    await fc.assert(
      fc.asyncProperty(callOf(rows), async ({ row, written, isOneText }) => {
        const { tool, properties: known, required } = row;
        const params = { name: tool, arguments: isOneText ? JSON.stringify(written) : written };
        const result = await session.client.request({ method: "tools/call", params }, CallToolResultSchema);
        const sent = upstream.requests.splice(0);
        const args = meant(tool, written, { known, required });
        const each = wrongMembers(tool, "", args, { known, required });
        const unknown = Object.keys(args).filter((name) => !known.includes(name));
        const wrong = each.length + unknown.length > 0 ? each : wrongTogether(tool, args);

        if (wrong.length === 0 && unknown.length === 0) {
          seen.sent += 1;
          if (isOneText || JSON.stringify(args) !== JSON.stringify(written)) seen.sentAsMeant += 1;
          if ("confirmed" in row) {
            expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
            expect(sent).toMatchObject([requestOf(row, args)]);
          } else if (result.isError) {
            expect([errorOf(result).code, sent.length > 0]).toEqual(["sora_error", true]);
          } else expect(tool).toBe("sora_list_actions");
          // What the server takes as it stands, the schema that it lists must allow, but for what it does not mention:
          // lists in a list, and metadata that are no object.
          const isTold = isObject(args.metadata) || !("metadata" in args);
          if (isTold && !listsInList(args.value)) expect(schemas.get(tool)?.(args)).toBe(true);
          return;
        }
        seen.refused += 1;
        expect(sent).toEqual([]);
        const { code, message } = errorOf(result);
        expect(code).toBe("invalid_arguments");
        let from = 0;
        for (const path of wrong.slice(0, 20)) {
          const at = message.indexOf(path.endsWith(".") ? path : `${path}: `, from);
          expect(at, `${path} in ${message}`).toBeGreaterThanOrEqual(from);
          from = at + path.length;
        }
        if (unknown.length === 0 || wrong.length >= 20) return;
        expect(message).toMatch(/: unknown arguments?\. Nothing was sent\.$/);
        const [name = ""] = unknown;
        if (/^[ -~]{0,100}$/.test(name)) expect(message.slice(from)).toContain(name);
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(seen.sent, seen.refused)).toBeGreaterThan(50);
    expect(seen.sentAsMeant).toBeGreaterThan(25);
  },
);
