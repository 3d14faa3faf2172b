import { getEncoding } from "js-tiktoken";
import { describe, expect, test } from "vitest";
import { toJsonSchema } from "../../src/mcp/json-schema.ts";
import { overview } from "../../src/moderation/overview.ts";
import { channelsOf, rowsOf } from "../../src/moderation/present.ts";
import { annotationsOf } from "../../src/tools/annotations.ts";

const cl100k = getEncoding("cl100k_base");
const tokens = (value: unknown) => cl100k.encode(JSON.stringify(value)).length;

/** Ids as Sora makes them, and clients as applications name theirs. */
const ids = [
  "6V9VANDZZH71HCQGVKBWKJ8GS0",
  "ASJDFJ1PF94JN6DV59JQZ1HNDR",
  "E35JE7KG694H3F5NZ304AG3R74",
  "SCVC9JRZZ900F0KC32T3GY6FBR",
  "7N3E11XVBN5W7T4D1ZT0PPA4Q4",
];
const clients = ["alice", "bob", "mallory", "guest-17", "teacher"];

const entries = Array.from({ length: 25 }, (_, at) => ({
  channel_id: `room-${at % 4}`,
  connection_id: ids[at % ids.length] ?? "",
  client_id: clients[at % 5 === 0 ? 0 : (at * 3) % 5] ?? "",
  role: ["sendrecv", "sendonly", "recvonly"][at % 3],
  created_time: 1_000_000 * at,
  simulcast: at % 2 === 0,
  event_metadata: { name: "Participants write what they like here. ".repeat(20) },
}));
const known = { all: entries, muted: new Set(ids.slice(0, 2)), now: 90 * 60_000 };

describe("a row has at most 45 tokens", () => {
  const apart = entries.map((entry, at) => ({ ...entry, channel_id: `room-${at}` }));
  const rows = (some: typeof entries, muted: ReadonlySet<string>) =>
    rowsOf(some, true, { ...known, all: some, muted });

  test("of a connection, as most are", () => {
    const plain = apart.map((entry) => ({ ...entry, simulcast: false }));
    expect(Math.max(...rows(plain, new Set()).map(tokens))).toBeLessThanOrEqual(45);
  });

  test("on average where every second has a mark, and some have two", () => {
    const marked = rows(apart, new Set(ids.slice(0, 2))).map((row) => ({ row, cost: tokens(row) }));
    const byMarks = (count: number) =>
      marked.filter(({ row: { marks } }) => (Array.isArray(marks) ? marks.length : 0) === count).length;
    expect([byMarks(1), byMarks(2)]).toEqual([13, 5]);
    expect(marked.reduce((sum, { cost }) => sum + cost, 0) / marked.length).toBeLessThanOrEqual(45);
  });

  test("of a channel", () => {
    expect(Math.max(...channelsOf(apart).map(tokens))).toBeLessThanOrEqual(45);
  });
});

test.each([[true], [false]])(
  "25 rows with their head have under 1,300 (channel named: %s)",
  (isChannelNamed) => {
    const content = {
      total: 25,
      by_role: { sendrecv: 9, sendonly: 8, recvonly: 8 },
      connections: rowsOf(entries, isChannelNamed, known),
      next_offset: 25,
    };
    expect(content.connections).toHaveLength(25);
    expect(tokens(content)).toBeLessThan(1300);
  },
);

test("25 channels with their head have under 1,300", () => {
  const channels = channelsOf(entries.map((entry, at) => ({ ...entry, channel_id: `room-${at}` })));
  expect(channels).toHaveLength(25);
  expect(tokens({ total_channels: 25, total_connections: 25, channels, next_offset: 25 })).toBeLessThan(1300);
});

test("the tool as it is listed stays small", () => {
  const { name, title, description, input } = overview;
  const listed = {
    name,
    title,
    description,
    inputSchema: toJsonSchema(input),
    annotations: annotationsOf(overview),
  };
  expect(tokens(listed)).toBeLessThanOrEqual(150);
});
