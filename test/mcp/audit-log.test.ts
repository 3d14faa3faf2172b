import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { auditLines, auditLinesSoFar, sha256 } from "../support/audit-file.ts";
import { personWho, saysNothing } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Answer, json, startUpstream } from "../support/upstream.ts";
import { worlds } from "../support/valid-calls.ts";

const key = "distinctive-key-0123456789";
const push = "sora_push_channel";
const disconnect = "sora_disconnect_channel";
const fields = [
  "time",
  "tool",
  "target",
  "channel_id",
  "args_sha256",
  "client",
  "confirmed_by",
  "outcome",
  "duration_ms",
];

const targets = { [push]: "Sora_20160711.PushChannel", [disconnect]: "Sora_20151104.DisconnectChannel" };

interface Case {
  readonly outcome: string;
  readonly tool: keyof typeof targets;
  readonly args?: Record<string, unknown>;
  readonly answer?: Answer;
  readonly env?: Record<string, string>;
  readonly person?: ReturnType<typeof personWho>;
  readonly confirmedBy?: "flag" | "user" | "ticket";
  readonly channel?: string | null;
  readonly status?: number;
  /** For how long the question is open at least, in milliseconds. */
  readonly askedMs?: number;
}

const ask = { SORA_CONFIRM: "ask" };
const preview = { SORA_CONFIRM: "preview" };
const perHour = { SORA_MAX_DESTRUCTIVE_PER_HOUR: "0" };
const accept = () => personWho(() => "accept");
const confirmed = { tool: disconnect, args: { confirm: true }, confirmedBy: "flag" } as const;

const cases: Case[] = [
  { outcome: "done", tool: push },
  { outcome: "done", ...confirmed },
  { outcome: "done", tool: disconnect, env: ask, person: accept(), confirmedBy: "user" },
  { outcome: "confirmation_required", tool: disconnect },
  { outcome: "confirmation_required", tool: disconnect, answer: json({}, 500) },
  { outcome: "invalid_arguments", tool: push, args: { data: 1 } },
  { outcome: "invalid_arguments", tool: push, args: { channel_id: 7 }, channel: null },
  { outcome: "invalid_arguments", tool: disconnect, args: { confirm: "true" } },
  { outcome: "channel_not_allowed", tool: push, env: { SORA_CHANNELS: "other" } },
  {
    outcome: "channel_not_allowed",
    tool: disconnect,
    args: { confirm: true },
    env: { SORA_CHANNELS: "other" },
  },
  { outcome: "not_configured", tool: push, env: { SORA_CONFIRM: "maybe" } },
  { outcome: "declined", tool: disconnect, env: ask, person: personWho(() => "decline") },
  {
    outcome: "declined",
    tool: disconnect,
    env: ask,
    person: personWho(async () => {
      await delay(70);
      return { action: "accept", content: {} };
    }),
    askedMs: 70,
  },
  { outcome: "limit_reached", tool: disconnect, args: { confirm: true }, env: perHour },
  { outcome: "limit_reached", tool: disconnect, env: { ...ask, ...perHour }, person: accept() },
  { outcome: "confirmation_required", tool: disconnect, env: preview },
  { outcome: "ticket_invalid", tool: disconnect, args: { ticket: "abc" }, env: preview },
  { outcome: "cancelled", tool: disconnect, env: ask, person: personWho(() => "cancel") },
  { outcome: "confirmation_unavailable", tool: disconnect, env: ask },
  { outcome: "unauthorized", tool: push, answer: json({}, 401), status: 401 },
  { outcome: "forbidden", tool: push, answer: json({}, 403), status: 403 },
  { outcome: "sora_error", ...confirmed, answer: json({ error_type: "X" }, 400), status: 400 },
  {
    outcome: "sora_error",
    tool: disconnect,
    env: ask,
    person: accept(),
    answer: json({}, 404),
    status: 404,
  },
  { outcome: "rate_limited", tool: push, answer: json({}, 429), status: 429 },
  { outcome: "server_error", ...confirmed, answer: json({}, 500), status: 500 },
  { outcome: "timeout", tool: push, answer: () => {}, env: { SORA_TIMEOUT_MS: "100" } },
  { outcome: "unreachable", ...confirmed, answer: (_request, _response, raw) => raw.socket.destroy() },
  {
    outcome: "bad_response",
    tool: push,
    answer: (_request, response) => response.end("<html>"),
    status: 200,
  },
];

