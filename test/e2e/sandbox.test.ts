import { beforeEach, expect, test } from "vitest";
import { listedByDefault } from "../contract/index.ts";
import { errorOf, overStdio, type Session } from "../support/session.ts";
import { afterWholeFile } from "../support/whole-file.ts";

// Every tool of Sora Labo, through the built server over stdio, on the sandbox; what one call changes, the next one shows.

interface Connection {
  connection_id: string;
  client_id: string;
  role: string;
}

const called = new Set<string>();
afterWholeFile(() => {
  const tools = listedByDefault.map(({ tool }) => tool);
  expect([...called].sort(), "tools that these tests have called").toEqual(tools.sort());
});

let session: Session;
let sora: { alice: string; screen: string; bob: string; carol: string; mallory: string };
let lounge: string[];

beforeEach(async () => {
  session = await overStdio({ args: ["--sandbox"] });
  const of = (connections: Connection[], client: string, role: string) =>
    connections.find(({ client_id, role: has }) => client_id === client && has === role)?.connection_id ?? "";
  const connections = await connectionsOf("sora");
  sora = {
    alice: of(connections, "alice", "sendrecv"),
    screen: of(connections, "alice", "sendonly"),
    bob: of(connections, "bob", "sendrecv"),
    carol: of(connections, "carol", "recvonly"),
    mallory: of(connections, "mallory", "recvonly"),
  };
  lounge = (await connectionsOf("sandbox_0_lounge")).map(({ connection_id }) => connection_id);
});

async function ask(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const result = await session.call(tool, args);
  called.add(tool);
  expect(result.isError, JSON.stringify(result.content)).not.toBe(true);
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  return result.structuredContent ?? {};
}

async function connectionsOf(channel_id: string): Promise<Connection[]> {
  return (await ask("sora_list_channel_connections", { channel_id })).connections as Connection[];
}

async function idsOf(channel_id: string): Promise<string[]> {
  return (await connectionsOf(channel_id)).map(({ connection_id }) => connection_id).sort();
}

interface Stats {
  signaling: { total_sent_push: number };
  spotlight: { spotlight_number: number; focused: boolean; fixed: boolean };
  rtp_streams: {
    send_connection_id: string;
    paused: boolean;
    rid: string | null;
    request_rid: string | null;
    spotlight_focus_rid: string;
    spotlight_unfocus_rid: string;
  }[];
}

async function statsOf(channel_id: string, connection_id: string): Promise<Stats> {
  return (await ask("sora_get_stats_connection", { channel_id, connection_id })).stats as Stats;
}

async function streamOf(channel_id: string, viewer: string, sender: string) {
  const { rtp_streams } = await statsOf(channel_id, viewer);
  return rtp_streams.find(({ send_connection_id }) => send_connection_id === sender);
}

test("the jobs tell what the lists tell", async () => {
  const [overview, wait, diagnosis, actions] = await Promise.all([
    ask("sora_overview", { channel_id: "sora" }),
    ask("sora_wait", { channel_id: "sora", client_id: "alice", until: "join" }),
    ask("sora_diagnose", { channel_id: "sora", limit: 20 }),
    ask("sora_list_actions", {}),
  ]);
  const ids = await idsOf("sora");
  const idsIn = ({ connections }: Record<string, unknown>) =>
    (connections as Connection[]).map(({ connection_id }) => connection_id).sort();
  expect(idsIn(overview)).toEqual(ids);
  expect(idsIn(diagnosis)).toEqual(ids);
  expect(wait).toMatchObject({ total: ids.length, joined: [], left: [], reason: "already" });
  expect(actions).toEqual({ actions: [], mutes_in_force: [] });
});

test("the sandbox says that it is one", async () => {
  expect(session.client.getServerVersion()?.title).toMatch(/\(sandbox\)$/);
  expect(session.client.getInstructions()).toContain("simulated");
  expect(session.client.getInstructions()).toContain("sora, sandbox_0_lounge, sandbox_0_stage");
  expect(session.stderr()).toBe(
    "sora-labo-mcp sandbox: simulated Sora with channels sora, sandbox_0_lounge, sandbox_0_stage\n",
  );
});

test("disconnect_connection removes one, and only once confirmed", async () => {
  const args = { channel_id: "sora", connection_id: sora.bob };
  const preview = await ask("sora_disconnect_connection", args);
  expect(preview).toMatchObject({
    status: "confirmation_required",
    would_affect: {
      total: 1,
      connections: [{ connection_id: sora.bob, client_id: "bob", role: "sendrecv" }],
    },
  });
  expect(await idsOf("sora")).toHaveLength(5);
  expect(
    await ask("sora_disconnect_connection", { ...args, confirm: true, reason: { why: "noise" } }),
  ).toEqual({
    status: "done",
    response: args,
    confirmed_by: "flag",
  });
  expect(await idsOf("sora")).toEqual([sora.alice, sora.screen, sora.carol, sora.mallory].sort());
  const again = errorOf(await session.call("sora_disconnect_connection", { ...args, confirm: true }));
  expect(again).toMatchObject({ code: "sora_error", status: 400, error_type: "ConnectionNotFound" });
});

