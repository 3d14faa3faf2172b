import { getEncoding } from "js-tiktoken";
import { describe, expect, test } from "vitest";
import { worstFirst } from "../../../src/moderation/diagnosis/connection-diagnosis.ts";
import { after, before, connectionId } from "./bad-connection.ts";
import { type Answers, connection, diagnosed, fine, flowing } from "./evidence.ts";

test("a bad connection in full", () => {
  const blocked = [{ sender: connectionId, receiver: "B", kind: "audio" }];
  const diagnosis = diagnosed({ report: after, earlier: before, counters: flowing, blocked });
  expect(diagnosis).toEqual({
    ...connection,
    verdict: "bad",
    findings: expect.any(Array),
    // Round-trip time, jitter and frames per second, which are fair.
    more_findings: 3,
    up: { kbps: 288, loss_percent: 8.8, jitter_ms: 21, available_kbps: 310 },
    down: { kbps: 432, loss_percent: 8.1, jitter_ms: 34 },
    path: { type: "relay", protocol: "tcp", rtt_ms: 310 },
    mic: { level_0_to_1: 0.92 },
    client_report_age_s: 30,
    ratios_over_s: 5,
  });
  expect(
    diagnosis.findings.map(({ code, severity, value, limit, unit }) => [code, severity, value, limit, unit]),
  ).toEqual([
    ["uplink_loss", "bad", 8.8, 8, "%"],
    ["downlink_loss", "bad", 8.1, 8, "%"],
    ["bandwidth_limited", "bad", 100, 70, "% of time"],
    ["freezes", "bad", 42, 20, "% of time"],
    ["concealment", "bad", 10, 8, "% of samples"],
    ["loud_mic", "bad", 0.92, 0.8, "0..1"],
    ["relay_tcp", "info", undefined, undefined, undefined],
    ["duplicate_client", "info", 2, 1, "connections"],
    ["muted", "info", 1, 0, "of 2 viewers, audio"],
  ]);
});

test("a good connection says how much, how lossy, how far and how loud", () => {
  expect(diagnosed({ report: fine, counters: flowing, connections: [connection] })).toEqual({
    ...connection,
    verdict: "good",
    findings: [],
    up: { kbps: 288, loss_percent: 0.24 },
    down: { kbps: 432, loss_percent: 0.06 },
    path: { rtt_ms: 23.4 },
    mic: { level_0_to_1: 0.04 },
    client_report_age_s: 30,
    averages: "since joining",
  });
});

test("of whom nothing is known, nothing is told", () => {
  expect(diagnosed({ connections: [connection] })).toEqual({
    ...connection,
    verdict: "unknown",
    findings: [],
  });
  const nobody = { connection_id: connectionId, client_id: 5, role: "boss" };
  expect(diagnosed({ connections: [nobody] })).toEqual({
    connection_id: connectionId,
    verdict: "unknown",
    findings: [],
  });
});

test("only the ways that a role has are told", () => {
  const ofRole = (role: string) =>
    diagnosed({ report: after, counters: flowing, connections: [{ ...connection, role }] });
  expect(ofRole("sendonly")).toMatchObject({ up: { kbps: 288 } });
  expect(ofRole("sendonly")).not.toHaveProperty("down");
  expect(ofRole("recvonly")).toMatchObject({ down: { kbps: 432 } });
  expect(ofRole("recvonly")).not.toHaveProperty("up");
});

test("how long a picture takes is told where the processor is too slow", () => {
  const cpu = {
    timestamp: after.timestamp,
    stats: [
      {
        type: "outbound-rtp",
        kind: "video",
        qualityLimitationReason: "cpu",
        framesEncoded: 10,
        totalEncodeTime: 0.6,
      },
    ],
  };
  expect(diagnosed({ report: cpu, connections: [connection] })).toMatchObject({
    findings: [{ code: "cpu_limited" }],
    up: { encode_ms: 60 },
  });
});

describe("cl100k tokens", () => {
  const tokens = (answers: Answers) =>
    getEncoding("cl100k_base").encode(JSON.stringify(diagnosed(answers))).length;
  test("of a bad one", () => {
    expect(tokens({ report: after, counters: flowing, connections: [connection] })).toBeLessThan(260);
  });
  test("of one with a dozen findings", () => {
    expect(
      tokens({
        report: after,
        earlier: before,
        counters: flowing,
        blocked: [{ sender: connectionId, receiver: "B", kind: "audio" }],
      }),
    ).toBeLessThan(360);
  });
  test("of a good one", () => {
    expect(tokens({ report: fine, counters: flowing, connections: [connection] })).toBeLessThan(125);
  });
});

test("the worst stand first, then who has more of what is bad, and equals as they were", () => {
  const one = (
    connection_id: string,
    verdict: "bad" | "fair" | "unknown" | "good",
    severities: readonly ("bad" | "fair" | "info")[] = [],
  ) => ({
    connection_id,
    verdict,
    findings: severities.map((severity) => ({ code: "relay", severity }) as const),
  });
  const sorted = [
    one("0", "bad", ["bad", "bad"]),
    one("1", "bad", ["bad", "fair", "fair"]),
    one("2", "bad", ["bad", "fair", "info", "info"]),
    one("3", "fair", ["fair", "fair"]),
    one("4", "fair", ["fair"]),
    one("5", "fair", ["fair", "info"]),
    one("6", "unknown", ["info"]),
    one("7", "good"),
  ];
  const mixed = [7, 1, 4, 0, 6, 5, 3, 2].flatMap((at) => sorted[at] ?? []);
  expect(worstFirst(mixed).map(({ connection_id }) => connection_id)).toEqual([..."01234567"]);
});
