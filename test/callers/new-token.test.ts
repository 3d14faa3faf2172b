import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { nameFault, newToken } from "../../src/callers/new-token.ts";

test("a token is 256 random bits, and its entry names it by its hash alone", () => {
  const { token, entry } = newToken("alice");
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(Buffer.from(token, "base64url")).toHaveLength(32);
  expect(entry).toEqual({
    name: "alice",
    token_sha256: createHash("sha256").update(token).digest("hex"),
  });
});

test("no two tokens are the same, nor are they alike", () => {
  const tokens = Array.from({ length: 100 }, () => newToken("alice").token);
  expect(new Set(tokens.map((token) => token.slice(0, 10))).size).toBe(100);
});

test.each(["alice", "Alice Example", "配信チーム", "a".repeat(100), "😀".repeat(100)])(
  "%j is a name",
  (name) => {
    expect(nameFault(name)).toBeUndefined();
  },
);

test.each([
  ["", "empty"],
  ["  ", "empty"],
  ["a".repeat(101), "longer than 100 characters"],
  ...["a\nb", "a\u0000", "a\u2028b", "a\u2029b", "a\u202eb", "\ud800", "\u0085"].map((name) => [
    name,
    "not fit",
  ]),
])("%j is none", (name = "", fault = "") => {
  expect(nameFault(name)).toContain(fault);
});
