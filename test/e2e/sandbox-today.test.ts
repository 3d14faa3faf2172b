import { beforeEach, expect, test } from "vitest";
import { everyTool } from "../contract/index.ts";
import { errorOf, overStdio, type Session } from "../support/session.ts";
import { afterWholeFile } from "../support/whole-file.ts";

// What a Sora of today has besides, through the built server over stdio, on the sandbox; what one call changes, another
// tool shows.

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Json = any;

const channel_id = "sora";

const called = new Set<string>();
afterWholeFile(() => {
  const tools = everyTool.filter(({ since }) => since !== undefined).map(({ tool }) => tool);
  const missing = tools.filter((tool) => !called.has(tool));
  expect(missing, "tools that no test here has called").toEqual([]);
});

let session: Session;
let sora: { alice: string; screen: string; bob: string; carol: string; mallory: string };

beforeEach(async () => {
  await open("2026.1");
});

async function open(release: string): Promise<void> {
  session = await overStdio({ args: ["--sandbox", "--release", release, "--toolsets", "all"] });
  const { connections } = await ask("sora_list_channel_connections", { channel_id });
  const of = (client: string, role: string) =>
    connections.find((entry: Json) => entry.client_id === client && entry.role === role)?.connection_id ?? "";
  sora = {
    alice: of("alice", "sendrecv"),
    screen: of("alice", "sendonly"),
    bob: of("bob", "sendrecv"),
    carol: of("carol", "recvonly"),
    mallory: of("mallory", "recvonly"),
  };
}

async function ask(tool: string, args: Record<string, unknown> = {}): Promise<Json> {
  const result = await session.call(tool, args);
  called.add(tool);
  expect(result.isError, JSON.stringify(result.content)).not.toBe(true);
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  return result.structuredContent ?? {};
}

/** Previews a destructive call, which must change nothing, then confirms it; resolves to what it would have hit. */
async function confirmed(tool: string, args: Record<string, unknown>): Promise<Json> {
  const { status, would_affect } = await ask(tool, args);
  expect(status).toBe("confirmation_required");
  expect(await ask(tool, { ...args, confirm: true })).toMatchObject({ status: "done", confirmed_by: "flag" });
  return would_affect;
}

async function refused(tool: string, args: Record<string, unknown>): Promise<string | undefined> {
  const { code, error_type } = errorOf(await session.call(tool, args));
  expect(code).toBe("sora_error");
  return error_type;
}

async function streamOf(viewer: string, sender: string): Promise<Json> {
  const { stats } = await ask("sora_get_stats_connection", { channel_id, connection_id: viewer });
  return stats.rtp_streams.find((stream: Json) => stream.send_connection_id === sender);
}

/** Who is cut for whom: viewer, kind and sender, by their names above. */
async function blocked(): Promise<string[]> {
  const { forwarding_filters } = await ask("sora_list_forwarding_filters", { channel_id, blocked: true });
  const name = (id: string) => Object.entries(sora).find(([, known]) => known === id)?.[0];
  return forwarding_filters.blocked
    .flatMap(({ destination_connection_id, kind, source_connection_id_list }: Json) =>
      source_connection_id_list.map(
        (source: string) => `${name(destination_connection_id)} no ${kind} of ${name(source)}`,
      ),
    )
    .sort();
}

const rule = (field: string, ...values: string[]) => ({ field, operator: "is_in", values });

/** How many are in all channels: nine are on the stage, eight of them after 12 s. */
const withStage = [17, 16];

test("a mute stands in the lists of filters and of actions, and is lifted", async () => {
  const muted = await ask("sora_mute", { channel_id, client_id: "bob", reason: "noise" });
  expect(muted).toMatchObject({ status: "muted", blocked_for: muted.of, not_blocked_for: [] });
  expect(await blocked()).not.toEqual([]);
  const { mute_id } = muted;
  expect(await ask("sora_list_actions")).toMatchObject({
    actions: [{ tool: "sora_mute", target: { client_id: "bob" }, reason: "noise" }],
    mutes_in_force: [{ channel_id, mute_id, client_id: "bob" }],
  });
  expect(await ask("sora_unmute", { channel_id, mute_id })).toMatchObject({ status: "unmuted" });
  expect(await blocked()).toEqual([]);
});