async function auditedUpstream(answer: Answer = json([]), env: Record<string, string> = {}) {
  const path = join(temporaryFolder(), "audit.jsonl");
  const upstream = await startUpstream(answer);
  const settings = { SORA_API_URL: upstream.url, SORA_API_KEY: key, SORA_AUDIT_LOG: path, ...env };
  return { path, upstream, settings };
}

test.each(cases)(
  "one line: $tool $args, $outcome",
  async ({
    outcome,
    tool,
    args = {},
    answer,
    env,
    person,
    confirmedBy = null,
    channel = "sora",
    status,
    askedMs = 0,
  }) => {
    const { path, settings } = await auditedUpstream(answer, env);
    const session = await inProcess({ env: settings, ...person });
    const given = { channel_id: "sora", ...(tool === push && { data: { text: "hello" } }), ...args };
    const before = Date.now();
    const result = await session.call(tool, given);
    const lines = auditLines(path);
    const after = Date.now();

    expect(result.isError ? errorOf(result).code : result.structuredContent?.status).toBe(outcome);
    expect(lines).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        tool,
        target: targets[tool],
        channel_id: channel,
        args_sha256: sha256(JSON.stringify(given)),
        client: { name: "test-client", version: "1.2.3" },
        confirmed_by: confirmedBy,
        ...(person?.questions.length && { asked_ms: expect.any(Number) }),
        outcome,
        ...(status !== undefined && { status }),
        duration_ms: expect.any(Number),
      },
    ]);
    const [line = {}] = lines;
    expect(Object.keys(line).filter((name) => !/status|asked_ms/.test(name))).toEqual(fields);
    const time = Date.parse(String(line.time));
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(after);
    expect(Number.isInteger(line.duration_ms)).toBe(true);
    expect(line.duration_ms).toBeGreaterThanOrEqual(Number(line.asked_ms ?? 0));
    if (line.asked_ms !== undefined) expect(line.asked_ms).toBeGreaterThanOrEqual(askedMs - 1);
    // Two clocks, each rounded to a millisecond.
    expect(line.duration_ms).toBeLessThanOrEqual(after - before + 2);
  },
);

test("one line: a call that its ticket confirms, told by the hash of what was given", async () => {
  const { path, settings } = await auditedUpstream(json([]), preview);
  const session = await inProcess({ env: settings });
  const { structuredContent } = await session.call(disconnect, { channel_id: "sora" });
  const given = { channel_id: "sora", ticket: String(structuredContent?.ticket) };
  await session.call(disconnect, given);
  expect(auditLines(path)).toMatchObject([
    { outcome: "confirmation_required", confirmed_by: null },
    { outcome: "done", confirmed_by: "ticket", args_sha256: sha256(JSON.stringify(given)) },
  ]);
});

test("one line: two questions are open for as long as both together", async () => {
  let connections = [{ connection_id: "C0" }];
  const { path, upstream, settings } = await auditedUpstream(json([]), ask);
  upstream.answer((_request, response) => response.end(JSON.stringify(connections)));
  const person = personWho(async (): Promise<"accept"> => {
    connections = [...connections, { connection_id: "C1" }].slice(0, 2);
    await delay(60);
    return "accept";
  });
  const session = await inProcess({ env: settings, ...person });
  await session.call(disconnect, { channel_id: "sora" });
  expect(person.questions).toHaveLength(2);
  const [line = {}] = auditLines(path);
  expect(line).toMatchObject({ outcome: "done", confirmed_by: "user" });
  expect(line.asked_ms).toBeGreaterThanOrEqual(118);
});

test("one line: a call that the client cancels while the question is open", async () => {
  const { path, settings } = await auditedUpstream(json([]), ask);
  const cancel = new AbortController();
  const person = personWho(async () => {
    await delay(60);
    cancel.abort();
    return saysNothing();
  });
  const session = await inProcess({ env: settings, ...person });
  const call = session.client.callTool({ name: disconnect, arguments: { channel_id: "sora" } }, undefined, {
    signal: cancel.signal,
  });
  await expect(call).rejects.toThrow();
  await expect.poll(() => auditLinesSoFar(path).length).toBe(1);
  const [line = {}] = auditLines(path);
  expect(line).toMatchObject({ outcome: "cancelled_by_client", confirmed_by: null });
  expect(line.asked_ms).toBeGreaterThanOrEqual(58);
});

