import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { refusalCodes } from "../../src/errors.ts";
import { jobFailureCodes } from "../../src/moderation/errors.ts";
import { soraFailureCodes } from "../../src/sora/errors.ts";
import { apiKey, echoes, expectNoKey } from "../mcp/echoing-answers.ts";
import { failingAnswers } from "../mcp/failing-answers.ts";
import { channel_id, jobCalls, nameOf, outcomesOf, today } from "../mcp/job-calls.ts";
import { anyJson } from "../support/any-json.ts";
import { longestBlock } from "../support/event-loop.ts";
import { FilteringSora, overHttp } from "../support/filtering-sora.ts";
import { forbidden, hostile } from "../support/hostile.ts";
import { startRawUpstream } from "../support/raw-upstream.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { type Answer, hangingUpstream, json, startUpstream } from "../support/upstream.ts";

// Whatever Sora, or what answers in its place, says to a job: it ends soon and with a code of ours, changes nothing that it
// was not asked to, and does not show the key.

// A job pauses between its requests: here for a moment only.
vi.mock("node:timers/promises", async (original) => {
  const timers = await original<typeof import("node:timers/promises")>();
  const setTimeout: typeof timers.setTimeout = (ms, ...rest) =>
    timers.setTimeout(Math.min(ms ?? 0, 5), ...rest);
  return { ...timers, setTimeout };
});

const env = (url: string) => ({ SORA_API_URL: url, SORA_API_KEY: apiKey, ...today });
const isRead = /\.(List|Get)/;
const lists = /\.List(Channel)?Connections$/;

const people = [
  { connection_id: "A1", client_id: "alice", channel_id, role: "sendrecv", created_time: 1 },
  { connection_id: "B1", client_id: "bob", channel_id, role: "sendrecv", created_time: 2 },
];

/** What each job comes to: by its tool, or by all of its call where that tells more. */
function outcomes(codes: Readonly<Record<string, string>>, otherwise: string): Record<string, string> {
  return Object.fromEntries(
    jobCalls.map((call) => [nameOf(call), codes[nameOf(call)] ?? codes[call.tool] ?? otherwise]),
  );
}
const overall = ["sora_overview {}", 'sora_overview {"client_id":"alice"}'];
const ofAll = (code: string) => Object.fromEntries(overall.map((name) => [name, code]));

const answers = failingAnswers.filter(([, , { code }]) => code !== "timeout");

test.each(answers)("every answer is %s: told by all jobs that need one", async (_name, answer, expected) => {
  const upstream = await startUpstream(answer);
  const session = await inProcess({ env: env(upstream.url) });
  const { code, error_type } = expected;
  // That a Sora does not list all channels has a code of its own.
  const lacking = error_type === "SchemaNotFound" ? ofAll("unsupported") : {};
  expect(await outcomesOf(session)).toEqual(outcomes({ sora_list_actions: "done", ...lacking }, code));
  for (const { target } of upstream.requests) expect(target).toMatch(isRead);
  expect(session.stderr()).toBe("");
});

const short = answers.filter(([name]) => !name.includes("8 MB"));
test.each(short)("who is there is known, all else is %s", async (_name, answer, expected) => {
  const upstream = await startUpstream((request, ...rest) =>
    (lists.test(request.target) ? json(people) : answer)(request, ...rest),
  );
  const session = await inProcess({ env: env(upstream.url) });
  const { code, error_type } = expected;
  const mutes = error_type === "SchemaNotFound" ? "unsupported" : code;
  expect(await outcomesOf(session)).toEqual(outcomes({ sora_mute: mutes, sora_unmute: mutes }, "done"));
  for (const { target } of upstream.requests) expect(target).toMatch(isRead);
  const { structuredContent } = await session.call("sora_diagnose", { channel_id });
  expect(structuredContent?.not_measured).not.toEqual([]);
  expect(session.stderr()).toBe("");
});

