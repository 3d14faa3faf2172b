import { describe, expect, test } from "vitest";
import { SoraFailure } from "../../src/sora/errors.ts";
import { waitBeforeRetry } from "../../src/sora/retry.ts";

// Which outcomes are tried again is counted on real connections in client-retry.test.ts; here is how long to wait.

const coded = (code: string, syscall?: string) =>
  Object.assign(new Error(code), { code }, syscall && { syscall });

test.each([
  { attempt: 1, least: 100, most: 200 },
  { attempt: 2, least: 200, most: 400 },
])(
  "the wait after try $attempt is between $least and $most ms, and not always the same",
  ({ attempt, least, most }) => {
    const outcomes = [
      { error: coded("ECONNRESET") },
      { status: 429, retryAfter: undefined },
      { status: 502, retryAfter: undefined },
      { status: 503, retryAfter: undefined },
      { status: 504, retryAfter: undefined },
    ];
    for (const outcome of outcomes) {
      const waits = Array.from({ length: 200 }, () => waitBeforeRetry(outcome, attempt, true) ?? -1);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...waits)).toBeLessThanOrEqual(most);
      expect(new Set(waits).size).toBeGreaterThan(100);
    }
  },
);

test("after the third try there is no other, whatever came of it", () => {
  for (const retryable of [true, false]) {
    const error = coded("ECONNREFUSED", "connect");
    expect(waitBeforeRetry({ error }, 3, retryable)).toBeUndefined();
    expect(waitBeforeRetry({ status: 503, retryAfter: "0" }, 3, retryable)).toBeUndefined();
  }
});

describe("failed connections", () => {
  test.each([
    { code: "ECONNREFUSED", syscall: "connect", reads: true, others: true },
    { code: "ENOTFOUND", syscall: "getaddrinfo", reads: true, others: true },
    { code: "EAI_AGAIN", syscall: "getaddrinfo", reads: true, others: true },
    { code: "EHOSTUNREACH", syscall: "connect", reads: true, others: true },
    { code: "ENETUNREACH", syscall: "connect", reads: true, others: true },
    { code: "ETIMEDOUT", syscall: "connect", reads: true, others: true },
    { code: "UND_ERR_CONNECT_TIMEOUT", reads: true, others: true },
    // The same codes on a connection that was made: the request may have arrived.
    { code: "ECONNREFUSED", syscall: "read", reads: true, others: false },
    { code: "EHOSTUNREACH", syscall: "read", reads: true, others: false },
    { code: "ENETUNREACH", syscall: "write", reads: true, others: false },
    { code: "ETIMEDOUT", syscall: "read", reads: true, others: false },
    { code: "ECONNRESET", syscall: "read", reads: true, others: false },
    { code: "EPIPE", syscall: "write", reads: true, others: false },
    { code: "ECONNABORTED", syscall: "write", reads: true, others: false },
    { code: "UND_ERR_SOCKET", reads: true, others: false },
    { code: "CERT_HAS_EXPIRED", reads: false, others: false },
    { code: "UND_ERR_HEADERS_OVERFLOW", reads: false, others: false },
    { code: "ABORT_ERR", reads: false, others: false },
  ])("$syscall $code: read again $reads, other calls again $others", ({ code, syscall, reads, others }) => {
    const cause = coded(code, syscall);
    for (const error of [cause, new Error("outer", { cause }), new AggregateError([cause])]) {
      expect(waitBeforeRetry({ error }, 1, true) !== undefined).toBe(reads);
      expect(waitBeforeRetry({ error }, 1, false) !== undefined).toBe(others);
    }
  });

  test("what is no failed connection is not tried again", () => {
    for (const error of [
      new SoraFailure("bad_response", "cut off"),
      new SoraFailure("unreachable", "said already", {}, { cause: coded("ECONNREFUSED", "connect") }),
      new Error("odd"),
      "text",
      undefined,
      null,
    ]) {
      expect(waitBeforeRetry({ error }, 1, true)).toBeUndefined();
    }
  });
});

test.each([
  { retryAfter: "0", wait: 0 },
  { retryAfter: "7", wait: 7_000 },
  { retryAfter: "0000000007", wait: 7_000 },
  { retryAfter: "9".repeat(400), wait: 31_536_000_000 },
  { retryAfter: "Wed, 21 Oct 2015 07:28:00 GMT", wait: 0 },
])("Retry-After $retryAfter means $wait ms, for a write too", ({ retryAfter, wait }) => {
  for (const retryable of [true, false]) {
    expect(waitBeforeRetry({ status: 429, retryAfter }, 1, retryable)).toBe(wait);
    expect(waitBeforeRetry({ status: 503, retryAfter }, 2, retryable)).toBe(wait);
  }
  expect(waitBeforeRetry({ status: 502, retryAfter }, 1, true)).toBe(wait);
  expect(waitBeforeRetry({ status: 502, retryAfter }, 1, false)).toBeUndefined();
});

test("a date is counted from now", () => {
  const retryAfter = new Date(Date.now() + 3_600_000).toUTCString();
  const wait = waitBeforeRetry({ status: 503, retryAfter }, 1, false) ?? 0;
  expect(wait).toBeGreaterThan(3_500_000);
  expect(wait).toBeLessThanOrEqual(3_600_000);
});

test.each([
  "",
  " ",
  "soon",
  "-5",
  "1.5",
  "1e3",
  "0x10",
  "Jan 5",
  "2030-01-01",
  "7 GMT",
  "yesterday GMT",
  "Infinity",
  "Invalid Date",
])("Retry-After %j is not understood: a write is not sent again, a read waits as usual", (retryAfter) => {
  expect(waitBeforeRetry({ status: 503, retryAfter }, 1, false)).toBeUndefined();
  expect(waitBeforeRetry({ status: 503, retryAfter }, 1, true)).toBeGreaterThanOrEqual(100);
});
