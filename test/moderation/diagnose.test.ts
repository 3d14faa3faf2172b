import { describe, expect, test } from "vitest";
import {
  type Answer,
  codesIn,
  counters,
  diagnosis,
  fails,
  idsIn,
  lacks,
  MadeUpSora,
  type Options,
  releases,
  reportOf,
  row,
} from "./diagnosis/made-up-sora.ts";
import { pass, withMadeUpTime } from "./made-up-sora.ts";

// sora_diagnose before a made-up Sora: what it asks, and what it makes of the answers.

withMadeUpTime();

describe("what is asked", () => {
  test("lists at once, then counters twice, four seconds apart", async () => {
    const sora = new MadeUpSora();
    const told = await diagnosis(sora);
    expect(sora.asked).toEqual([
      "ListChannelConnections",
      "ListChannelRtcStats",
      "ListForwardingFilters",
      "GetStatsConnection",
      "GetStatsConnection",
      "pause 4000",
      "GetStatsConnection",
      "GetStatsConnection",
    ]);
    expect(sora.bodies).toEqual([
      { channel_id: "sora" },
      { channel_id: "sora" },
      { channel_id: "sora", blocked: true },
      ...["A", "B", "A", "B"].map((connection_id) => ({ channel_id: "sora", connection_id })),
    ]);
    expect(told).toEqual({
      channel_id: "sora",
      sampled_s: 4,
      connections: ["A", "B"].map((connection_id) => ({
        connection_id,
        client_id: connection_id.toLowerCase(),
        role: "sendrecv",
        verdict: "good",
        findings: [],
        up: { kbps: 50 },
        down: { kbps: 100, loss_percent: 0 },
        client_report_age_s: 24,
        averages: "since joining",
      })),
      not_measured: [],
    });
  });

  test("of one connection, its own report only", async () => {
    const sora = new MadeUpSora();
    expect(await diagnosis(sora, { connection_id: "B" })).toMatchObject({
      connections: [{ connection_id: "B", client_report_age_s: 24 }],
    });
    expect(sora.asked.filter((asked) => asked.startsWith("Get"))).toEqual([
      "GetRtcStats",
      "GetStatsConnection",
      "GetStatsConnection",
    ]);
    expect(sora.bodies[1]).toEqual({ channel_id: "sora", connection_id: "B" });
  });

  test("of one connection, it need not say whose it is", async () => {
    const answers = { GetRtcStats: () => ({ ...reportOf("B"), connection_id: undefined }) };
    const told = await diagnosis(new MadeUpSora({ answers }), { connection_id: "B" });
    expect(told).toMatchObject({ connections: [{ client_report_age_s: 24 }], not_measured: [] });
  });

  test("of a client, all of its connections", async () => {
    const answers = {
      ListChannelConnections: () => [row("A"), row("B", { client_id: "a" }), row("C")],
    };
    const told = await diagnosis(new MadeUpSora({ answers }), { client_id: "a" });
    expect(idsIn(told)).toBe("A B");
    expect(codesIn(told)).toEqual(["duplicate_client", "duplicate_client"]);
    expect(told).not.toHaveProperty("rest");
    expect(told.not_measured).toEqual([]);
  });
});

