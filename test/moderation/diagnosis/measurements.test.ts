import { describe, expect, test } from "vitest";
import { measure } from "../../../src/moderation/diagnosis/measurements.ts";
import { readReport } from "../../../src/moderation/diagnosis/report.ts";
import { after, before } from "./bad-connection.ts";

import { measured, received, remote, sent } from "./measured.ts";

test("all values of a bad connection, from two snapshots five seconds apart", () => {
  const report = readReport(after);
  expect(report && measure(report, readReport(before))).toEqual({
    sentAudio: {
      kbps: expect.closeTo(32),
      packetsPerSecond: 50,
      lossPercent: expect.closeTo(8.8),
      jitterMs: expect.closeTo(21),
      retransmittedPercent: 0,
    },
    sentVideo: {
      kbps: expect.closeTo(288),
      packetsPerSecond: 40,
      lossPercent: expect.closeTo(8.5),
      jitterMs: expect.closeTo(50),
      retransmittedPercent: expect.closeTo(10),
      fps: 12,
      sourceFps: 30,
      encodeMsPerFrame: expect.closeTo(40),
      limitedPercent: { bandwidth: 100, cpu: 0 },
      limitedBy: "bandwidth",
      missingLayers: undefined,
    },
    receivedAudio: {
      kbps: expect.closeTo(29.44),
      packetsPerSecond: 46,
      lossPercent: expect.closeTo(8),
      jitterMs: expect.closeTo(34),
      jitterBufferMs: expect.closeTo(120),
      concealedPercent: expect.closeTo(10),
      stretchedPercent: expect.closeTo(7.1),
    },
    receivedVideo: {
      kbps: expect.closeTo(384),
      packetsPerSecond: expect.closeTo(49.6),
      lossPercent: expect.closeTo(8.15),
      jitterMs: expect.closeTo(80),
      jitterBufferMs: expect.closeTo(120),
      frozenPercent: expect.closeTo(42),
      droppedPercent: expect.closeTo(8.33),
    },
    loudness: expect.closeTo(0.917, 3),
    momentaryLoudness: expect.any(Number),
    isSilent: false,
    capturesNothing: false,
    rttMs: expect.closeTo(310),
    availableKbps: 310,
    path: { type: "relay", protocol: "tcp" },
  });
});

test("without an earlier report, ratios are those since the beginning, and nothing is a rate", () => {
  const report = readReport(after);
  if (!report) throw new Error("no report");
  const { sentVideo, receivedAudio, receivedVideo, loudness, rttMs } = measure(report, undefined);
  expect(sentVideo).toMatchObject({
    kbps: undefined,
    packetsPerSecond: undefined,
    lossPercent: expect.closeTo((100 * 17) / 12_200),
    // The gauge.
    fps: 12,
    limitedPercent: { bandwidth: expect.closeTo((100 * 5) / 105), cpu: 0 },
  });
  expect(receivedAudio.concealedPercent).toBeCloseTo((100 * 24_000) / 5_040_000);
  expect(receivedVideo.frozenPercent).toBeCloseTo((100 * 2.1) / 104.9);
  expect(loudness).toBeCloseTo(Math.sqrt(4.704445 / 105));
  // What holds now says more than an average of the whole call.
  expect(rttMs).toBe(305);
});

test("no time, or time that ran backwards, gives no rate", () => {
  const at = (timestamp: number, bytesSent: number) => sent(100, { timestamp, bytesSent });
  for (const timestamp of [1_000_000, 999_000, 1_000_000.5]) {
    const { sentVideo } = measured([at(timestamp, 9000)], [at(1_000_000, 5000)]);
    expect(sentVideo).toMatchObject({ kbps: undefined, packetsPerSecond: undefined });
  }
});

test("libwebrtc's microseconds are told from milliseconds", () => {
  const at = (timestamp: number, bytesSent: number) => sent(100, { timestamp, bytesSent });
  const now = Date.UTC(2026, 10, 28) * 1000;
  expect(measured([at(now + 5_000_000, 6000)], [at(now, 5000)]).sentVideo.kbps).toBe(1.6);
});

