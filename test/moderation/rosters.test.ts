import { expect, test } from "vitest";
import { rosterIn } from "../../src/moderation/roster.ts";
import { Rosters } from "../../src/moderation/rosters.ts";

const of = (...ids: readonly (string | number)[]) =>
  rosterIn(ids.map((connection_id) => ({ connection_id })));
const crowd = (size: number, name: string) =>
  rosterIn(Array.from({ length: size }, (_, index) => ({ connection_id: `${name}${index}` })));

test("a cursor is a word of the memory and a number, and stands for its roster in its channel only", () => {
  const rosters = new Rosters();
  const one = of("A");
  const cursor = rosters.keep("sora", one);
  expect(cursor).toMatch(/^[0-9a-f]{6}-1$/);
  expect(rosters.behind("sora", cursor)).toBe(one);
  rosters.keep("other", of("B"));
  for (const [channel, wrong] of [
    ["other", cursor],
    ["third", cursor],
    ["sora", cursor.replace(/1$/, "9")],
    ["sora", cursor.replace(/^.{6}/, "zzzzzz")],
    ["sora", "1"],
    ["sora", ""],
    ["sora", "__proto__"],
  ] as const) {
    expect(rosters.behind(channel, wrong), wrong).toBeUndefined();
  }
});

test("no two memories have a cursor in common", () => {
  const cursors = Array.from({ length: 50 }, () => new Rosters().keep("sora", of("A")));
  expect(new Set(cursors).size).toBe(50);
});

test("the cursor stays the same while nothing changes, and is another one after a change and back", () => {
  const rosters = new Rosters();
  const cursor = rosters.keep("sora", of("A", "B"));
  expect(rosters.keep("sora", of("B", "A"))).toBe(cursor);
  const [second, third] = [rosters.keep("sora", of("A")), rosters.keep("sora", of("A", "B"))];
  expect(new Set([cursor, second, third]).size).toBe(3);
  expect(rosters.keep("other", of("A", "B"))).not.toBe(third);
});

test("of one channel the last 8 rosters are kept", () => {
  const rosters = new Rosters();
  const cursors = Array.from({ length: 12 }, (_, index) => rosters.keep("sora", of(index)));
  const kept = cursors.map((cursor) => rosters.behind("sora", cursor)?.size);
  expect(kept).toEqual([...Array(4).fill(undefined), ...Array(8).fill(1)]);
});

test("of more than 64 channels the one that was watched longest ago is forgotten, its empty waits with it", () => {
  const rosters = new Rosters();
  const cursors = Array.from({ length: 64 }, (_, index) => rosters.keep(`C${index}`, of("A")));
  const isKept = (index: number) => rosters.behind(`C${index}`, cursors[index] ?? "") !== undefined;
  for (let index = 0; index < 64; index += 1) {
    rosters.countEmpty(`C${index}`, performance.now(), 1);
    expect(isKept(index)).toBe(true);
  }
  rosters.keep("C0", of("A"));
  rosters.keep("one more", of("A"));
  expect([isKept(0), isKept(1), isKept(2), isKept(63)]).toEqual([true, false, true, true]);
  rosters.keep("two more", of("A"));
  expect([isKept(0), isKept(2), isKept(3)]).toEqual([true, false, true]);
  expect(rosters.countEmpty("C0", performance.now(), 1).waits).toBe(2);
  expect(rosters.countEmpty("C1", performance.now(), 1).waits).toBe(1);
});

test("very many connections take the room of the oldest channels, then of the oldest rosters; the newest one stays", () => {
  const rosters = new Rosters();
  const small = rosters.keep("small", of("A"));
  const first = rosters.keep("large", crowd(50_000, "a"));
  const second = rosters.keep("large", crowd(49_999, "b"));
  expect(rosters.behind("small", small)?.size).toBe(1);
  const third = rosters.keep("large", crowd(2, "c"));
  const isKept = (cursor: string) => rosters.behind("large", cursor) !== undefined;
  expect(rosters.behind("small", small)).toBeUndefined();
  expect([first, second, third].map(isKept)).toEqual([false, true, true]);
  const fourth = rosters.keep("large", crowd(100_001, "d"));
  expect([second, third, fourth].map(isKept)).toEqual([false, false, true]);
});

test("of empty waits that went on at the same time one is counted", () => {
  const rosters = new Rosters();
  const startedAt = performance.now() - 25_000;
  expect(rosters.countEmpty("sora", startedAt, 25).waits).toBe(1);
  expect(rosters.countEmpty("sora", startedAt + 5, 25)).toMatchObject({ waits: 1, seconds: 25 });
  expect(rosters.countEmpty("sora", performance.now(), 1)).toMatchObject({ waits: 2, seconds: 26 });
});

test("empty waits are counted for each channel, until something happens there", () => {
  const rosters = new Rosters();
  expect(rosters.countEmpty("sora", performance.now(), 25)).toMatchObject({ waits: 1, seconds: 25 });
  expect(rosters.countEmpty("sora", performance.now(), 10)).toMatchObject({ waits: 2, seconds: 35 });
  expect(rosters.countEmpty("other", performance.now(), 1)).toMatchObject({ waits: 1, seconds: 1 });
  rosters.countAnew("sora");
  expect(rosters.countEmpty("sora", performance.now(), 5)).toMatchObject({ waits: 1, seconds: 5 });
  expect(rosters.countEmpty("other", performance.now(), 1)).toMatchObject({ waits: 2, seconds: 2 });
});
