import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, TooLong, visibleText } from "../src/text.ts";

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
    { name: "invisible operators and what is beside them", characters: run(0x2061, 0x206f) },
    { name: "line and paragraph separators", characters: ["\u2028", "\u2029"] },
    { name: "soft hyphen", characters: ["\u00ad"] },
    { name: "combining grapheme joiner", characters: ["\u034f"] },
    { name: "Hangul fillers", characters: ["\u115f", "\u1160", "\u3164", "\uffa0"] },
    {
      name: "Mongolian and Khmer characters that nobody sees",
      characters: [...run(0x180b, 0x180f), "\u17b4"],
    },
    { name: "the Braille blank", characters: ["\u2800"] },
    { name: "variation selectors, where no emoji is before them", characters: run(0xfe00, 0xfe0f) },
    { name: "more variation selectors", characters: run(0xe0100, 0xe01ef) },
    { name: "annotation and shorthand controls", characters: [...run(0xfff9, 0xfffb), "\u{1bca0}"] },
    { name: "musical controls", characters: run(0x1d173, 0x1d17a) },
    { name: "tags", characters: run(0xe0000, 0xe007f) },
    { name: "private use", characters: ["\ue000", "\uf8ff", "\u{f0000}", "\u{10fffd}"] },
    { name: "unassigned and noncharacters", characters: ["\u0378", "\ufdd0", "\uffff", "\u{10ffff}"] },
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
    {
      name: "variation selectors behind an emoji",
      text: "❤\ufe0f ☎\ufe0e 🏳\ufe0f\u200d🌈 ©\ufe0f 👁\ufe0f\u200d🗨\ufe0f",
    },
    { name: "keycaps", text: "1\ufe0f\u20e3 #\ufe0f\u20e3" },
    { name: "skin tones", text: "👋🏽 👩🏿\u200d🚀" },
    { name: "variation selectors behind a skin tone or half a flag", text: "🏽\ufe0f 🇯\ufe0e" },
    { name: "combining marks", text: "é が" },
    { name: "right-to-left letters", text: "שלום مرحبا" },
    { name: "spaces of every width", text: "a\u00a0b\u3000c\u2009d" },
    { name: "backslashes and quotes", text: String.raw`\u202e "\n" \\` },
    { name: "whole surrogate pairs", text: "\u{10000}\u{2f800}😀" },
    { name: "nothing", text: "" },
  ])("leaves $name as it is", ({ text }) => {
    expect(visibleText(text)).toBe(text);
  });

  test.each([
    ["behind a letter", "a\ufe0f", "a\\ufe0f"],
    ["behind a digit that is no keycap", "1\ufe0f2\ufe0e", "1\\ufe0f2\\ufe0e"],
    ["the second one behind an emoji", "❤\ufe0f\ufe0f", "❤\ufe0f\\ufe0f"],
    ["at the start", "\ufe0f❤", "\\ufe0f❤"],
    ["another one behind an emoji", "❤\ufe00", "❤\\ufe00"],
  ])("shows a variation selector %s", (_name, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  test("stops as soon as the result would be longer than it may", () => {
    expect(visibleText("\u200b", 6)).toBe("\\u200b");
    expect(() => visibleText("\u200b", 5)).toThrow(TooLong);
    expect(visibleText("plain", 5)).toBe("plain");
    expect(() => visibleText("plain", 4)).toThrow(TooLong);
  });

  test("shows the text that tag characters hide", () => {
    const hidden = [..."ok"].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
    expect(visibleText(`fine${hidden}`)).toBe("fine\\u{e006f}\\u{e006b}");
  });

  test("whatever is given, what comes out has nothing hidden and stays so", () => {
    const hidden = /[\p{C}\p{DI}\p{Zl}\p{Zp}\u2800]/u;
    const needed = /[\t\n\u200c\u200d]|(?<=\p{Emoji})[\ufe0e\ufe0f]/gu;
    const any = fc.integer({ min: 0, max: 0x10ffff });
    const likely = fc.oneof(any, fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0x2000, max: 0x2070 }));
    const unit = likely.map((code) => String.fromCodePoint(code));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const shown = visibleText(text);
        expect(shown.replace(needed, "")).not.toMatch(hidden);
        expect(visibleText(shown)).toBe(shown);
      }),
    );
  });
});

test("a text is cut after so many characters, not UTF-16 units, and left whole when it has no more", () => {
  expect(cut("abc", 3)).toBe("abc");
  expect(cut("abcd", 3)).toBe("abc…");
  expect(cut("😀😀😀", 3)).toBe("😀😀😀");
  expect(cut("😀😀😀😀", 3)).toBe("😀😀😀…");
  expect(cut("", 3)).toBe("");
});
