import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, startTime, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
let sora: string[];
beforeEach(async () => {
  sandbox = await openSandbox();
  sora = await sandbox.ids("sora");
});
afterEach(() => sandbox.close());

const statsOf = (index: number) =>
  sandbox.call("GetStatsConnection", { channel_id: "sora", connection_id: sora[index] });

/** All numbers of a tree, by their path. */
function numbers(tree: Json, path = ""): [string, number][] {
  if (typeof tree === "number") return [[path, tree]];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([name, member]) => numbers(member, `${path}.${name}`));
}

test("the head of the tree", async () => {
  const stats = await statsOf(1);
  expect(stats).toMatchObject({
    timestamp: "2026-04-01T09:30:00.250000Z",
    channel_id: "sora",
    client_id: "bob",
    bundle_id: sora[1],
    connection_id: sora[1],
  });
  expect(Object.keys(stats)).toEqual(
    expect.arrayContaining([
      "session_id",
      "rtp",
      "rtp_hdrext",
      "dtls",
      "network_status",
      "turn",
      "signaling",
    ]),
  );
});

test("GetStatsClient answers one tree per connection of the client", async () => {
  const body = { channel_id: "sora", client_id: "alice" };
  expect(await sandbox.call("GetStatsClient", body)).toEqual([await statsOf(0), await statsOf(2)]);
  expect((await sandbox.refused("GetStatsClient", { ...body, client_id: "zoe" })).error_type).toBe(
    "ClientNotFound",
  );
});

describe("the clock", () => {
  test("counters grow with it and never fall", async () => {
    for (const index of [0, 1, 2, 3, 4]) {
      let before = numbers(await statsOf(index));
      for (const step of [1, 333, 10_000]) {
        sandbox.clock.now += step;
        const after = new Map(numbers(await statsOf(index)));
        for (const [path, value] of before) expect(after.get(path), path).toBeGreaterThanOrEqual(value);
        before = [...after];
      }
    }
  });

  test("ten seconds of a camera and a microphone", async () => {
    const before = (await statsOf(1)).rtp;
    sandbox.clock.now += 10_000;
    const after = (await statsOf(1)).rtp;
    // 50 packets of audio and 114 of video in a second, of which 92 in 100 arrive.
    expect(after.total_received_rtp - before.total_received_rtp).toBeCloseTo(10 * 164 * 0.92, -1);
    expect(after.total_received_rtp_byte_size).toBeGreaterThan(before.total_received_rtp_byte_size);
    expect(after.total_received_rtcp_sr - before.total_received_rtcp_sr).toBe(10);
  });

  test("nothing goes back when the clock is set back", async () => {
    const before = await statsOf(0);
    sandbox.clock.now -= 60_000;
    expect(await statsOf(0)).toEqual(before);
    sandbox.clock.now = startTime + 1000;
    expect((await statsOf(0)).timestamp).toBe("2026-04-01T09:30:01.250000Z");
  });
});

describe("roles and codecs", () => {
  test("who only sends is sent no media, who only receives sends none", async () => {
    const [sender, viewer] = [await statsOf(2), await statsOf(3)];
    expect(sender.rtp.total_received_rtp).toBeGreaterThan(0);
    expect(sender.rtp.total_sent_rtp).toBe(0);
    expect(sender.rtp_streams).toEqual([]);
    expect(viewer.rtp.total_received_rtp).toBe(0);
    expect(viewer.rtp.total_sent_rtp).toBeGreaterThan(0);
    expect(viewer.rtp_streams).toHaveLength(3);
  });

  test("a viewer without video gets audio alone", async () => {
    const { rtp_streams } = await statsOf(4);
    expect(rtp_streams.map((stream: Json) => stream.video)).toEqual([false, false, false]);
    expect(rtp_streams[2].total_sent_rtp, "a screen without audio").toBe(0);
    expect(rtp_streams[1].total_sent_rtp).toBeGreaterThan(0);
  });

  test("header extensions follow the codec and the kinds", async () => {
    const [bob, screen] = [(await statsOf(1)).rtp_hdrext, (await statsOf(2)).rtp_hdrext];
    expect(bob.total_received_rtp_hdrext_av1_rtp_sepc).toBe(0);
    expect(bob.total_received_rtp_hdrext_audio_level).toBeGreaterThan(0);
    expect(screen.total_received_rtp_hdrext_av1_rtp_sepc).toBeGreaterThan(0);
    expect(screen.total_received_rtp_hdrext_audio_level).toBe(0);
  });

  test("totals are the sums of their parts", async () => {
    for (const index of [0, 1, 2, 3, 4]) {
      const { rtp, rtp_streams, rtp_hdrext } = await statsOf(index);
      for (const direction of ["received", "sent"]) {
        const kinds = ["sr", "rr", "rtpfb_generic_nack", "rtpfb_transport_wide", "psfb_pli"];
        const sum = kinds.reduce((total, kind) => total + rtp[`total_${direction}_rtcp_${kind}`], 0);
        expect(rtp[`total_${direction}_rtcp`]).toBe(sum);
        expect(rtp[`total_${direction}_packets`]).toBe(sum + rtp[`total_${direction}_rtp`]);
      }
      const sent = rtp_streams.reduce((total: number, stream: Json) => total + stream.total_sent_rtp, 0);
      expect(rtp.total_sent_rtp).toBe(sent);
      expect(rtp_hdrext.total_received_rtp_hdrext_transport_wide_cc).toBe(rtp.total_received_rtp);
    }
  });
});

describe("simulcast", () => {
  test("has a sub-tree per rid, and only simulcast senders have them", async () => {
    const { simulcast, rtp_hdrext } = await statsOf(0);
    const packets = ["r0", "r1", "r2"].map((rid) => simulcast[rid].rtp.total_received_rtp);
    expect(packets[0]).toBeGreaterThan(0);
    expect(packets[1]).toBeGreaterThan(packets[0]);
    expect(packets[2]).toBeGreaterThan(packets[1]);
    expect(rtp_hdrext.total_received_rtp_hdrext_sdes_rtp_stream_id).toBe(
      packets[0] + packets[1] + packets[2],
    );
    expect(await statsOf(1)).not.toHaveProperty("simulcast");
    expect(await statsOf(0)).not.toHaveProperty("spotlight");
  });

  test("a rid that the sender cannot afford stays at zero", async () => {
    const ids = await sandbox.ids(lounge);
    const body = { channel_id: lounge, connection_id: ids[2] };
    const { simulcast } = await sandbox.call("GetStatsConnection", body);
    expect(simulcast.r1.rtp.total_received_rtp).toBeGreaterThan(0);
    expect(simulcast.r2.rtp).toMatchObject({ total_received_rtp: 0, total_received_rtp_byte_size: 0 });
  });
});

test("bob's line is the unstable one", async () => {
  const levels = [];
  for (const index of [0, 1, 2, 3, 4]) {
    const { network_status, rtp } = await statsOf(index);
    levels.push(network_status.unstable_level);
    const { total_unstable_level0, total_unstable_level3 } = network_status;
    expect(total_unstable_level3 > total_unstable_level0).toBe(index === 1);
    const lost = rtp.total_sent_rtcp_rtpfb_generic_nack / Math.max(1, rtp.total_received_rtp);
    expect(lost > 0.05).toBe(index === 1);
  }
  expect(levels).toEqual([0, 3, 0, 0, 0]);
});
