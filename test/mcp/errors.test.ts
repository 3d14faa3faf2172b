import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { refusalCodes } from "../../src/errors.ts";
import { jobFailureCodes } from "../../src/moderation/errors.ts";
import { soraFailureCodes } from "../../src/sora/errors.ts";
import { closedPort, startRawUpstream } from "../support/raw-upstream.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { calls, each, toolKinds } from "../support/tool-kinds.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { afterWholeFile } from "../support/whole-file.ts";
import { type ExpectedError, failingAnswers, html, once, readsThrice, says } from "./failing-answers.ts";

// What a model sees of each way in which Sora, or what answers in its place, can fail: for a read, a write and a
// destructive call, with the number of requests that each of them sent. Errors that stop a call before it is sent
// are in errors-before-sending.test.ts, those of tickets and limits in files of their own.

const apiKey = "distinctive-key-of-the-matrix-0123456789";
const notKnown = " It is not known whether Sora carried the call out: look before you send it again.";

const seen = new Set<string>();
afterWholeFile(() => {
  const elsewhere = [
    ...["invalid_arguments", "not_configured", "channel_not_allowed", "confirmation_unavailable"],
    ...["declined", "cancelled", "cancelled_by_client", "limit_reached", "ticket_invalid"],
  ];
  const expected = [...refusalCodes, ...soraFailureCodes, ...jobFailureCodes].filter(
    (code) => !elsewhere.includes(code),
  );
  expect([...seen].sort(), "codes that these tables lead to").toEqual([...expected].sort());
});

function expectError(
  result: CallToolResult | undefined,
  expected: ExpectedError,
  changesSomething: boolean,
): void {
  if (!result) throw new Error("there is no result");
  const error = errorOf(result);
  const { hint, unclear, requests: _counted, ...told } = expected;
  seen.add(error.code);
  expect(Object.keys(result).sort()).toEqual(["content", "isError"]);
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify({ error }) }]);
  const { message, hint: given, ...rest } = error;
  expect(rest).toEqual(told);
  expect(message).toMatch(/^[A-Z][^\n]*\.$/);
  expect(typeof given).toBe(hint ? "string" : "undefined");
  expect(message.includes(notKnown)).toBe(changesSomething && unclear === true);
  const shown = JSON.stringify(result);
  expect(shown).not.toContain(apiKey);
  expect(shown).not.toContain(process.cwd());
  expect(shown).not.toMatch(/node_modules|node:internal|file:\/\/|\bat \S+ \(|\.[tj]s:\d/);
}

describe("answers", () => {
  test.each(failingAnswers)("%s", async (_name, answer, expected) => {
    const upstream = await startUpstream(answer);
    // Long enough for requests to arrive, also on a machine that is busy elsewhere.
    const timeout = expected.code === "timeout" ? "3000" : "15000";
    const session = await inProcess({
      env: { SORA_API_URL: upstream.url, SORA_API_KEY: apiKey, SORA_TIMEOUT_MS: timeout },
    });
    const results = await Promise.all(
      toolKinds.map((kind) => session.call(calls[kind].tool, calls[kind].args)),
    );
    for (const [at, kind] of toolKinds.entries()) {
      const sent = upstream.requests.filter(({ target }) => target === calls[kind].target);
      expect(sent.length, kind).toBe(expected.requests[kind]);
      expectError(results[at], expected, kind !== "read");
    }
    expect(session.stderr()).toBe("");
  });
});

describe("connections", () => {
  const unclear = { unclear: true } as const;

  test.each<[name: string, said: string | undefined, expected: ExpectedError]>([
    ["reset", undefined, { code: "unreachable", hint: true, ...readsThrice, ...unclear }],
    [
      "ended in the middle of an answer",
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a"',
      { code: "bad_response", hint: true, ...once, ...unclear },
    ],
    [
      "of another protocol",
      "SSH-2.0-OpenSSH_9.6\r\n",
      { code: "bad_response", hint: true, ...once, ...unclear },
    ],
  ])("%s", async (_name, said, expected) => {
    const upstream = await startRawUpstream((socket) => {
      if (said === undefined) socket.resetAndDestroy();
      else socket.end(said);
    });
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_API_KEY: apiKey } });
    let before = 0;
    for (const kind of toolKinds) {
      const { tool, args } = calls[kind];
      expectError(await session.call(tool, args), expected, kind !== "read");
      expect(upstream.requests() - before, kind).toBe(expected.requests[kind]);
      before = upstream.requests();
    }
  });

  test.each([
    ["refused", async () => `http://127.0.0.1:${await closedPort()}/`],
    ["to an unknown host", () => `https://${"x".repeat(64)}.invalid/`],
  ])("%s: nothing was sent, so nothing is uncertain", async (_name, url) => {
    const session = await inProcess({ env: { SORA_API_URL: await url(), SORA_API_KEY: apiKey } });
    for (const kind of toolKinds) {
      const { tool, args } = calls[kind];
      const expected = { code: "unreachable", hint: true, requests: each(0) };
      expectError(await session.call(tool, args), expected, kind !== "read");
    }
  });
});

