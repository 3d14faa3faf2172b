import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellLine, tomlString, withVariables } from "../../src/setup/quoting.ts";
import { powerShellWords, tomlValue } from "./read-back.ts";

const testWithSh = test.skipIf(process.platform === "win32");

/** Without NUL, which no shell and no file name can hold. */
const texts = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", ""));
const awkward = fc.oneof(
  texts,
  fc.string({ unit: fc.constantFrom(..."'\"\\$`!%&|;<>()*?[]{}~# \t,@=-:./‘’‚‛ab端末") }),
);

/** What a line of sh writes. */
const written = (line: string) => execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" });

testWithSh("sh gives a program the words as they were", () => {
  fc.assert(
    fc.property(fc.array(awkward, { maxLength: 6 }), (words) => {
      const line = shellLine("linux", ["printf", "%s\\0", "first", ...words]);
      expect(written(line)).toBe(["first", ...words, ""].join("\0"));
    }),
  );
});

testWithSh.each([
  "$HOME",
  "$(id)",
  "`id`",
  "~",
  "~/x",
  "*",
  "/*",
  "a b",
  "",
  "'",
  "\\",
  "{a,b}",
  "!!",
  "a;id",
  "#",
  "端末",
])("sh makes nothing of %j", (word) => {
  expect(written(shellLine("linux", ["printf", "%s\\0", word, `--a=${word}`]))).toBe(
    `${word}\0--a=${word}\0`,
  );
  expect(written(withVariables("linux", { SORA_A: word }, "printenv SORA_A"))).toBe(`${word}\n`);
});

testWithSh("sh gives a program the variables as they were", () => {
  fc.assert(
    fc.property(awkward, (value) => {
      const line = withVariables("darwin", { SORA_A: value, SORA_B: "b" }, "printenv SORA_A");
      expect(written(line)).toBe(`${value}\n`);
    }),
  );
});

test("PowerShell, by its rules for strings, reads the words as they were", () => {
  fc.assert(
    fc.property(fc.array(awkward), (words) => {
      expect(powerShellWords(shellLine("win32", words))).toEqual(words);
    }),
  );
});

test("PowerShell gets no bare word of which it would make something else", () => {
  const words = ["claude", "--env", "-y", "--", "--a=b:c", "-a.b", "C:\\Users\\x", "$x", "@a", "a,b", "1;2"];
  expect(shellLine("win32", words)).toBe(
    "claude --env -y '--' '--a=b:c' '-a.b' 'C:\\Users\\x' '$x' '@a' 'a,b' '1;2'",
  );
  expect(withVariables("win32", { SORA_A: "it's", SORA_B: "b" }, "npx x")).toBe(
    "$env:SORA_A = 'it''s'; $env:SORA_B = 'b'; npx x",
  );
});

test("a string of TOML is read back as it was, and holds none of the characters that it may not", () => {
  fc.assert(
    fc.property(fc.oneof(awkward, fc.string({ unit: "binary" })), (value) => {
      fc.pre(value.isWellFormed());
      const text = tomlString(value);
      expect(tomlValue(text)).toBe(value);
      expect(text).not.toMatch(/[\0-\x1f\x7f]/);
    }),
  );
  expect(tomlString('a"b\\c\x7f\n')).toBe('"a\\"b\\\\c\\u007f\\n"');
});