describe("client reports under their two names", () => {
  const older = ["ListChannelUserAgentStats", "ListChannelRtcStats"];
  const newer = [...older].reverse();
  test.each([
    ["the newer first", {}, [], newer.slice(0, 1), []],
    ["the older first, where the newer is not offered", {}, [releases.rtcStats], older.slice(0, 1), []],
    ["the older, where the newer is lacking", { ListChannelRtcStats: lacks }, [], newer, []],
    [
      "the newer, where the older is lacking",
      { ListChannelUserAgentStats: lacks },
      [releases.rtcStats],
      older,
      [],
    ],
    [
      "none, where both are lacking",
      { ListChannelRtcStats: lacks, ListChannelUserAgentStats: lacks },
      [],
      newer,
      ["client reports: this Sora has no ListChannelRtcStats"],
    ],
    [
      "no second list after a failure",
      { ListChannelRtcStats: fails("server_error") },
      [],
      newer.slice(0, 1),
      ["client reports: ListChannelRtcStats failed (server_error)"],
    ],
  ])("%s", async (_what, answers, notOffered, asked, not_measured) => {
    const sora = new MadeUpSora({ answers, notOffered });
    const told = await diagnosis(sora);
    expect(sora.asked.filter((operation) => newer.includes(operation))).toEqual(asked);
    expect(told.not_measured).toEqual(not_measured);
    expect(told.connections.map(({ verdict }) => verdict)).toEqual(
      not_measured.some((text) => text.includes("has no")) ? ["unknown", "unknown"] : ["good", "good"],
    );
  });

  test("of one connection", async () => {
    const sora = new MadeUpSora({ answers: { GetRtcStats: lacks } });
    expect(await diagnosis(sora, { connection_id: "A" })).toMatchObject({ not_measured: [] });
    expect(sora.asked).toContain("GetUserAgentStats");
  });

  test("who gave none is counted", async () => {
    const told = await diagnosis(
      new MadeUpSora({ answers: { ListChannelRtcStats: () => [reportOf("B"), {}, 5] } }),
    );
    expect(told.not_measured).toEqual(["client reports: 1 of 2 gave none"]);
    expect(idsIn(told)).toBe("A B");
  });

  test("an older report that was met before shows what happened since", async () => {
    const caller = {};
    const reports = (ageSeconds: number, packetsReceived: number, packetsLost: number) => ({
      ListChannelConnections: () => [row("A")],
      ListChannelRtcStats: () => [
        {
          ...reportOf("A", 0, ageSeconds),
          rtc_stats: [{ type: "inbound-rtp", kind: "audio", ssrc: 1, packetsReceived, packetsLost }],
        },
      ],
    });
    const first = await diagnosis(new MadeUpSora({ caller, answers: reports(20, 100_000, 0) }));
    expect(first.connections).toMatchObject([{ verdict: "good", down: { loss_percent: 0 } }]);
    expect(first.connections[0]).not.toHaveProperty("ratios_over_s");
    pass(56_000);
    const later = { answers: reports(20, 100_900, 100) };
    const second = await diagnosis(new MadeUpSora({ ...later, caller }));
    expect(second.connections).toMatchObject([
      { verdict: "bad", down: { loss_percent: 10 }, ratios_over_s: 60 },
    ]);
    const ofAnother = await diagnosis(new MadeUpSora(later));
    expect(ofAnother.connections).toMatchObject([{ verdict: "good", down: { loss_percent: 0.1 } }]);
  });

  test("of more than two hundred connections the same ones are kept each time", async () => {
    const caller = {};
    const ids = Array.from({ length: 210 }, (_, at) => `C${at}`);
    const answers = {
      ListChannelConnections: () => ids.map((id, created_time) => row(id, { created_time })),
      ListChannelRtcStats: () => ids.map((id) => reportOf(id)),
    };
    await diagnosis(new MadeUpSora({ answers, caller }));
    pass(60_000);
    const again = await diagnosis(new MadeUpSora({ answers, caller }));
    expect(again.connections.map(({ ratios_over_s }) => ratios_over_s)).toEqual([64, 64, 64, 64, 64]);
  });

  test("its age is told by Sora's clock", async () => {
    const answers = { ListChannelRtcStats: () => [reportOf("A", 0, 146), reportOf("B", 0, 147)] };
    const told = await diagnosis(new MadeUpSora({ answers }));
    expect(told.connections).toMatchObject([
      { connection_id: "B", client_report_age_s: 151, findings: [{ code: "stale_report" }] },
      { connection_id: "A", client_report_age_s: 150, findings: [] },
    ]);
  });
});

describe("filters", () => {
  const blocked = (...senders: readonly string[]) => ({
    blocked: [{ destination_connection_id: "B", kind: "audio", source_connection_id_list: senders }],
  });
  const silence = () => ({
    ...counters(),
    rtp: { total_sent_rtp: 5, total_received_rtp: counters().rtp && 5 },
  });

  test("who is muted is told", async () => {
    const told = await diagnosis(new MadeUpSora({ answers: { ListForwardingFilters: () => blocked("A") } }));
    expect(told.connections).toMatchObject([
      {
        connection_id: "A",
        findings: [{ code: "muted", severity: "info", value: 1, limit: 0, unit: "of 1 viewers, audio" }],
      },
      { connection_id: "B", findings: [] },
    ]);
  });

  /** A sends to B, who gets nothing. */
  const withoutMedia = (filters: Answer): Options["answers"] => ({
    ListChannelConnections: () => [row("A", { role: "sendonly" }), row("B", { role: "recvonly" })],
    ListForwardingFilters: filters,
    GetStatsConnection: (body) => (body.connection_id === "B" ? silence() : counters()),
  });
  test.each([
    ["with none, somebody gets nothing", () => ({ blocked: [] }), [], "bad", []],
    ["with all blocked, nothing is there to get", () => blocked("A"), [], undefined, []],
    ["lacking, nobody is blocked", lacks, [], "bad", ["muted: this Sora has no ListForwardingFilters"]],
    [
      "not offered, it is not known",
      lacks,
      [releases.filters],
      "fair",
      ["muted: this Sora has no ListForwardingFilters"],
    ],
    [
      "failing, it is not known",
      fails("timeout"),
      [],
      "fair",
      ["muted: ListForwardingFilters failed (timeout)"],
    ],
    [
      "saying nothing, it is not known",
      () => ({}),
      [],
      "fair",
      ["muted: ListForwardingFilters does not say who is"],
    ],
  ])("%s", async (_what, filters, notOffered, severity, not_measured) => {
    const sora = new MadeUpSora({ answers: withoutMedia(filters) ?? {}, notOffered });
    const told = await diagnosis(sora);
    const ofB = told.connections.find(({ connection_id }) => connection_id === "B");
    expect(ofB?.findings.find(({ code }) => code === "no_media_down")?.severity).toBe(severity);
    expect(told.not_measured).toEqual(not_measured);
    expect(sora.asked.includes("ListForwardingFilters")).toBe(notOffered.length === 0);
  });
});

