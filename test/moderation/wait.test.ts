import { getEncoding } from "js-tiktoken";
import { describe, expect, test } from "vitest";
import { toJsonSchema } from "../../src/mcp/json-schema.ts";
import { wait } from "../../src/moderation/wait.ts";
import { annotationsOf } from "../../src/tools/annotations.ts";
import {
  cursorOf,
  here,
  MadeUpSora,
  row,
  short,
  type WaitArguments,
  waitFor,
  withMadeUpTime,
} from "./made-up-sora.ts";

// What a wait tells, and why it ends.

withMadeUpTime();

const words = (text: string) => text.split(" ").filter((word) => word !== "");

interface Case {
  /** Who is here in each poll, by the ids of connections. */
  readonly polls: readonly string[];
  /** Who was here when the cursor was given. Without it there is no cursor. */
  readonly before?: string;
  readonly until?: WaitArguments["until"];
  readonly client_id?: string;
  readonly ends: string;
}

const a = "alice-1";
const a2 = "alice-2";
const b = "bob-1";

const withoutCursor: readonly Case[] = [
  { polls: [a, `${a} ${b}`], ends: "changed | 2 | 2 | + bob-1 | - | more 0" },
  { polls: [a, a, ""], ends: "changed | 4 | 0 | + | - alice-1 | more 0" },
  { polls: [a, b], ends: "changed | 2 | 1 | + bob-1 | - alice-1 | more 0" },
  { polls: [a], ends: "timeout | 25 | 1 | + | - | more 0" },
  { polls: [""], ends: "timeout | 25 | 0 | + | - | more 0" },
  { until: "join", polls: [a, "", a2], ends: "changed | 4 | 1 | + alice-2 | - alice-1 | more 0" },
  { until: "join", polls: [a, ""], ends: "timeout | 25 | 0 | + | - alice-1 | more 0" },
  { until: "leave", polls: [a, `${a} ${b}`, b], ends: "changed | 4 | 1 | + bob-1 | - alice-1 | more 0" },
  { until: "leave", polls: ["", b], ends: "timeout | 25 | 1 | + bob-1 | - | more 0" },
  // Came in one poll, went in the next.
  { until: "leave", polls: ["", a, ""], ends: "changed | 4 | 0 | + alice-1 | - alice-1 | more 0" },
];

const withClient: readonly Case[] = [
  { client_id: "alice", polls: [b, "", a], ends: "changed | 4 | 1 | + alice-1 | - | more 1" },
  { client_id: "alice", polls: [a, `${a} ${b}`, b], ends: "changed | 4 | 1 | + | - alice-1 | more 1" },
  { client_id: "alice", polls: [`${a} ${a2}`, a], ends: "changed | 2 | 1 | + | - alice-2 | more 0" },
  { client_id: "alice", polls: [a, `${a} ${b}`], ends: "timeout | 25 | 2 | + | - | more 1" },
  // Present or not: nobody waits for a change that has held already.
  { client_id: "alice", polls: [a], ends: "timeout | 25 | 1 | + | - | more 0" },
  { client_id: "alice", polls: [b], ends: "timeout | 25 | 1 | + | - | more 0" },
  { client_id: "alice", until: "join", polls: [a], ends: "already | 0 | 1 | + | - | more 0" },
  {
    client_id: "alice",
    until: "join",
    polls: [b, b, `${b} ${a}`],
    ends: "changed | 4 | 2 | + alice-1 | - | more 0",
  },
  { client_id: "alice", until: "join", polls: [b, ""], ends: "timeout | 25 | 0 | + | - | more 1" },
  { client_id: "alice", until: "leave", polls: [b], ends: "already | 0 | 1 | + | - | more 0" },
  { client_id: "alice", until: "leave", polls: [`${a} ${b}`, a], ends: "timeout | 25 | 1 | + | - | more 1" },
  {
    // The first connection went, the last one later.
    client_id: "alice",
    until: "leave",
    polls: [`${a} ${a2}`, a2, a2, ""],
    ends: "changed | 6 | 0 | + | - alice-1 alice-2 | more 0",
  },
  {
    // Gone and back between two polls.
    client_id: "alice",
    until: "leave",
    polls: [a, a2],
    ends: "timeout | 25 | 1 | + alice-2 | - alice-1 | more 0",
  },
  { client_id: "ALICE", until: "join", polls: [a], ends: "timeout | 25 | 1 | + | - | more 0" },
  { client_id: "alice", until: "leave", polls: ["alice2-1"], ends: "already | 0 | 1 | + | - | more 0" },
];

