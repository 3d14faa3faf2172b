import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactor } from "../src/redaction.ts";
import { TooLong } from "../src/text.ts";
import { visibleJson } from "../src/visible-json.ts";
import { longestBlock } from "./support/event-loop.ts";

const plain = (text: string) => text;

function nested(levels: number, wrap: (inner: unknown) => unknown, innermost: unknown = "x"): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

test("reaches every string, names of members included, and nothing else", async () => {
  const value = {
    "na\u202eme": ["\u200b", { "\u0007": "\u001b[31m" }, 1, -0.5, true, false, null, [], {}],
  };
  expect(await visibleJson(value, plain)).toEqual({
    "na\\u202eme": ["\\u200b", { "\\u0007": "\\u001b[31m" }, 1, -0.5, true, false, null, [], {}],
  });
  expect(await visibleJson("\u200b", plain)).toBe("\\u200b");
});

test("keeps the order of members and takes no name for something special", async () => {
  const text = '{"b":1,"a":2,"__proto__":{"polluted":true},"constructor":3,"toString":4}';
  const shown = await visibleJson(JSON.parse(text), plain);
  expect(JSON.stringify(shown)).toBe(text);
  expect(Object.prototype).not.toHaveProperty("polluted");
  expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
});

describe("names that come to read the same all stay, numbered", () => {
  test("in the order in which they came", async () => {
    expect(await visibleJson({ "a\u202e": 1, "a\\u202e": 2, b: 3 }, plain)).toEqual({
      "a\\u202e": 1,
      "a\\u202e (2)": 2,
      b: 3,
    });
  });

  test("also where the key is taken out, or a number is taken", async () => {
    const keys = { "secret-key": 1, "[redacted] (2)": 2, "[redacted]": 3, "secret-key\u200b": 4 };
    const shown = await visibleJson(keys, redactor("secret-key"));
    expect(Object.entries(Object(shown))).toEqual([
      ["[redacted]", 1],
      ["[redacted] (2)", 2],
      ["[redacted] (3)", 3],
      ["[redacted]\\u200b", 4],
    ]);
  });

  test("none is lost, whatever they are", async () => {
    const name = fc
      .array(fc.constantFrom("\u200b", "\\u200b", " (2)", " (3)", "a", "__proto__"), { maxLength: 3 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 12 }), async (names) => {
        const value = Object.fromEntries(names.map((name, index) => [name, index]));
        const shown = Object(await visibleJson(value, plain));
        expect(Object.values(shown)).toEqual(Object.values(value));
      }),
    );
  });
});

test("any JSON without hidden characters comes out as it went in", async () => {
  const text = fc.string({ unit: "grapheme-ascii" });
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ stringUnit: "grapheme-ascii" }), text, async (value, name) => {
      const json = JSON.parse(JSON.stringify({ [name]: value }));
      expect(await visibleJson(json, plain)).toEqual(json);
    }),
  );
});

test.each([
  ["lists", (inner: unknown) => [inner]],
  ["objects", (inner: unknown) => ({ inner })],
])("256 levels of %s are shown; what is deeper is cut there, in place", async (_name, wrap) => {
  const beside = (inner: unknown) => ({ before: 1, inner, after: 2 });
  expect(await visibleJson(nested(256, wrap), plain)).toEqual(nested(256, wrap));
  expect(await visibleJson(nested(257, wrap, "lost"), plain)).toEqual(
    nested(256, wrap, "nested too deep to show"),
  );
  expect(await visibleJson(beside(nested(100_000, wrap)), plain)).toEqual(
    beside(nested(255, wrap, "nested too deep to show")),
  );
});

test("takes the key out of values and names, before they are made visible", async () => {
  const redact = redactor("secret-key");
  expect(await visibleJson({ "x-secret-key": ["Bearer secret-key\u202e"] }, redact)).toEqual({
    "x-[redacted]": ["Bearer [redacted]\\u202e"],
  });
});