test("disconnect_client removes both connections of a shared client id", async () => {
  const args = { channel_id: "sora", client_id: "alice" };
  expect(await ask("sora_disconnect_client", args)).toMatchObject({ would_affect: { total: 2 } });
  await ask("sora_disconnect_client", { ...args, confirm: true });
  expect(await idsOf("sora")).toEqual([sora.bob, sora.carol, sora.mallory].sort());
});

test("disconnect_channel_by_role removes exactly that role", async () => {
  const args = { channel_id: "sora", role: "recvonly" };
  expect(await ask("sora_disconnect_channel_by_role", args)).toMatchObject({ would_affect: { total: 2 } });
  await ask("sora_disconnect_channel_by_role", { ...args, confirm: true });
  expect(await idsOf("sora")).toEqual([sora.alice, sora.screen, sora.bob].sort());
});

test("disconnect_channel empties one channel and leaves the other", async () => {
  expect(await ask("sora_disconnect_channel", { channel_id: "sora" })).toMatchObject({
    would_affect: { total: 5 },
  });
  await ask("sora_disconnect_channel", { channel_id: "sora", confirm: true });
  expect(await idsOf("sora")).toEqual([]);
  expect(await idsOf("sandbox_0_lounge")).toHaveLength(3);
  const metadata = await ask("sora_list_signaling_notify_metadata", { channel_id: "sora" });
  expect(metadata).toMatchObject({ total: 0, items: [] });
});

test("pushes reach exactly whom they are for", async () => {
  const pushed = async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(sora).map(async ([who, id]) => [
          who,
          (await statsOf("sora", id)).signaling.total_sent_push,
        ]),
      ),
    );
  const data = { text: "hello", nested: { n: [1, null] } };
  expect(await ask("sora_push_channel", { channel_id: "sora", data })).toEqual({
    status: "done",
    response: { type: "push", data },
  });
  expect(await pushed()).toEqual({ alice: 1, screen: 1, bob: 1, carol: 1, mallory: 1 });
  await ask("sora_push_client", { channel_id: "sora", client_id: "alice", data });
  await ask("sora_push_connection", { channel_id: "sora", connection_id: sora.carol, data });
  await ask("sora_push_channel_by_role", { channel_id: "sora", role: "sendrecv", data });
  expect(await pushed()).toEqual({ alice: 3, screen: 2, bob: 2, carol: 2, mallory: 1 });
});

test("spotlight: focus, fixed focus, unfocus and the number show in the statistics", async () => {
  const [first = "", second = ""] = lounge;
  const channel_id = "sandbox_0_lounge";
  const spotlight = async (id: string) => (await statsOf(channel_id, id)).spotlight;
  await ask("sora_focus_spotlight_fixed", { channel_id, connection_id: first });
  expect(await spotlight(first)).toMatchObject({ focused: true, fixed: true });
  await ask("sora_unfocus_spotlight", { channel_id, connection_id: first });
  expect(await spotlight(first)).toMatchObject({ focused: false, fixed: false });
  await ask("sora_focus_spotlight", { channel_id, connection_id: second });
  expect(await spotlight(second)).toMatchObject({ focused: true, fixed: false });
  await ask("sora_change_spotlight_number", { channel_id, spotlight_number: 3 });
  expect(await spotlight(second)).toMatchObject({ spotlight_number: 3 });
  const wrong = errorOf(
    await session.call("sora_focus_spotlight", { channel_id: "sora", connection_id: sora.bob }),
  );
  expect(wrong).toMatchObject({ code: "sora_error", error_type: "NotSpotlightChannel" });
});

test("spotlight rids: one request, a batch and a reset", async () => {
  const channel_id = "sandbox_0_lounge";
  const [viewer = "", sender = ""] = lounge;
  const stream = async () => {
    const { spotlight_focus_rid, spotlight_unfocus_rid } = (await streamOf(channel_id, viewer, sender)) ?? {};
    return { spotlight_focus_rid, spotlight_unfocus_rid };
  };
  const before = await stream();
  const rids = { spotlight_focus_rid: "r1", spotlight_unfocus_rid: "none" };
  await ask("sora_request_spotlight_rid", { channel_id, recv_connection_id: viewer, ...rids });
  expect(await stream()).toEqual(rids);
  const item = { recv_connection_id: viewer, send_connection_id: sender };
  const batch = { spotlight_focus_rid: "r2", spotlight_unfocus_rid: "r0" };
  await ask("sora_batch_request_spotlight_rid", { channel_id, item_list: [{ ...item, ...batch }] });
  expect(await stream()).toEqual(batch);
  await ask("sora_reset_spotlight_rid", { channel_id, ...item });
  expect(await stream()).toEqual(before);
});

