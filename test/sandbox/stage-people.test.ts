import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, stage, startTime, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox.close());

interface Person {
  readonly client: string;
  readonly counters: Json;
  readonly reportedAt: number;
  readonly entries: readonly Json[];
}

async function inChannel(channel_id: string): Promise<Person[]> {
  const connections = await sandbox.call("ListChannelConnections", { channel_id });
  const reports = await sandbox.call("ListChannelUserAgentStats", { channel_id });
  return Promise.all(
    connections.map(async ({ client_id, connection_id }: Json, index: number) => ({
      client: client_id,
      counters: await sandbox.call("GetStatsConnection", { channel_id, connection_id }),
      reportedAt: Date.parse(reports[index].timestamp),
      entries: reports[index].stats,
    })),
  );
}

async function person(client: string): Promise<Person> {
  const found = (await inChannel(stage)).find((one) => one.client === client);
  if (!found) throw new Error(`${client} is not there`);
  return found;
}

const ofType = ({ entries }: Person, type: string, kind?: string): Json[] =>
  entries.filter((entry) => entry.type === type && (kind === undefined || entry.kind === kind));
const total = (entries: readonly Json[], member: string): number =>
  entries.reduce((sum, entry) => sum + entry[member], 0);
const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

const loudness = (one: Person) => {
  const [microphone] = ofType(one, "media-source", "audio");
  return microphone && Math.sqrt(microphone.totalAudioEnergy / microphone.totalSamplesDuration);
};

test("frank is loud, on a good line", async () => {
  const frank = await person("frank");
  expect(loudness(frank)).toBeCloseTo(0.9, 6);
  expect(ofType(frank, "media-source", "audio")[0].audioLevel).toBe(0.9);
  const heard = ofType(await person("leo"), "inbound-rtp", "audio");
  expect(heard.filter(({ audioLevel }) => audioLevel > 0.5)).toHaveLength(1);
});

test("grace loses packets", async () => {
  const grace = await person("grace");
  for (const remote of ofType(grace, "remote-inbound-rtp")) {
    expect(remote).toMatchObject({ fractionLost: 0.12, roundTripTime: 0.42, jitter: 0.07 });
    expect(remote.totalRoundTripTime / remote.roundTripTimeMeasurements).toBeCloseTo(0.42, 6);
  }
  const sent = total(ofType(grace, "outbound-rtp"), "packetsSent");
  expect(total(ofType(grace, "remote-inbound-rtp"), "packetsLost") / sent).toBeCloseTo(0.12, 3);
  expect(total(ofType(grace, "outbound-rtp"), "retransmittedPacketsSent") / sent).toBeCloseTo(0.11, 2);
  const { total_sent_rtcp_rtpfb_generic_nack, total_received_rtp } = grace.counters.rtp;
  const asked = total_sent_rtcp_rtpfb_generic_nack;
  expect(asked / (asked + total_received_rtp)).toBeCloseTo(0.12, 3);
});

describe("heidi no longer answers", () => {
  const elapse = async () => {
    const before = await inChannel(stage);
    sandbox.clock.now += 5000;
    return { before, after: await inChannel(stage) };
  };

  test("Sora asks, and sends, and nothing comes back", async () => {
    const { before, after } = await elapse();
    for (const [index, { client, counters }] of after.entries()) {
      const { ice_connection_state: ice, rtp } = counters;
      const { ice_connection_state: formerIce, rtp: formerRtp } = before[index]?.counters ?? {};
      const isGone = client === "heidi";
      expect(ice.total_connected_req - formerIce.total_connected_req, client).toBe(2);
      expect(ice.total_connected_ack - formerIce.total_connected_ack, client).toBe(isGone ? 0 : 2);
      if (!isGone) expect(ice.total_connected_ack).toBe(ice.total_connected_req);
      expect(rtp.total_sent_rtp).toBeGreaterThan(formerRtp.total_sent_rtp);
      const received = Object.keys(rtp).filter((name) => name.startsWith("total_received_"));
      const grown = received.filter((name) => rtp[name] > formerRtp[name]);
      if (isGone) expect(grown).toEqual([]);
      else expect(grown).toContain("total_received_packets");
      expect(ice.total_connected_ack).toBeGreaterThan(0);
    }
  });

  test("nothing comes from her when others come and go either", async () => {
    const received = async () =>
      Object.entries((await person("heidi")).counters.rtp).filter(([name]) =>
        name.startsWith("total_received_"),
      );
    const before = await received();
    sandbox.clock.now += 100_000;
    expect(await received()).toEqual(before);
  });

  test("others get nothing of her any more, though they did", async () => {
    const { before, after } = await elapse();
    const id = after.find(({ client }) => client === "heidi")?.counters.connection_id;
    const streamOf = (one: Person | undefined) =>
      one?.counters.rtp_streams.find((entry: Json) => entry.send_connection_id === id);
    for (const [index, one] of after.entries()) {
      if (one.client === "heidi") continue;
      expect(streamOf(one)).toMatchObject({ audio: false, video: false });
      expect(streamOf(one)).toEqual(streamOf(before[index]));
      const wasThere = !one.client.startsWith("visitor-");
      expect(streamOf(one).total_sent_rtp > 0, one.client).toBe(wasThere);
    }
  });

  test("her last report grows old", async () => {
    const age = ({ reportedAt }: Person) => (sandbox.clock.now - reportedAt) / 1000;
    for (const seconds of [0, 30, 600]) {
      sandbox.clock.now = startTime + seconds * 1000;
      for (const one of await inChannel(stage)) {
        if (one.client === "heidi") expect(age(one)).toBeCloseTo(237 + seconds, 0);
        else expect(age(one)).toBeLessThanOrEqual(60);
      }
    }
    expect(loudness(await person("heidi"))).toBeGreaterThan(0);
  });
});

