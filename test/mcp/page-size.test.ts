import { expect, test } from "vitest";
import { isObject } from "../../src/json.ts";
import { contract, settingsFor } from "../contract/index.ts";
import { inProcess, textOf } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";

// No page has more than 60 kB of text: clients cut off or hide what is larger. Whoever goes on with next_offset misses nobody.

const most = 60_000;
const paged = contract.filter(({ properties }) => properties.includes("offset"));

/** Lists within what a tool answers, the one of entries among them. */
function entriesOf(content: Record<string, unknown> | undefined): readonly unknown[] {
  return Object.values(content ?? {}).find(Array.isArray) ?? [];
}

async function walk(
  call: (offset: number) => Promise<{ structuredContent: Record<string, unknown> | undefined; text: string }>,
) {
  const entries: unknown[] = [];
  const pages: number[] = [];
  for (let offset: unknown = 0; typeof offset === "number"; ) {
    const { structuredContent, text } = await call(offset);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
    const page = entriesOf(structuredContent);
    expect(page.length).toBeGreaterThan(0);
    entries.push(...page);
    pages.push(page.length);
    offset = structuredContent?.next_offset;
  }
  return { entries, pages };
}

async function sessionFor(tool: string, rows: readonly unknown[]) {
  const upstream = await startUpstream(json(rows));
  const settings = tool === "sora_overview" ? { SORA_RELEASE: "2025.2" } : settingsFor(tool);
  const { call } = await inProcess({
    env: { ...settings, SORA_API_URL: upstream.url },
  });
  return async (args: Record<string, unknown>) => {
    const result = await call(tool, args);
    return { structuredContent: result.structuredContent, text: textOf(result) };
  };
}

test("every list has a page", () => {
  expect(paged.map(({ tool }) => tool)).toEqual(
    expect.arrayContaining([
      "sora_list_channel_connections",
      "sora_list_sessions",
      "sora_list_channel_rtc_stats",
    ]),
  );
});

test.each([
  ["letters", "x"],
  ["hidden characters", "\u202e"],
  ["Japanese", "参"],
])("of entries full of %s, in every list", async (_name, character) => {
  const rows = Array.from({ length: 40 }, (_, index) => ({
    connection_id: `C${index}`,
    channel_id: `sora-${index}`,
    session_id: `S${index}`,
    created_time: index,
    note: character.repeat(1000 + 37 * index),
  }));
  for (const { tool, least } of paged) {
    const call = await sessionFor(tool, rows);
    const { entries, pages } = await walk((offset) => call({ ...least.args, limit: 500, offset }));
    expect(
      entries.map((entry) => isObject(entry) && entry.connection_id),
      tool,
    ).toEqual(rows.map(({ connection_id }) => connection_id));
    expect(pages.length, tool).toBeGreaterThan(1);
    expect(JSON.stringify(entries), tool).not.toContain("too large");
  }
});

test("the statistics of clients are measured once only the wanted types are left", async () => {
  const report = (index: number) => ({
    connection_id: `C${index}`,
    rtc_stats: [
      { type: "codec", note: "c".repeat(100) },
      { type: "inbound-rtp", note: "i".repeat(30_000) },
    ],
  });
  const tool = "sora_list_channel_rtc_stats";
  const call = await sessionFor(
    tool,
    Array.from({ length: 20 }, (_, index) => report(index)),
  );
  const all = await walk((offset) => call({ channel_id: "sora", offset }));
  expect(all.pages).toEqual(Array.from({ length: 20 }, () => 1));
  const some = await walk((offset) => call({ channel_id: "sora", limit: 20, types: ["codec"], offset }));
  expect(some.pages).toEqual([20]);
});

test("one who fills a page stands on it with the others, their largest value left out", async () => {
  const rows = [{ connection_id: "M", event_metadata: "x".repeat(70_000) }, { connection_id: "V" }];
  const call = await sessionFor("sora_list_channel_connections", rows);
  const { structuredContent, text } = await call({ channel_id: "sora" });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
  expect(structuredContent).toMatchObject({
    connections: [
      { connection_id: "M", event_metadata: "too large to show on this page" },
      { connection_id: "V" },
    ],
  });
});

test("the overview, however long and odd the ids: of channels and of people", async () => {
  const rows = Array.from({ length: 400 }, (_, index) => ({
    channel_id: `${index}${"\u202e".repeat(60)}`,
    client_id: `${index}${"参".repeat(60)}`,
    connection_id: `${index}${"x".repeat(200)}`,
    role: "sendrecv",
    created_time: index,
    simulcast: true,
    spotlight: true,
  }));
  const call = await sessionFor("sora_overview", rows);
  const channels = await walk((offset) => call({ limit: 500, offset }));
  expect(channels.entries).toHaveLength(400);
  expect(channels.pages.length).toBeGreaterThan(2);
  const people = await walk((offset) => call({ channel_id: "sora", limit: 500, offset }));
  expect(people.entries).toHaveLength(400);
  expect(people.pages.length).toBeGreaterThan(2);
});

test("what was done: as much of it as there is room for, the newest first, and how many more there are", async () => {
  const upstream = await startUpstream(json({}));
  const { call } = await inProcess({ env: { SORA_API_URL: upstream.url } });
  const reason = { why: "x".repeat(450) };
  for (let index = 0; index < 150; index++)
    await call("sora_disconnect_client", {
      channel_id: "sora",
      client_id: `c${index}`,
      reason,
      confirm: true,
    });
  const result = await call("sora_list_actions", { limit: 500 });
  expect(Buffer.byteLength(textOf(result))).toBeLessThanOrEqual(most);
  const actions = entriesOf(result.structuredContent);
  expect(actions[0]).toMatchObject({ target: { client_id: "c149" } });
  expect(actions.length).toBeGreaterThan(20);
  expect(result.structuredContent).toMatchObject({ actions, more_actions: 150 - actions.length });
});
