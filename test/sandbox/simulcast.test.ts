import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, type TestSandbox } from "./client.ts";

const channel_id = "sora";
let sandbox: TestSandbox;
/** alice (simulcast), bob, alice's screen, carol and mallory. */
let sora: string[];
/** dave, erin and a guest who sends up to r1. */
let guests: string[];
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2026.2" });
  sora = await sandbox.ids(channel_id);
  guests = await sandbox.ids(lounge);
});
afterEach(() => sandbox.close());

describe("RequestSimulcastRid", () => {
  const pair = (receiver: number, sender: number, of = guests, channel = lounge) => ({
    channel_id: channel,
    receiver_connection_id: of[receiver] ?? "",
    sender_connection_id: of[sender] ?? "",
  });

  async function stream(body: ReturnType<typeof pair>): Promise<Json> {
    const viewer = { channel_id: body.channel_id, connection_id: body.receiver_connection_id };
    const { rtp_streams } = await sandbox.call("GetStatsConnection", viewer);
    return rtp_streams.find((entry: Json) => entry.send_connection_id === body.sender_connection_id);
  }

  test("chooses what one viewer gets of one sender, until it is reset", async () => {
    const watched = pair(0, 1);
    const request = { ...watched, rid: "r2" };
    expect(await sandbox.call("RequestSimulcastRid", request)).toEqual(request);
    expect(await stream(watched)).toMatchObject({ rid: "r2", request_rid: "r2" });
    expect(await stream(pair(0, 2)), "another sender").toMatchObject({ request_rid: null });
    expect(await stream(pair(2, 1)), "another viewer").toMatchObject({ request_rid: null });
    const old = {
      channel_id: lounge,
      recv_connection_id: watched.receiver_connection_id,
      send_connection_id: watched.sender_connection_id,
    };
    expect(await sandbox.call("ResetRtpStream", old)).toEqual(old);
    expect(await stream(watched)).toMatchObject({ rid: "r1", request_rid: null });
  });

  test("none stops the video of that pair, and not the audio", async () => {
    const watched = pair(0, 1);
    await sandbox.call("RequestSimulcastRid", { ...watched, rid: "none" });
    const before = await stream(watched);
    expect(before).toMatchObject({ audio: true, video: false, rid: null, request_rid: "none" });
    const videoOf = async (index: number) => {
      const connection_id = guests[index];
      const { rtc_stats } = await sandbox.call("GetRtcStats", { channel_id: lounge, connection_id });
      return rtc_stats.filter((entry: Json) => entry.type === "inbound-rtp" && entry.kind === "video");
    };
    const [frames] = await videoOf(0);
    sandbox.clock.now += 10_000;
    const [later, other] = await videoOf(0);
    expect(later).toMatchObject({ framesDecoded: frames.framesDecoded, framesPerSecond: 0 });
    expect(other.framesPerSecond).toBe(30);
    expect((await stream(watched)).total_sent_rtp).toBe(before.total_sent_rtp + 499);
    await sandbox.call("RequestSimulcastRid", { ...watched, rid: "r0" });
    expect(await stream(watched)).toMatchObject({ video: true, rid: "r0" });
  });

  test("without a sender all are meant", async () => {
    const { sender_connection_id: _, ...viewer } = pair(0, 1);
    expect(await sandbox.call("RequestSimulcastRid", { ...viewer, rid: "r2" })).toEqual({
      ...viewer,
      rid: "r2",
    });
    expect(await stream(pair(0, 1))).toMatchObject({ rid: "r2" });
    expect(await stream(pair(0, 2)), "sends up to r1").toMatchObject({ rid: "r1", request_rid: "r2" });
  });

  test("is refused with the names that it has", async () => {
    const refused = (body: object) => sandbox.refused("RequestSimulcastRid", { ...body, rid: "r0" });
    const plain = pair(3, 1, sora, channel_id);
    expect(await refused(plain)).toEqual({ error_type: "NotSimulcastStream", error_reason: plain });
    const none = pair(4, 0, sora, channel_id);
    expect(await refused(none)).toEqual({ error_type: "StreamNotFound", error_reason: none });
    const good = pair(3, 0, sora, channel_id);
    const type = async (change: object) => (await refused({ ...good, ...change })).error_type;
    expect(await type({ channel_id: "nowhere" })).toBe("ChannelNotFound");
    expect(await type({ receiver_connection_id: "nobody" })).toBe("ConnectionNotFound");
    expect(await type({ sender_connection_id: "nobody" })).toBe("ConnectionNotFound");
  });

  test.each(["auto", "r3", ""])("takes no rid %j", async (rid) => {
    const { error_reason } = await sandbox.refused("RequestSimulcastRid", { ...pair(0, 1), rid });
    expect(error_reason).toMatchObject([{ path: ["rid"], error: "not_in_enum" }]);
  });
});

describe("RequestKeyFrame", () => {
  const of = (index: number) => ({ channel_id, connection_id: sora[index] ?? "" });

  /** How many key frames each encoding has, and how many Sora has asked for. */
  async function keyFrames(index: number): Promise<{ encoded: number[]; asked: number }> {
    const { rtc_stats } = await sandbox.call("GetRtcStats", of(index));
    const { rtp } = await sandbox.call("GetStatsConnection", of(index));
    const video = rtc_stats.filter((entry: Json) => entry.type === "outbound-rtp" && entry.kind === "video");
    const encoded = video.map((entry: Json) => entry.keyFramesEncoded);
    return { encoded, asked: rtp.total_sent_rtcp_psfb_pli };
  }

  test("brings one more of every rid", async () => {
    const before = await keyFrames(0);
    const other = await keyFrames(1);
    expect(await sandbox.call("RequestKeyFrame", of(0))).toEqual(of(0));
    expect(await keyFrames(0)).toEqual({
      encoded: before.encoded.map((count) => count + 1),
      asked: before.asked + 3,
    });
    expect(await keyFrames(1), "another sender").toEqual(other);
  });

  test("brings one more of one rid", async () => {
    const { encoded, asked } = await keyFrames(0);
    const [r0 = 0, r1 = 0, r2 = 0] = encoded;
    expect(await sandbox.call("RequestKeyFrame", { ...of(0), rid: "r1" })).toEqual({ ...of(0), rid: "r1" });
    await sandbox.call("RequestKeyFrame", { ...of(0), rid: "r1" });
    expect(await keyFrames(0)).toEqual({ encoded: [r0, r1 + 2, r2], asked: asked + 2 });
  });

  test("is refused where there is no such video", async () => {
    expect(await sandbox.refused("RequestKeyFrame", of(3))).toEqual({
      error_type: "VideoNotSent",
      error_reason: of(3),
    });
    const body = { ...of(1), rid: "r1" };
    expect(await sandbox.refused("RequestKeyFrame", body)).toEqual({
      error_type: "VideoNotSent",
      error_reason: body,
    });
    const guest = { channel_id: lounge, connection_id: guests[2], rid: "r2" };
    expect((await sandbox.refused("RequestKeyFrame", guest)).error_type).toBe("VideoNotSent");
    const type = async (change: object) =>
      (await sandbox.refused("RequestKeyFrame", { ...of(0), ...change })).error_type;
    expect(await type({ channel_id: "nowhere" })).toBe("ChannelNotFound");
    expect(await type({ connection_id: "nobody" })).toBe("ConnectionNotFound");
    expect(await type({ rid: "none" })).toBe("InvalidJSON");
  });
});
