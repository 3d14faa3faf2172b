import { beforeEach, describe, expect, test } from "vitest";
import { inProcess, type Session } from "../support/session.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// What a destructive call that is not confirmed says that it would hit. Nothing but one read may be sent for it.

let upstream: Upstream;
let session: Session;
beforeEach(async () => {
  upstream = await startUpstream();
  session = await inProcess({
    env: { SORA_API_URL: upstream.url, SORA_RELEASE: "2026.1", SORA_TOOLSETS: "all" },
  });
});

const looks: readonly (readonly [RegExp, string])[] = [
  [/metadata/, "GetSignalingNotifyMetadata"],
  [/filter/, "ListForwardingFilters"],
  [/cluster/, "ListClusterNodes"],
  [/./, "ListChannelConnections"],
];

async function wouldAffect(tool: string, args: object, answer: unknown): Promise<unknown> {
  upstream.answer(json(answer));
  const { structuredContent } = await session.call(tool, {
    ...(!tool.includes("cluster") && { channel_id: "sora" }),
    ...args,
  });
  expect(structuredContent).toMatchObject({ status: "confirmation_required" });
  const [, read] = looks.find(([name]) => name.test(tool)) ?? [];
  expect(upstream.requests.splice(0).map(({ target }) => target.split(".")[1])).toEqual([read]);
  return structuredContent?.would_affect;
}

function connection(connection_id: string, client_id: string, role: string) {
  return { channel_id: "sora", connection_id, client_id, role, event_metadata: { secret: "not shown" } };
}

function hit(connection_id: string, client_id: string, role: string) {
  return { connection_id, client_id, role };
}

describe("disconnecting", () => {
  const channel = [
    connection("c1", "alice", "sendrecv"),
    connection("c2", "bob", "recvonly"),
    connection("c3", "alice", "recvonly"),
    connection("alice", "c1", "sendonly"),
  ];

  test("a channel: all of it, ids and role of each and no more", async () => {
    expect(await wouldAffect("sora_disconnect_channel", {}, channel)).toEqual({
      total: 4,
      connections: [
        hit("c1", "alice", "sendrecv"),
        hit("c2", "bob", "recvonly"),
        hit("c3", "alice", "recvonly"),
        hit("alice", "c1", "sendonly"),
      ],
    });
  });

  test("a client: every connection with that client id, not the one whose connection id reads the same", async () => {
    expect(await wouldAffect("sora_disconnect_client", { client_id: "alice" }, channel)).toEqual({
      total: 2,
      connections: [hit("c1", "alice", "sendrecv"), hit("c3", "alice", "recvonly")],
    });
  });

  test("a connection: that one, not the one whose client id reads the same", async () => {
    expect(await wouldAffect("sora_disconnect_connection", { connection_id: "c1" }, channel)).toEqual({
      total: 1,
      connections: [hit("c1", "alice", "sendrecv")],
    });
  });

  test.each([
    ["sendrecv", [hit("c1", "alice", "sendrecv")]],
    ["sendonly", [hit("alice", "c1", "sendonly")]],
    ["recvonly", [hit("c2", "bob", "recvonly"), hit("c3", "alice", "recvonly")]],
  ])("a role: exactly %s", async (role, connections) => {
    const affected = await wouldAffect("sora_disconnect_channel_by_role", { role }, channel);
    expect(affected).toEqual({ total: connections.length, connections });
  });

  test("nobody, when nobody is like that", async () => {
    const nobody = { total: 0, connections: [] };
    expect(await wouldAffect("sora_disconnect_client", { client_id: "ALICE" }, channel)).toEqual(nobody);
    expect(await wouldAffect("sora_disconnect_connection", { connection_id: "c9" }, channel)).toEqual(nobody);
    expect(await wouldAffect("sora_disconnect_channel", {}, [])).toEqual(nobody);
  });

  test.each([19, 20, 21, 500])(
    "of %i connections at most 20 are listed and all are counted",
    async (count) => {
      const crowd = Array.from({ length: count }, (_, index) => connection(`c${index}`, "fan", "recvonly"));
      const others = Array.from({ length: 30 }, (_, index) => connection(`o${index}`, "other", "sendonly"));
      const listed = crowd.slice(0, 20).map(({ connection_id }) => hit(connection_id, "fan", "recvonly"));
      const channel = [...others, ...crowd];
      const expected = { total: count, connections: listed };
      expect(await wouldAffect("sora_disconnect_client", { client_id: "fan" }, channel)).toEqual(expected);
      const role = { role: "recvonly" };
      expect(await wouldAffect("sora_disconnect_channel_by_role", role, channel)).toEqual(expected);
      expect(await wouldAffect("sora_disconnect_channel", {}, channel)).toMatchObject({ total: count + 30 });
    },
  );

  test("ids that are missing are left out", async () => {
    const bare = [{ connection_id: "c1" }, { role: "sendrecv" }];
    expect(await wouldAffect("sora_disconnect_channel", {}, bare)).toEqual({ total: 2, connections: bare });
  });

  test.each([null, "c1", 3, []])(
    "with %j among the connections nobody knows who would be hit",
    async (odd) => {
      for (const [tool, args] of [
        ["sora_disconnect_channel", {}],
        ["sora_disconnect_client", { client_id: "alice" }],
      ] as const) {
        expect(await wouldAffect(tool, args, [...channel, odd])).toMatchObject({
          unknown: true,
          error: { code: "bad_response" },
        });
      }
    },
  );

  test("ids are compared as Sora wrote them, not as they are shown", async () => {
    const channel = [connection("c1", "spy\u202e", "sendrecv"), connection("c2", "spy\\u202e", "recvonly")];
    expect(await wouldAffect("sora_disconnect_client", { client_id: "spy\u202e" }, channel)).toEqual({
      total: 1,
      connections: [hit("c1", "spy\\u202e", "sendrecv")],
    });
    expect(await wouldAffect("sora_disconnect_client", { client_id: "spy\\u202e" }, channel)).toEqual({
      total: 1,
      connections: [hit("c2", "spy\\u202e", "recvonly")],
    });
  });
});