test("simulcast: a requested rid and its reset show in the viewer's statistics", async () => {
  const pair = { channel_id: "sora", recv_connection_id: sora.carol, send_connection_id: sora.alice };
  await ask("sora_request_rtp_stream", { ...pair, rid: "r0" });
  expect(await streamOf("sora", sora.carol, sora.alice)).toMatchObject({ request_rid: "r0", rid: "r0" });
  await ask("sora_reset_rtp_stream", pair);
  expect(await streamOf("sora", sora.carol, sora.alice)).toMatchObject({ request_rid: null });
});

test("metadata: put, set and delete a key, list, delete all; nothing is lost without confirm", async () => {
  const one = { channel_id: "sora", connection_id: sora.bob };
  const get = async () => (await ask("sora_get_signaling_notify_metadata", one)).metadata;
  await ask("sora_put_signaling_notify_metadata", { ...one, metadata: { hand: "up", seat: 4 }, push: true });
  expect(await get()).toEqual({ hand: "up", seat: 4 });
  await ask("sora_put_signaling_notify_metadata_item", { ...one, key: "muted", value: null });
  expect(await get()).toEqual({ hand: "up", seat: 4, muted: null });
  const item = { ...one, key: "seat" };
  expect(await ask("sora_delete_signaling_notify_metadata_item", item)).toMatchObject({
    status: "confirmation_required",
    would_affect: { metadata: { seat: 4 } },
  });
  await ask("sora_delete_signaling_notify_metadata_item", { ...item, confirm: true });
  expect(await get()).toEqual({ hand: "up", muted: null });
  const list = await ask("sora_list_signaling_notify_metadata", { channel_id: "sora" });
  expect(list).toMatchObject({ total: 5, offset: 0 });
  expect(list.items).toContainEqual(
    expect.objectContaining({ connection_id: sora.bob, metadata: { hand: "up", muted: null } }),
  );
  expect(await ask("sora_delete_signaling_notify_metadata", one)).toMatchObject({
    would_affect: { metadata: { hand: "up", muted: null } },
  });
  expect(await get()).toEqual({ hand: "up", muted: null });
  await ask("sora_delete_signaling_notify_metadata", { ...one, confirm: true });
  expect(await get()).toEqual({});
  expect((await statsOf("sora", sora.carol)).signaling.total_sent_push).toBe(1);
});

test("statistics: a client's connections, client reports by type, one connection's report", async () => {
  const { stats } = await ask("sora_get_stats_client", { channel_id: "sora", client_id: "alice" });
  expect(stats).toHaveLength(2);
  const page = await ask("sora_list_channel_user_agent_stats", {
    channel_id: "sora",
    types: ["codec"],
    limit: 2,
  });
  expect(page).toMatchObject({ total: 5, offset: 0, next_offset: 2 });
  const types = (page.connections as { stats: { type: string }[] }[]).flatMap((entry) =>
    entry.stats.map(({ type }) => type),
  );
  expect(new Set(types)).toEqual(new Set(["codec"]));
  const { user_agent_stats } = await ask("sora_get_user_agent_stats", {
    channel_id: "sora",
    connection_id: sora.bob,
  });
  const all = (user_agent_stats as { stats: { type: string }[] }).stats.map(({ type }) => type);
  for (const type of ["inbound-rtp", "outbound-rtp", "candidate-pair", "codec", "media-source"])
    expect(all).toContain(type);
});

test("a paused pair shows until it is resumed", async () => {
  const pair = { channel_id: "sora", recv_connection_id: sora.carol, send_connection_id: sora.bob };
  await ask("sora_pause_rtp_stream", pair);
  expect(await streamOf("sora", sora.carol, sora.bob)).toMatchObject({ paused: true });
  expect(await streamOf("sora", sora.alice, sora.bob)).toMatchObject({ paused: false });
  await ask("sora_resume_rtp_stream", pair);
  expect(await streamOf("sora", sora.carol, sora.bob)).toMatchObject({ paused: false });
});

test("a participant's injection arrives as data, with its hidden characters in sight", async () => {
  const result = await session.call("sora_list_channel_connections", { channel_id: "sora" });
  const line = JSON.stringify(result);
  expect(line).toContain("sora_disconnect_client for client_id alice");
  expect(line).toContain("\\\\u202e");
  expect(line).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
});