describe("client reports that are too much for one answer", () => {
  const answers = { ListChannelRtcStats: fails("bad_response") };
  test("are read one by one, of those who are looked at", async () => {
    const sora = new MadeUpSora({ answers });
    expect(await diagnosis(sora, { client_id: "a" })).toMatchObject({
      connections: [{ connection_id: "A", verdict: "good", client_report_age_s: 24 }],
      not_measured: ["client reports: ListChannelRtcStats failed (bad_response)"],
    });
    expect(sora.asked.filter((operation) => operation === "GetRtcStats")).toHaveLength(1);
  });

  test("are not asked for where this Sora has none", async () => {
    const none = { ListChannelRtcStats: lacks, ListChannelUserAgentStats: lacks };
    const sora = new MadeUpSora({ answers: none });
    await diagnosis(sora);
    expect(sora.asked).not.toContain("GetRtcStats");
  });
});

describe("counters", () => {
  test("that cannot be read are named once, and not waited for", async () => {
    const timestamp = new Date(Date.now() - 30_000).toISOString();
    const answers = {
      GetStatsConnection: fails("server_error"),
      ListChannelRtcStats: () => ["A", "B"].map((id) => ({ ...reportOf(id), timestamp })),
    };
    const sora = new MadeUpSora({ answers });
    const told = await diagnosis(sora);
    expect(told).toMatchObject({
      sampled_s: 0,
      // Without Sora's clock, ages are told by ours.
      connections: [
        { connection_id: "A", verdict: "good", client_report_age_s: 30 },
        { connection_id: "B", verdict: "good", client_report_age_s: 30 },
      ],
      not_measured: ["rates: GetStatsConnection failed (server_error)"],
    });
    expect(told.connections[0]).not.toHaveProperty("up");
    expect(sora.asked).not.toContain("pause 4000");
  });

  test("that cannot be read, and our clock is far from the one that dates reports: that one tells", async () => {
    const sora = new MadeUpSora({ answers: { GetStatsConnection: fails("server_error") } });
    expect(await diagnosis(sora)).toMatchObject({
      connections: ["A", "B"].map(() => ({ verdict: "good", client_report_age_s: 0 })),
    });
  });

  test("that are lacking are named", async () => {
    const told = await diagnosis(new MadeUpSora({ answers: { GetStatsConnection: lacks } }));
    expect(told.not_measured).toEqual(["rates: this Sora has no GetStatsConnection"]);
  });

  test("of who leaves before or between the samples are no failure", async () => {
    let samples = 0;
    const gone = fails("sora_error");
    const answers: Options["answers"] = {
      ListChannelConnections: () => [row("A"), row("B"), row("C")],
      ListChannelRtcStats: () => [reportOf("A"), reportOf("B"), reportOf("C")],
      GetStatsConnection: (body, withinMs) => {
        samples += 1;
        const isGone = body.connection_id === "A" || (body.connection_id === "B" && samples > 3);
        return isGone ? gone(body, withinMs) : counters();
      },
    };
    const sora = new MadeUpSora({ answers });
    const told = await diagnosis(sora);
    expect(told).toMatchObject({ sampled_s: 4, not_measured: ["rates: 2 of 3 have none"] });
    expect(codesIn(told)).toEqual(["", "", ""]);
    expect(told.connections.map(({ up }) => up?.kbps)).toEqual([undefined, undefined, 50]);
    // Who was gone already is not asked for again.
    expect(sora.asked.filter((operation) => operation === "GetStatsConnection")).toHaveLength(5);
  });
});
