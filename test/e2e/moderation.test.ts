import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { startSandbox } from "../../src/sandbox/index.ts";
import { FilteringSora, overHttp } from "../support/filtering-sora.ts";
import { errorOf, overStdio, type Session } from "../support/session.ts";
import { type Recorded, startUpstream, type Upstream } from "../support/upstream.ts";

// The jobs as a client sees them: the built server over stdio, and a Sora over HTTP whose clock the test moves.

const stage = "sandbox_0_stage";

type Json = Record<string, unknown>;

interface Room {
  readonly upstream: Upstream;
  readonly session: Session;
  /** Moves the sandbox's clock on, which goes on by itself otherwise. */
  pass(seconds: number): void;
  /** Asks the sandbox itself. */
  ask(operation: string, body: Json): Promise<Json[]>;
}

/** A server before a sandbox, with something in between that may answer itself: undefined passes a request on. */
async function room(
  between: (operation: string, request: Recorded) => Promise<{ status: number; json: unknown } | undefined>,
  settings: Record<string, string> = {},
): Promise<Room> {
  let passed = 0;
  const sandbox = await startSandbox({ now: () => Date.now() + passed, edition: "2025.2" });
  const forward = async (target: string, body: string) => {
    const headers = { "x-sora-target": target };
    const response = await fetch(sandbox.url, { method: "POST", headers, ...(body && { body }) });
    return { status: response.status, json: (await response.json()) as unknown };
  };
  const upstream = await startUpstream((request, response) => {
    const operation = request.target.replace(/^.*\./, "");
    void between(operation, request)
      .then((own) => own ?? forward(request.target, request.text))
      .then(({ status, json }) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
      });
  });
  const session = await overStdio({
    env: { SORA_API_URL: upstream.url, SORA_RELEASE: "2025.2", ...settings },
  });
  return {
    upstream,
    session,
    pass(seconds) {
      passed += seconds * 1000;
    },
    ask: async (operation, body) => (await forward(operation, JSON.stringify(body))).json as Json[],
  };
}

const straight = async () => undefined;
const list = "Sora_20201013.ListChannelConnections";
const lacking = { status: 400, json: { error_type: "SchemaNotFound" } };

const row = z.object({ client_id: z.string(), connection_id: z.string(), role: z.string() });
const waited = z.object({
  total: z.number(),
  joined: z.array(row),
  left: z.array(row),
  reason: z.string(),
  cursor: z.string(),
});