test("ivan is limited by bandwidth, over a relay by TCP", async () => {
  const ivan = await person("ivan");
  expect(ofType(ivan, "media-source", "video")[0].framesPerSecond).toBe(30);
  const [video] = ofType(ivan, "outbound-rtp", "video");
  expect(video).toMatchObject({ framesPerSecond: 12, qualityLimitationReason: "bandwidth", active: true });
  const { none, cpu, bandwidth, other } = video.qualityLimitationDurations;
  const seconds = none + cpu + bandwidth + other;
  expect(bandwidth / seconds).toBeCloseTo(0.9, 6);
  expect(video.framesEncoded / seconds).toBeCloseTo(12, 1);
  expect((8 * video.bytesSent) / seconds / video.targetBitrate).toBeCloseTo(0.2, 2);
  const [local] = ofType(ivan, "local-candidate");
  expect(local).toMatchObject({ candidateType: "relay", protocol: "udp", relayProtocol: "tcp" });
  expect(ofType(ivan, "candidate-pair")[0].availableOutgoingBitrate).toBeLessThan(500_000);
});

const troubled = ["bob", "frank", "grace", "heidi", "ivan"];

/** What is known to be a trouble, by the limits that people who run calls use. */
function troubles(one: Person): string[] {
  const outbound = ofType(one, "outbound-rtp");
  const sentVideo = ofType(one, "outbound-rtp", "video");
  const heard = ofType(one, "inbound-rtp", "audio");
  const watched = ofType(one, "inbound-rtp", "video");
  const remote = ofType(one, "remote-inbound-rtp");
  const [pair] = ofType(one, "candidate-pair");
  const [microphone] = ofType(one, "media-source", "audio");
  const [camera] = ofType(one, "media-source", "video");
  const lost = (entries: Json[]) =>
    share(total(entries, "packetsLost"), total(entries, "packetsLost") + total(entries, "packetsReceived"));
  const seconds = microphone?.totalSamplesDuration ?? (camera && camera.frames / camera.framesPerSecond);
  const bits = 8 * total(outbound, "bytesSent");
  const target = total(outbound, "targetBitrate");
  const found = {
    uplink: share(total(remote, "packetsLost"), total(outbound, "packetsSent")) >= 0.03,
    downlink: lost(heard) >= 0.03 || lost(watched) >= 0.03,
    roundTrip: [pair, ...remote].some((entry) => (entry.roundTripTime ?? entry.currentRoundTripTime) >= 0.25),
    jitter: [...remote, ...heard, ...watched].some(({ jitter }) => jitter >= 0.03),
    concealed: share(total(heard, "concealedSamples"), total(heard, "totalSamplesReceived")) >= 0.03,
    frozen: share(total(watched, "totalFreezesDuration"), total(watched, "totalInterFrameDelay")) >= 0.05,
    dropped: total(watched, "framesDropped") > 0,
    buffer: [...heard, ...watched].some(
      ({ jitterBufferDelay, jitterBufferEmittedCount }) =>
        share(jitterBufferDelay, jitterBufferEmittedCount) >= 0.1,
    ),
    limited: sentVideo.some(
      ({ qualityLimitationDurations: { none, bandwidth } }) => share(bandwidth, bandwidth + none) >= 0.3,
    ),
    slow: sentVideo.some(
      ({ totalEncodeTime, framesEncoded }) => share(totalEncodeTime, framesEncoded) > 0.02,
    ),
    frames: sentVideo.some(({ framesPerSecond }) => framesPerSecond < camera.framesPerSecond),
    rate: target > 0 && bits / seconds / target < 0.5,
    available: pair.availableOutgoingBitrate < target,
    loud: microphone !== undefined && loudness(one) >= 0.5,
    silent: microphone !== undefined && loudness(one) === 0,
    relay: ofType(one, "local-candidate")[0].candidateType === "relay",
    zombie:
      one.counters.ice_connection_state.total_connected_ack <
      one.counters.ice_connection_state.total_connected_req,
    unstable: one.counters.network_status.unstable_level > 0,
  };
  return Object.entries(found).flatMap(([name, is]) => (is ? [name] : []));
}

test("everybody else is well, in all channels", async () => {
  for (const seconds of [0, 25, 90]) {
    sandbox.clock.now = startTime + seconds * 1000;
    const everybody = await Promise.all(["sora", lounge, stage].map(inChannel));
    for (const one of everybody.flat()) {
      if (troubled.includes(one.client) || one.entries.length === 0) continue;
      expect(troubles(one), one.client).toEqual([]);
    }
  }
});

test("each has their own trouble", async () => {
  const everybody = [...(await inChannel("sora")), ...(await inChannel(stage))];
  const found = everybody.filter(({ client }) => troubled.includes(client));
  expect(Object.fromEntries(found.map((one) => [one.client, troubles(one)]))).toEqual({
    bob: expect.arrayContaining(["uplink", "roundTrip", "jitter", "limited", "loud", "unstable"]),
    frank: ["loud"],
    grace: expect.arrayContaining(["uplink", "roundTrip", "jitter", "unstable"]),
    heidi: ["zombie"],
    ivan: ["limited", "frames", "rate", "available", "relay"],
  });
  expect(troubles(await person("grace"))).not.toContain("limited");
});
