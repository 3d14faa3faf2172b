import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { overview } from "../../src/moderation/overview.ts";
import { SoraFailure } from "../../src/sora/errors.ts";
import type { Content, Sora } from "../../src/tools/tool.ts";

// Over lists that change while they are read, and lists of any kind, without a server around it.

type Read = (target: string, body: Content, withinMs: number | undefined) => unknown;

function soraThat(read: Read, caller: object = {}): Sora {
  return {
    caller,
    read: async (target, body = {}, withinMs) => read(target, body, withinMs),
    write: () => Promise.reject(new Error("an overview writes nothing")),
    offers: () => true,
    allows: () => true,
    pause: () => Promise.reject(new Error("an overview waits for nothing")),
  };
}

const isFilters = (target: string) => target.endsWith(".ListForwardingFilters");

const listing = (list: () => readonly unknown[], caller?: object) =>
  soraThat((target) => (isFilters(target) ? { blocked: [] } : list()), caller);

function run(sora: Sora, args: Content): Promise<Content> {
  return overview.prepare(args, "flag", (text) => text).run(sora);
}

function rowsIn({ channels, connections }: Content): Record<string, unknown>[] {
  const list = channels ?? connections;
  if (!Array.isArray(list)) throw new Error("neither channels nor connections");
  return list;
}

/** All pages of an overview, one after the other. */
async function allPages(sora: Sora, args: Content): Promise<Content[]> {
  const all: Content[] = [];
  for (let offset: unknown = 0; offset !== undefined; ) {
    const content = await run(sora, { ...args, offset });
    all.push(content);
    offset = content.next_offset;
  }
  return all;
}

const person = fc.record({
  channel_id: fc.constantFrom("a", "b", "c", "d", "e"),
  client_id: fc.constantFrom("alice", "bob", "eve"),
  role: fc.constantFrom("sendrecv", "sendonly", "recvonly"),
});

const change = fc.record({
  joins: fc.array(person, { maxLength: 3 }),
  leaves: fc.array(fc.nat(100), { maxLength: 3 }),
});

describe("pages of a list that changes tell each once, and miss none that stays", () => {
  test.each<{ args: Content; id: string; isAsked: (row: Content) => boolean }>([
    { args: {}, id: "channel_id", isAsked: () => true },
    { args: { channel_id: "a" }, id: "connection_id", isAsked: () => true },
    { args: { client_id: "alice" }, id: "connection_id", isAsked: (row) => row.client_id === "alice" },
    {
      args: { channel_id: "a", client_id: "bob" },
      id: "connection_id",
      isAsked: (row) => row.client_id === "bob",
    },
  ])("$args", async ({ args, id, isAsked }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 15 }),
        fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
        fc.array(change, { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (people, loyal, changes, limit, isDated) => {
          let joined = 0;
          const join = (one: Content): Content => {
            joined += 1;
            return { ...one, connection_id: `C${joined}`, ...(isDated && { created_time: joined }) };
          };
          let present = people.map(join);
          const staying = present.filter((_, at) => loyal[at]);
          let at = 0;
          const sora = listing(() => {
            const { joins, leaves } = changes[at++] ?? { joins: [], leaves: [] };
            present = present.filter((one, index) => staying.includes(one) || !leaves.includes(index));
            present = [...present, ...joins.map(join)].reverse();
            return "channel_id" in args
              ? present.filter((one) => one.channel_id === args.channel_id)
              : present;
          });
          const seen = (await allPages(sora, { ...args, limit })).flatMap(rowsIn).map((row) => row[id]);
          expect(new Set(seen).size).toBe(seen.length);
          const inList = (row: Content) => !("channel_id" in args) || row.channel_id === args.channel_id;
          for (const one of staying) if (inList(one) && isAsked(one)) expect(seen).toContain(one[id]);
        },
      ),
      { numRuns: 60 },
    );
  });

  const people = (...ids: string[]) =>
    ids.map((connection_id) => ({ connection_id, client_id: "alice", channel_id: "a" }));

  test("each kind of list is read by itself, and each caller's too", async () => {
    const caller = {};
    const six = people("1", "2", "3", "4", "5", "6");
    const ids = async (list: readonly unknown[], args: Content, who = caller) =>
      rowsIn(
        await run(
          listing(() => list, who),
          { limit: 2, ...args },
        ),
      ).map((row) => row.connection_id);
    expect(await ids(six, { channel_id: "a" })).toEqual(["1", "2"]);
    // The one asks for a client, the other is somebody else: neither goes on with what was read above, nor ends it.
    expect(await ids(six.toReversed(), { channel_id: "a", client_id: "alice" })).toEqual(["6", "5"]);
    expect(await ids(six.toReversed(), { channel_id: "a" }, {})).toEqual(["6", "5"]);
    expect(await ids(six.slice(1), { channel_id: "a", offset: 2 })).toEqual(["3", "4"]);
    expect(await ids(six, { channel_id: "a", client_id: "alice", offset: 2 })).toEqual(["1", "2"]);
  });
});