test.each(echoes)("the key %s of every answer is shown by no job", async (_name, answer) => {
  const upstream = await startUpstream(answer);
  const session = await inProcess({ env: { ...env(upstream.url), SORA_LOG_LEVEL: "debug" } });
  const results = await Promise.all(jobCalls.map(({ tool, args }) => session.call(tool, args)));
  expectNoKey(JSON.stringify(results));
  expectNoKey(session.stderr());
  expect(upstream.requests.length).toBeGreaterThan(jobCalls.length / 2);
});

describe("any JSON", () => {
  const some = <Value>(value: Value) => fc.oneof({ weight: 4, arbitrary: fc.constant(value) }, anyJson);
  const ids = fc.constantFrom("A1", "B1", "alice", "bob", "sora", "", "__proto__");
  const id = fc.oneof({ weight: 5, arbitrary: ids }, anyJson);
  const connection = fc.record(
    {
      connection_id: id,
      client_id: id,
      channel_id: some(channel_id),
      role: fc.oneof(fc.constantFrom("sendrecv", "sendonly", "recvonly"), anyJson),
      created_time: fc.oneof(fc.constant(1_700_000_000_000_000), anyJson),
      audio: anyJson,
      video: anyJson,
      spotlight: anyJson,
      simulcast: anyJson,
    },
    { requiredKeys: [] },
  );
  const condition = fc.record(
    {
      field: some("client_id"),
      operator: some("is_in"),
      values: fc.oneof(fc.array(id), anyJson),
    },
    { requiredKeys: [] },
  );
  const mute = fc.record(
    {
      mute_id: some("m1"),
      client_id: id,
      connection_id: id,
      kind: some("audio"),
      at: some("2026"),
      reason: anyJson,
    },
    { requiredKeys: [] },
  );
  const filter = fc.record(
    {
      action: some("block"),
      name: some("default"),
      connection_id: id,
      rules: fc.oneof(fc.array(fc.oneof(fc.array(condition), anyJson), { maxLength: 2 }), anyJson),
      metadata: fc.oneof(
        fc.record({
          sora_labo_mcp: fc.record({ revision: some("r"), mutes: fc.array(mute, { maxLength: 2 }) }),
        }),
        anyJson,
      ),
    },
    { requiredKeys: [] },
  );
  const blocked = fc.record(
    {
      destination_connection_id: id,
      kind: some("audio"),
      source_connection_id_list: fc.oneof(fc.array(id), anyJson),
    },
    { requiredKeys: [] },
  );
  const listOf = <Value>(value: fc.Arbitrary<Value>) =>
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.array(fc.oneof({ weight: 4, arbitrary: value }, anyJson), { maxLength: 4 }),
      },
      anyJson,
    );
  const filters = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record(
        {
          channel_forwarding_filter: fc.oneof(filter, anyJson),
          channel_forwarding_filters: listOf(filter),
          connection_forwarding_filters: listOf(filter),
          blocked: listOf(blocked),
        },
        { requiredKeys: [] },
      ),
    },
    anyJson,
  );
  const report = fc.record(
    {
      id: some("1"),
      type: fc.constantFrom(
        "outbound-rtp",
        "inbound-rtp",
        "remote-inbound-rtp",
        "media-source",
        "transport",
        "candidate-pair",
        "local-candidate",
      ),
      kind: fc.constantFrom<unknown>("audio", "video", 1),
      ssrc: anyJson,
      timestamp: some(1_700_000_000_000),
      packetsSent: anyJson,
      packetsLost: anyJson,
      packetsReceived: anyJson,
      framesPerSecond: anyJson,
      totalAudioEnergy: anyJson,
      totalSamplesDuration: anyJson,
      audioLevel: anyJson,
      qualityLimitationDurations: anyJson,
      qualityLimitationReason: anyJson,
      selectedCandidatePairId: some("1"),
      localCandidateId: some("1"),
      candidateType: some("relay"),
      nominated: anyJson,
    },
    { requiredKeys: ["type"] },
  );
  const stats = listOf(
    fc.record(
      { connection_id: id, timestamp: anyJson, rtc_stats: listOf(report), stats: listOf(report) },
      { requiredKeys: [] },
    ),
  );
  const sample = fc.oneof(
    fc.dictionary(fc.constantFrom("timestamp", "rtp", "turn", "ice", "audio", "video"), anyJson),
    anyJson,
  );
  const codes: readonly string[] = [...refusalCodes, ...soraFailureCodes, ...jobFailureCodes];

  test("comes to an answer or to a code of ours, and only a mute changes anything", async () => {
    const upstream = await startUpstream();
    const session = await inProcess({ env: env(upstream.url) });
    const seen = { done: 0, failed: 0, written: 0 };
    const usual = { connection_forwarding_filters: [], blocked: [] };
    const answersOf = fc.record({
      lists: fc.oneof(listOf(connection), fc.constant(people)),
      filters: fc.oneof(filters, fc.constant(usual)),
      stats,
      sample,
      done: anyJson,
    });
    await fc.assert(
      fc.asyncProperty(
        answersOf,
        fc.subarray([...jobCalls], { minLength: 3, maxLength: 5 }),
        async (made, calls) => {
          upstream.answer((request, ...rest) => {
            const operation = request.target.replace(/^.*\./, "");
            const answer = /^List.*Connections$/.test(operation)
              ? made.lists
              : operation === "ListForwardingFilters"
                ? made.filters
                : operation === "GetStatsConnection"
                  ? made.sample
                  : /Stats$/.test(operation)
                    ? made.stats
                    : made.done;
            json(answer)(request, ...rest);
          });
          await Promise.all(
            calls.map(async ({ tool, args }) => {
              const result = await session.call(tool, args);
              if (result.isError) {
                const { code, message } = errorOf(result);
                expect(codes).toContain(code);
                expect(message).toMatch(/^[A-Z].*\.$/);
                seen.failed += 1;
              } else {
                expect(result.content).toEqual([
                  { type: "text", text: JSON.stringify(result.structuredContent) },
                ]);
                expect(JSON.stringify(result.structuredContent)).not.toMatch(/\bnull\b.*NaN/);
                seen.done += 1;
              }
            }),
          );
          const writes = upstream.requests.splice(0).filter(({ target }) => !isRead.test(target));
          if (!calls.some(({ tool }) => /mute$/.test(tool))) expect(writes).toEqual([]);
          for (const { target, text } of writes) {
            expect(target).toMatch(/\.(Create|Update|Delete)ChannelForwardingFilter$/);
            expect(JSON.parse(text).channel_id).toBe(channel_id);
            seen.written += 1;
          }
          // What nobody has thought of stands there: an answer "could not be handled".
          expect(session.stderr()).toBe("");
        },
      ),
      { numRuns: 250 },
    );
    expect(Math.min(seen.done, seen.failed, seen.written)).toBeGreaterThan(10);
  });
});

