import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { pages } from "../../src/tools/pages.ts";
import { contract, settingsFor } from "../contract/index.ts";
import { inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Pages over a list that changes while it is read.

interface Row {
  readonly connection_id?: string | undefined;
  readonly created_time?: unknown;
}

async function channel(rows: () => readonly Row[]) {
  const upstream = await startUpstream((request, response, raw) => json(rows())(request, response, raw));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  return async (tool: string, limit: number, offset: number): Promise<readonly Row[]> => {
    const { structuredContent } = await session.call(tool, { channel_id: "sora", limit, offset });
    const [list] = Object.values(structuredContent ?? {}).filter(Array.isArray);
    return list ?? [];
  };
}

test("whoever was first comes first, then by connection id, and who does not say when comes last", async () => {
  const at = (created_time: unknown, connection_id?: string) => ({ connection_id, created_time });
  const rows = [
    at(undefined, "Z"),
    at(3, "b"),
    at(1, "C"),
    at("2", "A"),
    at(3, "B"),
    at(3, "A"),
    at(2, "D"),
    at(undefined, "A"),
    at(3),
  ];
  const page = await channel(() => rows);
  expect(await page("sora_list_channel_connections", 500, 0)).toEqual(
    JSON.parse(
      JSON.stringify([
        at(1, "C"),
        at(2, "D"),
        at(3),
        at(3, "A"),
        at(3, "B"),
        at(3, "b"),
        at(undefined, "Z"),
        at("2", "A"),
        at(undefined, "A"),
      ]),
    ),
  );
});

/** Every list, what it is asked for, and what tells its entries apart. */
const lists = [
  { tool: "sora_list_channel_connections", args: { channel_id: "sora" }, id: "connection_id" },
  { tool: "sora_list_signaling_notify_metadata", args: { channel_id: "sora" }, id: "connection_id" },
  { tool: "sora_list_channel_user_agent_stats", args: { channel_id: "sora" }, id: "connection_id" },
  { tool: "sora_list_channel_rtc_stats", args: { channel_id: "sora" }, id: "connection_id" },
  { tool: "sora_list_rtc_stats", args: { local: true }, id: "connection_id" },
  { tool: "sora_list_connections", args: {}, id: "connection_id" },
  { tool: "sora_get_stats_all_connections", args: {}, id: "connection_id" },
  { tool: "sora_list_sessions", args: {}, id: "session_id" },
  { tool: "sora_list_cluster_channels", args: {}, id: "channel_id" },
];

test("these are all tools that page", () => {
  const paging = contract.filter(({ full }) => "offset" in full.args).map(({ tool }) => tool);
  expect(lists.map(({ tool }) => tool).toSorted()).toEqual(paging.toSorted());
});

/** What happens between two pages: so many join, some leave, and Sora lists them in another order. */
const change = fc.record({
  joins: fc.nat(3),
  leaves: fc.array(fc.nat(100), { maxLength: 4 }),
  order: fc.nat(),
});

test.each(lists)(
  "$tool: who stays is shown once, whoever joins or leaves and however Sora orders the list between two pages",
  async ({ tool, args, id: key }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 15 }),
        fc.uniqueArray(fc.nat(14), { minLength: 1, maxLength: 5 }),
        fc.array(change, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (count, loyal, changes, limit, isDated) => {
          const row = (id: number) => ({ [key]: `C${id}`, ...(isDated && { created_time: id }) });
          const idOf = (entry: Record<string, unknown>) => String(entry[key]);
          const stay = new Set(loyal.map((id) => `C${id % count}`));
          let present = Array.from({ length: count }, (_, id) => row(id));
          let joined = count;
          let asked = 0;
          const upstream = await startUpstream((request, response, raw) => {
            const { joins, leaves, order } = changes[asked++] ?? { joins: 0, leaves: [], order: 0 };
            const gone = new Set(leaves.map((at) => idOf(present[at % present.length] ?? {})));
            present = present.filter((entry) => stay.has(idOf(entry)) || !gone.has(idOf(entry)));
            present.push(...Array.from({ length: joins }, () => row(joined++)));
            const rank = (entry: object) => (Number(idOf({ ...entry }).slice(1)) * 7919 + order) % 31;
            present = present.toSorted((a, b) => rank(a) - rank(b));
            return json(present)(request, response, raw);
          });
          const env = { ...settingsFor(tool), SORA_API_URL: upstream.url };
          const session = await inProcess({ env });
          const seen: unknown[] = [];
          for (let offset: unknown = 0; offset !== undefined; ) {
            const { structuredContent } = await session.call(tool, { ...args, limit, offset });
            const [page = []] = Object.values(structuredContent ?? {}).filter(Array.isArray);
            seen.push(...page.map(idOf));
            offset = structuredContent?.next_offset;
          }
          expect(new Set(seen).size).toBe(seen.length);
          for (const id of stay) expect(seen).toContain(id);
        },
      ),
      { numRuns: 15 },
    );
  },
);

