import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyJson } from "../support/any-json.ts";
import { answering, atPanel, click, outcomeOf } from "../support/at-panel.ts";
import { forbidden, hostile } from "../support/hostile.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { errorOf } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";

// A panel's renewals before hostile people, broken Soras and limits.

const release = { SORA_RELEASE: "2025.2" };

describe("what hostile people and broken Soras write", () => {
  test("stays in its place, and is made visible", async () => {
    const rows = hostile.map(({ text }, at) => ({
      connection_id: `C${at}`,
      client_id: text,
      role: text,
      audio: { codec_type: text },
      video: { codec_type: [text] },
      created_time: text,
      event_metadata: { secret: text },
      metadata: "secret",
      remote_addr: "192.0.2.1",
    }));
    const upstream = await answering({
      ListChannelConnections: rows,
      ListForwardingFilters: {
        blocked: [],
        channel_forwarding_filter: { name: "x", metadata: { secret: 1 } },
      },
    });
    const session = await atPanel({ SORA_API_URL: upstream.url, ...release });
    const { content, structuredContent } = await click(session, { act: "refresh" });
    const people: Record<string, unknown>[] = Array.from(Object(structuredContent).people);
    expect(people).toHaveLength(hostile.length);
    for (const [at, { text, shown: whole }] of hostile.entries()) {
      // No id of Sora is longer, and no row of the panel.
      const shown = [...text].length > 255 ? `${text.slice(0, 255)}…` : whole;
      const one = people.find(({ connection_id }) => connection_id === `C${at}`);
      expect(one).toMatchObject({ client_id: shown, verdict: "unknown" });
    }
    for (const text of [JSON.stringify(content), JSON.stringify(structuredContent)]) {
      expect(text).not.toMatch(forbidden);
      expect(text).not.toMatch(/"secret"|192\.0\.2\.1"|metadata"/);
    }
    for (const { codecs } of people) expect(String(codecs).length).toBeLessThanOrEqual(16 * 8);
  });

  test("never breaks a renewal: anything is told in the shape, or refused as bad_response", async () => {
    let answer: unknown = [];
    const upstream = await startUpstream((request, ...rest) => json(answer)(request, ...rest));
    const session = await atPanel({ SORA_API_URL: upstream.url, ...release });
    const member = fc.constantFrom("connection_id", "client_id", "role", "audio", "created_time", "blocked");
    const entry = fc.dictionary(member, fc.oneof(anyJson, fc.constantFrom("C0", "C1")), { maxKeys: 6 });
    const list = fc.array(fc.oneof(entry, entry, anyJson), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(list, list, anyJson), async (value) => {
        answer = value;
        const result = await click(session, { act: "refresh", channel_id: "sora" });
        if (result.isError) expect(errorOf(result).code).toBe("bad_response");
        else
          expect(result.structuredContent).toMatchObject({
            total: expect.any(Number),
            people: expect.any(Array),
          });
      }),
      { numRuns: 60 },
    );
    expect(session.stderr()).toBe("");
  });

  test.each<[string, string, unknown]>([
    ["no list", "bad_response", {}],
    ["a text", "bad_response", "x"],
    ["nothing", "bad_response", null],
    ["entries that are no objects", "bad_response", [null]],
    ["entries without ids", "0 of 3", [{}, { client_id: "a" }, { connection_id: 5 }]],
    ["one id twice", "2 of 2", [{ connection_id: "C0" }, { connection_id: "C0" }]],
    ["a huge id", "1 of 1", [{ connection_id: "C0", client_id: "x".repeat(3_000_000) }]],
  ])("%s: %s", async (_name, outcome, list) => {
    const upstream = await answering({ ListChannelConnections: list });
    const session = await atPanel({ SORA_API_URL: upstream.url });
    const result = await click(session, { act: "refresh" });
    if (result.isError) {
      expect(errorOf(result).code).toBe(outcome);
      return;
    }
    const { people, total, rest = 0 } = Object(result.structuredContent);
    expect(`${people.length} of ${total}`).toBe(outcome);
    expect(people.length + rest).toBe(total);
  });
});

