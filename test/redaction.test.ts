import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactor } from "../src/redaction.ts";

describe("redactor", () => {
  test.each([
    { secret: "secret-key", text: "secret-key", expected: "[redacted]" },
    {
      secret: "secret-key",
      text: "Bearer secret-key, secret-key!",
      expected: "Bearer [redacted], [redacted]!",
    },
    { secret: "secret-key", text: "secret-ke", expected: "secret-ke" },
    { secret: "secret-key", text: "SECRET-KEY", expected: "SECRET-KEY" },
    { secret: "a.b*c+", text: "a.b*c+ aXbbbc", expected: "[redacted] aXbbbc" },
    { secret: "$&$&$&", text: "x $&$&$& y", expected: "x [redacted] y" },
    { secret: "aaaaaa", text: "aaaaaaaaaaaaa", expected: "[redacted][redacted]a" },
    { secret: "abcdef", text: "abcdef", expected: "[redacted]" },
    { secret: 'ab"cd\\ef', text: 'It is "ab\\"cd\\\\ef".', expected: 'It is "[redacted]".' },
    { secret: "abcde", text: "abcde", expected: "abcde" },
    { secret: undefined, text: "undefined", expected: "undefined" },
  ])("$secret in $text", ({ secret, text, expected }) => {
    expect(redactor(secret)(text)).toBe(expected);
  });

  test("whatever the key and wherever it stands, it is gone", () => {
    const visible = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 12,
    });
    fc.assert(
      fc.property(visible, fc.string(), fc.string(), (secret, before, after) => {
        expect(redactor(secret)(`${before}${secret}${after}`)).not.toContain(secret);
      }),
    );
  });
});