test("totals and roles are those of a count by another way, whatever Sora lists", async () => {
  const odd = fc.constantFrom<unknown[]>(
    null,
    7,
    "x",
    [],
    {},
    { channel_id: 7 },
    { channel_id: "a", client_id: 7 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(person, odd), { maxLength: 40 }), async (list) => {
      const texts = list.map((entry) => JSON.stringify(entry));
      /** Over the texts of the entries. */
      const count = (...parts: string[]) =>
        texts.filter((text) => parts.every((part) => text.includes(part))).length;
      const roles = (...parts: string[]) =>
        Object.fromEntries(
          ["sendrecv", "sendonly", "recvonly"].map((role) => [role, count(...parts, `"${role}"`)]),
        );
      const all = await run(
        listing(() => list),
        { limit: 500 },
      );
      expect(all.total_connections).toBe(texts.filter((text) => text.startsWith("{")).length);
      expect(all.total_channels).toBe(
        ["a", "b", "c", "d", "e"].filter((id) => count(`"channel_id":"${id}"`) > 0).length,
      );
      for (const { channel_id, total, by_role } of rowsIn(all)) {
        expect(total).toBe(count(`"channel_id":"${channel_id}"`));
        expect(by_role).toEqual(roles(`"channel_id":"${channel_id}"`));
      }
      const sizes = rowsIn(all).map(({ total }) => Number(total));
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      const alice = await run(
        listing(() => list),
        { client_id: "alice", limit: 1 },
      );
      expect(alice.total).toBe(count('"client_id":"alice"'));
      expect(alice.by_role).toEqual(roles('"client_id":"alice"'));
    }),
  );
});

describe("the filters", () => {
  const alone = [{ connection_id: "C1", client_id: "alice", channel_id: "a" }];
  const failing = (error: Error) =>
    soraThat((target) => {
      if (isFilters(target)) throw error;
      return alone;
    });

  test.each([[{ channel_id: "a" }], [{ client_id: "alice" }]])(
    "%j: that the client cancelled is passed on, and so is what is no failure of Sora",
    async (args) => {
      const cancelled = new SoraFailure("cancelled_by_client", "made up");
      await expect(run(failing(cancelled), args)).rejects.toBe(cancelled);
      const broken = new TypeError("made up");
      await expect(run(failing(broken), args)).rejects.toBe(broken);
      const gone = new SoraFailure("unreachable", "made up");
      expect(await run(failing(gone), args)).toMatchObject({ total: 1, not_measured: ["muted"] });
    },
  );

  test("are waited for less long than the list", async () => {
    const limits: [boolean, number | undefined][] = [];
    const sora = soraThat((target, _body, withinMs) => {
      limits.push([isFilters(target), withinMs]);
      return isFilters(target) ? { blocked: [] } : alone;
    });
    await run(sora, { channel_id: "a" });
    expect(limits).toEqual([
      [false, undefined],
      [true, 5000],
    ]);
  });

  test("of a channel that is named are asked for without waiting for the list", async () => {
    const asked: string[] = [];
    const never = new Promise(() => {});
    void run(
      soraThat((target) => {
        asked.push(target);
        return never;
      }),
      { channel_id: "a" },
    );
    await expect.poll(() => asked.length).toBe(2);
  });
});
