import { expect, test } from "vitest";
import { bearerToken } from "../../src/callers/bearer.ts";

// RFC 6750, section 2.1, and RFC 9110, section 11.1: the scheme in any case.
test.each([
  ["Bearer abc", "abc"],
  ["bearer abc", "abc"],
  ["BEARER   abc", "abc"],
  ["Bearer aZ09-._~+/==", "aZ09-._~+/=="],
])("%j holds the token %s", (header, token) => {
  expect(bearerToken(header)).toBe(token);
});

test.each([
  undefined,
  "",
  "abc",
  "Bearer",
  "Bearer ",
  "Bearerabc",
  "Bearer\tabc",
  " Bearer abc",
  "Bearer abc ",
  "Bearer abc def",
  "Bearer abc, Bearer def",
  "Bearer =",
  "Bearer a=b",
  "Bearer abc\n",
  'Bearer "abc"',
  "Bearer äbc",
  "Basic YTpi",
  "Token Bearer abc",
])("%j holds none", (header) => {
  expect(bearerToken(header)).toBeUndefined();
});

test("a header of 1 MB is looked at in no time", () => {
  const startedAt = performance.now();
  for (const header of [
    `Bearer${" ".repeat(1e6)}`,
    `Bearer ${"=".repeat(1e6)}`,
    `Bearer ${"a=".repeat(5e5)}`,
  ])
    expect(bearerToken(header)).toBeUndefined();
  expect(bearerToken(`Bearer ${"a".repeat(1e6)}`)).toHaveLength(1e6);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