describe("what answers is no Sora at all", () => {
  test.each<[name: string, said: string | undefined, code: string]>([
    ["a connection that is reset", undefined, "unreachable"],
    ["half an answer", 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a"', "bad_response"],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n", "bad_response"],
  ])("%s", async (_name, said, code) => {
    const upstream = await startRawUpstream((socket) => {
      if (said === undefined) socket.resetAndDestroy();
      else socket.end(said);
    });
    const session = await inProcess({ env: env(upstream.url) });
    expect(await outcomesOf(session)).toEqual(outcomes({ sora_list_actions: "done" }, code));
    expect(session.stderr()).toBe("");
  });
});

describe("a Sora that does not answer", () => {
  const needing = jobCalls.filter(({ tool }) => tool !== "sora_list_actions");

  test("is waited for no longer than a call may take", async () => {
    const upstream = await startUpstream(() => {});
    const session = await inProcess({ env: { ...env(upstream.url), SORA_TIMEOUT_MS: "500" } });
    const startedAt = performance.now();
    expect(await outcomesOf(session)).toEqual(outcomes({ sora_list_actions: "done" }, "timeout"));
    // Several requests, one after the other, and a wait that goes on for a second.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    const { structuredContent } = await session.call("sora_list_actions", { channel_id });
    expect(structuredContent).toEqual({ actions: [], mutes_in_force: [], not_measured: ["mutes_in_force"] });
    for (const { target } of upstream.requests) expect(target).toMatch(isRead);
  });

  test.each(needing.map((call) => ({ ...call, name: nameOf(call) })))(
    "is asked no more once $name is cancelled",
    async ({ tool, args }) => {
      const upstream = await hangingUpstream();
      const session = await inProcess({ env: { ...env(upstream.url), SORA_TIMEOUT_MS: "120000" } });
      const cancel = new AbortController();
      const call = session.client.callTool({ name: tool, arguments: args }, undefined, {
        signal: cancel.signal,
      });
      await upstream.arrived;
      cancel.abort();
      await expect(call).rejects.toThrow();
      await upstream.cut;
      upstream.answer(json([]));
      // The session goes on, and what the call held is free.
      for (let count = 0; count < 5; count++) {
        expect(
          (await session.call("sora_wait", { channel_id, cursor: "x", timeout_s: 1 })).isError,
        ).toBeUndefined();
      }
      const sent = upstream.requests.map(({ target }) => target);
      expect(sent.slice(-5)).toEqual(Array(5).fill("Sora_20201013.ListChannelConnections"));
      // What it asks for at once had set out.
      expect(sent.length).toBeLessThanOrEqual(5 + 3);
      expect(session.stderr()).toBe("");
    },
  );
});

