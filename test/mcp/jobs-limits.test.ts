import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { FilteringSora, overHttp } from "../support/filtering-sora.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Answer, json, startUpstream } from "../support/upstream.ts";
import { channel_id, jobCalls, nameOf, today } from "./job-calls.ts";

// The operator's limits hold for jobs as they do for single APIs.

// A job pauses between its requests: here for a moment only.
vi.mock("node:timers/promises", async (original) => {
  const timers = await original<typeof import("node:timers/promises")>();
  const setTimeout: typeof timers.setTimeout = (ms, ...rest) =>
    timers.setTimeout(Math.min(ms ?? 0, 5), ...rest);
  return { ...timers, setTimeout };
});

const mute = { channel_id, client_id: "bob" };
const secret = "in-another-channel";

/** A Sora that lists all channels wherever it is asked for any, as a proxy in between might by mistake. */
function telling(sora: FilteringSora): Answer {
  const own = overHttp(sora);
  const entry = {
    connection_id: secret,
    client_id: secret,
    channel_id: secret,
    role: "sendrecv",
    stats: [],
    rtc_stats: [],
  };
  return (request, ...rest) => {
    const operation = request.target.replace(/^.*\./, "");
    if (/^List.*(Connections|Stats)$/.test(operation)) {
      const here = sora.people.map((person) => ({ ...person, channel_id, stats: [], rtc_stats: [] }));
      return json([entry, ...here, entry])(request, ...rest);
    }
    return operation.startsWith("Get") ? json(entry)(request, ...rest) : own(request, ...rest);
  };
}

test("SORA_CHANNELS: nothing of another channel comes in or is asked for, whatever Sora lists", async () => {
  const sora = new FilteringSora();
  const upstream = await startUpstream(telling(sora));
  const limited = { SORA_API_URL: upstream.url, ...today, SORA_CHANNELS: channel_id };
  const session = await inProcess({ env: limited });
  for (const { tool, args } of jobCalls) {
    const result = await session.call(tool, args);
    expect(JSON.stringify(result), nameOf({ tool, args })).not.toContain(secret);
  }
  const overview = await session.call("sora_overview");
  expect(overview.structuredContent).toMatchObject({
    total_channels: 1,
    total_connections: sora.people.length,
  });
  const nobody = await session.call("sora_overview", { client_id: secret });
  expect(nobody.structuredContent).toMatchObject({ total: 0, connections: [] });
  for (const { text } of upstream.requests)
    expect([channel_id, undefined]).toContain(JSON.parse(text).channel_id);

  // Without the limit, the same Sora is believed.
  const free = await inProcess({ env: { ...limited, SORA_CHANNELS: "*" } });
  expect(JSON.stringify(await free.call("sora_overview"))).toContain(secret);
});

test("SORA_CHANNELS: a job that names another channel asks nothing", async () => {
  const upstream = await startUpstream(json([]));
  const session = await inProcess({
    env: { SORA_API_URL: upstream.url, ...today, SORA_CHANNELS: "mine,team-*" },
  });
  for (const { tool, args } of jobCalls.filter((call) => "channel_id" in call.args)) {
    for (const other of ["sora", "Mine", "team", "mine,team-1"]) {
      const result = await session.call(tool, { ...args, channel_id: other });
      expect(errorOf(result).code, nameOf({ tool, args })).toBe("channel_not_allowed");
    }
  }
  expect(upstream.requests).toEqual([]);
});

