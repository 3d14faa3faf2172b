import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactor } from "../src/redaction.ts";
import { visibleAnswer, visibleJson, visibleText } from "../src/text.ts";

const plain = (text: string) => text;

/** Every character from one code point to another. */
function run(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));
}

describe("visibleText", () => {
  test.each([
    { name: "controls before tab", characters: run(0x00, 0x08) },
    { name: "controls after newline", characters: run(0x0b, 0x1f) },
    { name: "delete and the second set of controls", characters: run(0x7f, 0x9f) },
    { name: "Arabic letter mark", characters: run(0x061c, 0x061c) },
    { name: "zero-width space", characters: run(0x200b, 0x200b) },
    { name: "left-to-right and right-to-left marks", characters: run(0x200e, 0x200f) },
    { name: "bidirectional embeddings and overrides", characters: run(0x202a, 0x202e) },
    { name: "word joiner", characters: run(0x2060, 0x2060) },
    { name: "bidirectional isolates", characters: run(0x2066, 0x2069) },
    { name: "byte order mark", characters: run(0xfeff, 0xfeff) },
    { name: "tags", characters: run(0xe0000, 0xe007f) },
    { name: "halves of surrogate pairs", characters: run(0xd800, 0xdfff) },
  ])("shows $name", ({ characters }) => {
    for (const character of characters) {
      const hex = (character.codePointAt(0) ?? 0).toString(16);
      const shown = hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
      expect(visibleText(`a${character}b${character}`)).toBe(`a${shown}b${shown}`);
    }
  });

  test.each([
    { name: "tab and newline", text: "a\tb\nc" },
    { name: "zero-width joiner in a family", text: "👨‍👩‍👧" },
    { name: "zero-width non-joiner in Persian", text: "می‌خواهم" },
    { name: "variation selectors", text: "❤️ 葛󠄀" },
    { name: "combining marks", text: "é が" },
    { name: "right-to-left letters", text: "שלום مرحبا" },
    { name: "spaces of every width", text: "a\u00a0b\u3000c\u2009d" },
    { name: "backslashes and quotes", text: String.raw`\u202e "\n" \\` },
    { name: "whole surrogate pairs", text: "\u{10000}\u{10ffff}😀" },
    { name: "nothing", text: "" },
  ])("leaves $name as it is", ({ text }) => {
    expect(visibleText(text)).toBe(text);
  });

  test("shows the text that tag characters hide", () => {
    const hidden = [..."ok"].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
    expect(visibleText(`fine${hidden}`)).toBe("fine\\u{e006f}\\u{e006b}");
  });

  test("whatever is given, what comes out has nothing hidden and stays so", () => {
    const hidden = /[\p{Cc}\p{Bidi_Control}\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/u;
    const any = fc.integer({ min: 0, max: 0x10ffff });
    const likely = fc.oneof(any, fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0x2000, max: 0x2070 }));
    const unit = likely.map((code) => String.fromCodePoint(code));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const shown = visibleText(text);
        expect(shown.replace(/[\t\n]/g, "")).not.toMatch(hidden);
        expect(visibleText(shown)).toBe(shown);
      }),
    );
  });
});

describe("visibleJson", () => {
  test("reaches every string, names of members included, and nothing else", () => {
    const value = {
      "na\u202eme": ["\u200b", { "\u0007": "\u001b[31m" }, 1, -0.5, true, false, null, [], {}],
    };
    expect(visibleJson(value, plain)).toEqual({
      "na\\u202eme": ["\\u200b", { "\\u0007": "\\u001b[31m" }, 1, -0.5, true, false, null, [], {}],
    });
  });

  test("keeps the order of members and takes no name for something special", () => {
    const text = '{"b":1,"a":2,"__proto__":{"polluted":true},"constructor":3,"toString":4}';
    const shown = visibleJson(JSON.parse(text), plain);
    expect(JSON.stringify(shown)).toBe(text);
    expect(Object.prototype).not.toHaveProperty("polluted");
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
  });

  test("names that come to read the same all stay", () => {
    expect(visibleJson({ "a\u202e": 1, "a\\u202e": 2, b: 3 }, plain)).toEqual({
      "a\\u202e": 1,
      "a\\u202e (another)": 2,
      b: 3,
    });
    const redact = redactor("secret-key");
    const keys = { "secret-key": 1, "[redacted]": 2, "[redacted] (another)": 3 };
    expect(Object.values(Object(visibleJson(keys, redact)))).toEqual([1, 2, 3]);
  });

  test("any JSON without hidden characters comes out as it went in", () => {
    const text = fc.string({ unit: "grapheme-ascii" });
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme-ascii" }), text, (value, name) => {
        const json = JSON.parse(JSON.stringify({ [name]: value }));
        expect(visibleJson(json, plain)).toEqual(json);
      }),
    );
  });

  test("256 levels are shown, 257 are refused, in objects and lists alike", () => {
    const nested = (levels: number, wrap: (inner: unknown) => unknown) => {
      let value: unknown = "x";
      for (let level = 0; level < levels; level++) value = wrap(value);
      return value;
    };
    for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ inner })]) {
      expect(visibleJson(nested(256, wrap), plain)).toEqual(nested(256, wrap));
      expect(() => visibleJson(nested(257, wrap), plain)).toThrow(
        expect.objectContaining({ code: "bad_response" }),
      );
    }
  });

  test("takes the key out of values and names, before it is made visible", () => {
    const redact = redactor("secret-key");
    expect(visibleJson({ "x-secret-key": ["Bearer secret-key\u202e"] }, redact)).toEqual({
      "x-[redacted]": ["Bearer [redacted]\\u202e"],
    });
  });
});

describe("visibleAnswer", () => {
  const redact = redactor("secret-key");
  const shown = (text: string) => visibleAnswer(JSON.parse(text), text, redact);

  test("is what visibleJson makes of the value, however the text spells it", () => {
    const spelt = fc.constantFrom(
      "a",
      "\u202e",
      "\\u202e",
      "\\u0007",
      "secret-key",
      "secret\\u002dkey",
      "\\\\u202e",
      "\u{e0041}",
    );
    const text = fc.array(spelt).map((parts) => `{"${parts.join("")}":["${parts.join("x")}",1]}`);
    fc.assert(
      fc.property(text, (json) => {
        expect(shown(json)).toEqual(visibleJson(JSON.parse(json), redact));
      }),
    );
  });

  test("does not copy what needs no change, and refuses what is nested too deeply all the same", () => {
    const value = { a: ["b", { c: 1 }] };
    expect(visibleAnswer(value, JSON.stringify(value), redact)).toBe(value);
    expect(() => shown("[".repeat(257) + "]".repeat(257))).toThrow(
      expect.objectContaining({ code: "bad_response" }),
    );
    expect(shown("[".repeat(256) + "]".repeat(256))).toBeInstanceOf(Array);
  });
});
