import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
let sora: string[];
let guests: string[];
beforeEach(async () => {
  sandbox = await openSandbox();
  sora = await sandbox.ids("sora");
  guests = await sandbox.ids(lounge);
});
afterEach(() => sandbox.close());

const pair = (channel_id: string, ids: string[], receiver: number, sender: number) => ({
  channel_id,
  recv_connection_id: ids[receiver] ?? "",
  send_connection_id: ids[sender] ?? "",
});
type Pair = ReturnType<typeof pair>;

/** What Sora says it sends to a viewer of a sender. */
async function stream({ channel_id, recv_connection_id, send_connection_id }: Pair): Promise<Json> {
  const body = { channel_id, connection_id: recv_connection_id };
  const { rtp_streams } = await sandbox.call("GetStatsConnection", body);
  return rtp_streams.find((entry: Json) => entry.send_connection_id === send_connection_id);
}

/** The video that the viewer's client reports of a sender. */
async function video({ channel_id, recv_connection_id, send_connection_id }: Pair): Promise<Json> {
  const statsOf = async (connection_id: string) =>
    (await sandbox.call("GetUserAgentStats", { channel_id, connection_id })).stats;
  const source = (await statsOf(send_connection_id)).find((entry: Json) => entry.id === "RTCVideoSource_2");
  const received = await statsOf(recv_connection_id);
  return received.find((entry: Json) => entry.trackIdentifier === source.trackIdentifier);
}

describe("pausing", () => {
  test("stops the counters of one pair until it is resumed", async () => {
    const watched = pair("sora", sora, 3, 1);
    const other = pair("sora", sora, 3, 2);
    expect(await video(watched)).toMatchObject({ framesPerSecond: 30, frameHeight: 720 });
    expect(await sandbox.call("PauseRtpStream", watched)).toEqual(watched);
    const before = await video(watched);
    const otherBefore = await video(other);
    const sentBefore = (await stream(watched)).total_sent_rtp;
    sandbox.clock.now += 10_000;
    const during = await video(watched);
    expect(during).toMatchObject({ framesPerSecond: 0, framesDecoded: before.framesDecoded });
    expect(during.packetsReceived).toBe(before.packetsReceived);
    expect((await video(other)).packetsReceived).toBeGreaterThan(otherBefore.packetsReceived);
    const paused = await stream(watched);
    expect(paused).toMatchObject({ paused: true, video: false });
    expect(paused.total_sent_rtp, "audio goes on").toBeGreaterThan(sentBefore);

    expect(await sandbox.call("ResumeRtpStream", watched)).toEqual(watched);
    sandbox.clock.now += 10_000;
    const after = await video(watched);
    expect(after.framesPerSecond).toBe(30);
    expect(after.framesDecoded - before.framesDecoded).toBeGreaterThan(200);
    expect(after.framesDecoded - before.framesDecoded).toBeLessThanOrEqual(301);
    expect(await stream(watched)).toMatchObject({ paused: false, video: true });
  });

  test.each([
    ["a sender who receives nothing", 2, 0],
    ["a viewer who sends nothing", 0, 3],
    ["a viewer without video", 4, 0],
    ["oneself", 0, 0],
  ])("there is no stream for %s", async (_, receiver, sender) => {
    const body = pair("sora", sora, receiver, sender);
    for (const operation of ["PauseRtpStream", "ResumeRtpStream"] as const) {
      expect(await sandbox.refused(operation, body)).toEqual({
        error_type: "StreamNotFound",
        error_reason: body,
      });
    }
  });

  test("unknown connections and channels are refused", async () => {
    const good = pair("sora", sora, 3, 1);
    const refused = async (change: object) =>
      (await sandbox.refused("PauseRtpStream", { ...good, ...change })).error_type;
    expect(await refused({ channel_id: "nowhere" })).toBe("ChannelNotFound");
    expect(await refused({ recv_connection_id: guests[0] })).toBe("ConnectionNotFound");
    expect(await refused({ send_connection_id: "nobody" })).toBe("ConnectionNotFound");
  });
});