test("SORA_MAX_*: a mute is not destructive, asks nobody and takes no place of the hour", async () => {
  const sora = new FilteringSora();
  const upstream = await startUpstream(overHttp(sora));
  for (const limits of [
    { SORA_MAX_AFFECTED: "0", SORA_MAX_DESTRUCTIVE_PER_HOUR: "0" },
    { SORA_CONFIRM: "preview", SORA_MAX_AFFECTED: "0" },
    // Nobody can be asked here.
    { SORA_CONFIRM: "ask" },
    { SORA_MAX_DESTRUCTIVE_PER_HOUR: "1" },
  ]) {
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, ...today, ...limits } });
    const muted = await session.call("sora_mute", mute);
    expect(muted.structuredContent).toMatchObject({ status: "muted" });
    const { mute_id } = muted.structuredContent ?? {};
    const lifted = await session.call("sora_unmute", { channel_id, mute_id });
    expect(lifted.structuredContent).toMatchObject({ status: "unmuted" });
    if (!("SORA_MAX_DESTRUCTIVE_PER_HOUR" in limits) || limits.SORA_MAX_DESTRUCTIVE_PER_HOUR === "0")
      continue;
    sora.before = (operation) => (operation === "DisconnectClient" ? { status: 200, json: {} } : undefined);
    const disconnect = { ...mute, confirm: true };
    expect((await session.call("sora_disconnect_client", disconnect)).isError).toBeUndefined();
    expect(errorOf(await session.call("sora_disconnect_client", disconnect)).code).toBe("limit_reached");
    expect((await session.call("sora_mute", mute)).structuredContent).toMatchObject({ status: "muted" });
  }
});

test("a mute looks and writes while reads of others are stuck", async () => {
  const sora = new FilteringSora();
  const own = overHttp(sora);
  const upstream = await startUpstream((request, ...rest) => {
    if (!request.text.includes("stuck")) own(request, ...rest);
  });
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, ...today } });
  const stops = Array.from({ length: 20 }, () => new AbortController());
  const stuck = stops.map(({ signal }) =>
    session.client
      .callTool({ name: "sora_overview", arguments: { channel_id: "stuck" } }, undefined, { signal })
      .catch(() => undefined),
  );
  await upstream.received(12);
  expect((await session.call("sora_mute", mute)).structuredContent).toMatchObject({ status: "muted" });
  for (const stop of stops) stop.abort();
  await Promise.all(stuck);
});

test("SORA_AUDIT_LOG: what reads has no line; what changes something has one, whatever it came to, without the reason", async () => {
  const path = join(temporaryFolder(), "audit.jsonl");
  const sora = new FilteringSora();
  const upstream = await startUpstream(overHttp(sora));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, ...today, SORA_AUDIT_LOG: path } });
  const reason = "a-reason-of-its-own";
  const of = async (tool: string, args: Record<string, unknown>) => void (await session.call(tool, args));
  for (const { tool, args } of jobCalls.filter(({ tool }) => !/mute$/.test(tool))) await of(tool, args);
  await of("sora_mute", { ...mute, reason });
  await of("sora_mute", { ...mute, reason });
  await of("sora_mute", { channel_id, client_id: "nobody" });
  await of("sora_mute", { channel_id });
  await of("sora_unmute", { channel_id, mute_id: "none" });
  sora.filter = { action: "block", rules: [] };
  await of("sora_mute", mute);
  sora.before = () => ({ status: 500, json: {} });
  await of("sora_mute", mute);
  const target = "Sora_20230628.CreateChannelForwardingFilter";
  const line = { channel_id, confirmed_by: null };
  const lines = auditLines(path);
  expect(lines).toMatchObject([
    { ...line, tool: "sora_mute", outcome: "muted", target },
    { ...line, tool: "sora_mute", outcome: "already_muted", target: "" },
    { ...line, tool: "sora_mute", outcome: "not_found", target: "" },
    { ...line, tool: "sora_mute", outcome: "invalid_arguments", target: "" },
    { ...line, tool: "sora_unmute", outcome: "not_found", target: "" },
    { ...line, tool: "sora_mute", outcome: "conflict", target: "" },
    { ...line, tool: "sora_mute", outcome: "server_error", target: "", status: 500 },
  ]);
  expect(lines).toHaveLength(7);
  expect(JSON.stringify(lines)).not.toContain(reason);
});
