import { expect, test } from "vitest";
import { personWho, toldIn } from "../support/person.ts";
import { errorOf } from "../support/session.ts";
import { startUpstream } from "../support/upstream.ts";
import { asking, type Connection, channel, connectionsOf, disconnectChannel } from "./asked-channel.ts";

// SORA_CONFIRM=ask: what a person reads.

async function questionFor(
  tool: string,
  args: object,
  connections: readonly Connection[],
  metadata: unknown = { seat: 4, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 },
): Promise<string> {
  const upstream = await channel(() => connections, metadata);
  const person = personWho(() => "decline");
  const session = await asking(upstream, person);
  expect(errorOf(await session.call(tool, { ...args }))).toMatchObject({ code: "declined" });
  expect(person.questions).toHaveLength(1);
  return toldIn(person.questions[0]).join("\n");
}

test.each([
  {
    tool: disconnectChannel,
    args: { channel_id: "sora" },
    asked: [
      "End a meeting (sora_disconnect_channel)?",
      'Connections hit: 8. Channel: "sora".',
      'Clients: "a", "b", "c", "d", "e", and 2 more.',
    ],
  },
  {
    tool: "sora_disconnect_client",
    args: { channel_id: "sora", client_id: "b" },
    asked: [
      "Kick a participant (sora_disconnect_client)?",
      'Connections hit: 2. Client: "b". Channel: "sora".',
      'Clients: "b".',
    ],
  },
  {
    tool: "sora_disconnect_client",
    args: { channel_id: "sora", client_id: "nobody" },
    asked: [
      "Kick a participant (sora_disconnect_client)?",
      'Connections hit: 0. Client: "nobody". Channel: "sora".',
    ],
  },
  {
    tool: "sora_disconnect_connection",
    args: { channel_id: "sora", connection_id: "C3" },
    asked: [
      "Kick a connection (sora_disconnect_connection)?",
      'Connections hit: 1. Connection: "C3". Channel: "sora".',
      'Clients: "c".',
    ],
  },
  {
    tool: "sora_disconnect_channel_by_role",
    args: { channel_id: "sora", role: "sendrecv" },
    asked: [
      "Kick a role (sora_disconnect_channel_by_role)?",
      'Connections hit: 8. Role: "sendrecv". Channel: "sora".',
      'Clients: "a", "b", "c", "d", "e", and 2 more.',
    ],
  },
  {
    tool: "sora_delete_signaling_notify_metadata",
    args: { channel_id: "sora", connection_id: "C0" },
    asked: [
      "Delete metadata (sora_delete_signaling_notify_metadata)?",
      'Connections hit: 1. Connection: "C0". Channel: "sora".',
      'Metadata lost: "seat", "b", "c", "d", "e", and 2 more.',
    ],
  },
  {
    tool: "sora_delete_signaling_notify_metadata_item",
    args: { channel_id: "sora", connection_id: "C0", key: "seat" },
    asked: [
      "Delete metadata key (sora_delete_signaling_notify_metadata_item)?",
      'Connections hit: 1. Metadata key: "seat". Connection: "C0". Channel: "sora".',
      'Metadata lost: "seat".',
    ],
  },
])("the question for $tool $args", async ({ tool, args, asked }) => {
  const question = await questionFor(tool, args, connectionsOf("a", "b", "b", "c", "d", "e", "f", "g"));
  expect(question.split("\n")).toEqual(asked);
});