test("lists over all channels, and under SORA_CHANNELS what is allowed of them", async () => {
  const all = await ask("sora_list_connections", { limit: 5 });
  expect(all).toMatchObject({ by_role: { sendonly: 1, recvonly: 4 }, offset: 0, next_offset: 5 });
  const rest = await ask("sora_list_connections", { offset: 5 });
  const channels = [...all.connections, ...rest.connections].map((entry: Json) => entry.channel_id);
  expect(channels.filter((id: string) => id === channel_id)).toHaveLength(5);
  expect(channels.filter((id: string) => id === "sandbox_0_lounge")).toHaveLength(3);
  expect(withStage).toContain(channels.length);
  expect(withStage).toContain(all.total);
  expect(withStage).toContain((await ask("sora_get_stats_all_connections")).total);
  const reports = await ask("sora_list_rtc_stats", { types: ["codec"], limit: 2 });
  expect(withStage).toContain(reports.total);
  expect(reports.next_offset).toBe(2);
  expect(await ask("sora_list_sessions")).toMatchObject({ total: 3 });

  session = await overStdio({
    args: ["--sandbox", "--release=2026.1", "--toolsets=all", "--channels=*_lounge"],
  });
  const lounge = await ask("sora_list_connections");
  expect(lounge).toMatchObject({ total: 3, by_role: { sendrecv: 3, sendonly: 0, recvonly: 0 } });
  expect(JSON.stringify(lounge)).not.toContain("alice");
  for (const [tool, total] of [
    ["sora_get_stats_all_connections", 3],
    ["sora_list_rtc_stats", 3],
    ["sora_list_sessions", 1],
  ] as const) {
    expect(await ask(tool)).toMatchObject({ total });
  }
  const names = (await session.client.listTools()).tools.map(({ name }) => name);
  expect(names.filter((name) => /cluster|license|mode|report/.test(name))).toEqual([]);
});

test("client reports under their new names", async () => {
  const page = await ask("sora_list_channel_rtc_stats", { channel_id, types: ["media-source"] });
  expect(page).toMatchObject({ channel_id, total: 5 });
  const types = page.connections.flatMap(({ rtc_stats }: Json) => rtc_stats.map(({ type }: Json) => type));
  expect(new Set(types)).toEqual(new Set(["media-source"]));
  const { rtc_stats } = await ask("sora_get_rtc_stats", { channel_id, connection_id: sora.bob });
  expect(rtc_stats).toMatchObject({ channel_id, connection_id: sora.bob });
  expect(rtc_stats.rtc_stats.length).toBeGreaterThan(5);
});

test("a simulcast rid is chosen, taken back, and stopped", async () => {
  const pair = { channel_id, receiver_connection_id: sora.carol, sender_connection_id: sora.alice };
  await ask("sora_request_simulcast_rid", { ...pair, rid: "r0" });
  expect(await streamOf(sora.carol, sora.alice)).toMatchObject({ request_rid: "r0", rid: "r0", video: true });
  await ask("sora_request_simulcast_rid", { ...pair, rid: "none" });
  expect(await streamOf(sora.carol, sora.alice)).toMatchObject({ request_rid: "none", video: false });
  const old = { channel_id, recv_connection_id: sora.carol, send_connection_id: sora.alice };
  await ask("sora_reset_rtp_stream", old);
  expect(await streamOf(sora.carol, sora.alice)).toMatchObject({ request_rid: null, video: true });
});

test("a key frame is asked for: the sender's report counts it", async () => {
  const one = { channel_id, connection_id: sora.bob };
  const keyFrames = async () => {
    const { rtc_stats } = await ask("sora_get_rtc_stats", { ...one, types: ["outbound-rtp"] });
    return rtc_stats.rtc_stats.find((entry: Json) => entry.kind === "video").keyFramesEncoded;
  };
  const before = await keyFrames();
  await ask("sora_request_key_frame", one);
  // Ten seconds bring one of their own.
  expect((await keyFrames()) - before).toBeGreaterThanOrEqual(1);
  expect(await refused("sora_request_key_frame", { ...one, rid: "r0" })).toBe("InvalidJSON");
});

test("a channel filter mutes a sender for everybody, an update changes that, deleting it unmutes", async () => {
  const mute = { action: "block", rules: [[rule("client_id", "bob"), rule("kind", "audio")]] };
  await ask("sora_create_channel_forwarding_filter", { channel_id, ...mute, metadata: "by me" });
  const audioOfBob = ["alice no audio of bob", "carol no audio of bob", "mallory no audio of bob"];
  expect(await blocked()).toEqual(audioOfBob);
  expect(await streamOf(sora.carol, sora.bob)).toMatchObject({ audio: false, video: true });
  expect(await refused("sora_create_channel_forwarding_filter", { channel_id, ...mute })).toBe(
    "FilterExists",
  );

  const hide = { action: "block", rules: [[rule("connection_id", sora.bob, sora.alice)]] };
  await ask("sora_update_channel_forwarding_filter", { channel_id, ...hide, version: "2" });
  expect(await blocked()).toContain("carol no video of alice");
  const stale = { channel_id, ...mute, version: "1" };
  expect(await refused("sora_update_channel_forwarding_filter", stale)).toBe("FilterVersionMismatch");

  const lost = await confirmed("sora_delete_channel_forwarding_filter", { channel_id });
  expect(lost).toEqual({ total: 1, forwarding_filters: [{ ...hide, version: "2" }] });
  expect(await blocked()).toEqual([]);
  expect(await streamOf(sora.carol, sora.bob)).toMatchObject({ audio: true, video: true });
});

