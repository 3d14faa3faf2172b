import { describe, expect, test } from "vitest";
import { verdictOf } from "../../../src/moderation/diagnosis/findings.ts";
import { readReport } from "../../../src/moderation/diagnosis/report.ts";
import { reportedBy } from "../../../src/moderation/diagnosis/reported.ts";
import type { Surroundings } from "../../../src/moderation/diagnosis/surroundings.ts";
import { after, afterAt, before } from "./bad-connection.ts";

import { alone, camera, flowing, found, reportOf, sentVideo, severity } from "./found.ts";

test("the bad connection has all its troubles, the worst first", () => {
  const report = readReport(after);
  if (!report) throw new Error("no report");
  const reported = reportedBy(report, readReport(before), afterAt + 30_000);
  const findings = found({ reported });
  expect(findings.map(({ code, severity, value }) => [code, severity, value])).toEqual([
    ["uplink_loss", "bad", 8.8],
    ["downlink_loss", "bad", 8.1],
    ["bandwidth_limited", "bad", 100],
    ["freezes", "bad", 42],
    ["concealment", "bad", 10],
    ["loud_mic", "bad", 0.92],
    ["high_rtt", "fair", 310],
    ["high_jitter", "fair", 34],
    ["low_fps", "fair", 12],
    ["relay_tcp", "info", undefined],
  ]);
  expect(verdictOf(findings, reported)).toBe("bad");
});

describe("few frames", () => {
  test.each([
    ["are a finding while the camera gives more", 12, 30, "fair"],
    ["are bad when very few", 5, 30, "bad"],
    ["are none when the camera gives no more", 12, 12, undefined],
    ["nor when that is off by one", 12, 13, undefined],
    ["but are from there on", 12, 13.1, "fair"],
  ])("%s", (_what, framesPerSecond, source, expected) => {
    const reported = reportOf([{ ...sentVideo, framesPerSecond }, camera(source)]);
    expect(severity(found({ reported }), "low_fps")).toBe(expected);
  });

  test("are not judged without the camera", () => {
    expect(found({ reported: reportOf([{ ...sentVideo, framesPerSecond: 1 }]) })).toEqual([]);
  });
});

describe("jitter", () => {
  const inbound = (kind: string, jitter: number) => ({ type: "inbound-rtp", kind, ssrc: 1, jitter });
  test("is that of audio where there is audio, as video comes in bursts", () => {
    const reported = reportOf([inbound("audio", 0.01), inbound("video", 0.09)]);
    expect(found({ reported })).toEqual([]);
  });
  test("is that of video without", () => {
    expect(severity(found({ reported: reportOf([inbound("video", 0.09)]) }), "high_jitter")).toBe("bad");
  });
  test("either way counts", () => {
    const up = { type: "remote-inbound-rtp", kind: "audio", ssrc: 7, jitter: 0.04 };
    const entries = [{ type: "outbound-rtp", kind: "audio", ssrc: 7 }, up, inbound("audio", 0.01)];
    expect(severity(found({ reported: reportOf(entries) }), "high_jitter")).toBe("fair");
  });
});

describe("limited", () => {
  test("at the moment of the report, where it is not told how long", () => {
    const reported = reportOf([{ ...sentVideo, qualityLimitationReason: "cpu" }]);
    expect(found({ reported })).toEqual([{ code: "cpu_limited", severity: "fair" }]);
  });
  test("where it is told, by how long", () => {
    const qualityLimitationDurations = { none: 90, cpu: 10, bandwidth: 0, other: 0 };
    const reported = reportOf([{ ...sentVideo, qualityLimitationReason: "cpu", qualityLimitationDurations }]);
    expect(found({ reported })).toEqual([]);
  });
});

describe("a relay", () => {
  const over = (candidateType: string, relayProtocol: string) =>
    reportOf([
      { type: "candidate-pair", id: "p", selected: true, localCandidateId: "l" },
      { type: "local-candidate", id: "l", candidateType, relayProtocol, protocol: "udp" },
    ]);
  test.each([
    ["udp", "relay"],
    ["tcp", "relay_tcp"],
    ["tls", "relay_tcp"],
    ["?", "relay"],
  ])("over %s explains", (protocol, code) => {
    expect(found({ reported: over("relay", protocol) })).toEqual([{ code, severity: "info" }]);
  });
  test("is none without one", () => {
    expect(found({ reported: over("srflx", "tcp") })).toEqual([]);
  });
});

test("a layer that is missing is fair where something limits the others, and otherwise explains a small picture", () => {
  const layer = (ssrc: number, packetsSent: number, more = {}) => ({
    ...sentVideo,
    ssrc,
    rid: `r${ssrc}`,
    packetsSent,
    ...more,
  });
  const missing = { code: "layer_missing", value: 2, limit: 0, unit: "layers" };
  const layers = [layer(1, 0), layer(2, 0)];
  expect(found({ reported: reportOf([layer(0, 100), ...layers]) })).toEqual([
    { ...missing, severity: "info" },
  ]);
  const limited = layer(0, 100, { qualityLimitationReason: "bandwidth" });
  expect(found({ reported: reportOf([limited, ...layers]) })).toEqual([
    { code: "bandwidth_limited", severity: "fair" },
    { ...missing, severity: "fair" },
  ]);
});

const microphone = (totalAudioEnergy: number) =>
  reportOf([{ type: "media-source", kind: "audio", totalAudioEnergy, totalSamplesDuration: 100 }]);
const mutedFor = (cutFor: number): Surroundings => ({
  ...alone,
  muted: { ...alone.muted, audio: { cutFor, of: 3 } },
});