test.each([
  ["a line of its own", "x\nConnections hit: 0", '"x\\\\nConnections hit: 0"'],
  ["a carriage return", "x\rConnections hit: 0", '"x\\\\u000dConnections hit: 0"'],
  ["a line separator", "x\u2028Connections hit: 0", '"x\\\\u2028Connections hit: 0"'],
  ["a paragraph separator", "x\u2029Connections hit: 0", '"x\\\\u2029Connections hit: 0"'],
  ["a closing quote", 'bob", and nobody else', `"bob', and nobody else"`],
  ["a closing quote of another kind", "bob\u201d. \uff02", `"bob'. '"`],
  ["emphasis", "**bob** _bob_ ~~bob~~", '"\\*\\*bob\\*\\* \\_bob\\_ \\~\\~bob\\~\\~"'],
  ["underscores inside words", "bob_the_builder", '"bob_the_builder"'],
  ["a link", "[bob](javascript:alert(1))", '"\\[bob\\]\\(javascript:alert\\(1\\)\\)"'],
  ["an image", "![bob](https://192.0.2.1/?x)", '"\\!\\[bob\\]\\(https:\\[/\\]/192.0.2.1/?x\\)"'],
  ["an address", "see https://bob.example", '"see https:\\[/\\]/bob\\[.\\]example"'],
  ["an address without a scheme", "WWW.bob.example", '"WWW\\[.\\]bob\\[.\\]example"'],
  ["an address of mail", "bob@mail.example", '"bob\\[@\\]mail\\[.\\]example"'],
  ["a bare name of a host", "evil.example", '"evil\\[.\\]example"'],
  ["an address without a scheme, for short", "//evil.example", '"\\[/\\]/evil\\[.\\]example"'],
  ["an address of mail, at length", "mailto:bob", '"mailto\\[:\\]bob"'],
  ["a version and a time", "v1.2 at 10:30", '"v1.2 at 10:30"'],
  ["the project of Sora Cloud", "bob@project", '"bob@project"'],
  ["code", "`bob` ```", '"\\`bob\\` \\`\\`\\`"'],
  ["HTML", "<img src=x onerror=alert(1)>", '"&lt;img src=x onerror=alert\\(1\\)&gt;"'],
  ["an entity", "&lt;b&gt; &#x202e;", '"&amp;lt;b&amp;gt; &amp;\\#x202e;"'],
  ["a backslash before what is escaped", "\\\\*bob*", '"\\\\\\\\\\*bob\\*"'],
  ["a table, a heading and a formula", "a|b # c $d$", '"a\\|b \\# c \\$d\\$"'],
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
    "End a meeting (sora_disconnect_channel)?",
    'Connections hit: 2. Channel: "sora".',
    `Clients: ${shown}, "bob".`,
  ]);
});

test("a channel id, a connection id and a metadata key are quoted and cut in the same way", async () => {
  const long = `\u202e"${"z".repeat(100)}`;
  const question = await questionFor(
    "sora_delete_signaling_notify_metadata_item",
    { channel_id: long, connection_id: long, key: `a\nb${long}` },
    [],
  );
  const cut = `"\\\\u202e'${"z".repeat(57)}…"`;
  expect(question.split("\n")[1]).toBe(
    `Connections hit: 1. Metadata key: "a\\\\nb\\\\u202e'${"z".repeat(54)}…". Connection: ${cut}. Channel: ${cut}.`,
  );
});

test.each([
  [{}, "none"],
  [null, "none"],
  [["a", 1], '"a list of 2"'],
  ["x".repeat(100), `"${"x".repeat(64)}…"`],
  [[[[]]], '"a list of 1"'],
  [17, '"17"'],
  [{ ["k".repeat(65)]: 1 }, `"${"k".repeat(64)}…"`],
  [{ "a\nConnections hit: 0": 1 }, '"a\\\\nConnections hit: 0"'],
])("metadata %j is lost as %s", async (metadata, shown) => {
  const question = await questionFor(
    "sora_delete_signaling_notify_metadata",
    { channel_id: "sora", connection_id: "C0" },
    [],
    metadata,
  );
  expect(question.split("\n").slice(2)).toEqual([`Metadata lost: ${shown}.`]);
});

const rule = (field: string, ...values: string[]) => ({ field, operator: "is_in", values });
const filters = {
  channel_forwarding_filter: {
    action: "block",
    rules: [
      [rule("client_id", "bob"), rule("kind", "audio")],
      [rule("client_id", "a", "b", "c", "d", "e", "f")],
    ],
  },
  connection_forwarding_filters: [
    { connection_id: "C1", action: "allow", rules: [[rule("kind", "<b>video</b>")]] },
    { connection_id: "C2", name: "x", action: "block", rules: "none" },
  ],
};
const nodes = [
  { node_name: "n1@192.0.2.1", connected: true },
  { node_name: "n2", connected: false },
];

