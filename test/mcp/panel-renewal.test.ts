import { describe, expect, test } from "vitest";
import {
  fails,
  lacks,
  MadeUpSora,
  type Options,
  releases,
  reportOf,
  row,
} from "../moderation/diagnosis/made-up-sora.ts";
import { pass, withMadeUpTime } from "../moderation/made-up-sora.ts";
import { ids, renewed } from "./renewed-panel.ts";

// The renewals of a panel that is looked at: what each asks Sora for, how often, and what it makes of the answers.

withMadeUpTime();

/** What was asked since the last time, each operation with how often. */
function lately(sora: MadeUpSora): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const operation of sora.asked.splice(0)) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

const always = { ListChannelConnections: 1, ListForwardingFilters: 1 };
const withCounters = { ...always, GetStatsConnection: 2 };
const withReports = { ...withCounters, ListChannelRtcStats: 1 };

describe("what is asked", () => {
  test("who is there and the filters each time, counters every 4 s, reports every 15 s", async () => {
    const sora = new MadeUpSora();
    const asked: Record<string, number>[] = [];
    for (let second = 0; second <= 32; second += 2) {
      await renewed(sora);
      asked.push(lately(sora));
      pass(2_000);
    }
    const expected = asked.map((_unused, at) =>
      [0, 8, 16].includes(at) ? withReports : at % 2 === 0 ? withCounters : always,
    );
    expect(asked).toEqual(expected);
    expect(sora.bodies.slice(0, 5)).toEqual([
      { channel_id: "sora" },
      { channel_id: "sora", blocked: true },
      { channel_id: "sora" },
      { channel_id: "sora", connection_id: "A" },
      { channel_id: "sora", connection_id: "B" },
    ]);
  });

  test("not a moment before", async () => {
    const sora = new MadeUpSora();
    await renewed(sora);
    for (const [ms, asked] of [
      [3_999, always],
      [1, withCounters],
      [3_999, always],
      [7_000, withCounters],
      [1, withReports],
    ] as const) {
      lately(sora);
      pass(ms);
      await renewed(sora);
      const { ListChannelRtcStats = 0, GetStatsConnection = 0 } = lately(sora);
      expect({ ...always, ListChannelRtcStats, GetStatsConnection }, `${ms}`).toEqual({
        ListChannelRtcStats: 0,
        GetStatsConnection: 0,
        ...asked,
        // The counters are old enough by then only where they are asked for.
        ...(asked === withReports && { GetStatsConnection: 0 }),
      });
    }
  });

  test("counters of at most 12: of those who are not known to be well", async () => {
    const all = ids(40);
    const silent = all.filter((_unused, at) => at % 5 === 0);
    const sora = new MadeUpSora({
      answers: {
        ListChannelConnections: () => all.map((id) => row(id)),
        ListChannelRtcStats: () => all.filter((id) => !silent.includes(id)).map((id) => reportOf(id)),
      },
    });
    await renewed(sora);
    const sampled = sora.bodies.flatMap(({ connection_id }) => connection_id ?? []);
    expect(sampled).toHaveLength(12);
    expect(sampled.slice(0, 8)).toEqual(silent);
    expect(new Set(sampled).size).toBe(12);
  });

  test("what was read is good for one caller, and for one channel of it", async () => {
    const [alice, bob] = [{}, {}];
    for (const [caller, channel, times] of [
      [alice, "one", 1],
      [alice, "one", 0],
      [alice, "two", 1],
      [bob, "one", 1],
      [alice, "one", 0],
      [bob, "one", 0],
    ] as const) {
      const sora = new MadeUpSora({ caller });
      await renewed(sora, channel);
      expect(lately(sora).ListChannelRtcStats ?? 0).toBe(times);
    }
  });

  test("of 16 channels; the one that was looked at longest ago is forgotten", async () => {
    const sora = new MadeUpSora();
    const reads = async (channel: string) => {
      lately(sora);
      await renewed(sora, channel);
      return lately(sora).ListChannelRtcStats ?? 0;
    };
    for (const id of ids(16)) expect(await reads(id)).toBe(1);
    for (const id of ids(16)) expect(await reads(id)).toBe(0);
    expect(await reads("one more")).toBe(1);
    expect(await reads("P1")).toBe(0);
    expect(await reads("P0")).toBe(1);
  });

  test("reports under the older name where the newer one is not there", async () => {
    for (const options of [
      { notOffered: [releases.rtcStats] },
      { answers: { ListChannelRtcStats: lacks } },
    ]) {
      const sora = new MadeUpSora(options);
      const { people, not_measured } = await renewed(sora);
      expect(people.map(({ verdict }) => verdict)).toEqual(["good", "good"]);
      expect(not_measured).toEqual([]);
      expect(sora.asked).toContain("ListChannelUserAgentStats");
    }
  });
});

