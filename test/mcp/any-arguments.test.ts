import fc from "fast-check";
import { expect, test } from "vitest";
import { isObject } from "../../src/json.ts";
import { argumentRow } from "../contract/arguments.ts";
import { type everyTool, worlds } from "../contract/index.ts";
import { anyJson } from "../support/any-json.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { accepts, named } from "../tools/listed.ts";

// Any object as arguments: either the call goes to Sora, or the answer names each place that is wrong and nothing is
// sent. A job goes to Sora when it has to ask anything, and may be refused there. What is wrong is decided by the contract, from the documentation of the arguments, not with the tools' own
// schemas.

interface Members {
  readonly known: readonly string[];
  readonly required: readonly string[];
}

const ridRequest = {
  known: ["recv_connection_id", "send_connection_id", "spotlight_focus_rid", "spotlight_unfocus_rid"],
  required: ["recv_connection_id", "spotlight_focus_rid", "spotlight_unfocus_rid"],
};
const condition = { known: ["field", "operator", "values"], required: ["field", "operator", "values"] };

/** The paths of what is wrong with one entry of a list. */
type Judge = (tool: string, path: string, entry: unknown) => string[];

const aText: Judge = (_tool, path, entry) => (typeof entry === "string" ? [] : [path]);
const aNodeName: Judge = (tool, path, entry) =>
  argumentRow(tool, "node_name_list[]")?.takes(entry) ? [] : [path];

function anObject(members: Members): Judge {
  return (tool, path, entry) => {
    if (!isObject(entry)) return [path];
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
  item_list: anObject(ridRequest),
  rules: aListOf(anObject(condition)),
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

/** Values near the border between right and wrong. */
const plausible = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "a",
    "é".repeat(127),
    "é".repeat(128),
    "a\n",
    "\ud83d",
    "none",
    "r0",
    "r3",
    "sendonly",
    "both",
    "join",
    "x".repeat(500),
    "x".repeat(501),
  ),
  fc.constantFrom<unknown>(
    0,
    1,
    8,
    9,
    500,
    501,
    20,
    21,
    50,
    51,
    1.5,
    -1,
    true,
    false,
    null,
    "true",
    "1",
    [],
    {},
    [""],
    [1],
    [{}],
  ),
  fc.array(fc.oneof(fc.constantFrom("codec", 1, null), anyJson), { maxLength: 3 }),
  fc.array(
    fc.record(
      {
        recv_connection_id: fc.constantFrom("r", "", 1),
        send_connection_id: fc.constantFrom("s", null),
        spotlight_focus_rid: fc.constantFrom("none", "r2", "r3"),
        spotlight_unfocus_rid: fc.constantFrom("r0", 0),
        focus: fc.constant(1),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 8 },
  ),
  fc.array(
    fc.array(
      fc.record(
        {
          field: fc.constantFrom("kind", "client_id", "role"),
          operator: fc.constantFrom("is_in", "is", 1),
          values: fc.constantFrom([], ["audio"], "audio", [1]),
          value: fc.constant(1),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
    { maxLength: 3 },
  ),
  anyJson,
);

function listsInList(value: unknown): boolean {
  return Array.isArray(value) && value.some(Array.isArray);
}

const unknownName = fc.oneof(
  fc.constantFrom("confirm", "limit", "types", "chanel_id", "toString", "constructor", "__proto__", "0", ""),
  fc.string({ unit: "binary" }),
);

type Row = Pick<(typeof everyTool)[number], "tool" | "properties" | "required" | "full">;

/** The arguments of a full call, some of them left out, some replaced, some added. */
const callOf = (rows: readonly Row[]) =>
  fc.constantFrom(...rows).chain(({ tool, properties: known, required, full: { args } }) =>
    fc.record({
      tool: fc.constant(tool),
      known: fc.constant(known),
      required: fc.constant(required),
      args: fc
        .record({
          left: fc.subarray([...known], { maxLength: Math.min(1, known.length) }),
          replaced: fc.dictionary(fc.constantFrom(...known, "push"), plausible, { maxKeys: 2 }),
          added: fc.dictionary(unknownName, plausible, { maxKeys: 1 }),
        })
        .map(({ left, replaced, added }) =>
          Object.fromEntries(
            Object.entries({ ...args, ...added, ...replaced }).filter(([name]) => !left.includes(name)),
          ),
        ),
    }),
  );

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
  "$name: any arguments are either sent or refused with every wrong place named, and nothing in between",
  async ({ env, rows, isJob }) => {
    // A job that is refused by Sora does not go on waiting.
    const upstream = await startUpstream(isJob ? json({ error_type: "A" }, 400) : json([]));
    const session = await inProcess({ env: { ...env, SORA_API_URL: upstream.url } });
    const { tools } = await session.client.listTools();
    const schemas = new Map(rows.map(({ tool }) => [tool, accepts(named(tools, tool).inputSchema)]));
    const seen = { sent: 0, refused: 0 };

    await fc.assert(
      fc.asyncProperty(callOf(rows), async ({ tool, known, required, args }) => {
        const result = await session.call(tool, args);
        const sent = upstream.requests.splice(0).length;
        const each = wrongMembers(tool, "", args, { known, required });
        const unknown = Object.keys(args).filter((name) => !known.includes(name));
        const wrong = each.length + unknown.length > 0 ? each : wrongTogether(tool, args);

        if (wrong.length === 0 && unknown.length === 0) {
          seen.sent += 1;
          if (!isJob) expect([result.isError, sent], JSON.stringify(result.content)).toEqual([undefined, 1]);
          else if (result.isError) expect([errorOf(result).code, sent > 0]).toEqual(["sora_error", true]);
          else expect(tool).toBe("sora_list_actions");
          // What the server takes, the schema that it lists must allow, but for what it does not mention: lists in a list,
          // and metadata that are only kept along and no object.
          const isTold = isObject(args.metadata) || tool.includes("metadata") || !("metadata" in args);
          if (isTold && !listsInList(args.metadata) && !listsInList(args.value))
            expect(schemas.get(tool)?.(args)).toBe(true);
          return;
        }
        seen.refused += 1;
        expect(sent).toBe(0);
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
  },
);
