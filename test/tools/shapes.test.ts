import { beforeEach, describe, expect, test } from "vitest";
import { errorOf, inProcess, type Session } from "../support/session.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// What a client gets for what Sora answers.

let upstream: Upstream;
let session: Session;
beforeEach(async () => {
  upstream = await startUpstream();
  session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  // From here on the client holds every answer against the outputSchema of its tool.
  await session.client.listTools();
});

async function ask(tool: string, args: object, answer: unknown): Promise<Record<string, unknown>> {
  upstream.answer(json(answer));
  const result = await session.call(tool, { channel_id: "sora", ...args });
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  return result.structuredContent ?? {};
}

function entries(count: number) {
  return Array.from({ length: count }, (_, index) => ({ connection_id: `c${index}`, role: "sendrecv" }));
}

describe.each([
  { tool: "sora_list_channel_connections", member: "connections", limit: 50 },
  { tool: "sora_list_signaling_notify_metadata", member: "items", limit: 50 },
  { tool: "sora_list_channel_user_agent_stats", member: "connections", limit: 10 },
])("pages of $tool", ({ tool, member, limit }) => {
  // Of so many entries, asked for a page like this: those from..to, and where the next page starts.
  test.each([
    [0, {}, [0, 0], undefined],
    [1, {}, [0, 1], undefined],
    [limit, {}, [0, limit], undefined],
    [limit + 1, {}, [0, limit], limit],
    [600, {}, [0, limit], limit],
    [600, { limit: 500 }, [0, 500], 500],
    [600, { limit: 500, offset: 500 }, [500, 600], undefined],
    [600, { limit: 1 }, [0, 1], 1],
    [600, { limit: 1, offset: 598 }, [598, 599], 599],
    [600, { limit: 1, offset: 599 }, [599, 600], undefined],
    [20, { offset: 15 }, [15, 20], undefined],
    [20, { limit: 5, offset: 15 }, [15, 20], undefined],
    [20, { limit: 5, offset: 14 }, [14, 19], 19],
    [20, { limit: 5, offset: 20 }, [20, 20], undefined],
    [20, { offset: 1_000_000 }, [20, 20], undefined],
    [0, { offset: 3 }, [0, 0], undefined],
  ])("of %i with %j", async (total, args: { limit?: number; offset?: number }, [from, to], next) => {
    const all = entries(total);
    const content = await ask(tool, args, all);
    const { by_role, ...rest } = content;
    expect(rest).toEqual({
      channel_id: "sora",
      total,
      offset: args.offset ?? 0,
      [member]: all.slice(from, to),
      ...(next !== undefined && { next_offset: next }),
    });
    expect("next_offset" in rest).toBe(next !== undefined);
    expect("by_role" in content).toBe(tool === "sora_list_channel_connections");
    expect(upstream.requests.map(({ text }) => text)).toEqual(['{"channel_id":"sora"}']);
  });

  test("following next_offset visits every entry once", async () => {
    const all = entries(137);
    const seen: unknown[] = [];
    let offset: unknown = 0;
    for (let page = 0; offset !== undefined && page < 20; page++) {
      const content: Record<string, unknown> = await ask(tool, { limit: 20, offset }, all);
      seen.push(content[member]);
      offset = content.next_offset;
    }
    expect(offset).toBeUndefined();
    expect(seen.flat()).toEqual(all);
    expect(seen).toHaveLength(7);
  });

  test.each([
    ["an object", {}],
    ["an object around the list", { [member]: [] }],
    ["null", null],
    ["a text", "[]"],
    ["a number", 0],
  ])("not a list but %s: bad_response", async (_what, answer) => {
    upstream.answer(json(answer));
    const error = errorOf(await session.call(tool, { channel_id: "sora" }));
    expect(error).toMatchObject({ code: "bad_response", message: expect.stringContaining("list") });
  });

  test("an answer without a body is no list either", async () => {
    upstream.answer((_request, response) => response.end());
    const error = errorOf(await session.call(tool, { channel_id: "sora" }));
    expect(error.code).toBe("bad_response");
  });
});

describe("by_role", () => {
  const roles = ["recvonly", "sendrecv", "recvonly", "sendonly", "recvonly", "sendrecv"];
  const connections = roles.map((role, index) => ({ connection_id: `c${index}`, role }));
  const counted = { sendrecv: 2, sendonly: 1, recvonly: 3 };

  test("counts the whole channel, not the page", async () => {
    for (const page of [{}, { limit: 1 }, { limit: 2, offset: 4 }, { offset: 100 }]) {
      const { by_role } = await ask("sora_list_channel_connections", page, connections);
      expect(by_role).toEqual(counted);
    }
  });

  test("leaves out what has no role that it knows; the entries are listed all the same", async () => {
    const odd = [{ role: "upstream" }, { role: null }, {}, { role: "__proto__" }, null, "text", 3, []];
    const content = await ask("sora_list_channel_connections", {}, [...odd, ...connections]);
    expect(content).toMatchObject({ total: 14, by_role: counted, connections: [...odd, ...connections] });
  });

  test("an empty channel has nobody in any role", async () => {
    const { by_role } = await ask("sora_list_channel_connections", {}, []);
    expect(by_role).toEqual({ sendrecv: 0, sendonly: 0, recvonly: 0 });
  });
});