test.each(["client_id", "role"])("one %s that no message holds hides nobody else", async (member) => {
  const rows = [{ connection_id: "C0" }, { connection_id: "C1", [member]: "x".repeat(6_000_000) }];
  const upstream = await answering({ ListChannelConnections: rows });
  const { structuredContent } = await click(await atPanel({ SORA_API_URL: upstream.url }), {
    act: "refresh",
  });
  expect(structuredContent).toMatchObject({
    total: 2,
    people: [
      { connection_id: "C0", verdict: "unknown" },
      { connection_id: "C1", act_by: "connection_id" },
    ],
  });
});

describe("what refuses a renewal", () => {
  test("SORA_CHANNELS, and nothing is sent", async () => {
    const upstream = await answering({});
    const session = await atPanel({ SORA_API_URL: upstream.url, SORA_CHANNELS: "team-*" });
    expect(outcomeOf(await click(session, { act: "refresh" }))).toBe("channel_not_allowed");
    expect(upstream.requests).toEqual([]);
    expect((await click(session, { act: "refresh", channel_id: "team-a" })).structuredContent).toMatchObject({
      total: 0,
    });
  });

  test("SORA_CHANNELS also keeps people of other channels out", async () => {
    const there = ["team-a", "other"].map((channel_id) => ({
      channel_id,
      connection_id: `in ${channel_id}`,
    }));
    const upstream = await answering({ ListChannelConnections: there, ListChannelUserAgentStats: there });
    const session = await atPanel({ SORA_API_URL: upstream.url, SORA_CHANNELS: "team-*" });
    const { structuredContent } = await click(session, { act: "refresh", channel_id: "team-a" });
    expect(structuredContent).toMatchObject({ total: 1 });
    expect(JSON.stringify(structuredContent)).not.toContain("other");
  });

  test.each<[string, number, unknown, string]>([
    ["an error of Sora's", 400, { error_type: "ChannelNotFound" }, "sora_error"],
    ["a key that is not taken", 401, {}, "unauthorized"],
    ["nor this one", 403, {}, "forbidden"],
    ["a failure", 500, {}, "server_error"],
  ])("%s", async (_name, status, body, code) => {
    const upstream = await startUpstream(json(body, status));
    const session = await atPanel({ SORA_API_URL: upstream.url });
    const error = errorOf(await click(session, { act: "refresh" }));
    expect(error).toMatchObject({ code, status });
  });

  test("a Sora that is not there, settings that are not understood", async () => {
    const nowhere = { SORA_API_URL: `http://127.0.0.1:${await closedPort()}/` };
    expect(outcomeOf(await click(await atPanel(nowhere), { act: "refresh" }))).toBe("unreachable");
    const session = await atPanel({ ...nowhere, SORA_CONFIRM: "panel" });
    for (const click_ of [
      { act: "refresh" },
      { act: "confirm", tool: "sora_push_channel", arguments: { data: 1 } },
    ]) {
      expect(outcomeOf(await click(session, click_))).toBe("not_configured");
    }
  });

  test.each<[object, string]>([
    [{}, "act"],
    [{ act: "renew" }, "act"],
    [{ act: "refresh", channel_id: "" }, "channel_id"],
    [{ act: "refresh", channel_id: 5 }, "channel_id"],
    [{ act: "refresh", limit: 5 }, "limit"],
    [{ act: "refresh", confirm: true }, "confirm"],
    [{ act: "refresh", ticket: "x" }, "ticket"],
    [{ act: "refresh", arguments: [] }, "arguments"],
  ])("arguments such as %j, and nothing is sent", async (args, path) => {
    const upstream = await answering({});
    const session = await atPanel({ SORA_API_URL: upstream.url });
    const error = errorOf(await session.call("sora_panel", { channel_id: "sora", ...args }));
    expect(error).toMatchObject({
      code: "invalid_arguments",
      message: expect.stringMatching(`(^|; )${path}: `),
    });
    expect(upstream.requests).toEqual([]);
  });
});