test("what would take more room than there is is not shown", async () => {
  const value = { a: ["b", { c: 1 }] };
  const room = JSON.stringify(value).length;
  expect(await visibleJson(value, plain, room)).toEqual(value);
  await expect(visibleJson(value, plain, room - 5)).rejects.toThrow(TooLong);
  await expect(visibleJson(["\u200b".repeat(100)], plain, 500)).rejects.toThrow(TooLong);
  await expect(visibleJson({ [`${"\u200b".repeat(100)}`]: 1 }, plain, 500)).rejects.toThrow(TooLong);
  await expect(visibleJson(Array(1000).fill(1), plain, 500)).rejects.toThrow(TooLong);
  await expect(visibleJson(Array(1000).fill(1e20), plain, 20_000)).rejects.toThrow(TooLong);
  const deep = nested(255, (inner) => [inner], Array(1000).fill([]));
  await expect(visibleJson(deep, plain, 20_000)).rejects.toThrow(TooLong);
});

test("other work has its turn after every 20,000 values, in lists and objects, also when they are nested", async () => {
  const turns = async (value: unknown) => {
    let count = 0;
    let isDone = false;
    const done = visibleJson(value, plain).then(() => {
      isDone = true;
    });
    for (; !isDone; count++) await nextTurn();
    await done;
    return count;
  };
  const entries = (count: number) => Array.from({ length: count }, (_, index) => index);
  const few = await turns(entries(100));
  for (const many of [
    entries(200_000),
    Object.fromEntries(entries(200_000).map((index) => [`n${index}`, index])),
    entries(2_000).map(() => entries(100)),
  ]) {
    expect((await turns(many)) - few).toBeGreaterThanOrEqual(9);
  }
});

test("serial codes of licenses are nobody's business, wherever they stand and whatever they are", async () => {
  const node = { node_name: "n1", license_serial_code: "SAMPLE-0001", serial_codes: "seen" };
  const value = { serial_code: "SAMPLE-0002", nodes: [node, { serial_code: { a: "SAMPLE-0003" } }] };
  const odd = {
    x_serial_code: ["SAMPLE-0004"],
    serial_code_2: 1,
    mine: { serial_code: 5 },
    "": { serial_code: null },
  };
  const masked = "[redacted]";
  expect(await visibleJson({ ...value, ...odd }, plain)).toEqual({
    serial_code: masked,
    nodes: [{ ...node, license_serial_code: masked }, { serial_code: masked }],
    x_serial_code: masked,
    serial_code_2: 1,
    mine: { serial_code: masked },
    "": { serial_code: null },
  });
});

test("what nobody waits for any more is not gone on with", async () => {
  let turns = 0;
  const isOver = () => ++turns === 3;
  await expect(visibleJson(Array(100_000).fill(1), plain, undefined, isOver)).rejects.toThrow(TooLong);
  expect(turns).toBe(3);
});

// The same for whole calls: test/mcp/one-participant.test.ts.
describe("what takes long to show does not hold up other work", () => {
  const twoWays = (bits: string) => [...bits].map((bit) => (bit === "0" ? "\u200b" : "\\u200b")).join("");
  const names = (count: number, name: (index: number) => string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), 0]));
  test.each<[string, () => unknown]>([
    ["names", () => names(400_000, (index) => index.toString(36))],
    ["names with something hidden", () => names(200_000, (index) => `\u200b${index.toString(36)}`)],
    [
      "names that read the same",
      () => names(16_384, (index) => twoWays(index.toString(2).padStart(14, "0"))),
    ],
    ["texts with something hidden", () => Array.from({ length: 400_000 }, () => "\u200b")],
    ["hidden characters", () => "\u200b".repeat(800_000)],
    ["what is nested", () => nested(1_000_000, (inner) => [inner])],
  ])("%s", { retry: 3 }, async (_name, make) => {
    const value = make();
    // Several times what an idle machine takes at once: the fault took seconds.
    expect(await longestBlock(() => visibleJson(value, plain, 5_000_000))).toBeLessThan(500);
  });
});