describe("types", () => {
  const inbound = { type: "inbound-rtp", id: "I", packetsLost: 0 };
  const outbound = { type: "outbound-rtp", id: "O" };
  const codec = { type: "codec", id: "C", mimeType: "video/VP9" };
  const odd = [{ id: "no type" }, { type: 3 }, { type: ["codec"] }, null, "codec", 7, [codec]];
  const reports = [inbound, outbound, codec, ...odd, inbound];

  test.each([
    ["one type", ["inbound-rtp"], [inbound, inbound]],
    ["several types", ["codec", "outbound-rtp"], [outbound, codec]],
    ["a type that nobody reports", ["track"], []],
    ["a part of a type", ["rtp"], []],
    ["another case", ["CODEC"], []],
  ])("%s", async (_what, types, kept) => {
    for (const member of ["stats", "rtc_stats"]) {
      const entry = { connection_id: "c0", timestamp: "2026-01-01T00:00:00Z", [member]: reports };
      const list = await ask("sora_list_channel_user_agent_stats", { types }, [entry, entry]);
      expect(list.connections).toEqual(Array(2).fill({ ...entry, [member]: kept }));
      const one = await ask("sora_get_user_agent_stats", { connection_id: "c0", types }, entry);
      expect(one).toEqual({ user_agent_stats: { ...entry, [member]: kept } });
    }
  });

  test("without types everything stays", async () => {
    const entry = { connection_id: "c0", stats: reports, rtc_stats: odd };
    expect((await ask("sora_list_channel_user_agent_stats", {}, [entry])).connections).toEqual([entry]);
    const { user_agent_stats } = await ask("sora_get_user_agent_stats", { connection_id: "c0" }, entry);
    expect(user_agent_stats).toEqual(entry);
  });

  test("entries that are in no known form stay as they are", async () => {
    const strange = [
      {},
      { stats: null },
      { stats: "none" },
      { stats: {} },
      { rtc_stats: 3 },
      null,
      "text",
      [codec],
    ];
    const types = ["inbound-rtp"];
    expect((await ask("sora_list_channel_user_agent_stats", { types }, strange)).connections).toEqual(
      strange,
    );
    for (const entry of strange) {
      const one = await ask("sora_get_user_agent_stats", { connection_id: "c0", types }, entry);
      expect(one).toEqual({ user_agent_stats: entry });
    }
  });

  test("only the shown page is counted off, and total counts connections", async () => {
    const all = Array.from({ length: 12 }, (_, index) => ({
      connection_id: `c${index}`,
      stats: index < 2 ? [codec] : [inbound],
    }));
    const page = await ask("sora_list_channel_user_agent_stats", { types: ["codec"], limit: 2 }, all);
    expect(page).toMatchObject({ total: 12, next_offset: 2, connections: all.slice(0, 2) });
  });
});

describe("server-side statistics and metadata", () => {
  const counters = { connection_id: "c0", rtp: { total_received_rtp: 9_007_199_254_740_991, ratio: 1e-7 } };
  const client = { client_id: "alice" };
  const connection = { connection_id: "c0" };

  test("one object for a client becomes a list of one; a list stays", async () => {
    expect(await ask("sora_get_stats_client", client, counters)).toEqual({ stats: [counters] });
    expect(await ask("sora_get_stats_client", client, {})).toEqual({ stats: [{}] });
    for (const list of [[], [counters, counters], [null, "odd"]]) {
      expect(await ask("sora_get_stats_client", client, list)).toEqual({ stats: list });
    }
  });

  test.each([null, "text", 3, true])("%j for a client is neither: bad_response", async (answer) => {
    upstream.answer(json(answer));
    const error = errorOf(await session.call("sora_get_stats_client", { channel_id: "sora", ...client }));
    expect(error.code).toBe("bad_response");
  });

  test.each([counters, {}, null, [], "text", 0, false])(
    "%j for one connection is passed on",
    async (answer) => {
      expect(await ask("sora_get_stats_connection", connection, answer)).toEqual({ stats: answer });
      expect(await ask("sora_get_signaling_notify_metadata", connection, answer)).toEqual({
        metadata: answer,
      });
      expect(await ask("sora_get_user_agent_stats", connection, answer)).toEqual({
        user_agent_stats: answer,
      });
    },
  );

  test("members that JavaScript takes for its own arrive as any other", async () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"toString":null,"stats":[]}');
    const { metadata } = await ask("sora_get_signaling_notify_metadata", connection, hostile);
    expect(JSON.stringify(metadata)).toBe(JSON.stringify(hostile));
    const args = { ...connection, types: ["codec"] };
    const { user_agent_stats } = await ask("sora_get_user_agent_stats", args, hostile);
    expect(JSON.stringify(user_agent_stats)).toBe(JSON.stringify(hostile));
    expect("polluted" in {}).toBe(false);
  });
});

test("a write passes on whatever Sora answers", async () => {
  for (const answer of [{ type: "push" }, {}, [], null, "done", 0, false]) {
    expect(await ask("sora_push_channel", { data: {} }, answer)).toEqual({
      status: "done",
      response: answer,
    });
    const confirmed = await ask("sora_disconnect_channel", { confirm: true }, answer);
    expect(confirmed).toEqual({ status: "done", response: answer, confirmed_by: "flag" });
  }
});
