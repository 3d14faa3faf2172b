import { describe, expect, test } from "vitest";

import { measured, received, remote, sent } from "./measured.ts";

describe("loss", () => {
  test.each([
    ["48 of 49 packets is not judged", 1, 48, undefined],
    ["of 50 packets is", 1, 49, 2],
    ["of none at all is not", 0, 0, undefined],
    ["that is negative makes the packets no fewer", -10, 55, 0],
    ["that is negative, as packets came twice, is none", -10, 100, 0],
  ])("downlink: %s", (_what, packetsLost, packetsReceived, percent) => {
    expect(measured([received(packetsReceived, packetsLost)]).receivedAudio.lossPercent).toBe(percent);
  });

  test.each([
    ["49 packets are not judged", 49, { packetsLost: 10 }, undefined],
    ["50 are", 50, { packetsLost: 10 }, 20],
    ["more lost than sent is all", 50, { packetsLost: 99 }, 100],
    ["the fraction stands in for the number", 50, { fractionLost: 0.25 }, 25],
    ["but not for one of too few packets", 49, { fractionLost: 0.25 }, undefined],
    ["the number comes first", 100, { packetsLost: 1, fractionLost: 0.25 }, 1],
    ["a fraction above 1 is all", 50, { fractionLost: 7 }, 100],
  ])("uplink: %s", (_what, packets, reported, percent) => {
    expect(measured([sent(packets), remote(reported)]).sentVideo.lossPercent).toBe(percent);
  });

  test("found again counts as none lost", () => {
    const { receivedAudio } = measured([received(1100, 40)], [received(1000, 50)]);
    expect(receivedAudio.lossPercent).toBe(0);
  });

  test("of several streams of a kind is that of all together", () => {
    const { receivedAudio } = measured([received(900, 100), received(1000, 0, { ssrc: 9 })]);
    expect(receivedAudio.lossPercent).toBe(5);
  });

  test("is told of the streams of which all is known", () => {
    const streams = [
      received(900, 100),
      { ...received(0, 800, { ssrc: 8 }), packetsReceived: undefined },
      { ...received(900, 0, { ssrc: 9 }), packetsLost: undefined },
    ];
    expect(measured(streams).receivedAudio.lossPercent).toBe(10);
  });

  test("since an earlier report is not known where that did not count it", () => {
    const early = { ...received(1000, 0), packetsLost: undefined };
    expect(measured([received(2000, 500)], [early]).receivedAudio.lossPercent).toBeUndefined();
  });

  test("of one sender among many does not become that of the viewer", () => {
    const others = [2, 3, 4, 5, 6, 7, 8, 9, 10].map((ssrc) => received(1000, 0, { ssrc }));
    expect(measured([received(900, 100), ...others]).receivedAudio.lossPercent).toBe(1);
  });
});

describe("an object that began anew", () => {
  test.each(["packetsReceived", "totalSamplesReceived", "totalFreezesDuration"])(
    "counts by itself when %s fell",
    (fallen) => {
      const early = received(2000, 0, { [fallen]: 2000 });
      const late = received(900, 100, { [fallen]: 900 });
      expect(measured([late], [early]).receivedAudio.lossPercent).toBe(10);
    },
  );

  test("gives no rate", () => {
    const at = (timestamp: number, bytesSent: number) => sent(100, { timestamp, bytesSent });
    const early = [at(1_000_000, 5000)];
    expect(measured([at(1_005_000, 6000)], early).sentVideo.kbps).toBe(1.6);
    expect(measured([at(1_005_000, 4999)], early).sentVideo.kbps).toBeUndefined();
  });

  test("is another one when it has another ssrc", () => {
    const late = received(900, 100, { ssrc: 7 });
    expect(measured([late], [received(100, 0)]).receivedAudio.lossPercent).toBe(10);
  });

  test("or another kind", () => {
    const late = { ...received(900, 100), kind: "video" };
    expect(measured([late], [received(100, 0)]).receivedVideo.lossPercent).toBe(10);
  });
});