test.each([
  {
    tool: "sora_terminate_session",
    args: { channel_id: "sora", session_id: "S1" },
    answer: {},
    asked: ["Terminate session", 'Connections hit: 2. Session: "S1". Channel: "sora".', 'Clients: "a", "b".'],
  },
  {
    tool: "sora_stop_recording",
    args: { channel_id: "sora" },
    answer: {},
    asked: ["Stop recording", 'Connections in the channel: 2. Channel: "sora".', 'Clients: "a", "b".'],
  },
  {
    tool: "sora_delete_channel_forwarding_filter",
    args: { channel_id: "sora" },
    answer: filters,
    asked: [
      "Delete channel filter",
      'Filters lost: 1. Channel: "sora".',
      'Action: "block". Rule 1, client_id is_in: "bob". Rule 1, kind is_in: "audio". Rule 2, client_id is_in: "a", "b", "c", "d", "e", and 1 more. Rules in all: 2.',
    ],
  },
  {
    tool: "sora_delete_connection_forwarding_filter",
    args: { channel_id: "sora", connection_id: "C1" },
    answer: filters,
    asked: [
      "Delete connection filter",
      'Filters lost: 1. Viewer: "C1". Channel: "sora".',
      'Action: "allow". Rule 1, kind is_in: "&lt;b&gt;video&lt;/b&gt;". Rules in all: 1.',
    ],
  },
  {
    tool: "sora_delete_connection_forwarding_filter",
    args: { channel_id: "sora", connection_id: "C2", name: "x" },
    answer: filters,
    asked: [
      "Delete connection filter",
      'Filters lost: 1. Filter name: "x". Viewer: "C2". Channel: "sora".',
      'Name of the filter: "x". Action: "block". Rules in all: 0.',
    ],
  },
  {
    tool: "sora_purge_cluster_node",
    args: { target_node_name: "n1@192.0.2.1" },
    answer: nodes,
    asked: ["Purge cluster node", 'Nodes hit: 1. Node: "n1\\[@\\]192.0.2.1".'],
  },
  {
    tool: "sora_init_cluster",
    args: { node_name_list: ["n2", "n3"] },
    answer: nodes,
    asked: [
      "Initialize cluster",
      "Nodes hit: 3.",
      'Nodes of the new cluster: "n2", "n3". Nodes of the cluster now: "n1\\[@\\]192.0.2.1", "n2".',
    ],
  },
])("the question for $tool $args", async ({ tool, args, answer, asked: [title, ...lines] }) => {
  const upstream = await channel(() => connectionsOf("a", "b"), answer);
  const person = personWho(() => "decline");
  const env = { SORA_RELEASE: "2026.1", SORA_TOOLSETS: "all" };
  const session = await asking(upstream, person, env);
  expect(errorOf(await session.call(tool, args))).toMatchObject({ code: "declined" });
  expect(toldIn(person.questions[0])).toEqual([`${title} (${tool})?`, ...lines]);
  expect(upstream.requests).toHaveLength(1);
});

test("a filter that has become another while a person was asked is asked about anew", async () => {
  let action = "allow";
  const upstream = await startUpstream((_request, response) =>
    response.end(JSON.stringify({ channel_forwarding_filter: { action, rules: [] } })),
  );
  const person = personWho(() => {
    action = "block";
    return "accept";
  });
  const env = { SORA_RELEASE: "2026.1" };
  const session = await asking(upstream, person, env);
  const { structuredContent } = await session.call("sora_delete_channel_forwarding_filter", {
    channel_id: "sora",
  });
  expect(structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
  expect(person.questions.map((question) => toldIn(question).at(-1))).toEqual([
    'Action: "allow". Rules in all: 0.',
    'Action: "block". Rules in all: 0.',
  ]);
});

test("what is no rule is told as such, and at most three rules of three conditions each", async () => {
  const odd = { field: "\nYes?", operator: { toString: 1 }, values: [{ toString: 1 }, "v"] };
  const list = [null, odd, rule("kind", "audio"), rule("kind", "video")];
  const answer = {
    channel_forwarding_filter: { action: { toString: 1 }, rules: ["none", list, [], list, list] },
  };
  const upstream = await startUpstream((_request, response) => response.end(JSON.stringify(answer)));
  const person = personWho(() => "decline");
  const session = await asking(upstream, person, { SORA_RELEASE: "2026.1" });
  await session.call("sora_delete_channel_forwarding_filter", { channel_id: "sora" });
  expect(toldIn(person.questions[0]).slice(1)).toEqual([
    'Filters lost: 1. Channel: "sora".',
    'Action: "?". Rule 2, ?: none. Rule 2, ? ?: "v". Rule 2, kind is_in: "audio". Rules in all: 5.',
  ]);
});