test("a page that is read again with another limit makes nobody missed who goes on from the first time", async () => {
  const rows = Array.from({ length: 70 }, (_, id) => ({ connection_id: `C${id}`, created_time: id }));
  const page = await channel(() => rows);
  const ids = async (limit: number, offset: number) =>
    (await page("sora_list_channel_connections", limit, offset)).map(({ connection_id }) => connection_id);
  const some = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `C${from + index}`);
  expect(await ids(10, 0)).toEqual(some(0, 10));
  expect(await ids(10, 10)).toEqual(some(10, 10));
  expect(await ids(50, 10)).toEqual(some(10, 50));
  expect(await ids(10, 20)).toEqual(some(20, 10));
  expect(await ids(10, 30)).toEqual(some(30, 10));
});

test("a list over all channels is read by itself, and so is one of this node alone", async () => {
  const rows = Array.from({ length: 6 }, (_, id) => ({ connection_id: `C${id}`, channel_id: `R${id % 2}` }));
  const upstream = await startUpstream(json(rows));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_RELEASE: "2026.1" } });
  const ids = async (args: object) => {
    const { structuredContent } = await session.call("sora_list_connections", { limit: 2, ...args });
    const { connections, next_offset, channel_id } = structuredContent as Record<string, unknown>;
    expect(channel_id).toBeUndefined();
    return [(connections as Row[]).map(({ connection_id }) => connection_id), next_offset];
  };
  expect(await ids({})).toEqual([["C0", "C1"], 2]);
  expect(await ids({ local: true })).toEqual([["C0", "C1"], 2]);
  upstream.answer(json(rows.toReversed()));
  expect(await ids({ offset: 2 })).toEqual([["C5", "C4"], 4]);
  expect(await ids({ local: true, offset: 2, limit: 4 })).toEqual([["C5", "C4", "C3", "C2"], undefined]);
  expect(await ids({ offset: 4 })).toEqual([["C3", "C2"], undefined]);
});

test("entries that are no objects are told apart by what they are", async () => {
  const pageOf = pages();
  const asked = (offset: number) => ({ limit: 2, offset });
  expect(pageOf(["a", "b", 3, null], asked(0))).toEqual({ shown: ["a", "b"], next_offset: 2 });
  expect(pageOf([3, "c", "b", null], asked(2))).toEqual({ shown: [3, "c"], next_offset: 4 });
  expect(pageOf(["c", null, 3], asked(4))).toEqual({ shown: [null] });
});