describe("sora_wait", () => {
  test("over half an hour on the stage: everybody who came or went between two looks is told once, and nobody else", async () => {
    const { session, pass, ask } = await room(straight);
    const ids = async () =>
      (await ask(list, { channel_id: stage })).map(({ connection_id }) => String(connection_id));
    const here = new Set(await ids());
    const first = await session.call("sora_wait", { channel_id: stage, timeout_s: 1 });
    let { cursor } = waited.parse(first.structuredContent);
    let told = 0;
    for (let step = 0; step < 120; step++) {
      pass(15);
      const args = { channel_id: stage, cursor, timeout_s: 1 };
      const answer = waited.parse((await session.call("sora_wait", args)).structuredContent);
      const now = await ids();
      for (const { connection_id } of answer.left) expect(here.delete(connection_id)).toBe(true);
      for (const { connection_id } of answer.joined) expect(here).not.toContain(connection_id);
      for (const { connection_id } of answer.joined) here.add(connection_id);
      expect([...here].toSorted()).toEqual(now.toSorted());
      expect(answer.total).toBe(now.length);
      told += answer.left.length + answer.joined.length;
      ({ cursor } = answer);
    }
    expect(told).toBeGreaterThan(100);
  });

  test("ends when somebody leaves, long before its time", async () => {
    let polls = 0;
    const { session, pass } = await room(async () => {
      polls += 1;
      if (polls === 2) pass(15);
      return undefined;
    });
    const startedAt = performance.now();
    const args = { channel_id: stage, until: "leave", timeout_s: 50 };
    const { structuredContent } = await session.call("sora_wait", args);
    expect(waited.parse(structuredContent)).toMatchObject({
      reason: "changed",
      left: [{ client_id: "visitor-1" }],
    });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test("of four at once a cancelled one ends at once and makes room; progress comes meanwhile", async () => {
    const { session, upstream } = await room(straight);
    const { client } = session;
    const cancel = new AbortController();
    const heard: number[] = [];
    const wait = (options = {}) =>
      client.callTool(
        { name: "sora_wait", arguments: { channel_id: "sora", timeout_s: 6 } },
        undefined,
        options,
      );
    const cancelled = expect(wait({ signal: cancel.signal })).rejects.toThrow();
    const others = [
      wait({ onprogress: ({ progress }: { progress: number }) => heard.push(progress) }),
      wait(),
      wait(),
    ];
    await upstream.received(4);
    expect(errorOf(await session.call("sora_wait", { channel_id: "sora" })).code).toBe("rate_limited");
    cancel.abort();
    await cancelled;
    await client.ping();
    const next = await session.call("sora_wait", { channel_id: "sora", timeout_s: 1 });
    expect(next.structuredContent).toMatchObject({ reason: "timeout", total: 5 });
    expect(await Promise.all(others)).toMatchObject(
      [1, 2, 3].map(() => ({ structuredContent: { reason: "timeout", joined: [], left: [] } })),
    );
    expect(heard).toEqual([5]);
  });

  test("a Sora that hangs holds it no longer than 2 seconds beyond its time", async () => {
    let isHanging = false;
    const { session } = await room(async () => (isHanging ? new Promise(() => {}) : undefined));
    await session.call("sora_overview", { channel_id: "sora" });
    isHanging = true;
    const startedAt = performance.now();
    const answer = await session.call("sora_wait", { channel_id: "sora", timeout_s: 1 });
    expect(errorOf(answer).code).toBe("timeout");
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe("sora_diagnose on the stage", () => {
  const diagnosis = z.object({
    sampled_s: z.number(),
    connections: z.array(
      z.object({
        client_id: z.string(),
        verdict: z.string(),
        findings: z.array(z.object({ code: z.string() })),
      }),
    ),
    rest: z.number().optional(),
    not_measured: z.array(z.string()),
  });
  let result: z.infer<typeof diagnosis>;
  let text = "";
  beforeAll(async () => {
    const { session, pass } = await room(straight);
    pass(5);
    const args = { channel_id: stage, limit: 20 };
    const answer = await session.call("sora_diagnose", args);
    text = JSON.stringify(answer.content);
    result = diagnosis.parse(answer.structuredContent);
  });

  test.each([
    ["frank", ["loud_mic"]],
    ["grace", ["uplink_loss", "high_rtt", "high_jitter"]],
    ["heidi", ["not_responding", "no_media_up", "stale_report"]],
    ["ivan", ["bandwidth_limited", "relay_tcp", "low_fps"]],
  ])("%s has a trouble: %j", (client_id, codes) => {
    const found = result.connections.find((connection) => connection.client_id === client_id);
    expect(found?.verdict).toBe("bad");
    expect(found?.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
  });

  test("those who are well are good, and come last", () => {
    const verdicts = result.connections.map(({ client_id, verdict }) => [client_id, verdict]);
    expect(verdicts.slice(4).map(([, verdict]) => verdict)).not.toContain("bad");
    expect(Object.fromEntries(verdicts)).toMatchObject({ judy: "good", leo: "good" });
    expect(result).toMatchObject({ not_measured: [] });
  });

  test("no address of anybody is told, and no score", () => {
    expect(text).not.toMatch(/192\.0\.2|198\.51|address|\bmos\b/i);
  });
});

test("sora_mute cuts who is there, and the filter who comes later; muted is no fault", async () => {
  const { session, pass, ask } = await room(straight);
  const muted = await session.call("sora_mute", { channel_id: stage, client_id: "frank", kind: "both" });
  expect(muted.structuredContent).toMatchObject({ status: "muted", blocked_for: 8, of: 8 });
  pass(60);
  const { structuredContent } = await session.call("sora_overview", { channel_id: stage });
  const rows = z
    .object({
      connections: z.array(z.object({ client_id: z.string(), marks: z.array(z.string()).optional() })),
    })
    .parse(structuredContent).connections;
  expect(rows.filter(({ marks }) => marks?.includes("muted"))).toEqual([
    { client_id: "frank", marks: ["muted"] },
  ]);
  const filters = await ask("Sora_20230628.ListForwardingFilters", { channel_id: stage, blocked: true });
  const { blocked } = z
    .object({ blocked: z.array(z.object({ destination_connection_id: z.string() })) })
    .parse(filters);
  const here = await ask(list, { channel_id: stage });
  expect(new Set(blocked.map((entry) => entry.destination_connection_id)).size).toBe(here.length - 1);
  const { undo } = z
    .object({ undo: z.object({ tool: z.string(), arguments: z.record(z.unknown()) }) })
    .parse(muted.structuredContent);
  const lifted = await session.call(undo.tool, undo.arguments);
  expect(lifted.structuredContent).toEqual({ status: "unmuted", still_blocked_by: [] });
});

describe("a Sora that lacks an API", () => {
  const jobs: readonly (readonly [tool: string, args: Json])[] = [
    ["sora_overview", { channel_id: "sora" }],
    ["sora_overview", {}],
    ["sora_wait", { channel_id: "sora", timeout_s: 1 }],
    ["sora_diagnose", { channel_id: "sora" }],
    ["sora_mute", { channel_id: "sora", client_id: "bob" }],
    ["sora_list_actions", { channel_id: "sora" }],
  ];

  /** What each job comes to, in the order above: an error code, or what it names as not measured. */
  const outcomes: Readonly<Record<string, readonly (string | readonly RegExp[])[]>> = {
    ListChannelConnections: ["sora_error", [], "sora_error", "sora_error", "sora_error", []],
    ListConnections: [[], "unsupported", [], [], [], []],
    ListForwardingFilters: [[/muted/], [], [], [/ListForwardingFilters/], "unsupported", [/mutes_in_force/]],
    ListChannelRtcStats: [[], [], [], [/ListChannelRtcStats/], [], []],
    GetStatsConnection: [[], [], [], [/GetStatsConnection/], [], []],
    CreateChannelForwardingFilter: [[], [], [], [], "unsupported", []],
  };

  // All at once: each takes the 5 seconds of a diagnosis.
  test("does what is left to do of each job, and says what is not", async () => {
    const told = await Promise.all(
      Object.keys(outcomes).map(async (missing) => {
        const { session } = await room(async (operation) =>
          // Its older name is no longer there either.
          operation === missing || operation === "ListChannelUserAgentStats" ? lacking : undefined,
        );
        const results = await Promise.all(jobs.map(([tool, args]) => session.call(tool, args)));
        return [
          missing,
          results.map((result) => (result.isError ? errorOf(result).code : notMeasured(result))),
        ];
      }),
    );
    for (const [missing, results] of told) {
      const expected = outcomes[String(missing)]?.map((outcome) =>
        typeof outcome === "string" ? outcome : outcome.map((pattern) => expect.stringMatching(pattern)),
      );
      expect(results, `without ${missing}`).toEqual(expected);
    }
  });

  function notMeasured({ structuredContent }: { structuredContent?: unknown }): readonly string[] {
    const named = z.object({ not_measured: z.array(z.string()).default([]) });
    return named.parse(structuredContent).not_measured;
  }
});

test("a Sora that answers after its time: every job says so, and the server lives on", async () => {
  let delayMs = 0;
  const { session } = await room(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      return undefined;
    },
    { SORA_TIMEOUT_MS: "400" },
  );
  await session.call("sora_overview", { channel_id: "sora" });
  delayMs = 3000;
  const jobs = [
    ["sora_overview", {}],
    ["sora_overview", { channel_id: "sora" }],
    ["sora_wait", { timeout_s: 1, channel_id: "sora" }],
    ["sora_diagnose", { channel_id: "sora" }],
    ["sora_mute", { channel_id: "sora", client_id: "bob" }],
    ["sora_unmute", { channel_id: "sora", mute_id: "m" }],
  ] as const;
  const results = await Promise.all(jobs.map(([tool, args]) => session.call(tool, args)));
  expect(results.map((result) => errorOf(result).code)).toEqual(jobs.map(() => "timeout"));
  delayMs = 0;
  const after = await session.call("sora_overview", { channel_id: "sora" });
  expect(after.structuredContent).toMatchObject({ total: 5 });
});

test("a channel that changes between the two reads of a diagnosis: who left is no failure, and no fault", async () => {
  let samples = 0;
  const { session, ask } = await room(async (operation) => {
    if (operation !== "GetStatsConnection") return undefined;
    samples += 1;
    // All of the first round were asked for: alice leaves with both connections.
    if (samples === 5) {
      await ask("Sora_20151104.DisconnectClient", { channel_id: "sora", client_id: "alice" });
    }
    return undefined;
  });
  const { structuredContent } = await session.call("sora_diagnose", { channel_id: "sora", limit: 20 });
  const verdicts = z
    .object({
      connections: z.array(
        z.object({ client_id: z.string(), findings: z.array(z.object({ code: z.string() })) }),
      ),
    })
    .parse(structuredContent).connections;
  expect(verdicts.map(({ client_id }) => client_id)).toContain("bob");
  const ofAlice = verdicts
    .filter(({ client_id }) => client_id === "alice")
    .flatMap(({ findings }) => findings);
  expect(ofAlice.map(({ code }) => code)).not.toContain("no_media_up");
  expect(ofAlice.map(({ code }) => code)).not.toContain("not_responding");
});

test("a Sora that combines filters the other way round: nothing is claimed, and all is as before", async () => {
  const sora = new FilteringSora();
  sora.otherWay = true;
  const upstream = await startUpstream(overHttp(sora));
  const { call } = await overStdio({ env: { SORA_API_URL: upstream.url, SORA_RELEASE: "2025.2" } });
  const answer = await call("sora_mute", { channel_id: "room", client_id: "alice" });
  expect(errorOf(answer)).toMatchObject({
    code: "unsupported",
    message: expect.stringMatching(/^More was cut off than was asked for.*as before\.$/),
  });
  expect(sora.cut).toEqual([]);
  expect(sora.filter).toBeUndefined();
});
