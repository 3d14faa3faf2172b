import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesShown, within } from "../../src/tools/bytes-shown.ts";
import { visibleJson } from "../../src/visible-json.ts";
import { anyJson } from "../support/any-json.ts";

const asItIs = (text: string) => text;
const shown = async (value: unknown) => JSON.stringify(await visibleJson(value, asItIs, 1e9, () => false));

test("what is measured is what is shown, with a comma or two for each part", async () => {
  await fc.assert(
    fc.asyncProperty(anyJson, async (value) => {
      const bytes = Buffer.byteLength(await shown(value));
      const parts = (await shown(value)).match(/[[{,:]/g)?.length ?? 0;
      const measured = bytesShown(value, Number.POSITIVE_INFINITY);
      expect(measured).toBeGreaterThanOrEqual(bytes);
      expect(measured).toBeLessThanOrEqual(bytes + 2 * parts + 3);
    }),
  );
});

test.each([
  ["hidden characters", "\u202e\u200b\u{e0041}\ud800\u0000"],
  ["Japanese", "参加者"],
  ["quotes, backslashes and line ends", '"\\\n\t'],
])("%s take the room that they take when shown", async (_name, text) => {
  const value = { [text]: text.repeat(100) };
  expect(bytesShown(value, 1e6)).toBeGreaterThanOrEqual(Buffer.byteLength(await shown(value)));
  expect(bytesShown(value, 1e6)).toBeLessThan(Buffer.byteLength(await shown(value)) + 8);
});

test("of what is too large no more is looked at than it takes to know that", () => {
  let looked = 0;
  const entry = {
    get id() {
      looked += 1;
      return "x".repeat(100);
    },
  };
  expect(
    bytesShown(
      Array.from({ length: 1000 }, () => entry),
      1000,
    ),
  ).toBeGreaterThan(1000);
  expect(looked).toBeLessThan(12);
  expect(bytesShown("x".repeat(5_000_000), 10)).toBeGreaterThan(10);
});

test("what is nested deeper than is shown does no harm", () => {
  let value: unknown = [];
  for (let level = 0; level < 100_000; level++) value = [value];
  expect(bytesShown(value, 60_000)).toBeLessThan(2000);
});

test("as many of the first entries as have room", () => {
  expect(within(["aa", "bb", "cc"], 10)).toEqual(["aa", "bb"]);
  expect(within(["aa"], 1000)).toEqual(["aa"]);
  expect(within([], 0)).toEqual([]);
});