describe("a read that lists, and is answered with something else", () => {
  test.each([
    { tool: "sora_list_channel_connections", args: {} },
    { tool: "sora_list_signaling_notify_metadata", args: {} },
    { tool: "sora_get_stats_client", args: { client_id: "a" } },
    { tool: "sora_list_channel_user_agent_stats", args: {} },
  ])("$tool", async ({ tool, args }) => {
    const upstream = await startUpstream();
    const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
    for (const body of ["", "null", '"text"', "7", "true"]) {
      upstream.answer(says(200, body));
      const result = await session.call(tool, { channel_id: "c", ...args });
      expectError(result, { code: "bad_response", hint: true, ...once }, false);
    }
    expect(upstream.requests).toHaveLength(5);
  });
});

describe("a job that cannot be done, though Sora answered", () => {
  const connection = { connection_id: "C0", client_id: "alice", role: "sendrecv" };
  const noFilter = { connection_forwarding_filters: [], blocked: [] };
  const foreign = { ...noFilter, channel_forwarding_filter: { action: "block", rules: [] } };
  const lacking = { error_type: "SchemaNotFound" };
  const mute = { tool: "sora_mute", args: { channel_id: "c", client_id: "alice" } };
  const others = { SORA_RELEASE: "2026.1" };

  test.each<{
    name: string;
    tool: string;
    args: Record<string, unknown>;
    env?: Record<string, string>;
    people?: object[];
    filters?: object;
    code: string;
    hint?: false;
    requests?: number;
  }>([
    {
      name: "all channels, on Sora Labo",
      tool: "sora_overview",
      args: {},
      env: {},
      code: "unsupported",
      requests: 0,
    },
    { name: "filters that this Sora does not have", ...mute, filters: lacking, code: "unsupported" },
    { name: "filters that do not tell whom they cut", ...mute, filters: {}, code: "unsupported" },
    { name: "a filter of the application", ...mute, filters: foreign, code: "conflict" },
    { name: "a mute of nobody", ...mute, args: { channel_id: "c", client_id: "bob" }, code: "not_found" },
    { name: "a mute where nobody is", ...mute, people: [], code: "not_found", hint: false, requests: 1 },
    {
      name: "a mute that is not there",
      tool: "sora_unmute",
      args: { channel_id: "c", mute_id: "m" },
      code: "not_found",
    },
  ])("$name: $code, and nothing that changes anything was sent", async (row) => {
    const { tool, args, env = others, people = [connection], filters = noFilter, code, requests = 2 } = row;
    const upstream = await startUpstream((request, ...rest) => {
      const isList = request.target.endsWith(".ListChannelConnections");
      const answer = isList ? json(people) : json(filters, filters === lacking ? 400 : 200);
      return answer(request, ...rest);
    });
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_API_KEY: apiKey, ...env } });
    const expected = { code, hint: row.hint ?? true, ...once };
    expectError(await session.call(tool, args), expected, false);
    expect(upstream.requests).toHaveLength(requests);
    for (const { target } of upstream.requests) expect(target).toMatch(/\.List/);
    expect(session.stderr()).toBe("");
  });
});

describe("the look-up of what an unconfirmed call would hit", () => {
  test.each([
    { name: "401", answer: says(401, ""), code: "unauthorized", requests: 1 },
    { name: "400", answer: json({ error_type: "ChannelNotFound" }, 400), code: "sora_error", requests: 1 },
    { name: "503", answer: says(503, ""), code: "server_error", requests: 3 },
    { name: "200 in HTML", answer: says(200, html), code: "bad_response", requests: 1 },
    { name: "200 with no list", answer: says(200, "{}"), code: "bad_response", requests: 1 },
  ])("$name: still refused, with the reason, nothing but reads sent", async ({ answer, code, requests }) => {
    const upstream = await startUpstream(answer);
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_API_KEY: apiKey } });
    const result = await session.call("sora_disconnect_channel", { channel_id: "c" });
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toMatchObject({
      status: "confirmation_required",
      would_affect: { unknown: true, error: { code } },
    });
    expect(JSON.stringify(result)).not.toContain("It is not known whether");
    expect(upstream.requests.map(({ target }) => target)).toEqual(
      Array.from({ length: requests }, () => "Sora_20201013.ListChannelConnections"),
    );
  });
});
