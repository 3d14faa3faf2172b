import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { auditLines, sha256 } from "../support/audit-file.ts";
import { personWho } from "../support/person.ts";
import { errorOf } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json } from "../support/upstream.ts";
import { type Calls, startCalls } from "./calls-of-anything.ts";

// Arguments that are not written as they are meant: what the limits check, a person or a ticket confirms, the answers of
// later calls tell and Sora gets is what is meant; what the audit trail seals is what was written. How each kind of
// argument is understood is in test/tools/lenient.test.ts, and for every tool in test/e2e/lenient-arguments.test.ts.

const push = "sora_push_channel";
const setMetadata = "sora_put_signaling_notify_metadata";
const disconnect = "sora_disconnect_connection";
const one = { channel_id: "sora", connection_id: "c" };
const reason = { why: "x", n: ["1", null] };
const reasonText = '{"why":"x", "n":["1",null]}';
const key = "distinctive-key-0123456789";

describe("SORA_CHANNELS", () => {
  let calls: Calls;
  beforeEach(async () => {
    calls = await startCalls({ SORA_CHANNELS: "team-*", SORA_RELEASE: "2025.2" });
  });

  const notAllowed = { code: "channel_not_allowed" };

  test("a channel that is left out is not one that is not allowed", async () => {
    const there = ["team-a", "other"].map((channel_id) => ({
      channel_id,
      client_id: "a",
      connection_id: "c",
    }));
    calls.upstream.answer(json(there));
    for (const args of [
      { client_id: "a" },
      { client_id: "a", channel_id: "" },
      { client_id: "a", channel_id: null },
      '{"client_id":"a","channel_id":""}',
    ]) {
      const { isError, structuredContent } = await calls.call("sora_overview", args);
      expect(isError).toBeUndefined();
      expect(JSON.stringify(structuredContent)).toContain("team-a");
      expect(JSON.stringify(structuredContent)).not.toContain("other");
      calls.upstream.requests.splice(0);
    }
    const left = await calls.call("sora_overview", { channel_id: "team-a", client_id: "" });
    expect(left.structuredContent).toEqual(
      (await calls.call("sora_overview", { channel_id: "team-a" })).structuredContent,
    );
    calls.upstream.requests.splice(0);
    await calls.expectRefused(
      push,
      { channel_id: "", data: {} },
      "channel_id: must be 1 to 255 bytes of UTF-8, is 0",
    );
    await calls.expectRefused(
      push,
      { channel_id: null, data: {} },
      "channel_id: Expected string, received null",
    );
  });

  test("it is looked for within a text too, and the last of two counts there as for Sora", async () => {
    await calls.expectSent(push, '{"channel_id":"team-a","data":{}}', '{"channel_id":"team-a","data":{}}');
    const twice = '{"channel_id":"other","data":{},"channel_id":"team-a"}';
    await calls.expectSent(push, twice, '{"channel_id":"team-a","data":{}}');
    for (const args of [
      '{"channel_id":"other","data":{}}',
      '{"channel_id":"team-a","data":{},"channel_id":"other"}',
      { channel_id: "other", data: '{"channel_id":"team-a"}', sessionId: "team-a" },
    ]) {
      expect(errorOf(await calls.call(push, args))).toMatchObject(notAllowed);
      expect(errorOf(await calls.call("sora_overview", args))).toMatchObject({
        code: "invalid_arguments",
      });
    }
    expect(errorOf(await calls.call("sora_overview", '{"channel_id":"other"}'))).toMatchObject(notAllowed);
    expect(calls.sent()).toEqual([]);
  });
});

describe("a ticket", () => {
  let calls: Calls;
  beforeEach(async () => {
    calls = await startCalls({ SORA_CONFIRM: "preview" });
    calls.upstream.answer(json([{ ...one, client_id: "a", role: "sendrecv" }]));
  });

  async function ticketFor(args: object): Promise<unknown> {
    const { structuredContent } = await calls.call(disconnect, args);
    expect(structuredContent?.status).toBe("confirmation_required");
    calls.upstream.requests.splice(0);
    return structuredContent?.ticket;
  }

  const meant = { ...one, reason };
  const ways: [string, object][] = [
    ["an object", meant],
    ["a text", { ...one, reason: reasonText }],
    ["a text of members in another order", { ...one, reason: '{"n":["1",null],"why":"x"}' }],
    ["a client's own beside it", { sessionId: 1, task_progress: "", ...meant, chatInput: "go" }],
    ["nothing for the ticket", { ...meant, ticket: "" }],
    ["null for the ticket", { ...meant, ticket: null }],
  ];

  test.each(ways)("for %s is for the same call, however that is written", async (_what, preview) => {
    for (const [, again] of ways) {
      const ticket = await ticketFor(preview);
      const done = await calls.call(disconnect, { ...again, ticket });
      expect(done.structuredContent, JSON.stringify(again)).toMatchObject({ confirmed_by: "ticket" });
      expect(JSON.parse(calls.sent().at(-1) ?? "")).toEqual(meant);
    }
  });

  test("and for one without a reason, whether that is left out or empty; and for no other", async () => {
    for (const none of [{}, { reason: "" }, { reason: null }]) {
      const ticket = await ticketFor({ ...one, ...none });
      for (const other of ["{}", {}, reasonText, '{"why":"y"}']) {
        const error = errorOf(await calls.call(disconnect, { ...one, reason: other, ticket }));
        expect(error.code).toBe("ticket_invalid");
      }
      calls.upstream.requests.splice(0);
      await calls.call(disconnect, { ...one, reason: "", ticket });
      expect(calls.sent().at(-1)).toBe(JSON.stringify(one));
    }
  });

  test("is no confirm, in whatever form", async () => {
    for (const confirm of [true, "true", null, ""])
      await calls.expectRefused(disconnect, { ...one, confirm }, "confirm: unknown argument");
  });
});