test("a file that cannot be written any more when the answer is yes: nothing is sent", async () => {
  const { path, upstream, settings } = await auditedUpstream(json([]), ask);
  const person = personWho(() => {
    rmSync(path, { force: true });
    mkdirSync(path);
    return "accept";
  });
  const session = await inProcess({ env: settings, ...person });
  expect(errorOf(await session.call(disconnect, { channel_id: "sora" })).code).toBe("not_configured");
  expect(upstream.requests.filter(({ target }) => target === targets[disconnect])).toEqual([]);
});

test("one line: a call that the client cancels", async () => {
  const { path, upstream, settings } = await auditedUpstream();
  const session = await inProcess({ env: settings });
  const cancel = new AbortController();
  upstream.answer(() => cancel.abort());
  const args = { channel_id: "sora", confirm: true };
  const call = session.client.callTool({ name: disconnect, arguments: args }, undefined, {
    signal: cancel.signal,
  });
  await expect(call).rejects.toThrow();
  await expect.poll(() => auditLinesSoFar(path).length).toBe(1);
  expect(auditLines(path)[0]).toMatchObject({ outcome: "cancelled_by_client", confirmed_by: "flag" });
});

test.each(worlds)(
  "$sora: every write and every destructive call has its line, no read has one",
  async ({ env, ...world }) => {
    const { path, settings } = await auditedUpstream();
    const session = await inProcess({ env: { ...settings, ...env } });
    // A job that comes to nothing has sent nothing that changes anything.
    const calls = [...world.jobs.map((job) => ({ ...job, target: "" })), ...world.calls];
    for (const { tool, args, kind } of calls) {
      if (kind === "read") await session.call(tool, args);
    }
    await session.call("sora_get_stats_connection", { channel_id: 1 });
    expect(() => statSync(path)).toThrow("ENOENT");
    for (const { tool, args } of calls) await session.call(tool, args);
    expect(auditLines(path).map(({ tool, target }) => [tool, target])).toEqual(
      calls.filter(({ kind }) => kind !== "read").map(({ tool, target }) => [tool, target]),
    );
  },
);

test("what does not exist under the settings has no line", async () => {
  const { path, settings } = await auditedUpstream(json([]), { SORA_READ_ONLY: "true" });
  const session = await inProcess({ env: settings });
  await expect(session.call(push, { channel_id: "sora", data: {} })).rejects.toMatchObject({ code: -32602 });
  expect(() => statSync(path)).toThrow("ENOENT");
});

test.each<[string, Record<string, unknown> | undefined, string]>([
  [
    "in the order in which they came",
    { data: { b: 1, a: [] }, channel_id: "s" },
    '{"data":{"b":1,"a":[]},"channel_id":"s"}',
  ],
  ["beyond ASCII", { channel_id: "日本😀", data: { é: null } }, '{"channel_id":"日本😀","data":{"é":null}}'],
  [
    "of any number",
    { channel_id: "s", data: { n: [1.5, -0.1, 1e21, 0] } },
    '{"channel_id":"s","data":{"n":[1.5,-0.1,1e+21,0]}}',
  ],
  [
    "with hidden characters",
    { channel_id: "s", data: { t: "\u202e" } },
    '{"channel_id":"s","data":{"t":"\u202e"}}',
  ],
  ["that are refused", { x: 1 }, '{"x":1}'],
  ["that are empty", {}, "{}"],
  ["that are missing", undefined, "{}"],
])("args_sha256 is that of the arguments as compact JSON: %s", async (_name, given, text) => {
  const { path, settings } = await auditedUpstream();
  const session = await inProcess({ env: settings });
  await session.client.callTool({ name: push, ...(given && { arguments: given }) });
  expect(auditLines(path)).toMatchObject([{ args_sha256: sha256(text) }]);
});