/** A Sora with filters in which somebody has written this, wherever a participant or an application can write. */
function writtenBy(written: unknown, client_id = "bob"): { answer: Answer; sora: FilteringSora } {
  const sora = new FilteringSora();
  const own = overHttp(sora);
  return {
    sora,
    answer(request, response, raw) {
      const operation = request.target.replace(/^.*\./, "");
      const entry = {
        metadata: written,
        event_metadata: written,
        stats: [written],
        rtc_stats: [written],
        extra: written,
      };
      if (/^List.*Connections$/.test(operation)) {
        const list = sora.people.map((person) => ({
          ...person,
          ...entry,
          channel_id,
          client_id: person.client_id === "bob" ? client_id : person.client_id,
        }));
        return json(list)(request, response, raw);
      }
      if (/Stats/.test(operation)) return json([{ connection_id: "B1", ...entry }])(request, response, raw);
      return own(request, response, raw);
    },
  };
}

test.each(hostile)(
  "a participant writes $name: it stays data, and is shown as what it is",
  async ({ text }) => {
    const { answer } = writtenBy(text, text);
    const upstream = await startUpstream(answer);
    const session = await inProcess({ env: env(upstream.url) });
    const results = await Promise.all(jobCalls.map(({ tool, args }) => session.call(tool, args)));
    for (const [at, { structuredContent, content }] of results.entries()) {
      expect(JSON.stringify([structuredContent, content]), jobCalls[at]?.tool).not.toMatch(forbidden);
    }
    expect(session.stderr()).toBe("");
  },
);