describe("the microphone", () => {
  test.each([
    ["loud", 81, 0, [["loud_mic", "bad", 0.9]]],
    ["silent, which as a rule people want", 0, 0, [["silent_mic", "info", 0]]],
    ["usual", 1, 0, []],
    ["silent and muted by a filter", 0, 3, [["muted", "info", 3]]],
    ["silent and muted for one", 0, 1, [["muted", "info", 1]]],
    [
      "loud and muted for one",
      81,
      1,
      [
        ["loud_mic", "bad", 0.9],
        ["muted", "info", 1],
      ],
    ],
    [
      "loud and muted for all, so that nobody hears it",
      81,
      3,
      [
        ["loud_mic", "info", 0.9],
        ["muted", "info", 3],
      ],
    ],
  ])("%s", (_what, energy, cutFor, expected) => {
    const findings = found({ reported: microphone(energy), surroundings: mutedFor(cutFor) });
    expect(findings.map(({ code, severity, value }) => [code, severity, value])).toEqual(expected);
  });
});

test("a loud microphone is one, even when nobody else is there", () => {
  const surroundings = { ...alone, muted: { ...alone.muted, audio: { cutFor: 0, of: 0 } } };
  expect(severity(found({ reported: microphone(81), surroundings }), "loud_mic")).toBe("bad");
});

describe("a microphone that was loud", () => {
  const mic = (energy: number, more: object = {}) => ({
    type: "media-source",
    kind: "audio",
    totalAudioEnergy: energy,
    totalSamplesDuration: 100,
    ...more,
  });
  test.each([
    ["all the time, and at the moment", mic(81, { audioLevel: 0.9 }), "bad"],
    ["all the time", mic(81), "bad"],
    ["once, and is not at the moment", mic(81, { audioLevel: 0.01 }), "fair"],
    ["at the moment only", mic(1, { audioLevel: 0.9 }), "fair"],
    [
      "at the moment, and nothing else is known",
      { type: "media-source", kind: "audio", audioLevel: 0.9 },
      "fair",
    ],
    ["never", mic(1, { audioLevel: 0.1 }), undefined],
  ])("%s", (_what, source, expected) => {
    expect(severity(found({ reported: reportOf([source]) }), "loud_mic")).toBe(expected);
  });

  test.each([
    ["who only receives", { role: "recvonly" }],
    ["who sends no sound", { audio: false }],
  ])("is none of %s", (_who, connection) => {
    expect(found({ connection, reported: reportOf([mic(81)]) })).toEqual([]);
  });
});

test("muted is told for each kind", () => {
  const surroundings = { ...alone, muted: { audio: { cutFor: 2, of: 3 }, video: { cutFor: 1, of: 3 } } };
  expect(found({ surroundings })).toEqual([
    { code: "muted", severity: "info", value: 2, limit: 0, unit: "of 3 viewers, audio" },
    { code: "muted", severity: "info", value: 1, limit: 0, unit: "of 3 viewers, video" },
  ]);
});

describe("a report", () => {
  const gauges = [
    { ...sentVideo, framesPerSecond: 1, qualityLimitationReason: "cpu" },
    camera(30),
    { type: "media-source", kind: "audio", audioLevel: 1 },
    { type: "remote-inbound-rtp", kind: "video", ssrc: 1, jitter: 9, roundTripTime: 9 },
    { type: "candidate-pair", selected: true, currentRoundTripTime: 9 },
  ];
  test("of 150 s ago tells of now; of a microphone, one moment is no more than fair", () => {
    const codes = found({ reported: reportOf(gauges, 150) }).map(({ code }) => code);
    expect(codes).toEqual(["high_rtt", "high_jitter", "low_fps", "cpu_limited", "loud_mic"]);
  });
  test("of longer ago does not, and says so", () => {
    expect(found({ reported: reportOf(gauges, 150.6) })).toEqual([
      { code: "stale_report", severity: "info", value: 151, limit: 150, unit: "s" },
    ]);
  });
  const lossy = (packetsLost: number) => [
    { type: "inbound-rtp", kind: "audio", packetsReceived: 1000, packetsLost },
  ];
  test("however old tells of what was counted until then", () => {
    const reported = reportOf(lossy(100), 1000);
    expect(severity(found({ reported }), "downlink_loss")).toBe("bad");
    expect(verdictOf(found({ reported }), reported)).toBe("bad");
  });
  test("that is old makes nobody good", () => {
    const [fresh, old] = [reportOf(lossy(0), 150), reportOf(lossy(0), 151)];
    expect(verdictOf(found({ reported: fresh }), fresh)).toBe("good");
    expect(verdictOf(found({ reported: old }), old)).toBe("unknown");
  });
  test("from the future is as old as now", () => {
    expect(reportOf([], -9).ageSeconds).toBe(0);
  });
});

describe("the verdict", () => {
  test("is unknown of whom nothing is known", () => {
    expect(verdictOf([], undefined)).toBe("unknown");
    expect(verdictOf([], reportOf([]))).toBe("unknown");
  });
  test("is not good because packets come, nor by the microphone", () => {
    const reported = microphone(1);
    expect(verdictOf(found({ rates: flowing, reported }), reported)).toBe("unknown");
  });
  test.each([
    [["info", "fair", "bad"], "bad"],
    [["info", "fair"], "fair"],
    [["info"], "unknown"],
  ] as const)("of %j is %s", (severities, verdict) => {
    expect(
      verdictOf(
        severities.map((severity) => ({ code: "relay", severity })),
        undefined,
      ),
    ).toBe(verdict);
  });
});