describe("round-trip time", () => {
  const pair = (more: object) => [
    { type: "transport", selectedCandidatePairId: "a" },
    { type: "candidate-pair", id: "a", ...more },
  ];
  const stream = (more: object) => [sent(100), remote(more)];
  test.each([
    [
      "of the streams comes first",
      [
        ...pair({ totalRoundTripTime: 9, responsesReceived: 10 }),
        ...stream({ totalRoundTripTime: 3, roundTripTimeMeasurements: 10 }),
      ],
      [
        ...pair({ totalRoundTripTime: 1, responsesReceived: 2 }),
        ...stream({ totalRoundTripTime: 1, roundTripTimeMeasurements: 5 }),
      ],
      400,
    ],
    [
      "then that of the pair",
      pair({ totalRoundTripTime: 9, responsesReceived: 10, currentRoundTripTime: 7 }),
      pair({ totalRoundTripTime: 1, responsesReceived: 2 }),
      1000,
    ],
    [
      "then that of the moment, when nothing came since",
      pair({ totalRoundTripTime: 9, responsesReceived: 10, currentRoundTripTime: 0.7 }),
      pair({ totalRoundTripTime: 9, responsesReceived: 10 }),
      700,
    ],
    [
      "that of the moment without an earlier report",
      stream({ roundTripTime: 0.2, totalRoundTripTime: 9, roundTripTimeMeasurements: 10 }),
      undefined,
      200,
    ],
    ["at last that of all the time", pair({ totalRoundTripTime: 5, responsesReceived: 10 }), undefined, 500],
    [
      "none without a measurement",
      pair({ totalRoundTripTime: 0, responsesReceived: 0 }),
      undefined,
      undefined,
    ],
  ])("%s", (_what, late, early, milliseconds) => {
    expect(measured(late, early).rttMs).toBe(milliseconds);
  });
});

describe("the microphone", () => {
  const source = (totalAudioEnergy: number, totalSamplesDuration: number) => ({
    type: "media-source",
    kind: "audio",
    totalAudioEnergy,
    totalSamplesDuration,
  });
  test.each([
    ["silent for 5 s is silent", [source(0, 5)], undefined, { loudness: 0, isSilent: true }],
    ["silent for less is not known to be", [source(0, 4.9)], undefined, { loudness: 0, isSilent: undefined }],
    ["the least sound is a sound", [source(1e-12, 60)], undefined, { isSilent: false }],
    ["silent of late", [source(1, 70)], [source(1, 10)], { loudness: 0, isSilent: true }],
    ["loud of late", [source(30, 120)], [source(0, 60)], { loudness: Math.sqrt(0.5), isSilent: false }],
    ["another one since", [source(4, 16)], [source(0, 60)], { loudness: 0.5 }],
    ["never louder than full scale", [source(99, 5)], undefined, { loudness: 1 }],
    [
      "only the level of a moment",
      [{ type: "media-source", kind: "audio", audioLevel: 0 }],
      undefined,
      { loudness: undefined, momentaryLoudness: 0, isSilent: undefined },
    ],
    [
      "a level beyond full scale",
      [{ type: "media-source", kind: "audio", audioLevel: 7 }],
      undefined,
      { momentaryLoudness: 1 },
    ],
    ["none", [], undefined, { loudness: undefined, isSilent: undefined }],
  ])("%s", (_what, late, early, values) => {
    expect(measured(late, early)).toMatchObject(values);
  });
});

describe("quality limitation", () => {
  const limited = (more: object) => sent(100, more);
  test("is a share of the time since the earlier report", () => {
    const early = limited({ qualityLimitationDurations: { none: 100, cpu: 0, bandwidth: 0, other: 0 } });
    const late = limited({ qualityLimitationDurations: { none: 110, cpu: 40, bandwidth: 30, other: 20 } });
    expect(measured([late], [early]).sentVideo.limitedPercent).toEqual({ bandwidth: 30, cpu: 40 });
  });

  test("of less than 5 s is not judged", () => {
    const late = limited({ qualityLimitationDurations: { bandwidth: 4.9 } });
    expect(measured([late]).sentVideo.limitedPercent.bandwidth).toBeUndefined();
  });

  test("of one layer counts, and bandwidth is named before the processor", () => {
    const { sentVideo } = measured([
      limited({ qualityLimitationReason: "cpu", rid: "r0" }),
      limited({ ssrc: 3, qualityLimitationReason: "bandwidth", rid: "r1" }),
    ]);
    expect(sentVideo.limitedBy).toBe("bandwidth");
  });
});