describe("what could not be told", () => {
  const gone = "client reports: this Sora has no ListChannelRtcStats";
  test.each<[string, Options, readonly string[]]>([
    ["all there", {}, []],
    ["no filters in this release", { notOffered: [releases.filters] }, ["muted"]],
    ["no filters after all", { answers: { ListForwardingFilters: lacks } }, ["muted"]],
    ["filters fail", { answers: { ListForwardingFilters: fails("server_error") } }, ["muted"]],
    ["filters do not say who is cut off", { answers: { ListForwardingFilters: () => ({}) } }, ["muted"]],
    ["filters are a list", { answers: { ListForwardingFilters: () => [] } }, ["muted"]],
    ["filters are nothing", { answers: { ListForwardingFilters: () => null } }, ["muted"]],
    ["no reports", { answers: { ListChannelRtcStats: lacks, ListChannelUserAgentStats: lacks } }, [gone]],
    [
      "reports fail",
      { answers: { ListChannelRtcStats: fails("timeout") } },
      ["client reports: ListChannelRtcStats failed (timeout)"],
    ],
    [
      "neither of both",
      {
        notOffered: [releases.filters],
        answers: { ListChannelRtcStats: lacks, ListChannelUserAgentStats: lacks },
      },
      [gone, "muted"],
    ],
    [
      "nobody there, and no filters",
      {
        notOffered: [releases.filters],
        answers: { ListChannelConnections: () => [] },
      },
      [],
    ],
  ])("%s", async (_name, options, not_measured) => {
    const sora = new MadeUpSora(options);
    for (let times = 0; times < 3; times++) {
      expect((await renewed(sora)).not_measured).toEqual(not_measured);
      pass(2_000);
    }
  });

  test("is no longer said once it was told", async () => {
    let isDown = true;
    const sora = new MadeUpSora({
      answers: {
        ListChannelRtcStats: (body, withinMs) =>
          isDown ? fails("timeout")(body, withinMs) : [reportOf("A"), reportOf("B")],
        GetRtcStats: fails("timeout"),
      },
    });
    const first = await renewed(sora);
    expect(first.people.map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
    isDown = false;
    pass(14_000);
    expect((await renewed(sora)).not_measured).toEqual(first.not_measured);
    pass(1_000);
    const later = await renewed(sora);
    expect(later.not_measured).toEqual([]);
    expect(later.people.map(({ verdict }) => verdict)).toEqual(["good", "good"]);
  });

  test("where the reports of all cannot be read at once, single ones are, and what was known stays", async () => {
    let isTooLarge = false;
    const asked: unknown[] = [];
    const sora = new MadeUpSora({
      answers: {
        ListChannelRtcStats: (body, withinMs) =>
          isTooLarge ? fails("bad_response")(body, withinMs) : [reportOf("A"), reportOf("B")],
        GetRtcStats: (body, withinMs) => {
          asked.push(body?.connection_id);
          if (body?.connection_id === "B") return fails("bad_response")(body, withinMs);
          const lossy = {
            type: "inbound-rtp",
            kind: "audio",
            ssrc: 1,
            packetsReceived: 2000,
            packetsLost: 500,
          };
          return { ...reportOf("A"), rtc_stats: [lossy] };
        },
      },
    });
    await renewed(sora);
    expect(asked).toEqual([]);
    isTooLarge = true;
    pass(15_000);
    const later = await renewed(sora);
    expect(asked).toEqual(["A", "B"]);
    const verdicts = later.people.map(({ connection_id, verdict }) => `${connection_id} ${verdict}`);
    expect(verdicts).toEqual(["A bad", "B good"]);
    expect(later.not_measured).toEqual(["client reports: ListChannelRtcStats failed (bad_response)"]);
  });

  test("a renewal that was broken off while reports were read hides nothing of the next one", async () => {
    let isCancelled = true;
    const sora = new MadeUpSora({
      answers: {
        ListChannelRtcStats: (body, withinMs) =>
          isCancelled ? fails("cancelled_by_client")(body, withinMs) : [reportOf("A"), reportOf("B")],
      },
    });
    await expect(renewed(sora)).rejects.toMatchObject({ code: "cancelled_by_client" });
    isCancelled = false;
    pass(2_000);
    const { people, not_measured } = await renewed(sora);
    const isTold = people.every(({ verdict }) => verdict === "good") || not_measured.length > 0;
    expect(isTold, JSON.stringify({ people, not_measured })).toBe(true);
  });
});
