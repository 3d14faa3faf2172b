import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { errorOf, inProcess, type Session } from "../support/session.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// How the answer to wrong arguments reads when there is much to say, or names and values are made to mislead.

let upstream: Upstream;
let session: Session;
beforeEach(async () => {
  upstream = await startUpstream(json([]));
  session = await inProcess({ env: { SORA_API_URL: upstream.url } });
});
afterEach(() => {
  expect(upstream.requests).toEqual([]);
});

async function refusal(tool: string, args: Record<string, unknown>) {
  const error = errorOf(await session.call(tool, args));
  expect(error.code, error.message).toBe("invalid_arguments");
  return error;
}

describe("several at once", () => {
  test("in the order of the schema, not of the call; unknown ones come last", async () => {
    const { message } = await refusal("sora_request_spotlight_rid", {
      zoom: 1,
      spotlight_unfocus_rid: "r9",
      spotlight_focus_rid: 2,
      audio: true,
      send_connection_id: false,
      channel_id: "",
    });
    expect(message).toBe(
      [
        "channel_id: must be 1 to 255 bytes of UTF-8, is 0",
        "recv_connection_id: Required",
        "send_connection_id: Expected string, received boolean",
        "spotlight_focus_rid: Expected 'none' | 'r0' | 'r1' | 'r2', received number",
        "spotlight_unfocus_rid: Invalid enum value. Expected 'none' | 'r0' | 'r1' | 'r2', received 'r9'",
        "zoom, audio: unknown arguments. Nothing was sent.",
      ].join("; "),
    );
  });

  test("within a batch: with the place of the entry", async () => {
    const rids = { spotlight_focus_rid: "r0", spotlight_unfocus_rid: "none" };
    const item_list = [
      {},
      { recv_connection_id: "r", ...rids },
      { recv_connection_id: "", ...rids, focus: 1, "": 2 },
      JSON.parse(
        '{"recv_connection_id":"r","spotlight_focus_rid":"r0","spotlight_unfocus_rid":"r0","__proto__":1}',
      ),
      null,
      "r",
      [],
    ];
    const { message } = await refusal("sora_batch_request_spotlight_rid", { channel_id: "sora", item_list });
    expect(message).toBe(
      [
        "item_list.0.recv_connection_id: Required",
        "item_list.0.spotlight_focus_rid: Required",
        "item_list.0.spotlight_unfocus_rid: Required",
        "item_list.2.recv_connection_id: must be 1 to 255 bytes of UTF-8, is 0",
        "item_list.2.focus, item_list.2.: unknown arguments",
        "item_list.3.__proto__: unknown argument",
        "item_list.4: Expected object, received null",
        "item_list.5: Expected object, received string",
        "item_list.6: Expected object, received array. Nothing was sent.",
      ].join("; "),
    );
  });

  test("the same when the batch, its entries or all arguments are texts of JSON", async () => {
    const item = { recv_connection_id: "", spotlight_focus_rid: "r3", spotlight_unfocus_rid: "r0", focus: 1 };
    const item_list = [item, JSON.stringify(item), "{}", "[]", '"r"', "{"];
    const expected = [
      ...[0, 1].flatMap((index) => [
        `item_list.${index}.recv_connection_id: must be 1 to 255 bytes of UTF-8, is 0`,
        `item_list.${index}.spotlight_focus_rid: Invalid enum value. Expected 'none' | 'r0' | 'r1' | 'r2', received 'r3'`,
        `item_list.${index}.focus: unknown argument`,
      ]),
      "item_list.2.recv_connection_id: Required",
      "item_list.2.spotlight_focus_rid: Required",
      "item_list.2.spotlight_unfocus_rid: Required",
      ...[3, 4, 5].map((index) => `item_list.${index}: Expected object, received string`),
      "zoom: unknown argument. Nothing was sent.",
    ].join("; ");
    const call = { channel_id: "sora", item_list, zoom: null };
    for (const args of [call, { ...call, item_list: JSON.stringify(item_list) }, JSON.stringify(call)]) {
      const params = { name: "sora_batch_request_spotlight_rid", arguments: args };
      const result = await session.client.request({ method: "tools/call", params }, CallToolResultSchema);
      expect(errorOf(result).message).toBe(expected);
    }
  });

  test("within types: with the place of the entry", async () => {
    const args = { channel_id: "sora", types: ["codec", 1, null, "track"] };
    expect((await refusal("sora_list_channel_user_agent_stats", args)).message).toBe(
      "types.1: Expected string, received number; types.2: Expected string, received null. Nothing was sent.",
    );
  });

  test("of more than 20 problems the first 20 are told and the rest is counted", async () => {
    const batch = (count: number) => ({ channel_id: "sora", item_list: Array(count).fill(null) });
    const problems = async (count: number) => {
      const { message } = await refusal("sora_batch_request_spotlight_rid", batch(count));
      return { told: message.match(/Expected object/g)?.length, end: message.split("null").at(-1) };
    };
    expect(await problems(20)).toEqual({ told: 20, end: ". Nothing was sent." });
    expect(await problems(21)).toEqual({ told: 20, end: "; and 1 more. Nothing was sent." });
    expect(await problems(5000)).toEqual({ told: 20, end: "; and 4980 more. Nothing was sent." });
  });
});

describe("hostile names", () => {
  const args = { channel_id: "sora", data: {} };

  test("what hides or reorders text becomes visible", async () => {
    const { message } = await refusal("sora_push_channel", {
      ...args,
      "\u202edi_lennahc\u0000\u001b[31m\u200b": 1,
    });
    expect(message).toBe("\\u202edi_lennahc\\u0000\\u001b[31m\\u200b: unknown argument. Nothing was sent.");
  });

  test("a long name, or many names, are cut and still said to be unknown", async () => {
    const long = await refusal("sora_push_channel", { ...args, ["n".repeat(100_000)]: 1 });
    expect(long.message).toBe(`${"n".repeat(200)}…: unknown argument. Nothing was sent.`);
    const names = Array.from({ length: 3000 }, (_, index) => [`name_${index}`, null]);
    const many = await refusal("sora_push_channel", { ...args, ...Object.fromEntries(names) });
    expect(many.message).toMatch(/^name_0, name_1, name_2, .{176}…: unknown arguments\. Nothing was sent\.$/);
  });

  test("a long value is cut too", async () => {
    const { message } = await refusal("sora_disconnect_channel_by_role", {
      channel_id: "sora",
      role: `\u202e${"x".repeat(100_000)}`,
    });
    expect(message).toMatch(/^role: Invalid enum value\..* received '\\u202ex+…\. Nothing was sent\.$/);
    expect(message.length).toBeLessThan(250);
  });

  test("no cut leaves half a character behind, and a given half is shown as one", async () => {
    for (const name of ["👋".repeat(200), `n${"👋".repeat(200)}`, "half \ud83d", "\udc4b half"]) {
      const { message, hint } = await refusal("sora_push_channel", { ...args, [name]: 1 });
      expect(`${message}${hint}`.isWellFormed(), name).toBe(true);
    }
  });

  test.each(["constructor", "__proto__"])("an argument named %s is named like any other", async (name) => {
    for (const value of [null, "", 1, {}, "x"]) {
      const given = JSON.parse(`{"channel_id":"sora","data":{},"${name}":${JSON.stringify(value)}}`);
      const { message } = await refusal("sora_push_channel", given);
      expect(message).toBe(`${name}: unknown argument. Nothing was sent.`);
    }
  });
});
