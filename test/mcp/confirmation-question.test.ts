import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { expect, test } from "vitest";
import { type Action, personWho, saysNothing } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// SORA_CONFIRM=ask: what a person reads, and what happens when things change while the question stands.

const look = "Sora_20201013.ListChannelConnections";
const disconnect = "Sora_20151104.DisconnectChannel";
const disconnectChannel = "sora_disconnect_channel";

interface Connection {
  readonly connection_id: string;
  readonly client_id: string;
  readonly role: string;
}

function connectionsOf(...clients: string[]): Connection[] {
  return clients.map((client_id, index) => ({ connection_id: `C${index}`, client_id, role: "sendrecv" }));
}

/** A Sora whose channel has the connections that `current` gives at that moment. */
function channel(current: () => readonly Connection[]): Promise<Upstream> {
  return startUpstream(({ target }, response) =>
    response.end(JSON.stringify(target === look ? current() : {})),
  );
}

async function asking(upstream: Upstream, person: ReturnType<typeof personWho>, env = {}) {
  return inProcess({ env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "ask", ...env }, ...person });
}

function sentTo(upstream: Upstream): string[] {
  return upstream.requests.map(({ target }) => target);
}

async function questionFor(tool: string, args: object, connections: readonly Connection[]): Promise<string> {
  const upstream = await channel(() => connections);
  const person = personWho(() => "decline");
  const session = await asking(upstream, person);
  expect(errorOf(await session.call(tool, { ...args }))).toMatchObject({ code: "declined" });
  expect(person.questions).toHaveLength(1);
  return person.questions[0] ?? "";
}

test.each([
  {
    tool: disconnectChannel,
    args: { channel_id: "sora" },
    asked: [
      "Disconnect a whole channel (sora_disconnect_channel)?",
      'Channel: "sora"',
      "Connections hit: 8",
      'Clients: "a", "b", "c", "d", "e", and 2 more',
    ],
  },
  {
    tool: "sora_disconnect_client",
    args: { channel_id: "sora", client_id: "b" },
    asked: [
      "Disconnect a client (sora_disconnect_client)?",
      'Channel: "sora"',
      'Client: "b"',
      "Connections hit: 2",
      'Clients: "b"',
    ],
  },
  {
    tool: "sora_disconnect_client",
    args: { channel_id: "sora", client_id: "nobody" },
    asked: [
      "Disconnect a client (sora_disconnect_client)?",
      'Channel: "sora"',
      'Client: "nobody"',
      "Connections hit: 0",
    ],
  },
  {
    tool: "sora_disconnect_connection",
    args: { channel_id: "sora", connection_id: "C3" },
    asked: [
      "Disconnect one connection (sora_disconnect_connection)?",
      'Channel: "sora"',
      'Connection: "C3"',
      "Connections hit: 1",
      'Clients: "c"',
    ],
  },
  {
    tool: "sora_disconnect_channel_by_role",
    args: { channel_id: "sora", role: "sendrecv" },
    asked: [
      "Disconnect a role (sora_disconnect_channel_by_role)?",
      'Channel: "sora"',
      'Role: "sendrecv"',
      "Connections hit: 8",
      'Clients: "a", "b", "c", "d", "e", and 2 more',
    ],
  },
  {
    tool: "sora_delete_signaling_notify_metadata",
    args: { channel_id: "sora", connection_id: "C0" },
    asked: [
      "Delete metadata of a connection (sora_delete_signaling_notify_metadata)?",
      'Channel: "sora"',
      'Connection: "C0"',
      "Connections hit: 1",
    ],
  },
  {
    tool: "sora_delete_signaling_notify_metadata_item",
    args: { channel_id: "sora", connection_id: "C0", key: "seat" },
    asked: [
      "Delete one metadata key (sora_delete_signaling_notify_metadata_item)?",
      'Channel: "sora"',
      'Connection: "C0"',
      'Metadata key: "seat"',
      "Connections hit: 1",
    ],
  },
])("the question for $tool $args", async ({ tool, args, asked }) => {
  const question = await questionFor(tool, args, connectionsOf("a", "b", "b", "c", "d", "e", "f", "g"));
  expect(question.split("\n")).toEqual(asked);
});

test.each([
  ["a line of its own", "x\nConnections hit: 0", '"x\\nConnections hit: 0"'],
  ["a carriage return", "x\rConnections hit: 0", '"x\\\\u000dConnections hit: 0"'],
  ["a line separator", "x\u2028Connections hit: 0", '"x\\u2028Connections hit: 0"'],
  ["a paragraph separator", "x\u2029Connections hit: 0", '"x\\u2029Connections hit: 0"'],
  ["a closing quote", 'bob", and nobody else', '"bob\\", and nobody else"'],
  ["bidi controls", "\u202eecila\u202c", '"\\\\u202eecila\\\\u202c"'],
  ["tag characters", "bob\u{e0041}", '"bob\\\\u{e0041}"'],
  ["65 characters", "w".repeat(65), `"${"w".repeat(64)}…"`],
  ["64 characters, left whole", "w".repeat(64), `"${"w".repeat(64)}"`],
  ["64 characters outside the BMP, left whole", "😀".repeat(64), `"${"😀".repeat(64)}"`],
  ["65 characters outside the BMP", "😀".repeat(65), `"${"😀".repeat(64)}…"`],
  ["a megabyte", "a".repeat(1_000_000), `"${"a".repeat(64)}…"`],
])("a client id with %s stays inside its quotes", async (_name, clientId, shown) => {
  const question = await questionFor(
    disconnectChannel,
    { channel_id: "sora" },
    connectionsOf(clientId, "bob"),
  );
  expect(question.split(/[\n\r\u2028\u2029]/)).toEqual([
    "Disconnect a whole channel (sora_disconnect_channel)?",
    'Channel: "sora"',
    "Connections hit: 2",
    `Clients: ${shown}, "bob"`,
  ]);
});

test("a channel id, a connection id and a metadata key are quoted and cut in the same way", async () => {
  const long = `\u202e"${"z".repeat(100)}`;
  const question = await questionFor(
    "sora_delete_signaling_notify_metadata_item",
    { channel_id: long, connection_id: long, key: `a\nb${long}` },
    [],
  );
  const cut = `"\\\\u202e\\"${"z".repeat(57)}…"`;
  expect(question.split("\n").slice(1, 4)).toEqual([
    `Channel: ${cut}`,
    `Connection: ${cut}`,
    `Metadata key: "a\\nb\\\\u202e\\"${"z".repeat(54)}…"`,
  ]);
});

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
  expect(person.questions.map((question) => question.match(/^Connections hit: (\d+)$/m)?.[1])).toEqual(
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
  expect(errorOf(await session.call(disconnectChannel, { channel_id: "sora" })).code).toBe("server_error");
  expect(sentTo(upstream)).toEqual([look, look]);
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
  expect(error.code).toBe("confirmation_unavailable");
  expect(JSON.stringify(error)).not.toContain("window");
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