test("SORA_CONFIRM=flag: an empty or null confirm is a preview, a text is none and no confirmation", async () => {
  const calls = await startCalls();
  for (const args of [
    { ...one, confirm: "" },
    { ...one, confirm: null },
    JSON.stringify({ ...one, confirm: "" }),
    { ...one, confirm: false },
  ]) {
    const { structuredContent } = await calls.call(disconnect, args);
    expect(structuredContent?.status).toBe("confirmation_required");
    expect(calls.upstream.requests.splice(0).map(({ target }) => target)).toEqual([
      "Sora_20201013.ListChannelConnections",
    ]);
  }
  for (const confirm of ["true", "false", " true", '{"confirm":true}']) {
    const message = "confirm: Expected boolean, received string";
    await calls.expectRefused(disconnect, { ...one, confirm }, message);
    await calls.expectRefused(disconnect, JSON.stringify({ ...one, confirm }), message);
  }
  const text = JSON.stringify({ ...one, reason: reasonText, confirm: true });
  await calls.expectSent(disconnect, text, JSON.stringify({ ...one, reason }));
  await calls.expectRefused(disconnect, { ...one, ticket: "" }, "ticket: unknown argument");
});

test("SORA_CONFIRM=ask: the person says yes to what is meant, and no confirm means anything", async () => {
  for (const confirm of ["true", "", null, false, undefined]) {
    const person = personWho(() => "accept");
    const calls = await startCalls({ SORA_CONFIRM: "ask" }, person);
    const args = { ...one, reason: reasonText, confirm, sessionId: "s" };
    const { structuredContent } = await calls.call(disconnect, JSON.stringify(args));
    expect(structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
    expect(person.questions).toHaveLength(1);
    expect(person.questions[0]).toContain("sora");
    expect(calls.sent().at(-1)).toBe(JSON.stringify({ ...one, reason }));
  }
});

test("sora_list_actions tells what was meant", async () => {
  const calls = await startCalls();
  const written = { ...one, reason: reasonText, confirm: true, action: "sendMessage", chatInput: "out" };
  for (const args of [written, JSON.stringify(written)]) await calls.call(disconnect, args);
  await calls.call(setMetadata, { ...one, metadata: '{"a":1}', push: "true", toolCallId: "t" });
  const { structuredContent } = await calls.call("sora_list_actions", { channel_id: "", limit: "3" });
  const target = { connection_id: "c" };
  expect(structuredContent?.actions).toMatchObject([
    { tool: setMetadata, channel_id: "sora", target },
    { tool: disconnect, channel_id: "sora", target, reason },
    { tool: disconnect, channel_id: "sora", target, reason },
  ]);
  expect(JSON.stringify(structuredContent)).not.toMatch(/sendMessage|out"|toolCallId/);
});

test("a cursor that is empty is none: the wait begins anew", async () => {
  const calls = await startCalls();
  const wait = async (args: object) => {
    const { structuredContent } = await calls.call("sora_wait", { channel_id: "sora", ...args });
    return structuredContent?.reason;
  };
  expect(await wait({ cursor: "of another server" })).toBe("reset");
  for (const cursor of ["", null])
    expect(await wait({ cursor, until: cursor, client_id: cursor, timeout_s: "1" })).toBe("timeout");
});

test("the audit trail seals what was written, and says of which channel it was", async () => {
  const file = join(temporaryFolder(), "audit.jsonl");
  const calls = await startCalls({ SORA_AUDIT_LOG: file });
  const written: unknown[] = [
    { channel_id: "sora", data: '{"a":1}' },
    { channel_id: "sora", data: { a: 1 } },
    { channel_id: "sora", data: { a: 1 }, sessionId: "s", task_progress: null },
    '{"channel_id":"sora","data":{"a":1}}',
    { channel_id: "sora", data: "[]" },
    '{"channel_id":"sora","data":"[]"}',
  ];
  for (const args of written) await calls.call(push, args);
  const lines = auditLines(file);
  expect(lines.map(({ args_sha256 }) => args_sha256)).toEqual(
    written.map((args) => sha256(JSON.stringify(args))),
  );
  expect(lines.map(({ channel_id }) => channel_id)).toEqual(written.map(() => "sora"));
  expect(lines.map(({ outcome }) => outcome)).toEqual([
    ...["done", "done", "done", "done"],
    ...["invalid_arguments", "invalid_arguments"],
  ]);
});

test("what a client has added is told in the log by name, to whom wants to know", async () => {
  const args = { channel_id: "sora", data: {}, toolCallId: key, sessionId: "hidden" };
  for (const [level, lines] of [
    ["debug", [expect.stringContaining(`${push}: left out what the client added: toolCallId, sessionId`)]],
    ["info", []],
  ] as const) {
    const calls = await startCalls({ SORA_LOG_LEVEL: level });
    await calls.expectSent(push, args, '{"channel_id":"sora","data":{}}');
    await calls.call(push, { channel_id: "sora", data: {} });
    calls.upstream.requests.splice(0);
    const told = calls.session.stderr().split("\n");
    expect(told.filter((line) => line.includes("left out"))).toEqual(lines);
    expect(calls.session.stderr()).not.toMatch(/hidden|distinctive/);
  }
});