const withCursor: readonly Case[] = [
  { before: a, polls: [`${a} ${b}`], ends: "changed | 0 | 2 | + bob-1 | - | more 0" },
  { before: a, polls: [b], ends: "changed | 0 | 1 | + bob-1 | - alice-1 | more 0" },
  { before: a, polls: [a, ""], ends: "changed | 2 | 0 | + | - alice-1 | more 0" },
  { before: a, polls: [a], ends: "timeout | 25 | 1 | + | - | more 0" },
  // What came with the first poll and is not waited for is told at the end.
  { before: a, until: "join", polls: ["", b], ends: "changed | 2 | 1 | + bob-1 | - alice-1 | more 0" },
  {
    before: a,
    until: "leave",
    polls: [`${a} ${b}`, b],
    ends: "changed | 2 | 1 | + bob-1 | - alice-1 | more 0",
  },
  {
    before: b,
    client_id: "alice",
    until: "join",
    polls: [a],
    ends: "changed | 0 | 1 | + alice-1 | - | more 1",
  },
  {
    before: a,
    client_id: "alice",
    until: "join",
    polls: [`${a} ${b}`],
    ends: "already | 0 | 2 | + | - | more 1",
  },
  {
    before: a,
    client_id: "alice",
    until: "join",
    polls: [a2],
    ends: "changed | 0 | 1 | + alice-2 | - alice-1 | more 0",
  },
  {
    before: a,
    client_id: "alice",
    until: "join",
    polls: [b, `${b} ${a2}`],
    ends: "changed | 2 | 2 | + alice-2 | - alice-1 | more 1",
  },
  {
    before: a,
    client_id: "alice",
    until: "leave",
    polls: [b],
    ends: "changed | 0 | 1 | + | - alice-1 | more 1",
  },
  { before: b, client_id: "alice", until: "leave", polls: [""], ends: "already | 0 | 0 | + | - | more 1" },
  {
    before: b,
    client_id: "alice",
    until: "leave",
    polls: [a, ""],
    ends: "changed | 2 | 0 | + alice-1 | - alice-1 | more 1",
  },
  {
    before: `${a} ${a2}`,
    client_id: "alice",
    until: "leave",
    polls: [a2, ""],
    ends: "changed | 2 | 0 | + | - alice-1 alice-2 | more 0",
  },
  { before: a, client_id: "bob", polls: ["", b], ends: "changed | 2 | 1 | + bob-1 | - | more 1" },
];

describe.each([
  { about: "without a cursor", cases: withoutCursor },
  { about: "with a client", cases: withClient },
  { about: "with a cursor", cases: withCursor },
])("$about", ({ cases }) => {
  test.each(cases)("until $until $client_id, $before then $polls: $ends", async (given) => {
    const { polls, before, until, client_id, ends } = given;
    const sora = new MadeUpSora(polls.map((ids) => here(...words(ids))));
    const cursor = before === undefined ? undefined : await cursorOf(sora.caller, "sora", ...words(before));
    const waited = await waitFor(sora, { cursor, ...(until && { until }), client_id });
    expect(short(waited)).toBe(ends);
  });
});

test("the answer has these members, a row its ids and role, and Sora is asked for this channel", async () => {
  const sora = new MadeUpSora([here(a), here(a, b)]);
  const waited = await waitFor(sora);
  expect(waited).toStrictEqual({
    channel_id: "sora",
    total: 2,
    joined: [{ client_id: "bob", connection_id: "bob-1", role: "sendrecv" }],
    left: [],
    reason: "changed",
    waited_s: 2,
    cursor: expect.stringMatching(/^[0-9a-f]{6}-1$/),
  });
  const asked = { target: "Sora_20201013.ListChannelConnections", body: { channel_id: "sora" } };
  expect(sora.asked).toEqual([asked, asked]);
});

test("20 of each are listed, those who came or went earliest, and the rest is counted", async () => {
  const crowd = (name: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `${name}-${from + index}`);
  const sora = new MadeUpSora([
    here(...crowd("old", 0, 30)),
    here(...crowd("old", 15, 30), ...crowd("new", 0, 15)),
    here(...crowd("new", 0, 45)),
  ]);
  const { joined, left, more } = await waitFor(sora, { until: "join", client_id: "new" });
  expect([joined.length, left.length, more]).toEqual([15, 0, 15]);
  sora.answers.unshift(here(...crowd("old", 0, 30)), here(...crowd("old", 15, 30)));
  const waited = await waitFor(sora, { until: "join" });
  expect(waited.left).toEqual(crowd("old", 0, 20).map(row));
  expect(waited.joined).toEqual(crowd("new", 0, 20).map(row));
  expect(waited.more).toBe(10 + 25);
});

describe("what clients are told of it", () => {
  test("it reads, and its words cost at most 200 tokens", () => {
    const { name, title, description, kind } = wait;
    const annotations = annotationsOf(wait);
    expect([name, kind, annotations.readOnlyHint, annotations.openWorldHint]).toEqual([
      "sora_wait",
      "read",
      true,
      true,
    ]);
    expect(title).toMatch(/^[A-Z][a-z ]{3,39}$/);
    expect(description.length).toBeLessThanOrEqual(160);
    const listed = { name, title, description, inputSchema: toJsonSchema(wait.input) };
    expect(getEncoding("cl100k_base").encode(JSON.stringify(listed)).length).toBeLessThanOrEqual(200);
  });

  test.each([
    { args: { timeout_s: 0 } },
    { args: { timeout_s: 51 } },
    { args: { timeout_s: 1.5 } },
    { args: { until: "gone" } },
    { args: { cursor: 1 } },
    { args: { client_id: "" } },
    { args: { channel_id: undefined } },
    { args: { local: true } },
  ])("$args is refused", ({ args }) => {
    expect(() => wait.prepare({ channel_id: "sora", ...args }, "flag", (text) => text)).toThrow(
      expect.objectContaining({ code: "invalid_arguments" }),
    );
  });
});
