import { beforeEach, expect, test } from "vitest";
import { errorOf } from "../support/session.ts";
import { type Calls, startCalls } from "./calls-of-anything.ts";

// Texts that are taken for JSON, made to slip something through: in a text counts what counts elsewhere.

const push = "sora_push_channel";
const setMetadata = "sora_put_signaling_notify_metadata";
const disconnect = "sora_disconnect_connection";
const setValue = "sora_put_signaling_notify_metadata_item";
const batch = "sora_batch_request_spotlight_rid";
const one = { channel_id: "sora", connection_id: "c" };
const key = "distinctive-key-0123456789";

let calls: Calls;
beforeEach(async () => {
  calls = await startCalls({ SORA_API_KEY: key });
});

test("__proto__ and its like are members of data, and no arguments", async () => {
  const data = '{"__proto__":{"confirm":true},"constructor":{"prototype":1},"__proto__2":null}';
  await calls.expectSent(push, { channel_id: "sora", data }, `{"channel_id":"sora","data":${data}}`);
  for (const name of ["__proto__", "constructor", "hasOwnProperty"]) {
    for (const value of ["null", '""', '{"channel_id":"sora"}']) {
      const text = `{"channel_id":"sora","data":{},"${name}":${value}}`;
      for (const args of [text, JSON.parse(text)])
        await calls.expectRefused(push, args, `${name}: unknown argument`);
    }
  }
  await calls.expectRefused(
    push,
    '{"__proto__":{"channel_id":"sora","data":{}}}',
    "channel_id: Required; data: Required; __proto__: unknown argument",
  );
});

test("members that stand twice: the last counts, as in JSON itself", async () => {
  const data = '{"a":1,"b":2,"a":3}';
  await calls.expectSent(push, { channel_id: "sora", data }, '{"channel_id":"sora","data":{"a":3,"b":2}}');
  const confirmedAndNot = '{"channel_id":"sora","connection_id":"c","confirm":true,"confirm":false}';
  const { structuredContent } = await calls.call(disconnect, confirmedAndNot);
  expect(structuredContent?.status).toBe("confirmation_required");
});

test("nesting within a text counts like any other", async () => {
  const nested = (levels: number) => `{"a":${"[".repeat(levels - 2)}${"]".repeat(levels - 2)}}`;
  const within = (levels: number) => ({ channel_id: "sora", data: nested(levels) });
  await calls.expectSent(push, within(256), `{"channel_id":"sora","data":${nested(256)}}`);
  const tooDeep = "arguments: nested more than 256 levels deep";
  for (const levels of [257, 300, 20_000, 100_000]) {
    await calls.expectRefused(push, within(levels), tooDeep);
    await calls.expectRefused(push, `{"channel_id":"sora","data":${nested(levels)}}`, tooDeep);
    await calls.expectRefused(setMetadata, { ...one, metadata: nested(levels) }, tooDeep);
    const aText = "value: is a text that holds JSON: give the object or list itself";
    await calls.expectRefused(setValue, { ...one, key: "k", value: nested(levels) }, aText);
  }
});

test("numbers that there are not are refused in a text as elsewhere", async () => {
  const tooLarge = "arguments: a number is too large (beyond 1.8e308)";
  for (const data of ['{"a":1e999}', '{"a":[{"b":-1e999}]}']) {
    await calls.expectRefused(push, { channel_id: "sora", data }, tooLarge);
    await calls.expectRefused(setMetadata, { ...one, metadata: data }, tooLarge);
    await calls.expectRefused(push, `{"channel_id":"sora","data":${data}}`, tooLarge);
  }
  const asIs = { ...one, key: "k", value: "1e999" };
  await calls.expectSent(setValue, asIs, JSON.stringify(asIs));
  const text = "metadata: is a text that holds JSON: give the object or list itself";
  await calls.expectRefused(setMetadata, { ...one, metadata: "[1e999]" }, text);
});

test("halves of characters reach Sora as they were written", async () => {
  const data = '{"a":"\\ud83d","\\udc4b":"\\u0000"}';
  await calls.expectSent(push, { channel_id: "sora", data }, `{"channel_id":"sora","data":${data}}`);
  await calls.expectRefused(
    push,
    '{"channel_id":"\\ud83d","data":{}}',
    "channel_id: must not hold half of a surrogate pair",
  );
});

test("very many members or entries are taken, or refused in few words", async () => {
  const many = Array.from({ length: 100_000 }, (_, index) => index);
  const members = JSON.stringify(Object.fromEntries(many.map((index) => [`m${index}`, ""])));
  const data = { channel_id: "sora", data: members };
  await calls.expectSent(push, data, `{"channel_id":"sora","data":${members}}`);

  const rids = { spotlight_focus_rid: "r0", spotlight_unfocus_rid: "r1" };
  const of = (item: object) => many.slice(0, 20_000).map(() => item);
  const item_list = of({ recv_connection_id: "r", send_connection_id: "", ...rids });
  const items = { channel_id: "sora", item_list: JSON.stringify(item_list) };
  const body = { channel_id: "sora", item_list: of({ recv_connection_id: "r", ...rids }) };
  await calls.expectSent(batch, items, JSON.stringify(body));

  for (const [tool, args] of [
    [push, members],
    [push, JSON.parse(members)],
    [batch, { channel_id: "sora", item_list: JSON.stringify(many) }],
  ] as const) {
    const { message } = errorOf(await calls.call(tool, args));
    expect(message.length).toBeLessThan(2000);
    expect(message).toMatch(/unknown arguments\. Nothing was sent\.$|; and 99980 more\. Nothing was sent\.$/);
  }
  expect(calls.sent()).toEqual([]);
});

test("the API key is taken out of what is told of a text", async () => {
  const spelled = [...key].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  for (const name of [key, spelled]) {
    for (const [tool, args] of [
      [push, `{"channel_id":"sora","data":{},"${name}":1}`],
      [batch, { channel_id: "sora", item_list: `[{"${name}":1}]` }],
      [push, { channel_id: "sora", data: `{"${name}":` }],
      [setValue, { ...one, key: "k", value: `{"${name}":1}` }],
      [setMetadata, { ...one, metadata: `["${name}"]` }],
      ["sora_request_rtp_stream", `{"channel_id":"sora","recv_connection_id":"r","rid":"${name}"}`],
      [push, `{"channel_id":"${name}`],
    ] as const) {
      const result = await calls.call(tool, args);
      expect(errorOf(result).code).toBe("invalid_arguments");
      expect(JSON.stringify(result)).not.toMatch(/distinctive|u0064/);
    }
  }
  expect(calls.sent()).toEqual([]);
});
