import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { argumentRow, argumentRows, argumentsOfOneTool } from "../contract/arguments.ts";
import { everyTool, settingsFor } from "../contract/index.ts";
import { errorOf, inProcess, type Session } from "../support/session.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// Arguments that break the schema: the answer says where, in the order of the schema, and nothing reaches Sora.

let upstream: Upstream;
let session: Session;
let taken = 0;
beforeEach(async () => {
  taken = 0;
  upstream = await startUpstream(json([]));
  session = await inProcess({ env: { SORA_API_URL: upstream.url } });
});
afterEach(() => {
  expect(upstream.requests).toHaveLength(taken);
});

async function refusal(tool: string, args: Record<string, unknown>) {
  const error = errorOf(await session.call(tool, args));
  expect(error.code, error.message).toBe("invalid_arguments");
  return error;
}

async function expectTaken(tool: string, args: Record<string, unknown>): Promise<void> {
  const result = await session.call(tool, args);
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
  taken += 1;
}

const complete = everyTool.map(({ least, full, ...row }) => ({ ...row, least: least.args, args: full.args }));

describe.each(complete)("$tool", ({ tool, properties, required, args }) => {
  beforeEach(async () => {
    session = await inProcess({ env: { ...settingsFor(tool), SORA_API_URL: upstream.url } });
  });

  test("each argument of a wrong type or value is named, alone", async () => {
    let refused = 0;
    for (const name of properties) {
      const isLeftOut = (value: unknown) => !required.includes(name) && (value === null || value === "");
      for (const value of argumentRow(tool, name)?.wrong ?? []) {
        if (isLeftOut(value)) continue;
        const { message } = await refusal(tool, { ...args, [name]: value });
        expect(message, JSON.stringify(value)).toMatch(
          new RegExp(`^${name}: [^;]+[^.]\\. Nothing was sent\\.$`),
        );
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThanOrEqual(4 * properties.length);
  });

  test.each(required)("%s is named, alone, when it is missing", async (name) => {
    const { [name]: _left, ...rest } = { ...args };
    const { message } = await refusal(tool, rest);
    expect(message).toMatch(new RegExp(`^${name}: (Required|is required)\\. Nothing was sent\\.$`));
  });

  test("all that are missing are named in the order of the schema, and the hint lists what it takes", async () => {
    const { message, hint } = await refusal(tool, { unknown: 1 });
    const named = [...message.matchAll(/(\w+): (Required|is required)/g)].map(([, name]) => name);
    expect(named).toEqual(required);
    const names = properties.map((name) => (required.includes(name) ? name : `${name}?`));
    expect(hint).toBe(`${tool} takes: ${names.join(", ") || "no arguments"}.`);
  });

  test("an unknown argument is named, whatever else is right", async () => {
    for (const name of ["chanel_id", "Channel_id", "hasOwnProperty", "toString", "x-sora-target", ""]) {
      const { message } = await refusal(tool, { ...args, [name]: null });
      expect(message).toBe(`${name}: unknown argument. Nothing was sent.`);
    }
  });
});

test("there is a row for every argument of every tool, with values that are wrong", () => {
  const paths = complete.flatMap(({ tool, properties }) =>
    properties.map((name) => [`${tool}.${name}`, name]),
  );
  const rows = { ...argumentRows, ...argumentsOfOneTool };
  const used = paths.map(([path = "", name = ""]) => (path in argumentsOfOneTool ? path : name));
  expect([...new Set(used)].toSorted()).toEqual(Object.keys(rows).toSorted());
  for (const [name, { wrong }] of Object.entries(rows)) expect(wrong.length, name).toBeGreaterThanOrEqual(5);
});

test.each([
  ["sora_mute", {}, "exactly one of them is needed"],
  ["sora_mute", { client_id: "a", connection_id: "b" }, "exactly one of them is needed"],
  ["sora_diagnose", { client_id: "a", connection_id: "b" }, "only one of them can be given"],
])("%s of one client or one connection, with %j", async (tool, ids, problem) => {
  session = await inProcess({ env: { ...settingsFor(tool), SORA_API_URL: upstream.url } });
  const { message, hint } = await refusal(tool, { channel_id: "sora", ...ids });
  expect(message).toBe(`client_id, connection_id: ${problem}. Nothing was sent.`);
  expect(hint).toMatch(new RegExp(`^${tool} takes: channel_id, .*connection_id\\?`));
});

test("an argument of another tool is unknown", async () => {
  const one = { channel_id: "sora", connection_id: "c" };
  for (const [tool, args, name] of [
    ["sora_disconnect_channel_by_role", { channel_id: "sora", role: "sendonly", reason: {} }, "reason"],
    ["sora_push_channel", { channel_id: "sora", data: {}, confirm: true }, "confirm"],
    ["sora_get_stats_connection", { ...one, limit: 1 }, "limit"],
    ["sora_list_channel_connections", { channel_id: "sora", types: ["codec"] }, "types"],
    ["sora_get_user_agent_stats", { ...one, offset: 0 }, "offset"],
    ["sora_put_signaling_notify_metadata", { ...one, metadata: {}, confirm: true }, "confirm"],
    ["sora_overview", { connection_id: "c" }, "connection_id"],
    ["sora_list_actions", { client_id: "a" }, "client_id"],
    ["sora_diagnose", { channel_id: "sora", timeout_s: 1 }, "timeout_s"],
  ] as const) {
    expect((await refusal(tool, args)).message).toBe(`${name}: unknown argument. Nothing was sent.`);
  }
});

describe("nesting", () => {
  /** So many objects and arrays within each other. */
  function nested(levels: number): unknown {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
    return value;
  }

  test("256 levels are sent, the arguments themselves counted; 257 are refused", async () => {
    const call = (levels: number) => ({ channel_id: "sora", data: { a: nested(levels - 2) } });
    await expectTaken("sora_push_channel", call(256));
    expect(upstream.requests[0]?.text).toBe(JSON.stringify(call(256)));
    for (const levels of [257, 300, 20_000]) {
      expect((await refusal("sora_push_channel", call(levels))).message).toBe(
        "arguments: nested more than 256 levels deep. Nothing was sent.",
      );
    }
  });

  test("wherever they stand, and beside what else is wrong", async () => {
    const one = { channel_id: "sora", connection_id: "c" };
    for (const [tool, args] of [
      ["sora_put_signaling_notify_metadata", { ...one, metadata: nested(400) }],
      ["sora_put_signaling_notify_metadata_item", { ...one, key: "k", value: nested(400) }],
      ["sora_disconnect_connection", { ...one, reason: { a: nested(400) }, confirm: true }],
    ] as const) {
      expect((await refusal(tool, args)).message).toMatch(/^arguments: nested more than 256 levels deep\./);
    }
    const { message } = await refusal("sora_push_channel", { channel_id: "", data: { a: nested(400) } });
    expect(message).toBe(
      "channel_id: must be 1 to 255 bytes of UTF-8, is 0; arguments: nested more than 256 levels deep. Nothing was sent.",
    );
  });
});

test("metadata and value may be any JSON, null included, and texts that look like a number, a truth or none", async () => {
  const one = { channel_id: "sora", connection_id: "c" };
  const texts = ["", "text", "5", "-1.5", "true", "null", '"a"', "[", "{a}", "[1] {}", "x{}"];
  for (const value of [null, false, 0, [], {}, [null], { a: null }, ["{}"], { a: "[]" }, ...texts]) {
    for (const [tool, args] of [
      ["sora_put_signaling_notify_metadata", { ...one, metadata: value }],
      ["sora_put_signaling_notify_metadata_item", { ...one, key: "k", value }],
    ] as const) {
      await expectTaken(tool, args);
      expect(upstream.requests.at(-1)?.text).toBe(JSON.stringify(args));
    }
  }
});

test.each([
  ["sora_put_signaling_notify_metadata", "metadata", ["[]", " [1]", '[{"a":1}]\n']],
  ["sora_put_signaling_notify_metadata_item", "value", ["{}", "[]", '\t{"a":1}', " [1]"]],
])("%s: a %s that is a text of JSON is refused in words of its own", async (tool, name, texts) => {
  const least = complete.find((row) => row.tool === tool)?.least;
  for (const text of texts) {
    const { message } = await refusal(tool, { ...least, [name]: text });
    expect(message).toBe(
      `${name}: is a text that holds JSON: give the object or list itself. Nothing was sent.`,
    );
  }
});

test.each([
  "sora_create_channel_forwarding_filter",
  "sora_update_connection_forwarding_filter",
  "sora_start_recording",
])("%s: metadata that are kept along may be any JSON too, whatever its schema advises", async (tool) => {
  session = await inProcess({ env: { ...settingsFor(tool), SORA_API_URL: upstream.url } });
  const least = complete.find((row) => row.tool === tool)?.least;
  for (const metadata of [false, 0, "text", "5", "true", [], [[1]], { a: null }]) {
    await expectTaken(tool, { ...least, metadata });
    expect(upstream.requests.at(-1)?.text).toBe(JSON.stringify({ ...least, metadata }));
  }
});

test("no arguments at all are arguments without members", async () => {
  const result = await session.client.callTool({ name: "sora_disconnect_channel" });
  expect(errorOf(CallToolResultSchema.parse(result))).toMatchObject({
    code: "invalid_arguments",
    message: "channel_id: Required. Nothing was sent.",
  });
});

test("null is as good as no arguments", async () => {
  const params = { name: "sora_push_channel", arguments: null };
  const result = await session.client.request({ method: "tools/call", params }, CallToolResultSchema);
  expect(errorOf(result).message).toBe("channel_id: Required; data: Required. Nothing was sent.");
});

test.each([
  ["[]", "array"],
  ['"sora"', "string"],
  ['" "', "string"],
  ['"[]"', "string"],
  ['"{"', "string"],
  ['"null"', "string"],
  ['"\\"{}\\""', "string"],
  ["7", "number"],
  ["true", "boolean"],
])("arguments that are %s are no object", async (text, received) => {
  const params = { name: "sora_push_channel", arguments: JSON.parse(text) };
  const result = await session.client.request({ method: "tools/call", params }, CallToolResultSchema);
  expect(errorOf(result)).toMatchObject({
    code: "invalid_arguments",
    message: `arguments: Expected object, received ${received}. Nothing was sent.`,
  });
});
