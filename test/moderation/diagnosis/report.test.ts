import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measure } from "../../../src/moderation/diagnosis/measurements.ts";
import { readReport, withoutGauges } from "../../../src/moderation/diagnosis/report.ts";
import { anyJson } from "../../support/any-json.ts";
import { after, afterAt, before } from "./bad-connection.ts";
import { numbersIn } from "./numbers-in.ts";

const { rtc_stats, ...head } = after;
const timestamp = "2026-11-28T10:00:00Z";

test.each([
  ["rtc_stats", after],
  ["stats", { ...head, stats: rtc_stats }],
  ["the one of both that is a list", { ...head, rtc_stats: null, stats: rtc_stats }],
])("the list of a report is called %s", (_what, entry) => {
  const report = readReport(entry);
  expect(report).toMatchObject({ at: afterAt, path: { type: "relay", protocol: "tcp" } });
  expect(report?.outbound).toHaveLength(2);
  expect(report?.inbound).toHaveLength(2);
});

test("nothing is kept but numbers and words of W3C", () => {
  const texts = new Set<string>();
  JSON.stringify(readReport(after), (_name, value: unknown) => {
    if (typeof value === "string") texts.add(value);
    return value;
  });
  expect([...texts].sort()).toEqual(["audio", "bandwidth", "relay", "tcp", "video"]);
});

test.each([
  ["null", null],
  ["a list", []],
  ["text", "report"],
  ["without a list", { timestamp }],
  ["with something else for a list", { timestamp, stats: { type: "transport" } }],
  ["of no known time", { stats: [{ type: "transport" }] }],
  ["of a time that is none", { timestamp: "yesTerday", stats: [] }],
  ["of a time before all", { timestamp: "1969-12-31T23:59:59Z", stats: [] }],
  ["of the time 0", { timestamp: "1970-01-01T00:00:00Z", stats: [{ timestamp: 0 }] }],
])("%s is no report", (_what, entry) => {
  expect(readReport(entry)).toBeUndefined();
});

test.each([
  ["RFC 3339 with microseconds", "2026-11-28T10:00:00.250999Z", 250],
  ["milliseconds", Date.UTC(2026, 10, 28, 10, 0, 0, 250), 250],
  ["microseconds", Date.UTC(2026, 10, 28, 10, 0, 0, 250) * 1000, 250],
  ["digits", String(Date.UTC(2026, 10, 28, 10, 0, 0, 250)), 250],
  ["absent: the newest of the entries", undefined, 9],
])("when it was made: %s", (_what, made, milliseconds) => {
  const at = Date.UTC(2026, 10, 28, 10, 0, 0);
  const stats = [{ timestamp: at + 7 }, { timestamp: at + 9 }, { timestamp: at + 8 }];
  expect(readReport({ timestamp: made, stats })?.at).toBe(at + milliseconds);
});

test("numbers may be written as text, and what is no number is not there", () => {
  const entry = (packetsReceived: unknown, packetsLost: unknown = 0) => ({
    type: "inbound-rtp",
    kind: "audio",
    packetsReceived,
    packetsLost,
  });
  const counts = (packets: unknown, lost?: unknown) =>
    readReport({ timestamp, stats: [entry(packets, lost)] })?.inbound[0]?.counts;
  expect(counts("1200", "-3")).toEqual({ packetsReceived: 1200, packetsLost: -3 });
  expect(counts("1.5e3")).toEqual({ packetsReceived: 1500, packetsLost: 0 });
  for (const none of [
    "",
    " ",
    "x",
    "0x10",
    "1e999",
    "1".repeat(40),
    -1,
    1e300,
    null,
    true,
    [5],
    { value: 5 },
  ]) {
    expect(counts(none)).toEqual({ packetsLost: 0 });
  }
});

test("older names of the kind are known, and a stream of no kind is none", () => {
  const stats = [
    { type: "inbound-rtp", mediaType: "video" },
    { type: "inbound-rtp" },
    { type: "inbound-rtp", kind: "application" },
    { type: "inbound-rtp", kind: ["audio"] },
  ];
  expect(readReport({ timestamp, stats })?.inbound).toMatchObject([{ kind: "video" }]);
});

test("a client makes us keep fifty streams each way, the same ones whatever their order", () => {
  const streams = Array.from({ length: 80 }, (_, ssrc) => ({
    kind: "audio",
    ssrc,
    packetsSent: 1,
    packetsReceived: 1,
  }));
  const stats = streams.flatMap((stream) => [
    { type: "inbound-rtp", ...stream },
    { type: "outbound-rtp", ...stream },
  ]);
  const report = readReport({ timestamp, stats });
  expect(report?.inbound).toHaveLength(50);
  expect(report?.outbound).toHaveLength(50);
  expect(readReport({ timestamp, stats: stats.toReversed() })).toEqual(report);
});

