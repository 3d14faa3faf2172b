import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { describe, expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { type Action, personWho, saysNothing } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";
import {
  asking,
  type Connection,
  channel,
  connectionsOf,
  disconnect,
  disconnectChannel,
  look,
  sentTo,
} from "./asked-channel.ts";

// SORA_CONFIRM=ask: what happens when things change or go wrong while the question stands.

/** The channel while the question stands for the first time, the second time and so on. */
interface Change {
  readonly name: string;
  readonly during: readonly (readonly Connection[])[];
  readonly counts: readonly number[];
  readonly code: "done" | "cancelled";
  readonly sent: readonly string[];
}
const two = connectionsOf("a", "b");
const three = connectionsOf("a", "b", "c");
const four = connectionsOf("a", "b", "c", "d");
const others = [{ connection_id: "C9", client_id: "b", role: "sendrecv" }, ...two.slice(0, 1)];

test.each<Change>([
  { name: "stays", during: [two], counts: [2], code: "done", sent: [look, look, disconnect] },
  {
    name: "shrinks",
    during: [connectionsOf("a")],
    counts: [2],
    code: "done",
    sent: [look, look, disconnect],
  },
  { name: "empties", during: [[]], counts: [2], code: "done", sent: [look, look, disconnect] },
  {
    name: "grows once",
    during: [three, three],
    counts: [2, 3],
    code: "done",
    sent: [look, look, look, disconnect],
  },
  {
    name: "grows and shrinks again",
    during: [three, two],
    counts: [2, 3],
    code: "done",
    sent: [look, look, look, disconnect],
  },
  {
    name: "keeps growing",
    during: [three, four],
    counts: [2, 3],
    code: "cancelled",
    sent: [look, look, look],
  },
  {
    name: "has as many, but others",
    during: [others, others],
    counts: [2, 2],
    code: "done",
    sent: [look, look, look, disconnect],
  },
  {
    name: "has as many, but others each time",
    during: [others, two],
    counts: [2, 2],
    code: "cancelled",
    sent: [look, look, look],
  },
])("while a person thinks the channel $name", async ({ during, counts, code, sent }) => {
  let now: readonly Connection[] = two;
  const upstream = await channel(() => now);
  const person = personWho((_question, count) => {
    now = during[count - 1] ?? now;
    return "accept";
  });
  const session = await asking(upstream, person);
  const result = await session.call(disconnectChannel, { channel_id: "sora" });
  if (code === "done") expect(result.structuredContent).toMatchObject({ status: code, confirmed_by: "user" });
  else expect(errorOf(result)).toMatchObject({ code, message: expect.stringContaining("kept growing") });
  expect(person.questions.map((question) => question.match(/^Connections hit: (\d+)\./m)?.[1])).toEqual(
    counts.map(String),
  );
  expect(sentTo(upstream)).toEqual(sent);
});

test("growth of what the call does not hit asks nobody twice", async () => {
  let now = two;
  const upstream = await channel(() => now);
  const person = personWho(() => {
    now = four;
    return "accept";
  });
  const session = await asking(upstream, person);
  const result = await session.call("sora_disconnect_client", { channel_id: "sora", client_id: "b" });
  expect(result.structuredContent).toMatchObject({ status: "done" });
  expect(person.questions).toHaveLength(1);
});

test.each<[string, Action[], string]>([
  ["declined", ["accept", "decline"], "declined"],
  ["closed", ["accept", "cancel"], "cancelled"],
])("the second question counts: %s", async (_name, answers, code) => {
  let now = two;
  const upstream = await channel(() => now);
  const person = personWho((_question, count) => {
    now = three;
    return answers[count - 1] ?? "accept";
  });
  const session = await asking(upstream, person);
  expect(errorOf(await session.call(disconnectChannel, { channel_id: "sora" })).code).toBe(code);
  expect(person.questions).toHaveLength(2);
  expect(sentTo(upstream)).toEqual([look, look]);
});

test.each([
  { tool: disconnectChannel, args: {} },
  { tool: "sora_delete_signaling_notify_metadata", args: { connection_id: "C0" } },
])(
  "when $tool cannot look up what it would hit, nobody is asked and nothing is sent",
  async ({ tool, args }) => {
    const upstream = await startUpstream(json({ error_type: "ChannelNotFound" }, 400));
    const person = personWho(() => "accept");
    const session = await asking(upstream, person);
    const result = await session.call(tool, { channel_id: "sora", ...args, confirm: true });
    expect(errorOf(result)).toMatchObject({
      code: "sora_error",
      status: 400,
      error_type: "ChannelNotFound",
      message: expect.stringMatching(
        /^It could not be looked up what this would hit\. Nothing was disconnected/,
      ),
    });
    expect(person.questions).toEqual([]);
    expect(upstream.requests).toHaveLength(1);
  },
);

test("when the look-up after the answer fails, nothing is sent", async () => {
  const upstream = await channel(() => two);
  const person = personWho(() => {
    upstream.answer(json({}, 500));
    return "accept";
  });
  const session = await asking(upstream, person);
  expect(errorOf(await session.call(disconnectChannel, { channel_id: "sora" }))).toMatchObject({
    code: "server_error",
    message:
      "It could not be looked up what this would hit. Nothing was disconnected, deleted or changed. The Sora API failed (HTTP 500).",
  });
  expect(sentTo(upstream)).toEqual([look, look]);
});

test("a call that Sora puts off after the look is sent again as it was confirmed, without another one", async () => {
  const path = join(temporaryFolder(), "audit.jsonl");
  const upstream = await startUpstream(({ target }, response) => {
    if (target === look) response.end(JSON.stringify(two));
    else if (sentTo(upstream).filter((sent) => sent === disconnect).length > 1) response.end("{}");
    else response.writeHead(429, { "retry-after": "0" }).end();
  });
  const session = await asking(
    upstream,
    personWho(() => "accept"),
    { SORA_AUDIT_LOG: path },
  );
  const result = await session.call(disconnectChannel, { channel_id: "sora" });
  expect(result.structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
  expect(sentTo(upstream)).toEqual([look, look, disconnect, disconnect]);
  expect(auditLines(path)).toMatchObject([{ outcome: "done", confirmed_by: "user" }]);
});

describe("rows of a list that are not told apart by a connection id", () => {
  const row = (connection_id?: unknown) => ({ connection_id, client_id: "a", role: "sendrecv" });
  test.each<[string, readonly object[], readonly object[], number]>([
    ["the same id twice", [row("C0"), row("C0")], [row("C0"), row("C0")], 1],
    ["the same id twice, then once", [row("C0"), row("C0")], [row("C0")], 1],
    ["the same id once, then twice", [row("C0")], [row("C0"), row("C0")], 2],
    ["without an id", [row(), row(null), row(7)], [row(), row(null), row(7)], 1],
    ["without an id, then one more", [row()], [row(), row()], 2],
    ["without an id, then somebody else", [row()], [{ client_id: "b", role: "sendrecv" }], 2],
    ["without an id, then of another role", [row()], [{ client_id: "a", role: "recvonly" }], 2],
    ["without any id, the role aside", [{ role: "sendonly" }], [{ role: "recvonly" }], 2],
    ["one left, a nameless one came", [row("C0"), row("C1")], [row("C0"), row()], 2],
  ])("%s", async (_name, before, after, asked) => {
    let now = before;
    const upstream = await startUpstream(({ target }, response) =>
      response.end(JSON.stringify(target === look ? now : {})),
    );
    const person = personWho(() => {
      now = after;
      return "accept";
    });
    const session = await asking(upstream, person);
    const result = await session.call(disconnectChannel, { channel_id: "sora" });
    expect(result.structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
    expect(person.questions).toHaveLength(asked);
  });
});

describe("metadata that change while a person thinks", () => {
  const deleteAll = "sora_delete_signaling_notify_metadata";
  const deleteOne = "sora_delete_signaling_notify_metadata_item";
  const get = "Sora_20201124.GetSignalingNotifyMetadata";
  test.each<[string, string, object, unknown, unknown, number]>([
    ["stay", deleteAll, {}, { a: 1 }, { a: 1 }, 1],
    ["lose a key", deleteAll, {}, { a: 1, b: 1 }, { a: 1 }, 1],
    ["get a key", deleteAll, {}, { a: 1 }, { a: 1, b: 2 }, 2],
    ["have as many keys, but others", deleteAll, {}, { a: 1 }, { b: 1 }, 2],
    ["appear", deleteAll, {}, null, { a: 1 }, 2],
    ["become a list", deleteAll, {}, { a: 1 }, ["a"], 2],
    ["become keys that read as the text did", deleteAll, {}, "a", { a: 1 }, 2],
    ["become keys that read as the list did", deleteAll, {}, [1, 2], { "a list of 2": 1 }, 2],
    ["become another text", deleteAll, {}, "a", "b", 2],
    ["become a text of the same figures", deleteAll, {}, 5, "5", 2],
    ["get the key that is named", deleteOne, { key: "b" }, { a: 1 }, { a: 1, b: 2 }, 2],
    ["get another key than the named one", deleteOne, { key: "a" }, { a: 1 }, { a: 1, b: 2 }, 1],
  ])("%s", async (_name, tool, args, before, after, asked) => {
    let now = before;
    const upstream = await channel(() => [], undefined);
    upstream.answer(({ target }, response) => response.end(JSON.stringify(target === get ? now : {})));
    const person = personWho(() => {
      now = after;
      return "accept";
    });
    const session = await asking(upstream, person);
    const result = await session.call(tool, { channel_id: "sora", connection_id: "C0", ...args });
    expect(result.structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
    expect(person.questions).toHaveLength(asked);
  });

  test("and keep getting keys: nothing is deleted", async () => {
    let keys = 1;
    const upstream = await startUpstream((_request, response) =>
      response.end(
        JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, key) => [`k${key}`, 1]))),
      ),
    );
    const person = personWho(() => {
      keys += 1;
      return "accept";
    });
    const session = await asking(upstream, person);
    const result = await session.call(deleteAll, { channel_id: "sora", connection_id: "C0" });
    expect(errorOf(result)).toMatchObject({
      code: "cancelled",
      message: expect.stringContaining("kept growing"),
    });
    expect(sentTo(upstream)).toEqual([get, get, get]);
  });
});