test("a connection filter is one viewer's alone", async () => {
  const carol = { channel_id, connection_id: sora.carol };
  const hide = { action: "block", rules: [[rule("kind", "video")]] };
  await ask("sora_create_connection_forwarding_filter", { ...carol, ...hide });
  const noVideo = ["carol no video of alice", "carol no video of bob", "carol no video of screen"];
  expect(await blocked()).toEqual(noVideo);
  const allow = { action: "allow", rules: [[rule("client_id", "alice")]] };
  await ask("sora_update_connection_forwarding_filter", { ...carol, ...allow });
  expect(await blocked()).toEqual(["carol no audio of bob", "carol no video of bob"]);
  const lost = await confirmed("sora_delete_connection_forwarding_filter", carol);
  expect(lost).toEqual({
    total: 1,
    forwarding_filters: [{ ...allow, connection_id: sora.carol }],
  });
  expect(await blocked()).toEqual([]);
});

test("several filters by name: each is deleted by its own", async () => {
  const filter = { channel_id, action: "block", rules: [[rule("client_id", "bob")]], priority: 1 };
  await ask("sora_create_channel_forwarding_filter", { ...filter, name: "a" });
  await ask("sora_create_channel_forwarding_filter", { ...filter, name: "b" });
  const lost = await confirmed("sora_delete_channel_forwarding_filter", { channel_id, name: "a" });
  expect(lost).toMatchObject({ total: 1, forwarding_filters: [{ name: "a" }] });
  expect(await blocked()).toContain("carol no audio of bob");
  const { forwarding_filters } = await ask("sora_list_forwarding_filters", { channel_id });
  expect(forwarding_filters.channel_forwarding_filters).toMatchObject([{ name: "b" }]);
});

test("a session is that of its channel, and ends with TerminateSession and with its last connection", async () => {
  const { session: running } = await ask("sora_get_session", { channel_id });
  expect(running).toMatchObject({ channel_id, max_connections: 5, total_connections: 5, recording: null });
  expect(await refused("sora_get_session", { channel_id, session_id: "another" })).toBe("SessionNotFound");
  const wrong = { channel_id, session_id: "another" };
  expect(await ask("sora_terminate_session", wrong)).toMatchObject({
    would_affect: { total: 0, connections: [] },
  });
  expect(await refused("sora_terminate_session", { ...wrong, confirm: true })).toBe("SessionNotFound");

  const { session_id } = running;
  const hit = await confirmed("sora_terminate_session", { channel_id, session_id });
  expect(hit.total).toBe(5);
  expect(await ask("sora_list_channel_connections", { channel_id })).toMatchObject({ total: 0 });
  expect(await refused("sora_get_session", { channel_id })).toBe("ChannelNotFound");

  const lounge = { channel_id: "sandbox_0_lounge" };
  const { sessions } = await ask("sora_list_sessions");
  const stage = { channel_id: "sandbox_0_stage" };
  expect(sessions).toMatchObject([stage, lounge]);
  await confirmed("sora_disconnect_channel", lounge);
  expect(await ask("sora_list_sessions")).toMatchObject({ total: 1, sessions: [stage] });
});

test("a recording needs a session, is one at a time, and ends with Stop or with the session", async () => {
  const recording = async () => (await ask("sora_get_session", { channel_id })).session.recording;
  const { response } = await ask("sora_start_recording", { channel_id, expire_time: 600, format: "mp4" });
  expect(response).toMatchObject({ channel_id, expire_time: 600, recording_id: expect.any(String) });
  expect(await recording()).toMatchObject({ recording_id: response.recording_id, format: "mp4" });
  expect(await refused("sora_start_recording", { channel_id })).toBe("AlreadyRecording");
  const hit = await confirmed("sora_stop_recording", { channel_id });
  expect(hit.total).toBe(5);
  expect(await recording()).toBeNull();
  expect(await refused("sora_stop_recording", { channel_id, confirm: true })).toBe("NotRecording");

  const split = { channel_id, split_only: true };
  expect(await refused("sora_start_recording", split)).toBe("SplitDurationMissing");
  await ask("sora_start_recording", { ...split, split_duration: 60, metadata: { case: 7 } });
  expect(await recording()).toMatchObject({ split_only: true, metadata: { case: 7 } });
  await confirmed("sora_terminate_session", { channel_id });
  expect(await refused("sora_start_recording", { channel_id })).toBe("ChannelNotFound");
});