describe("the path in use", () => {
  const pair = (id: string, more: object) => ({
    type: "candidate-pair",
    id,
    localCandidateId: `of ${id}`,
    ...more,
  });
  const local = (id: string, more: object) => ({ type: "local-candidate", id: `of ${id}`, ...more });
  const both = [
    local("a", { candidateType: "host", protocol: "udp" }),
    local("b", { candidateType: "prflx", protocol: "tcp" }),
  ];
  const b = { type: "prflx", protocol: "tcp" };
  test.each([
    [
      "named by the transport",
      [
        { type: "transport", selectedCandidatePairId: "b" },
        pair("a", { nominated: true, state: "succeeded" }),
        pair("b", {}),
        ...both,
      ],
      b,
    ],
    [
      "selected, as Firefox says",
      [pair("a", { nominated: true, state: "succeeded" }), pair("b", { selected: true }), ...both],
      b,
    ],
    [
      "nominated and succeeded",
      [
        pair("a", { nominated: true, state: "failed" }),
        pair("b", { nominated: true, state: "succeeded" }),
        ...both,
      ],
      b,
    ],
    [
      "of several, the one that answered most",
      [
        pair("a", { selected: true, responsesReceived: 1 }),
        pair("b", { selected: true, responsesReceived: 2 }),
        ...both,
      ],
      b,
    ],
    [
      "of a relay, the protocol to it",
      [
        pair("a", { selected: true }),
        local("a", { candidateType: "relay", protocol: "udp", relayProtocol: "tls" }),
      ],
      { type: "relay", protocol: "tls" },
    ],
    [
      "words of its own are not passed on",
      [pair("a", { selected: true }), local("a", { candidateType: "<b>", protocol: "http://x" })],
      { type: undefined, protocol: undefined },
    ],
    [
      "a candidate that is not there",
      [pair("a", { selected: true })],
      { type: undefined, protocol: undefined },
    ],
    [
      "no pair in use",
      [pair("a", { state: "succeeded" }), pair("b", { nominated: true }), ...both],
      undefined,
    ],
  ])("%s", (_what, stats, path) => {
    const found = readReport({ timestamp, stats })?.path;
    expect(found && { type: found.type, protocol: found.protocol }).toEqual(path);
  });
});

test("of several cameras and microphones, those of which there is most", () => {
  const stats = [
    { type: "media-source", kind: "audio", totalSamplesDuration: 5, totalAudioEnergy: 1 },
    { type: "media-source", kind: "audio", totalSamplesDuration: 50, totalAudioEnergy: 2 },
    { type: "media-source", kind: "video", framesPerSecond: 5 },
    { type: "media-source", kind: "video", framesPerSecond: 30 },
  ];
  expect(readReport({ timestamp, stats })).toMatchObject({
    microphone: { totalAudioEnergy: 2 },
    camera: { framesPerSecond: 30 },
  });
});

test("without gauges, only what was counted is left", () => {
  const report = readReport(after);
  const earlier = readReport(before);
  if (!report || !earlier) throw new Error("no report");
  const [fresh, old] = [measure(report, earlier), measure(withoutGauges(report), earlier)];
  expect(old).toEqual({
    ...fresh,
    sentAudio: { ...fresh.sentAudio, jitterMs: undefined },
    sentVideo: {
      ...fresh.sentVideo,
      jitterMs: undefined,
      fps: undefined,
      sourceFps: undefined,
      limitedBy: undefined,
    },
    receivedAudio: { ...fresh.receivedAudio, jitterMs: undefined },
    receivedVideo: { ...fresh.receivedVideo, jitterMs: undefined },
    loudness: undefined,
    momentaryLoudness: undefined,
    isSilent: undefined,
    availableKbps: undefined,
  });
  expect(measure(withoutGauges(report), undefined)).toMatchObject({
    sentVideo: { fps: undefined },
    rttMs: expect.closeTo((1000 * 7.1) / 210),
  });
});

test("the order of the entries means nothing", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(rtc_stats, { minLength: rtc_stats.length }), (stats) => {
      expect(readReport({ ...head, rtc_stats: stats })).toEqual(readReport(after));
    }),
  );
});

test("any JSON is read without a failure, and gives finite numbers only", () => {
  fc.assert(
    fc.property(anyJson, fc.array(anyJson), (entry, list) => {
      for (const given of [entry, list, { timestamp, stats: list }, { timestamp, rtc_stats: entry }]) {
        expect(numbersIn(readReport(given)).every(Number.isFinite)).toBe(true);
      }
    }),
  );
});