describe("pages", () => {
  const rows = (...ids: (string | undefined)[]) => ids.map((connection_id) => ({ connection_id }));
  const asked = (offset: number, limit = 2, channel_id = "sora") => ({ channel_id, offset, limit });

  test("an offset that no page has named counts entries, and the pages behind it go on from there", () => {
    const pageOf = pages();
    const page = pageOf(rows("A", "B", "C", "D", "E"), asked(1));
    expect(page).toEqual({ shown: rows("B", "C"), next_offset: 3 });
    expect(pageOf(rows("E", "D", "B"), asked(3))).toEqual({ shown: rows("E", "D") });
    expect(pageOf(rows("A", "B"), asked(7))).toEqual({ shown: [] });
  });

  test("a page can be asked for again, and each channel has its own", () => {
    const pageOf = pages();
    pageOf(rows("A", "B", "C"), asked(0));
    pageOf(rows("C", "B", "A"), asked(0, 2, "other"));
    for (const _again of [1, 2]) {
      expect(pageOf(rows("B", "C"), asked(2))).toEqual({ shown: rows("C") });
      expect(pageOf(rows("B", "A"), asked(2, 2, "other"))).toEqual({ shown: rows("A") });
    }
    pageOf(rows("X", "Y", "A"), asked(0));
    expect(pageOf(rows("X", "Y", "A"), asked(2))).toEqual({ shown: rows("A") });
  });

  test("a list that is read anew is counted anew", () => {
    const pageOf = pages();
    pageOf(rows("A", "B", "C", "D"), asked(0, 3));
    expect(pageOf(rows("E", "F", "G", "H", "I"), asked(0)).next_offset).toBe(2);
    expect(pageOf(rows("E", "F", "G", "H", "I"), asked(3))).toEqual({ shown: rows("H", "I") });
  });

  test("an earlier page that is read once more shows who has moved to it, once", () => {
    const pageOf = pages();
    pageOf(rows("A", "B", "C", "D", "E"), asked(0, 1));
    pageOf(rows("A", "B", "C", "D", "E"), asked(1, 1));
    pageOf(rows("A", "B", "C", "D", "E"), asked(2, 1));
    expect(pageOf(rows("A", "C", "D", "E"), asked(1, 1)).shown).toEqual(rows("C"));
    expect(pageOf(rows("A", "C", "D", "E"), asked(2, 1)).shown).toEqual(rows("D"));
  });

  test("entries without an id are told apart by client id and role", () => {
    const people = ["a", "b", "c", "d"].flatMap((client_id) => [
      { client_id, role: "sendonly" },
      { client_id, role: "recvonly", connection_id: null },
    ]);
    const pageOf = pages();
    expect(pageOf(people, asked(0, 4)).shown).toEqual(people.slice(0, 4));
    expect(pageOf(people.slice(3), asked(4, 9)).shown).toEqual(people.slice(4));
  });

  test("so are those with a number for an id", () => {
    const pageOf = pages();
    const numbers = [1, 2, 3, 4].map((connection_id) => ({ connection_id }));
    pageOf(numbers, asked(0));
    expect(pageOf(numbers.slice(1), asked(2)).shown).toEqual(numbers.slice(2));
  });

  test("a page that is asked for much later is counted", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const pageOf = pages();
    const minutesLater = (minutes: number) => {
      pageOf(rows("A", "B", "C", "D"), asked(0));
      vi.advanceTimersByTime(minutes * 60_000);
      return pageOf(rows("B", "C", "D"), asked(2)).shown;
    };
    expect(minutesLater(9)).toEqual(rows("C", "D"));
    expect(minutesLater(11)).toEqual(rows("D"));
  });

  test("an id that is too long for one takes no more room than one", () => {
    const pageOf = pages();
    const long = "x".repeat(1000);
    const some = rows(`${long}1`, `${long}2`, `${long}3`);
    expect(pageOf(some, asked(0)).shown).toEqual(some.slice(0, 2));
    expect(pageOf(some, asked(2)).shown).toEqual(some.slice(2));
  });

  test("entries with one id, or with none, are counted", () => {
    const pageOf = pages();
    const same = rows("A", "A", undefined, undefined, "A");
    expect(pageOf(same, asked(0))).toEqual({ shown: rows("A", "A"), next_offset: 2 });
    expect(pageOf(same, asked(2))).toEqual({ shown: rows(undefined, undefined), next_offset: 4 });
    expect(pageOf(same, asked(4))).toEqual({ shown: rows("A") });
  });

  describe("of more connections than are kept in mind", () => {
    const many = Array.from({ length: 100_010 }, (_, index) => ({ connection_id: `C${index}` }));
    const read = (pageOf: ReturnType<typeof pages>, channel: string, offset: number) =>
      void pageOf(many, asked(offset, 2, channel));
    /** Whether the page at this offset goes on behind what was shown; otherwise entries are counted. */
    const isKept = (pageOf: ReturnType<typeof pages>, channel: string, offset: number) =>
      pageOf(many.slice(1, offset + 2), asked(offset, 2, channel)).shown[0] === many[offset];

    test("entries are counted again", () => {
      const pageOf = pages();
      read(pageOf, "a", 0);
      expect(isKept(pageOf, "a", 2)).toBe(true);
      read(pageOf, "a", 100_000);
      // The one is too much by itself, the other made room for it.
      expect(isKept(pageOf, "a", 100_002)).toBe(false);
      expect(isKept(pageOf, "a", 2)).toBe(false);
    });

    test("the page that was shown last is forgotten last", () => {
      const pageOf = pages();
      read(pageOf, "a", 60_000);
      read(pageOf, "b", 30_000);
      read(pageOf, "a", 60_000);
      read(pageOf, "c", 30_000);
      read(pageOf, "d", 0);
      expect(isKept(pageOf, "b", 30_002)).toBe(false);
      expect(isKept(pageOf, "c", 30_002)).toBe(true);
      expect(isKept(pageOf, "d", 2)).toBe(true);
      expect(isKept(pageOf, "a", 60_002)).toBe(true);
    });
  });
});
