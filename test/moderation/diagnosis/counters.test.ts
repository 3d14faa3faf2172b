import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ratesBetween } from "../../../src/moderation/diagnosis/counters.ts";
import { anyJson } from "../../support/any-json.ts";
import { numbersIn } from "./numbers-in.ts";

/** An answer of GetStatsConnection. */
function answer(rtp: object, ice: object = {}) {
  return { connection_id: "A", rtp, ice_connection_state: ice, dtls: { total_received_dtls: 3 } };
}

test("rates are per second, bytes times eight", () => {
  const first = answer({
    total_received_rtp: 1000,
    total_received_rtp_byte_size: 100_000,
    total_received_bytes: 1,
    total_sent_rtp: 7,
    total_sent_rtp_byte_size: 0,
  });
  const second = answer({
    total_received_rtp: 1160,
    total_received_rtp_byte_size: 244_000,
    total_received_bytes: 900_000,
    total_sent_rtp: 7,
    total_sent_rtp_byte_size: 0,
  });
  expect(ratesBetween(first, second, 4000)).toEqual({
    up: { kbps: 288, packetsPerSecond: 40 },
    down: { kbps: 0, packetsPerSecond: 0 },
    unansweredChecks: undefined,
  });
});

test("where RTP is not told apart, all bytes count, and numbers may be text", () => {
  const at = (total_received_bytes: unknown, total_sent_bytes: unknown) =>
    answer({ total_received_bytes, total_sent_bytes });
  expect(ratesBetween(at("0", 0), at("500", 1000), 4000)).toEqual({
    up: { kbps: 1, packetsPerSecond: undefined },
    down: { kbps: 2, packetsPerSecond: undefined },
    unansweredChecks: undefined,
  });
});

describe("no rates", () => {
  const [first, second] = [answer({ total_sent_rtp: 5 }), answer({ total_sent_rtp: 9 })];
  test.each([0, 5e-324, -1, Number.NaN, Number.POSITIVE_INFINITY])("after %s ms", (milliseconds) => {
    expect(ratesBetween(first, second, milliseconds)).toBeUndefined();
  });

  const counters = {
    total_received_rtp: 5,
    total_received_rtp_byte_size: 5,
    total_received_rtcp: 5,
    total_received_packets: 5,
    total_received_bytes: 5,
    total_sent_rtp: 5,
    total_sent_rtp_byte_size: 5,
    total_sent_bytes: 5,
  };
  test.each(Object.keys(counters))("when %s fell", (name) => {
    expect(ratesBetween(answer(counters), answer({ ...counters, [name]: 4 }), 4000)).toBeUndefined();
    expect(ratesBetween(answer(counters), answer({ ...counters, [name]: 6 }), 4000)).toBeDefined();
  });

  test.each(["total_connected_req", "total_connected_ack"])("when %s fell", (name) => {
    const checks = { total_connected_req: 5, total_connected_ack: 5 };
    expect(ratesBetween(answer({}, checks), answer({}, { ...checks, [name]: 4 }), 4000)).toBeUndefined();
  });
});

test("a counter that only one of the answers has gives nothing", () => {
  const rates = ratesBetween(answer({ total_sent_rtp: 5 }), answer({ total_received_rtp: 5 }), 4000);
  expect(rates).toMatchObject({ up: { packetsPerSecond: undefined }, down: { packetsPerSecond: undefined } });
});

describe("ICE checks without an answer", () => {
  const checks = (total_connected_req: number, total_connected_ack?: number) => ({
    total_connected_req,
    total_connected_ack,
  });
  const rtp = (more: object = {}) => ({
    total_received_rtp: 10,
    total_received_rtcp: 10,
    total_received_packets: 20,
    ...more,
  });
  test.each([
    ["as many as were asked", checks(5, 5), checks(7, 5), {}, 2],
    ["none when one was answered", checks(5, 5), checks(7, 6), {}, 0],
    ["none when none was asked", checks(5, 5), checks(5, 5), {}, 0],
    ["unknown where answers are not counted", checks(5), checks(7), {}, undefined],
    ["unknown where they are counted once only", checks(5), checks(7, 5), {}, undefined],
    ["none when RTP came", checks(5, 5), checks(6, 5), { total_received_rtp: 11 }, 0],
    ["none when RTCP came", checks(5, 5), checks(6, 5), { total_received_rtcp: 11 }, 0],
    ["none when anything came", checks(5, 5), checks(6, 5), { total_received_packets: 21 }, 0],
  ])("%s", (_what, first, second, more, unanswered) => {
    const rates = ratesBetween(answer(rtp(), first), answer(rtp(more), second), 4000);
    expect(rates?.unansweredChecks).toBe(unanswered);
  });

  test("are told without any other counter", () => {
    const rates = ratesBetween(
      { ice_connection_state: checks(1, 0) },
      { ice_connection_state: checks(3, 0) },
      4000,
    );
    expect(rates?.unansweredChecks).toBe(2);
  });

  test("one alone may be under way, where no other counter says that nothing came", () => {
    const [first, second] = [{ ice_connection_state: checks(1, 0) }, { ice_connection_state: checks(2, 0) }];
    expect(ratesBetween(first, second, 4000)?.unansweredChecks).toBe(0);
    const rtp = { total_received_packets: 7 };
    expect(ratesBetween({ ...first, rtp }, { ...second, rtp }, 4000)?.unansweredChecks).toBe(1);
  });
});

test("any JSON gives finite numbers, none of them negative, or none", () => {
  const anyCount = fc.oneof(fc.nat(), fc.double(), fc.bigInt().map(String), anyJson);
  const anyAnswer = fc.oneof(
    anyJson,
    fc.record({
      rtp: fc.record({ total_received_rtp: anyCount, total_sent_rtp_byte_size: anyCount }),
      ice_connection_state: fc.record({ total_connected_req: anyCount, total_connected_ack: anyCount }),
    }),
  );
  const anyTime = fc.oneof(fc.double(), fc.constantFrom(0, 5e-324, 1, 4000, Number.MAX_VALUE));
  fc.assert(
    fc.property(anyAnswer, anyAnswer, anyTime, (first, second, milliseconds) => {
      const numbers = numbersIn(ratesBetween(first, second, milliseconds));
      expect(numbers.every((number) => Number.isFinite(number) && number >= 0)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