test("a look-up that is no list counts as failed", async () => {
  const upstream = await startUpstream(json({ connections: [] }));
  const person = personWho(() => "accept");
  const session = await asking(upstream, person);
  expect(errorOf(await session.call(disconnectChannel, { channel_id: "sora" })).code).toBe("bad_response");
  expect(person.questions).toEqual([]);
  expect(sentTo(upstream)).toEqual([look]);
});

test("a call that the client cancels while the question stands is not sent", async () => {
  const upstream = await channel(() => two);
  const cancel = new AbortController();
  const person = personWho(() => {
    cancel.abort("changed my mind");
    return saysNothing();
  });
  const session = await asking(upstream, person, { SORA_LOG_LEVEL: "debug" });
  const call = session.client.callTool(
    { name: disconnectChannel, arguments: { channel_id: "sora" } },
    undefined,
    { signal: cancel.signal },
  );
  await expect(call).rejects.toThrow("changed my mind");
  await expect
    .poll(session.stderr, { timeout: 10_000 })
    .toContain("sora_disconnect_channel: cancelled_by_client");
  expect(sentTo(upstream)).toEqual([look]);
});

test.each<[string, (client: Client) => void]>([
  [
    "fails",
    (client) => {
      client.fallbackRequestHandler = () => Promise.reject(new Error("no window to show it in"));
    },
  ],
  ["knows no elicitation after all", () => {}],
  [
    "answers something else",
    (client) => {
      client.fallbackRequestHandler = async () => ({ action: "maybe" });
    },
  ],
  [
    "answers nothing",
    (client) => {
      client.fallbackRequestHandler = async () => ({});
    },
  ],
])("a client that %s when asked: confirmation_unavailable", async (_name, prepare) => {
  const upstream = await channel(() => two);
  const session = await inProcess({
    env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "ask" },
    capabilities: { elicitation: {} },
    prepare,
  });
  const error = errorOf(await session.call(disconnectChannel, { channel_id: "sora", confirm: true }));
  expect(error).toEqual({
    code: "confirmation_unavailable",
    message: "The client gave no usable answer. Nothing was disconnected, deleted or changed.",
    hint: "Leave it at that.",
  });
  expect(sentTo(upstream)).toEqual([look]);
});