test("neither arguments nor what Sora says are kept, and never the key", async () => {
  const answer = json({ error_type: `secret-type ${key}`, error_reason: `secret-reason ${key}` }, 400);
  const { path, settings } = await auditedUpstream(answer);
  const session = await inProcess({ env: settings });
  await session.call("sora_put_signaling_notify_metadata_item", {
    channel_id: `channel of ${key}`,
    connection_id: "secret-connection",
    key: "secret-key",
    value: { "secret-member": ["secret-value", key] },
  });
  await session.call("sora_disconnect_client", {
    channel_id: "sora",
    client_id: "secret-client",
    reason: { secret: "secret-reason" },
  });
  await session.call(push, { "secret-unknown": key });
  const text = readFileSync(path, "utf8");
  expect(text).not.toContain("secret");
  expect(text).not.toContain(key);
  expect(auditLines(path).map(({ channel_id }) => channel_id)).toEqual([
    "channel of [redacted]",
    "sora",
    null,
  ]);
});

test("a key that JSON writes in another way is taken out as well", async () => {
  const odd = 'odd"key\\with"quotes';
  const { path, settings } = await auditedUpstream(json([]), { SORA_API_KEY: odd });
  const session = await inProcess({ env: settings });
  const result = await session.call(push, { channel_id: `x${odd}`, data: {}, [`unknown ${odd}`]: 1 });
  expect(JSON.stringify(result)).not.toContain("key");
  expect(auditLines(path)).toMatchObject([{ channel_id: "x[redacted]", outcome: "invalid_arguments" }]);
});

test("a key that is a word of the line's own leaves the line as it is", async () => {
  const { path, settings } = await auditedUpstream(json([]), { SORA_API_KEY: "outcome" });
  const session = await inProcess({ env: settings });
  await session.call(push, { channel_id: "sora", data: {} });
  expect(auditLines(path)).toMatchObject([{ channel_id: "sora", outcome: "done" }]);
});

test("a channel id is kept on one line, visible and cut", async () => {
  const { path, settings } = await auditedUpstream();
  const session = await inProcess({ env: settings });
  for (const channel_id of ["\u202ex", "a\nb", "c".repeat(300), `${"d".repeat(254)}😀`]) {
    await session.call(push, { channel_id, data: {} });
  }
  expect(auditLines(path).map(({ channel_id }) => channel_id)).toEqual([
    "\\u202ex",
    "a\nb",
    "c".repeat(255),
    `${"d".repeat(254)}\ufffd`,
  ]);
});

test("arguments nested beyond reason are recorded, and refused", async () => {
  const { path, settings } = await auditedUpstream();
  const session = await inProcess({ env: settings });
  let data: Record<string, unknown> = {};
  for (let depth = 0; depth < 2000; depth++) data = { data };
  const result = await session.call(push, { channel_id: "sora", data });
  expect(errorOf(result).code).toBe("invalid_arguments");
  expect(auditLines(path)).toMatchObject([{ channel_id: "sora", outcome: "invalid_arguments" }]);
});

describe("the file", () => {
  test.skipIf(process.platform === "win32")("is its owner's alone", async () => {
    const { path, settings } = await auditedUpstream();
    const session = await inProcess({ env: settings });
    await session.call(push, { channel_id: "sora", data: {} });
    expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
  });

  test("is appended to", async () => {
    const { path, settings } = await auditedUpstream();
    writeFileSync(path, '{"from":"before"}\n');
    for (const channel_id of ["first", "second"]) {
      const session = await inProcess({ env: settings });
      await session.call(push, { channel_id, data: {} });
    }
    expect(auditLines(path)).toMatchObject([
      { from: "before" },
      { channel_id: "first" },
      { channel_id: "second" },
    ]);
  });

  test("holds a call's line before its answer arrives, however many calls there are at once", async () => {
    const { path, settings } = await auditedUpstream();
    const session = await inProcess({ env: settings });
    const had = await Promise.all(
      Array.from({ length: 100 }, async (_unused, index) => {
        const channel_id = `channel-${index}`;
        await session.call(push, { channel_id, data: {} });
        return auditLinesSoFar(path).some((line) => line.channel_id === channel_id);
      }),
    );
    expect(had).toEqual(Array(100).fill(true));
    expect(auditLines(path)).toHaveLength(100);
  });
});