describe.each([300, 20_000])("what is nested %i deep", (levels) => {
  const nested = `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const mark = "nested-here";
  const inPlace = (value: unknown) => JSON.stringify(value).replaceAll(`"${mark}"`, nested);
  const raw =
    (value: unknown): Answer =>
    (_request, response) =>
      response.end(inPlace(value));

  const deep = { metadata: mark, event_metadata: mark, audio: mark };
  const mutes = (reason?: unknown) => [
    { mute_id: "m1", client_id: "bob", kind: "audio", at: "2026", ...(reason !== undefined && { reason }) },
  ];
  const condition = (field: string, values: unknown) => ({ field, operator: "is_in", values });
  const filter = (rules: unknown, metadata: unknown) => ({ action: "block", rules, metadata });
  const ours = { sora_labo_mcp: { revision: "r", mutes: mutes() } };
  const rules = [[condition("client_id", ["bob"]), condition("kind", ["audio"])]];

  test.each<[where: string, filter: object]>([
    ["in the metadata of a filter", filter(rules, mark)],
    ["in a mute", filter(rules, { sora_labo_mcp: { revision: "r", mutes: mutes(mark) } })],
    ["in the rules of a filter", filter(mark, ours)],
    ["in a rule", filter([mark], ours)],
    ["in a condition", filter([[mark]], ours)],
    ["in the values of a condition", filter([[condition("client_id", mark)]], ours)],
    ["in one of the values", filter([[condition("client_id", [mark])]], ours)],
  ])("%s breaks no job", async (_where, of) => {
    const upstream = await startUpstream((request, ...rest) => {
      const filters = {
        channel_forwarding_filter: of,
        connection_forwarding_filters: [mark, of],
        blocked: [mark],
      };
      const list = people.map((person) => ({ ...person, ...deep, stats: mark, rtc_stats: [mark] }));
      const isFilters = request.target.endsWith("ListForwardingFilters");
      return raw(isFilters ? filters : /\.List/.test(request.target) ? list : { ...deep, rtp: mark })(
        request,
        ...rest,
      );
    });
    const session = await inProcess({ env: env(upstream.url) });
    const got = await outcomesOf(session);
    expect(session.stderr()).toBe("");
    for (const call of jobCalls.filter(({ tool }) => !/mute/.test(tool)))
      expect(got[nameOf(call)], nameOf(call)).toBe("done");
  });
});

describe("however many people there are, nothing else is held up for long", () => {
  /** Milliseconds; some hundred where nothing else goes on. */
  const most = 2000;
  const list = (count: number, client: (index: number) => string) =>
    JSON.stringify(
      Array.from({ length: count }, (_, index) => {
        const connection_id = `C${index}`;
        return { connection_id, client_id: client(index), channel_id, role: "sendrecv" };
      }),
    );

  test.each<[who: string, people: string, calls: typeof jobCalls]>([
    ["60,000 people", list(60_000, (index) => (index === 0 ? "bob" : `c${index}`)), jobCalls],
    // So many as somebody may open to be hard to get rid of.
    [
      "1,000 connections of one client",
      list(1000, () => "bob"),
      [...jobCalls, { tool: "sora_mute", args: { channel_id, client_id: "bob", kind: "both" } }],
    ],
  ])("%s", async (_who, present, calls) => {
    let filter: object | undefined;
    const upstream = await startUpstream(({ target, text }, response) => {
      if (/\.(Create|Update)/.test(target)) filter = JSON.parse(text);
      if (/\.Delete/.test(target)) filter = undefined;
      const filters = { channel_forwarding_filter: filter, connection_forwarding_filters: [], blocked: [] };
      const isFilters = target.endsWith("ListForwardingFilters");
      response.end(isFilters ? JSON.stringify(filters) : /\.List/.test(target) ? present : "{}");
    });
    const session = await inProcess({ env: { ...env(upstream.url), SORA_TIMEOUT_MS: "60000" } });
    await session.call("sora_list_actions");
    const blocks: Record<string, number> = {};
    for (const call of calls) {
      blocks[nameOf(call)] = await longestBlock(async () => {
        const result = await session.call(call.tool, { ...call.args });
        expect(JSON.stringify(result).length).toBeLessThan(100_000);
      });
    }
    const tooLong = Object.entries(blocks).filter(([, ms]) => ms > most);
    expect(Object.fromEntries(tooLong)).toEqual({});
    expect(session.stderr()).toBe("");
  });
});