describe("simulcast rids", () => {
  test("one sender's rid is requested and reset", async () => {
    const watched = pair("sora", sora, 3, 0);
    expect(await stream(watched)).toMatchObject({ rid: "r1", request_rid: null });
    expect(await sandbox.call("RequestRtpStream", { ...watched, rid: "r2" })).toEqual({
      ...watched,
      rid: "r2",
    });
    expect(await stream(watched)).toMatchObject({ rid: "r2", request_rid: "r2" });
    expect(await video(watched)).toMatchObject({ frameWidth: 1280, frameHeight: 720 });
    await sandbox.call("RequestRtpStream", { ...watched, rid: "r0" });
    expect(await video(watched)).toMatchObject({ frameWidth: 320, frameHeight: 180 });
    expect(await stream(pair("sora", sora, 1, 0)), "another viewer").toMatchObject({ request_rid: null });
    expect(await sandbox.call("ResetRtpStream", watched)).toEqual(watched);
    expect(await stream(watched)).toMatchObject({ rid: "r1", request_rid: null });
  });

  test("a better rid brings more packets", async () => {
    const watched = pair("sora", sora, 3, 0);
    const packetsInTenSeconds = async (rid: string) => {
      await sandbox.call("RequestRtpStream", { ...watched, rid });
      const before = (await video(watched)).packetsReceived;
      sandbox.clock.now += 10_000;
      return (await video(watched)).packetsReceived - before;
    };
    const low = await packetsInTenSeconds("r0");
    const high = await packetsInTenSeconds("r2");
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(low * 4);
  });

  test("without a sender all senders are meant; r2 of one who sends up to r1 is r1", async () => {
    const viewer = { channel_id: lounge, recv_connection_id: guests[0] ?? "" };
    const toErin = pair(lounge, guests, 0, 1);
    const toGuest = pair(lounge, guests, 0, 2);
    expect(await sandbox.call("RequestRtpStream", { ...viewer, rid: "r2" })).toEqual({
      ...viewer,
      rid: "r2",
    });
    expect(await stream(toErin)).toMatchObject({ rid: "r2", request_rid: "r2" });
    expect(await stream(toGuest)).toMatchObject({ rid: "r1", request_rid: "r2" });
    expect(await sandbox.call("ResetRtpStream", viewer)).toEqual(viewer);
    expect(await stream(toErin)).toMatchObject({ rid: "r1", request_rid: null });
    expect(await stream(toGuest)).toMatchObject({ rid: "r0", request_rid: null });
  });

  test("a sender without simulcast has no rids", async () => {
    const body = pair("sora", sora, 3, 1);
    const refusal = { error_type: "NotSimulcastStream", error_reason: body };
    expect(await sandbox.refused("RequestRtpStream", { ...body, rid: "r1" })).toEqual(refusal);
    expect(await sandbox.refused("ResetRtpStream", body)).toEqual(refusal);
    expect((await stream(body)).rid).toBeNull();
  });
});

describe("spotlight rids", () => {
  const rids = { spotlight_focus_rid: "r2", spotlight_unfocus_rid: "none" };

  test("follow the focus", async () => {
    const toErin = pair(lounge, guests, 0, 1);
    expect(await stream(toErin)).toMatchObject({
      rid: "r1",
      spotlight_focus_rid: "r1",
      spotlight_unfocus_rid: "r0",
    });
    await sandbox.call("UnfocusSpotlight", { channel_id: lounge, connection_id: guests[1] });
    expect(await stream(toErin)).toMatchObject({ rid: "r0" });
    expect(await video(toErin)).toMatchObject({ frameHeight: 180 });
  });

  test("are requested and reset for all senders of a viewer", async () => {
    const viewer = { channel_id: lounge, recv_connection_id: guests[0] ?? "" };
    expect(await sandbox.call("RequestSpotlightRid", { ...viewer, ...rids })).toEqual({ ...viewer, ...rids });
    expect(await stream(pair(lounge, guests, 0, 1))).toMatchObject({ ...rids, rid: "r2" });
    const unfocused = pair(lounge, guests, 0, 2);
    expect(await stream(unfocused)).toMatchObject({ ...rids, rid: null, video: false });
    expect(await video(unfocused)).toMatchObject({ framesPerSecond: 0 });
    expect(await sandbox.call("ResetSpotlightRid", viewer)).toEqual(viewer);
    expect(await stream(unfocused)).toMatchObject({ rid: "r0", spotlight_unfocus_rid: "r0" });
  });

  test("are requested and reset for one sender", async () => {
    const toErin = pair(lounge, guests, 0, 1);
    const toGuest = pair(lounge, guests, 0, 2);
    await sandbox.call("RequestSpotlightRid", { ...toErin, ...rids });
    expect(await stream(toErin)).toMatchObject(rids);
    expect(await stream(toGuest)).toMatchObject({ spotlight_focus_rid: "r1" });
    await sandbox.call("RequestSpotlightRid", { ...toGuest, ...rids });
    await sandbox.call("ResetSpotlightRid", toErin);
    expect(await stream(toErin)).toMatchObject({ spotlight_focus_rid: "r1" });
    expect(await stream(toGuest)).toMatchObject(rids);
  });

  test("come in batches, which change all or nothing", async () => {
    const toErin = pair(lounge, guests, 0, 1);
    const toDave = pair(lounge, guests, 2, 0);
    const { channel_id, ...first } = toErin;
    const second = { recv_connection_id: toDave.recv_connection_id, ...rids };
    const body = { channel_id, item_list: [{ ...first, ...rids }, second] };
    expect(await sandbox.call("BatchRequestSpotlightRid", body)).toEqual(body);
    expect(await stream(toErin)).toMatchObject(rids);
    expect(await stream(toDave)).toMatchObject(rids);

    const low = { spotlight_focus_rid: "r0", spotlight_unfocus_rid: "r0" };
    const bad = { ...low, recv_connection_id: "nobody" };
    const { error_type } = await sandbox.refused("BatchRequestSpotlightRid", {
      channel_id,
      item_list: [{ ...first, ...low }, bad],
    });
    expect(error_type).toBe("ConnectionNotFound");
    expect(await stream(toErin)).toMatchObject(rids);
  });
});
