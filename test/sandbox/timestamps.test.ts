import { expect, test } from "vitest";
import { microsecondTimestamp } from "../../src/sandbox/timestamps.ts";

test.each([
  [1_644_316_214_314_590, "2022-02-08T10:30:14.314590Z"],
  [1_644_316_214_000_007, "2022-02-08T10:30:14.000007Z"],
  [1_644_316_214_000_000, "2022-02-08T10:30:14.000000Z"],
  [1_644_316_214_999_999, "2022-02-08T10:30:14.999999Z"],
])("%i microseconds are %s", (microseconds, timestamp) => {
  expect(microsecondTimestamp(microseconds)).toBe(timestamp);
});
