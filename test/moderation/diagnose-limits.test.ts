import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ToolError } from "../../src/errors.ts";
import { diagnose } from "../../src/moderation/diagnose.ts";
import { anyJson } from "../support/any-json.ts";
import {
  counters,
  diagnosis,
  fails,
  hangs,
  idsIn,
  lacks,
  MadeUpSora,
  type Options,
  reportOf,
  row,
} from "./diagnosis/made-up-sora.ts";
import { pass, withMadeUpTime } from "./made-up-sora.ts";

// sora_diagnose before a made-up Sora: how many it looks at, how long it waits, and what is a failure.

withMadeUpTime();

describe("how many", () => {
  const ids = Array.from({ length: 30 }, (_, at) => `C${String(at).padStart(2, "0")}`);
  const crowd: Options["answers"] = {
    ListChannelConnections: () => ids.map((id, created_time) => row(id, { created_time })),
    // The last are the worst.
    ListChannelRtcStats: () => ids.map((id, at) => reportOf(id, at > 27 ? 100 : at > 20 ? 40 : 0)),
  };

  test("five are listed, the worst first, and the rest is counted", async () => {
    const told = await diagnosis(new MadeUpSora({ answers: crowd }));
    expect(idsIn(told)).toBe("C28 C29 C21 C22 C23");
    expect(told.rest).toBe(25);
  });

  test("the counters of the twenty most suspicious are read", async () => {
    const sora = new MadeUpSora({ answers: crowd });
    const told = await diagnosis(sora, { limit: 20 });
    const sampled = sora.bodies.flatMap(({ connection_id }) =>
      connection_id === undefined ? [] : [connection_id],
    );
    expect(new Set(sampled)).toEqual(new Set([...ids.slice(21), ...ids.slice(0, 11)]));
    expect(told.connections).toHaveLength(20);
    expect(told.rest).toBe(10);
  });

  test("who is loudest is told, however many are worse off", async () => {
    const energy = (level: number) => [
      {
        id: "m",
        type: "media-source",
        kind: "audio",
        totalAudioEnergy: 100 * level ** 2,
        totalSamplesDuration: 100,
      },
    ];
    const answers = {
      ...crowd,
      ListChannelRtcStats: () =>
        ids.map((id, at) => {
          const report = reportOf(id, at < 25 ? 100 : 0);
          // C27 is the loudest: C28 is loud too.
          const level = at === 27 ? 0.95 : at === 28 ? 0.85 : 0.05;
          return { ...report, rtc_stats: [report.rtc_stats, energy(level)].flat() };
        }),
    };
    const told = await diagnosis(new MadeUpSora({ answers }));
    expect(idsIn(told)).toBe("C00 C01 C02 C03 C27");
    expect(told.rest).toBe(25);
  });

  describe("among people who are well", () => {
    const loudAt = (levels: Readonly<Record<number, number>>): NonNullable<Options["answers"]> => ({
      ...crowd,
      ListChannelRtcStats: () =>
        ids.map((id, at) => {
          const report = reportOf(id);
          const totalAudioEnergy = 100 * (levels[at] ?? 0.05) ** 2;
          const microphone = {
            type: "media-source",
            kind: "audio",
            totalAudioEnergy,
            totalSamplesDuration: 100,
          };
          return { ...report, rtc_stats: [report.rtc_stats, microphone].flat() };
        }),
    });

    test("all who are loud come first", async () => {
      const told = await diagnosis(new MadeUpSora({ answers: loudAt({ 28: 0.95, 29: 0.9 }) }));
      expect(idsIn(told)).toMatch(/^C28 C29 /);
    });

    test("who is muted for all takes nobody's place", async () => {
      const answers = {
        ...loudAt({ 28: 0.95, 29: 0.9 }),
        ListForwardingFilters: () => ({
          blocked: ids
            .filter((id) => id !== "C28")
            .map((destination_connection_id) => ({
              destination_connection_id,
              kind: "audio",
              source_connection_id_list: ["C28"],
            })),
        }),
      };
      expect(idsIn(await diagnosis(new MadeUpSora({ answers })))).toMatch(/^C29 /);
    });

    test("who is not looked at closely is said not to be", async () => {
      const told = await diagnosis(new MadeUpSora({ answers: loudAt({}) }));
      expect(told).toMatchObject({ rest: 25, not_measured: ["rates: of 20 of 30 connections only"] });
    });
  });

  test("with a limit of one it is the worst, not the loudest", async () => {
    expect(idsIn(await diagnosis(new MadeUpSora({ answers: crowd }), { limit: 1 }))).toBe("C28");
  });

  test("who gave no report is looked at before who is well", async () => {
    const answers = { ...crowd, ListChannelRtcStats: () => ids.slice(0, 29).map((id) => reportOf(id)) };
    const told = await diagnosis(new MadeUpSora({ answers }), { limit: 1 });
    expect(told).toMatchObject({ connections: [{ connection_id: "C29", verdict: "unknown" }], rest: 29 });
  });
});