test.each([
  { name: "elicitation: {}", elicitation: {}, code: "done", asked: 1 },
  { name: "both modes", elicitation: { form: {}, url: {} }, code: "done", asked: 1 },
  { name: "url only", elicitation: { url: {} }, code: "confirmation_unavailable", asked: 0 },
])("a client that declares $name: $code", async ({ elicitation, code, asked }) => {
  const upstream = await channel(() => two);
  const person = personWho(() => "accept", elicitation);
  const session = await asking(upstream, person);
  const result = await session.call(disconnectChannel, { channel_id: "sora", confirm: true });
  expect(result.isError ? errorOf(result).code : result.structuredContent?.status).toBe(code);
  expect(person.questions).toHaveLength(asked);
  expect(sentTo(upstream)).toEqual(asked ? [look, look, disconnect] : []);
});

test("two questions at once get their own answers", async () => {
  const upstream = await channel(() => two);
  const person = personWho((question) => (question.includes('"keep"') ? "decline" : "accept"));
  const session = await asking(upstream, person);
  const [keep, empty] = await Promise.all(
    ["keep", "empty"].map((channel_id) => session.call(disconnectChannel, { channel_id })),
  );
  expect(keep && errorOf(keep).code).toBe("declined");
  expect(empty?.structuredContent).toMatchObject({ status: "done" });
  const hit = upstream.requests.filter(({ target }) => target === disconnect);
  expect(hit.map(({ text }) => text)).toEqual(['{"channel_id":"empty"}']);
});