test("audio streaming and who gets its results", async () => {
  const bob = { channel_id, connection_id: sora.bob };
  const streaming = async () => (await ask("sora_get_stats_connection", bob)).stats.audio_streaming;
  const results = async () => {
    const { state } = await ask("sora_list_audio_streaming_result_push_state", { channel_id });
    return state.find((entry: Json) => entry.connection_id === sora.bob).result_push;
  };
  expect(await streaming()).toEqual({ streaming: false, result_push: false });
  await ask("sora_start_audio_streaming", { channel_id });
  await ask("sora_subscribe_audio_streaming_result_push", bob);
  expect(await streaming()).toEqual({ streaming: true, result_push: true });
  expect(await results()).toBe(true);
  await ask("sora_unsubscribe_audio_streaming_result_push", bob);
  expect(await results()).toBe(false);
  await ask("sora_stop_audio_streaming", { channel_id });
  expect(await streaming()).toEqual({ streaming: false, result_push: false });
});

test("the mode and the license: what one call changes, the others say; serial codes nobody", async () => {
  const here = async () => (await ask("sora_list_cluster_nodes")).nodes[0];
  expect(await ask("sora_get_mode")).toEqual({ mode: { mode: "normal" } });
  await ask("sora_change_mode", { mode: "block_new_session" });
  expect(await ask("sora_get_mode")).toEqual({ mode: { mode: "block_new_session" } });
  expect(await here()).toMatchObject({ mode: "block_new_session", license_serial_code: "[redacted]" });

  const { license } = await ask("sora_get_license");
  expect(license.serial_code).toBe("[redacted]");
  const { response } = await ask("sora_update_license");
  expect(response.old_license).toEqual(license);
  expect((await ask("sora_get_license")).license).toEqual(response.new_license);
  expect(response.new_license.expired_at > license.expired_at).toBe(true);
});

test("the report counts what happens", async () => {
  const { report } = await ask("sora_get_stats_report");
  expect(report).toMatchObject({ version: "2026.1.0", total_connection_created: 17 });
  expect(withStage).toContain(report.total_ongoing_connections);
  await confirmed("sora_terminate_session", { channel_id });
  const after = (await ask("sora_get_stats_report")).report;
  expect(withStage).toContain(after.total_ongoing_connections + 5);
  expect(after).toMatchObject({ total_session_destroyed: 1 });
});

test("the cluster: purged, registered, broken down and formed anew", async () => {
  const names = async () =>
    (await ask("sora_list_cluster_nodes")).nodes.map(({ node_name }: Json) => node_name);
  const [self = "", second = "", third = "", fourth = ""] = await names();
  expect(await ask("sora_list_cluster_channels")).toMatchObject({
    total: 3,
    channels: [
      { channel_id, node_name: self },
      { channel_id: "sandbox_0_lounge" },
      { channel_id: "sandbox_0_stage" },
    ],
  });
  const purge = (target_node_name: string) => confirmed("sora_purge_cluster_node", { target_node_name });
  expect(await purge(self)).toMatchObject({ total: 1, nodes: [{ node_name: self, connected: true }] });
  expect(await names()).toEqual([second, third, fourth]);
  await ask("sora_register_cluster_node", { contact_node_name: second });
  expect(await names()).toEqual([self, second, third, fourth]);

  const list = { node_name_list: [self, "new@192.0.2.9"] };
  expect(await refused("sora_init_cluster", { ...list, confirm: true })).toBe("ClusterInUse");
  await purge(second);
  await purge(third);
  expect(await confirmed("sora_init_cluster", list)).toMatchObject({ total: 3 });
  expect(await names()).toEqual([self, "new@192.0.2.9"]);
});

test("what a release lacks is refused by the sandbox too, and the hint names the setting", async () => {
  // A server that takes an older Sora for a newer one.
  const { startSandbox } = await import("../../src/sandbox/index.ts");
  const sandbox = await startSandbox({ edition: "2022.1" });
  session = await overStdio({ env: { SORA_API_URL: sandbox.url.href, SORA_RELEASE: "2026.1" } });
  const error = errorOf(await session.call("sora_get_session", { channel_id }));
  expect(error).toMatchObject({ code: "sora_error", error_type: "SchemaNotFound" });
  expect(error.hint).toContain("SORA_RELEASE");
  await sandbox.close();
});