describe("nobody", () => {
  test.each([[{ connection_id: "Z" }], [{ client_id: "z" }]])("of %j", async (args) => {
    const sora = new MadeUpSora();
    await expect(diagnosis(sora, args)).rejects.toMatchObject({ code: "not_found" });
    expect(sora.asked).not.toContain("GetStatsConnection");
  });

  test("is in an empty channel, which is no failure", async () => {
    const answers = { ListChannelConnections: () => [], ListChannelRtcStats: () => [] };
    expect(await diagnosis(new MadeUpSora({ answers }))).toEqual({
      channel_id: "sora",
      sampled_s: 0,
      connections: [],
      not_measured: [],
    });
  });
});

test.each([
  [
    { connection_id: "A", client_id: "a" },
    "client_id, connection_id: only one of them can be given. Nothing was sent.",
  ],
  [{ limit: 0 }, expect.stringMatching(/^limit: /)],
  [{ limit: 21 }, expect.stringMatching(/^limit: /)],
])("%j is refused", (args, message) => {
  const prepare = () => diagnose.prepare({ channel_id: "sora", ...args }, "flag", (text) => text);
  expect(prepare).toThrow(expect.objectContaining({ code: "invalid_arguments", message }));
});

describe("a failure", () => {
  test.each(["sora_error", "timeout", "unauthorized"] as const)(
    "of the list of connections is one: %s",
    async (code) => {
      const sora = new MadeUpSora({ answers: { ListChannelConnections: fails(code) } });
      await expect(diagnosis(sora)).rejects.toMatchObject({ code });
    },
  );

  test("is a list of connections that is none", async () => {
    const sora = new MadeUpSora({ answers: { ListChannelConnections: () => ({}) } });
    await expect(diagnosis(sora)).rejects.toMatchObject({ code: "bad_response" });
  });

  const others = ["ListChannelRtcStats", "ListForwardingFilters", "GetStatsConnection"];
  test.each(others)("of %s is told without any text of Sora", async (operation) => {
    const told = await diagnosis(new MadeUpSora({ answers: { [operation]: fails("bad_response") } }));
    expect(told.not_measured).toEqual([expect.stringContaining(`${operation} failed (bad_response)`)]);
    expect(JSON.stringify(told)).not.toContain("text of Sora");
  });

  test.each(others)("is that the client cancels while %s is read", async (operation) => {
    const sora = new MadeUpSora({ answers: { [operation]: fails("cancelled_by_client") } });
    await expect(diagnosis(sora)).rejects.toMatchObject({ code: "cancelled_by_client" });
  });

  test.each(others)("of our own in %s is not hidden", async (operation) => {
    const answers = {
      [operation]: () => {
        throw new TypeError("ours");
      },
    };
    await expect(diagnosis(new MadeUpSora({ answers }))).rejects.toThrow(TypeError);
  });
});

describe("a Sora that hangs", () => {
  test.each([
    [["ListChannelRtcStats", "ListForwardingFilters", "GetStatsConnection"], 7500],
    [["ListChannelRtcStats", "ListForwardingFilters"], 9000],
    [["ListChannelConnections"], 5000],
  ])("in %j is given up", async (operations, milliseconds) => {
    const sora = new MadeUpSora({
      answers: Object.fromEntries(operations.map((operation) => [operation, hangs])),
    });
    const before = performance.now();
    await diagnosis(sora).catch((error: unknown) => {
      if (!(error instanceof ToolError)) throw error;
    });
    expect(performance.now() - before).toBe(milliseconds);
  });

  test("at the worst takes less than 15 s", async () => {
    let samples = 0;
    const answers: Options["answers"] = {
      // Says late that it lacks the newer name, and never what the older one has.
      ListChannelRtcStats: (body, withinMs) => {
        pass(4900);
        return lacks(body, withinMs);
      },
      ListChannelUserAgentStats: hangs,
      ListForwardingFilters: hangs,
      GetStatsConnection(body, withinMs) {
        samples += 1;
        if (samples === 1) return counters();
        return hangs(body, withinMs);
      },
    };
    const before = performance.now();
    const told = await diagnosis(new MadeUpSora({ answers }));
    expect(performance.now() - before).toBeGreaterThan(13_000);
    expect(performance.now() - before).toBeLessThan(15_000);
    expect(told.not_measured).toEqual([
      "client reports: ListChannelUserAgentStats failed (timeout)",
      "muted: ListForwardingFilters failed (timeout)",
      "rates: GetStatsConnection failed (timeout)",
    ]);
  });
});

test("whatever Sora answers beside the list of connections, there is a diagnosis", async () => {
  await fc.assert(
    fc.asyncProperty(anyJson, anyJson, anyJson, async (reports, filters, stats) => {
      const answers = {
        ListChannelRtcStats: () => reports,
        ListForwardingFilters: () => filters,
        GetStatsConnection: () => stats,
      };
      const told = await diagnosis(new MadeUpSora({ answers }));
      expect(told.connections.map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
    }),
  );
});