describe("deleting metadata", () => {
  const one = { connection_id: "c1" };
  const metadata = { hand: "up", seat: 4, muted: null, "": { nested: [1] } };

  test.each([metadata, {}, null, [1, 2], "text", 0])("the whole of it: %j would be lost", async (answer) => {
    expect(await wouldAffect("sora_delete_signaling_notify_metadata", one, answer)).toEqual({
      metadata: answer,
    });
  });

  test.each([
    ["hand", { hand: "up" }],
    ["muted", { muted: null }],
    ["", { "": { nested: [1] } }],
    ["HAND", {}],
    ["nested", {}],
    ["toString", {}],
    ["__proto__", {}],
  ])("one key, %j: %j would be lost", async (key, lost) => {
    const tool = "sora_delete_signaling_notify_metadata_item";
    const affected = await wouldAffect(tool, { ...one, key }, metadata);
    expect(affected).toEqual({ metadata: lost });
  });

  test("a key is compared as Sora wrote it, not as it is shown", async () => {
    const tool = "sora_delete_signaling_notify_metadata_item";
    const answer = { "k\u202e": "A", "k\\u202e": "B" };
    expect(await wouldAffect(tool, { ...one, key: "k\u202e" }, answer)).toEqual({
      metadata: { "k\\u202e": "A" },
    });
    expect(await wouldAffect(tool, { ...one, key: "k\\u202e" }, answer)).toEqual({
      metadata: { "k\\u202e": "B" },
    });
  });

  test("a key that JavaScript takes for its own, when it is there", async () => {
    const answer = JSON.parse('{"__proto__":{"seat":1},"hand":"up"}');
    const tool = "sora_delete_signaling_notify_metadata_item";
    const affected = await wouldAffect(tool, { ...one, key: "__proto__" }, answer);
    expect(JSON.stringify(affected)).toBe('{"metadata":{"__proto__":{"seat":1}}}');
  });

  test.each([null, [{ hand: "up" }], "hand", 7])(
    "one key of %j, which has no keys: nothing",
    async (answer) => {
      const tool = "sora_delete_signaling_notify_metadata_item";
      expect(await wouldAffect(tool, { ...one, key: "hand" }, answer)).toEqual({ metadata: {} });
    },
  );
});

describe("ending a session or a recording: everybody in the channel", () => {
  const inSession = (id: string, session_id?: string) => ({
    ...connection(id, "alice", "sendrecv"),
    session_id,
  });
  const channel = [inSession("c1", "S1"), inSession("c2", "S1")];
  const both = { total: 2, connections: [hit("c1", "alice", "sendrecv"), hit("c2", "alice", "sendrecv")] };

  test.each(["sora_terminate_session", "sora_stop_recording"])("%s", async (tool) => {
    expect(await wouldAffect(tool, {}, channel)).toEqual(both);
    expect(await wouldAffect(tool, {}, [])).toEqual({ total: 0, connections: [] });
  });

  test("of another session nobody, unless Sora does not tell of which session they are", async () => {
    expect(await wouldAffect("sora_terminate_session", { session_id: "S1" }, channel)).toEqual(both);
    const nobody = { total: 0, connections: [] };
    expect(await wouldAffect("sora_terminate_session", { session_id: "S2" }, channel)).toEqual(nobody);
    const untold = [inSession("c1"), inSession("c2")];
    expect(await wouldAffect("sora_terminate_session", { session_id: "S2" }, untold)).toEqual(both);
  });
});

