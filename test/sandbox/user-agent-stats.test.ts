import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, startTime, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
let sora: string[];
beforeEach(async () => {
  sandbox = await openSandbox();
  sora = await sandbox.ids("sora");
});
afterEach(() => sandbox.close());

const answerOf = (connection_id: string | undefined, channel_id = "sora") =>
  sandbox.call("GetUserAgentStats", { channel_id, connection_id });
const entriesOf = async (index: number): Promise<Json[]> => (await answerOf(sora[index])).stats;
const ofType = (entries: Json[], type: string, kind?: string): Json[] =>
  entries.filter((entry) => entry.type === type && (kind === undefined || entry.kind === kind));
const total = (entries: Json[], member: string): number =>
  entries.reduce((sum, entry) => sum + entry[member], 0);

test("one connection's answer, and the list of all", async () => {
  const answer = await answerOf(sora[0]);
  expect(answer).toMatchObject({
    channel_id: "sora",
    connection_id: sora[0],
    timestamp: "2026-04-01T09:30:00.250Z",
  });
  expect(answer.stats.every((entry: Json) => entry.timestamp === startTime)).toBe(true);
  const all = await sandbox.call("ListChannelUserAgentStats", { channel_id: "sora" });
  expect(all.map((entry: Json) => entry.connection_id)).toEqual(sora);
  expect(all[0]).toEqual(answer);
});

test("ids are unique and every reference is to an entry of the same answer", async () => {
  const answers = [
    ...(await sandbox.call("ListChannelUserAgentStats", { channel_id: "sora" })),
    ...(await sandbox.call("ListChannelUserAgentStats", { channel_id: lounge })),
  ];
  expect(answers).toHaveLength(8);
  for (const { stats } of answers) {
    const ids = new Set(stats.map((entry: Json) => entry.id));
    expect(ids.size).toBe(stats.length);
    for (const entry of stats) {
      const references = Object.keys(entry).filter((name) => /.Id$/.test(name));
      for (const name of references) expect(ids, `${entry.id} ${name}`).toContain(entry[name]);
    }
    const codecs = stats.filter((entry: Json) => entry.type === "codec");
    const used = new Set(stats.map((entry: Json) => entry.codecId));
    for (const codec of codecs) expect(used, codec.mimeType).toContain(codec.id);
  }
});

describe("what each kind of participant reports", () => {
  const count = (entries: Json[]) => ({
    sources: ofType(entries, "media-source").length,
    outbound: ofType(entries, "outbound-rtp").length,
    remote: ofType(entries, "remote-inbound-rtp").length,
    inbound: ofType(entries, "inbound-rtp").length,
    pairs: ofType(entries, "candidate-pair").length,
  });

  test("a simulcast sender who receives", async () => {
    const entries = await entriesOf(0);
    expect(count(entries)).toEqual({ sources: 2, outbound: 4, remote: 4, inbound: 3, pairs: 1 });
    const video = ofType(entries, "outbound-rtp", "video");
    expect(video.map(({ rid, frameHeight }) => [rid, frameHeight])).toEqual([
      ["r0", 180],
      ["r1", 360],
      ["r2", 720],
    ]);
    expect(ofType(entries, "media-source", "video")[0]).toMatchObject({ width: 1280, height: 720 });
  });

  test("a screen that is only sent", async () => {
    const entries = await entriesOf(2);
    expect(count(entries)).toEqual({ sources: 1, outbound: 1, remote: 1, inbound: 0, pairs: 1 });
    expect(ofType(entries, "outbound-rtp")[0]).not.toHaveProperty("rid");
    expect(ofType(entries, "codec").map((codec) => codec.mimeType)).toEqual(["video/AV1"]);
  });

  test("a viewer, and one without video", async () => {
    expect(count(await entriesOf(3))).toEqual({ sources: 0, outbound: 0, remote: 0, inbound: 5, pairs: 1 });
    expect(count(await entriesOf(4))).toEqual({ sources: 0, outbound: 0, remote: 0, inbound: 2, pairs: 1 });
    const codecs = async (index: number) =>
      ofType(await entriesOf(index), "codec").map((codec) => codec.mimeType);
    expect(await codecs(3)).toEqual(["audio/opus", "video/VP8", "video/VP9", "video/AV1"]);
    expect(await codecs(4)).toEqual(["audio/opus"]);
  });
});

