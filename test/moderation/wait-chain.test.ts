import fc from "fast-check";
import { expect, test } from "vitest";
import { MadeUpSora, pass, row, waitFor, withMadeUpTime } from "./made-up-sora.ts";

// Over a chain of waits everybody who came or went is told once, and nobody is invented.

withMadeUpTime();

const clients = ["alice", "bob", "carol"];
const mostEvents = 200;

/** One who joins, or who leaves: whoever stands there among those who are here. */
const event = fc.record({ isJoin: fc.boolean(), which: fc.nat(1000) });

/** What one wait asks for, and how many events happen before each of its polls. */
const call = fc.record({
  until: fc.constantFrom("change", "join", "leave" as const),
  client_id: fc.option(fc.constantFrom(...clients), { nil: undefined, freq: 2 }),
  timeout_s: fc.integer({ min: 1, max: 12 }),
  /** How many answers ago the cursor was given: mostly by the last one. */
  since: fc.constantFrom(0, 0, 0, 0, 1, 2),
  paces: fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 30), { minLength: 1, maxLength: 7 }),
  /** Who asks in between, with no cursor, and so takes room in the memory. */
  hasNeighbour: fc.boolean(),
});

/** A channel in which things happen while it is polled. */
class Channel extends MadeUpSora {
  present: string[] = [];
  /** Who was here in each poll. */
  readonly seen: string[][] = [];
  readonly #events: { isJoin: boolean; which: number }[];
  #joined = 0;
  paces: number[] = [];

  constructor(events: readonly { isJoin: boolean; which: number }[]) {
    super([]);
    this.#events = [...events];
  }

  get isOver(): boolean {
    return this.#events.length === 0;
  }

  override async read(): Promise<unknown> {
    const [pace = 1] = this.paces.splice(0, 1);
    for (const { isJoin, which } of this.#events.splice(0, pace)) {
      if (isJoin || this.present.length === 0) {
        this.#joined += 1;
        this.present.push(`${clients[which % clients.length]}-${this.#joined}`);
      } else {
        this.present.splice(which % this.present.length, 1);
      }
    }
    this.seen.push([...this.present]);
    // Sora promises no order.
    return this.present.toReversed().map((id) => ({ ...row(id), channel_id: "sora" }));
  }

  override async pause(ms: number): Promise<void> {
    pass(ms);
  }
}

/** These calls, again and again until no more happens. */
function* untilOver<Call>(sora: Channel, calls: readonly Call[]): Generator<Call> {
  while (!sora.isOver) {
    for (const one of calls) if (!sora.isOver) yield one;
  }
}

const missing = (from: readonly string[], other: readonly string[]) =>
  other.filter((id) => !from.includes(id));

/** Who came and who went over some rosters, one after the other: [came, went] for each step. */
function steps(rosters: readonly (readonly string[])[]) {
  return rosters.slice(1).map((after, index) => {
    const before = rosters[index] ?? [];
    return { came: missing(before, after), went: missing(after, before) };
  });
}

test("200 joins and leaves, told over chains of waits with any arguments", async () => {
  let told = 0;
  const reasons = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: mostEvents, maxLength: mostEvents }),
      fc.array(call, { minLength: 5, maxLength: 40 }),
      async (events, calls) => {
        const sora = new Channel(events);
        /** Each answer's cursor, and who was here then. */
        const answers: { cursor: string; roster: readonly string[] }[] = [];
        for (const { since, paces, hasNeighbour, ...args } of untilOver(sora, calls)) {
          sora.paces = [...paces];
          const from = answers.at(-1 - since) ?? answers.at(-1);
          sora.seen.length = 0;
          const waited = await waitFor(sora, { ...args, cursor: from?.cursor });
          reasons.add(waited.reason);
          const roster = sora.seen.at(-1) ?? [];
          const all = steps([from?.roster ?? sora.seen[0] ?? [], ...sora.seen]);
          const [came, went] = [all.flatMap(({ came }) => came), all.flatMap(({ went }) => went)];
          const isOwn = (id: string) => args.client_id === undefined || row(id).client_id === args.client_id;

          // Exactly they are told, and no one else.
          const listed = [waited.joined, waited.left].map((rows) =>
            rows.map(({ connection_id }) => connection_id),
          );
          const expected = [came, went].map((ids) => ids.filter(isOwn));
          expect(listed.map((ids) => ids.length)).toEqual(expected.map((ids) => Math.min(20, ids.length)));
          expect(listed.map((ids) => new Set(ids).size)).toEqual(listed.map((ids) => ids.length));
          for (const [at, ids] of listed.entries()) {
            expect(missing(expected[at] ?? [], ids)).toEqual([]);
            told += ids.length;
          }
          for (const shown of [...waited.joined, ...waited.left])
            expect(shown).toEqual(row(shown.connection_id));
          const sum = listed.flat().length + (waited.more ?? 0);
          expect(sum).toBe(came.length + went.length);

          // The roster of the cursor and what was told make up the roster of the next cursor.
          if (waited.more === undefined && from) {
            const [joined = [], left = []] = listed;
            expect([...missing(left, [...from.roster, ...joined])].toSorted()).toEqual(roster.toSorted());
          }
          expect(waited.total).toBe(roster.length);

          // It ended with the poll in which what was waited for happened, and with no other.
          const awaited = all.map(({ came, went }, step) => {
            const [joined, left] = [came.some(isOwn), went.some(isOwn)];
            const isHere = (sora.seen[step] ?? []).some(isOwn);
            if (args.until === "change") return joined || left;
            return args.until === "join" ? joined : left && (args.client_id === undefined || !isHere);
          });
          expect(awaited.indexOf(true)).toBe(waited.reason === "changed" ? awaited.length - 1 : -1);
          const stood = args.client_id !== undefined && args.until !== "change" && !awaited[0];
          const isAlready = stood && (sora.seen[0] ?? []).some(isOwn) === (args.until === "join");
          expect(waited.reason === "already").toBe(isAlready);

          answers.push({ cursor: waited.cursor, roster });
          if (hasNeighbour) {
            sora.paces = [1];
            await waitFor(sora, { cursor: "lost" });
          }
        }
      },
    ),
    { numRuns: 30 },
  );
  expect(told).toBeGreaterThan(30 * 50);
  expect([...reasons].toSorted()).toEqual(["already", "changed", "timeout"]);
});

test("each cursor taken from the answer before: over the whole chain each join and leave is told once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: mostEvents, maxLength: mostEvents }),
      fc.array(
        fc.record({
          until: fc.constantFrom("change", "join", "leave" as const),
          timeout_s: fc.integer({ min: 1, max: 12 }),
        }),
        {
          minLength: 1,
          maxLength: 20,
        },
      ),
      async (events, calls) => {
        const sora = new Channel(events);
        const told: string[] = [];
        let cursor: string | undefined;
        for (const args of untilOver(sora, calls)) {
          const waited = await waitFor(sora, { ...args, cursor });
          told.push(...waited.joined.map(({ connection_id }) => `+ ${connection_id}`));
          told.push(...waited.left.map(({ connection_id }) => `- ${connection_id}`));
          expect(waited.more).toBeUndefined();
          cursor = waited.cursor;
        }
        // One event a poll: nothing goes unseen, and all but who was here with the first poll is told.
        const happened = steps(sora.seen).flatMap(({ came, went }) => [
          ...came.map((id) => `+ ${id}`),
          ...went.map((id) => `- ${id}`),
        ]);
        expect(happened.length).toBe(mostEvents - 1);
        expect(told.toSorted()).toEqual(happened.toSorted());
      },
    ),
    { numRuns: 20 },
  );
});