describe("deleting a filter", () => {
  const rules = [[{ field: "client_id", operator: "is_in", values: ["bob"] }]];
  const filter = { action: "block", rules };
  const named = (name: string) => ({ ...filter, name, priority: 1 });
  const ofViewer = (connection_id: string, name?: string) => ({ ...filter, connection_id, name });
  const channel = "sora_delete_channel_forwarding_filter";
  const viewer = "sora_delete_connection_forwarding_filter";
  const lost = (...forwarding_filters: object[]) => ({
    total: forwarding_filters.length,
    forwarding_filters,
  });

  test("of the channel: the one that is there", async () => {
    const all = { channel_forwarding_filter: filter, connection_forwarding_filters: [ofViewer("c1")] };
    expect(await wouldAffect(channel, {}, all)).toEqual(lost(filter));
    expect(await wouldAffect(channel, { name: "default" }, all)).toEqual(lost(filter));
    expect(await wouldAffect(channel, { name: "other" }, all)).toEqual(lost());
    expect(await wouldAffect(channel, {}, { connection_forwarding_filters: [] })).toEqual(lost());
  });

  test("of several of the channel: the one of that name, without a name the default one", async () => {
    const all = { channel_forwarding_filters: [named("a"), named("default"), named("b")] };
    expect(await wouldAffect(channel, { name: "b" }, all)).toEqual(lost(named("b")));
    expect(await wouldAffect(channel, {}, all)).toEqual(lost(named("default")));
  });

  test("of a viewer: theirs alone", async () => {
    const filters = [ofViewer("c1"), ofViewer("c2"), ofViewer("c1", "b")];
    const all = { channel_forwarding_filter: filter, connection_forwarding_filters: filters };
    expect(await wouldAffect(viewer, { connection_id: "c1" }, all)).toEqual(lost(ofViewer("c1")));
    const second = { connection_id: "c1", name: "b" };
    expect(await wouldAffect(viewer, second, all)).toEqual(lost(ofViewer("c1", "b")));
    expect(await wouldAffect(viewer, { connection_id: "c3" }, all)).toEqual(lost());
  });

  test.each([[[]], [null], ["none"]])("%j is no answer about filters", async (answer) => {
    expect(await wouldAffect(channel, {}, answer)).toMatchObject({
      unknown: true,
      error: { code: "bad_response" },
    });
  });

  test.each([
    { channel_forwarding_filter: null, channel_forwarding_filters: "none" },
    { connection_forwarding_filters: null },
    { channel_forwarding_filters: [null, "x", [filter]] },
    {},
  ])("%j holds none", async (answer) => {
    expect(await wouldAffect(channel, {}, answer)).toEqual(lost());
    expect(await wouldAffect(viewer, { connection_id: "c1" }, answer)).toEqual(lost());
  });
});

describe("the cluster", () => {
  const up = { node_name: "n1", mode: "normal", connected: true, license_serial_code: "SECRET-1" };
  const down = { node_name: "n2", connected: false };
  const odd = { node_name: { toString: 1 }, connected: true };
  const old = { cluster_node_name: "n3", mode: "normal", connected: true };
  const shown = (node_name: string, more: object) => ({ node_name, ...more });

  test("purging: the node of that name", async () => {
    const purge = (target_node_name: string) =>
      wouldAffect("sora_purge_cluster_node", { target_node_name }, [up, odd, down, old]);
    expect(await purge("n2")).toEqual({ total: 1, nodes: [shown("n2", { connected: false })] });
    const third = shown("n3", { mode: "normal", connected: true });
    expect(await purge("n3")).toEqual({ total: 1, nodes: [third] });
    // Before 2023.2 a node that is lost is not listed.
    expect(await purge("n9")).toEqual({ total: 1, nodes: [shown("n9", {})] });
  });

  test("initializing: all that are in it, and those that are named", async () => {
    const nodes = [up, down];
    const args = { node_name_list: ["n1", "n4", "n4"] };
    expect(await wouldAffect("sora_init_cluster", args, nodes)).toEqual({
      total: 3,
      nodes: [
        shown("n1", { mode: "normal", connected: true }),
        shown("n2", { connected: false }),
        shown("n4", {}),
      ],
    });
  });

  test("what is no list of nodes is no answer", async () => {
    for (const answer of [{}, null, [up, "n2"]]) {
      expect(await wouldAffect("sora_purge_cluster_node", { target_node_name: "n1" }, answer)).toMatchObject({
        unknown: true,
        error: { code: "bad_response" },
      });
    }
  });
});