describe("layers of simulcast", () => {
  const layer = (ssrc: number, packets: number, more: object = {}) =>
    sent(packets, { ssrc, rid: `r${ssrc}`, ...more });
  test.each([
    ["one that sends nothing is missing", [layer(0, 900), layer(1, 0)], undefined, 1],
    ["one that is switched off is not", [layer(0, 900), layer(1, 0, { active: false })], undefined, 0],
    ["one that stopped is", [layer(0, 900), layer(1, 700)], [layer(0, 100), layer(1, 700)], 1],
    ["of none that sends, none is", [layer(0, 0), layer(1, 0)], undefined, undefined],
    ["all of them send", [layer(0, 900), layer(1, 700)], undefined, 0],
    ["what is no simulcast has none", [sent(900), sent(0, { ssrc: 3 })], undefined, undefined],
  ])("%s", (_what, late, early, missing) => {
    expect(measured(late, early).sentVideo.missingLayers).toBe(missing);
  });
});

test("frames are held against those of the camera over the same time", () => {
  const clip = (seconds: number, framesEncoded: number, frames: number) => [
    sent(100, { framesEncoded, framesPerSecond: 30, timestamp: 1_780_000_000_000 + seconds * 1000 }),
    {
      type: "media-source",
      kind: "video",
      frames,
      framesPerSecond: 30,
      timestamp: 1_780_000_000_000 + seconds * 1000,
    },
  ];
  // The camera was on for the last 10 of 60 seconds.
  const late = measured(clip(60, 1300, 1300), clip(0, 1000, 1000)).sentVideo;
  expect(late).toMatchObject({ fps: 5, sourceFps: 5 });
  const slow = measured(clip(60, 1600, 2800), clip(0, 1000, 1000)).sentVideo;
  expect(slow).toMatchObject({ fps: 10, sourceFps: 30 });
});

test("jitter is that in the middle of the streams", () => {
  const jitters = [0.9, 0.01, 0.02].map((jitter, at) => received(100, 0, { ssrc: at, jitter }));
  expect(measured(jitters).receivedAudio.jitterMs).toBe(20);
});

test.each([
  ["neither camera nor microphone", [sent(0)], true],
  ["a camera", [sent(0), { type: "media-source", kind: "video" }], false],
  ["a microphone", [sent(0), { type: "media-source", kind: "audio" }], false],
  ["all switched off", [sent(0, { active: false }), { type: "media-source", kind: "video" }], true],
  ["who only receives captures nothing that is missed", [received(1, 0)], false],
])("captures nothing: %s", (_what, entries, capturesNothing) => {
  expect(measured(entries).capturesNothing).toBe(capturesNothing);
});

test("less than a second of sound is not judged, and concealed silence is no fault", () => {
  const heard = (totalSamplesReceived: number, more: object) =>
    measured([received(0, 0, { totalSamplesReceived, ...more })]).receivedAudio;
  const spoken = { concealedSamples: 24_000, silentConcealedSamples: 0 };
  expect(heard(47_999, spoken).concealedPercent).toBeUndefined();
  expect(heard(48_000, spoken).concealedPercent).toBe(50);
  expect(heard(48_000, { concealedSamples: 24_000 }).concealedPercent).toBeUndefined();
  expect(heard(48_000, { concealedSamples: 24_000, silentConcealedSamples: 24_000 }).concealedPercent).toBe(
    0,
  );
  expect(heard(48_000, { concealedSamples: 1, silentConcealedSamples: 24_000 }).concealedPercent).toBe(0);
});

test("freezes of less than 5 s of video are not judged, nor without knowing of how long", () => {
  const seen = (more: object) =>
    measured([{ ...received(0, 0), kind: "video", totalFreezesDuration: 2, ...more }]).receivedVideo;
  expect(seen({ totalInterFrameDelay: 4.9 }).frozenPercent).toBeUndefined();
  expect(seen({ totalInterFrameDelay: 5 }).frozenPercent).toBe(40);
  expect(seen({}).frozenPercent).toBeUndefined();
  expect(seen({ totalInterFrameDelay: 5, totalFreezesDuration: 900 }).frozenPercent).toBe(100);
});