describe("the numbers", () => {
  test("agree with each other", async () => {
    for (const index of [0, 1, 2, 3, 4]) {
      const entries = await entriesOf(index);
      const outbound = ofType(entries, "outbound-rtp");
      const inbound = ofType(entries, "inbound-rtp");
      const [pair] = ofType(entries, "candidate-pair");
      expect(pair.packetsSent).toBe(total(outbound, "packetsSent"));
      expect(pair.bytesSent).toBe(total(outbound, "bytesSent") + total(outbound, "headerBytesSent"));
      expect(pair.packetsReceived).toBe(total(inbound, "packetsReceived"));
      expect(pair.bytesReceived).toBe(
        total(inbound, "bytesReceived") + total(inbound, "headerBytesReceived"),
      );
      for (const source of ofType(entries, "media-source", "audio")) {
        const energy = source.audioLevel ** 2 * source.totalSamplesDuration;
        expect(source.totalAudioEnergy).toBeCloseTo(energy, 6);
      }
    }
  });

  test("agree with Sora's own", async () => {
    for (const [index, connection_id] of sora.entries()) {
      const entries = await entriesOf(index);
      const { rtp } = await sandbox.call("GetStatsConnection", { channel_id: "sora", connection_id });
      const lost = total(ofType(entries, "remote-inbound-rtp"), "packetsLost");
      expect(rtp.total_received_rtp).toBe(total(ofType(entries, "outbound-rtp"), "packetsSent") - lost);
      expect(total(ofType(entries, "inbound-rtp"), "packetsReceived")).toBeLessThanOrEqual(
        rtp.total_sent_rtp,
      );
    }
  });

  test("grow with the clock", async () => {
    const before = await entriesOf(0);
    sandbox.clock.now += 10_000;
    const after = await entriesOf(0);
    const growth = (type: string, kind: string, member: string) =>
      total(ofType(after, type, kind), member) - total(ofType(before, type, kind), member);
    expect(growth("outbound-rtp", "audio", "packetsSent")).toBe(500);
    expect(growth("outbound-rtp", "video", "framesEncoded")).toBe(900);
    expect(growth("media-source", "audio", "totalSamplesDuration")).toBeCloseTo(10, 6);
    expect(growth("media-source", "video", "frames")).toBe(300);
    // Bob's frames, of which some are lost on both ways, and the screen's.
    expect(growth("inbound-rtp", "video", "framesDecoded")).toBeGreaterThan(400);
    expect(growth("inbound-rtp", "audio", "totalSamplesDuration")).toBeCloseTo(10, 6);
  });

  test("a viewer counts a sender since the later of the two joined", async () => {
    const [first, second] = ofType(await entriesOf(3), "inbound-rtp", "audio");
    expect(first.totalSamplesDuration).toBeCloseTo(288, 0);
    expect(second.totalSamplesDuration).toBeCloseTo(288, 0);
    const [bob] = ofType(await entriesOf(0), "inbound-rtp", "audio");
    expect(bob.totalSamplesDuration).toBeCloseTo(655, 0);
  });
});

test("bob is the noisy one, as heard by himself and by everybody", async () => {
  const level = async (index: number) =>
    ofType(await entriesOf(index), "media-source", "audio")[0].audioLevel;
  expect(await level(0)).toBeLessThan(0.1);
  expect(await level(1)).toBeGreaterThan(0.9);
  for (const index of [0, 3, 4]) {
    const loud = ofType(await entriesOf(index), "inbound-rtp", "audio").filter(
      (entry) => entry.audioLevel > 0.5,
    );
    expect(loud).toHaveLength(1);
    expect(loud[0].packetsLost / loud[0].packetsReceived).toBeGreaterThan(0.02);
  }
  const [remote] = ofType(await entriesOf(1), "remote-inbound-rtp", "audio");
  expect(remote).toMatchObject({ fractionLost: 0.08, roundTripTime: 0.31 });
});

test("who left is no longer received, but stays in the transport's totals", async () => {
  const before = await entriesOf(3);
  await sandbox.call("DisconnectClient", { channel_id: "sora", client_id: "bob" });
  sandbox.clock.now += 5000;
  const after = await entriesOf(3);
  expect(ofType(after, "inbound-rtp")).toHaveLength(3);
  expect(ofType(after, "codec").map((codec) => codec.mimeType)).not.toContain("video/VP9");
  const received = (entries: Json[]) => ofType(entries, "transport")[0].packetsReceived;
  expect(received(after)).toBeGreaterThan(received(before));
});
