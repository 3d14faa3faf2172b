import { beforeEach, describe, expect, test } from "vitest";
import { errorOf, inProcess } from "../support/session.ts";
import { type Answer, hangingUpstream, json, startUpstream, type Upstream } from "../support/upstream.ts";

// Who is here, over the whole server: from the arguments of a call to what it says and what it asked Sora.

const everywhere = "Sora_20201013.ListConnections";
const inChannel = "Sora_20201013.ListChannelConnections";
const filters = "Sora_20230628.ListForwardingFilters";
const today = { SORA_RELEASE: "2025.2" };

interface Row {
  readonly channel_id: string;
  readonly connection_id: string;
  readonly client_id: string;
  readonly [member: string]: unknown;
}

let joined = 0;
function row(channel_id: string, client_id: string, members: object = {}): Row {
  joined += 1;
  return { channel_id, connection_id: `C${joined}`, client_id, role: "sendrecv", ...members };
}

/** A Sora where these are; `mutes` are the connection ids of those that are muted, by channel. */
function sora(rows: readonly unknown[], mutes: Readonly<Record<string, readonly string[]>> = {}): Answer {
  return (request, response, raw) => {
    const { channel_id } = JSON.parse(request.text || "{}");
    const answers: Readonly<Record<string, unknown>> = {
      [everywhere]: rows,
      [inChannel]: rows.filter((entry) => (entry as Row | null)?.channel_id === channel_id),
      [filters]: { connection_forwarding_filters: [], blocked: [blockedFor(mutes[channel_id] ?? [])] },
    };
    json(answers[request.target])(request, response, raw);
  };
}

function blockedFor(senders: readonly string[], kind = "audio") {
  return { destination_connection_id: "somebody", kind, source_connection_id_list: senders };
}

/** The same, but one API is answered otherwise. */
function except(target: string, other: Answer, otherwise: Answer): Answer {
  return (request, ...rest) => (request.target === target ? other : otherwise)(request, ...rest);
}

const refusal = (error_type: string, status = 400) => json({ error_type }, status);

let upstream: Upstream;
beforeEach(async () => {
  joined = 0;
  upstream = await startUpstream();
});

async function ask(args: Record<string, unknown>, env: Record<string, string> = today) {
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_TIMEOUT_MS: "2000", ...env } });
  return session.call("sora_overview", args);
}

async function overview(args: Record<string, unknown>, env: Record<string, string> = today) {
  const result = await ask(args, env);
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  return result.structuredContent ?? {};
}

/** What was asked of Sora, in no order. */
function asked(): string[] {
  return upstream.requests.map(({ target, text }) => `${target} ${text}`).sort();
}

const roles = (sendrecv: number, sendonly = 0, recvonly = 0) => ({ sendrecv, sendonly, recvonly });

describe("all channels", () => {
  test("the largest first, with their totals, from one request", async () => {
    upstream.answer(
      sora([
        row("a", "x"),
        row("b", "y"),
        row("b", "z", { role: "recvonly" }),
        row("c", "x", { role: "sendonly" }),
      ]),
    );
    expect(await overview({})).toEqual({
      total_channels: 3,
      total_connections: 4,
      channels: [
        { channel_id: "b", total: 2, by_role: roles(1, 0, 1) },
        { channel_id: "a", total: 1, by_role: roles(1) },
        { channel_id: "c", total: 1, by_role: roles(0, 1) },
      ],
    });
    expect(asked()).toEqual([`${everywhere} {}`]);
  });

  test("in pages", async () => {
    upstream.answer(sora([..."aaabbc"].map((channel) => row(channel, "x"))));
    const first = await overview({ limit: 2 });
    expect(first).toMatchObject({ total_channels: 3, total_connections: 6, next_offset: 2 });
    const last = await overview({ limit: 2, offset: 2 });
    expect(last.channels).toEqual([{ channel_id: "c", total: 1, by_role: roles(1) }]);
    expect(last).not.toHaveProperty("next_offset");
  });

  test("nobody anywhere", async () => {
    upstream.answer(sora([]));
    expect(await overview({})).toEqual({ total_channels: 0, total_connections: 0, channels: [] });
  });

  test("entries that are no connections, or name no channel, make nothing fail", async () => {
    upstream.answer(sora([null, 7, "x", [], {}, { channel_id: 7 }, row("a", "x")]));
    expect(await overview({})).toEqual({
      total_channels: 1,
      total_connections: 3,
      channels: [{ channel_id: "a", total: 1, by_role: roles(1) }],
    });
  });
});

describe("one channel", () => {
  test("its people, the oldest first, with what stands out, from two requests", async () => {
    const began = (Date.now() - 90 * 60_000) * 1000;
    const [alice, again, bob, eve] = [
      row("a", "alice", { created_time: began + 2, simulcast: true }),
      row("a", "alice", { created_time: began, spotlight: true }),
      row("a", "bob", { created_time: began + 1, role: "recvonly" }),
      row("b", "bob"),
    ];
    upstream.answer(sora([alice, again, bob, eve], { a: [alice?.connection_id ?? ""], b: ["C3"] }));
    expect(await overview({ channel_id: "a" })).toEqual({
      total: 3,
      by_role: roles(2, 0, 1),
      connections: [
        {
          connection_id: "C2",
          client_id: "alice",
          role: "sendrecv",
          minutes: 90,
          marks: ["duplicate_client", "spotlight"],
        },
        { connection_id: "C3", client_id: "bob", role: "recvonly", minutes: 90 },
        {
          connection_id: "C1",
          client_id: "alice",
          role: "sendrecv",
          minutes: 90,
          marks: ["duplicate_client", "muted", "simulcast"],
        },
      ],
    });
    expect(asked()).toEqual([
      `${inChannel} {"channel_id":"a"}`,
      `${filters} {"channel_id":"a","blocked":true}`,
    ]);
  });

  test("a client in it, marked as duplicate although the other stands on another page", async () => {
    upstream.answer(sora([row("a", "alice"), row("a", "bob"), row("a", "alice")]));
    const content = await overview({ channel_id: "a", client_id: "alice", limit: 1 });
    expect(content).toEqual({
      total: 2,
      by_role: roles(2),
      connections: [
        { connection_id: "C1", client_id: "alice", role: "sendrecv", marks: ["duplicate_client"] },
      ],
      next_offset: 1,
    });
  });

  test.each([["audio"], ["video"]])(
    "a filter of %s mutes, and one of anything else does not",
    async (kind) => {
      const rows = [row("a", "alice"), row("a", "bob")];
      const blocked = [blockedFor(["C1"], kind), blockedFor(["C2"], "data")];
      upstream.answer(except(filters, json({ blocked }), sora(rows)));
      const { connections, not_measured } = await overview({ channel_id: "a" });
      expect(connections).toMatchObject([{ connection_id: "C1", marks: ["muted"] }, { connection_id: "C2" }]);
      expect(JSON.stringify(connections)).not.toMatch(/C2.*marks/);
      expect(not_measured).toBeUndefined();
    },
  );

  test.each<[string, Answer]>([
    ["this Sora does not know", refusal("SchemaNotFound")],
    ["are refused", refusal("Whatever", 500)],
    ["are no JSON", (_request, response) => void response.end("<html>")],
    ["do not say who is blocked", json({ connection_forwarding_filters: [] })],
    ["are not answered in time", () => {}],
  ])("where filters %s, all but the mark is told, and that it is not measured", async (_how, answer) => {
    upstream.answer(except(filters, answer, sora([row("a", "alice", { simulcast: true })])));
    expect(await overview({ channel_id: "a" })).toEqual({
      total: 1,
      by_role: roles(1),
      connections: [{ connection_id: "C1", client_id: "alice", role: "sendrecv", marks: ["simulcast"] }],
      not_measured: ["muted"],
    });
  });

  test("without anybody: an empty list, whatever Sora says of its filters", async () => {
    upstream.answer(except(filters, refusal("ChannelNotFound", 404), sora([])));
    const nobody = { total: 0, by_role: roles(0), connections: [] };
    expect(await overview({ channel_id: "a" })).toEqual(nobody);
    upstream.answer(sora([row("a", "alice")]));
    expect(await overview({ channel_id: "a", client_id: "nobody" })).toEqual(nobody);
  });

  test("the list of connections is indispensable, the filters being there or not", async () => {
    const lacking = refusal("SchemaNotFound");
    upstream.answer(except(inChannel, lacking, sora([])));
    expect(errorOf(await ask({ channel_id: "a" }))).toMatchObject({
      code: "sora_error",
      error_type: "SchemaNotFound",
    });
    upstream.answer(except(inChannel, json({ connections: [] }), sora([])));
    expect(errorOf(await ask({ channel_id: "a" })).code).toBe("bad_response");
  });

  test("under Sora Labo, from the list alone", async () => {
    upstream.answer(sora([row("a", "alice")]));
    expect(await overview({ channel_id: "a" }, {})).toEqual({
      total: 1,
      by_role: roles(1),
      connections: [{ connection_id: "C1", client_id: "alice", role: "sendrecv" }],
      not_measured: ["muted"],
    });
    expect(asked()).toEqual([`${inChannel} {"channel_id":"a"}`]);
  });
});

describe("a client, wherever it is", () => {
  test("with its channels, and the filters of these and no others", async () => {
    const rows = [row("a", "alice"), row("b", "bob"), row("c", "alice"), row("c", "alice")];
    upstream.answer(sora(rows, { a: ["C1"], b: ["C3", "C4"] }));
    expect(await overview({ client_id: "alice" })).toEqual({
      total: 3,
      by_role: roles(3),
      connections: [
        { channel_id: "a", connection_id: "C1", client_id: "alice", role: "sendrecv", marks: ["muted"] },
        {
          channel_id: "c",
          connection_id: "C3",
          client_id: "alice",
          role: "sendrecv",
          marks: ["duplicate_client"],
        },
        {
          channel_id: "c",
          connection_id: "C4",
          client_id: "alice",
          role: "sendrecv",
          marks: ["duplicate_client"],
        },
      ],
    });
    expect(asked()).toEqual([
      `${everywhere} {}`,
      `${filters} {"channel_id":"a","blocked":true}`,
      `${filters} {"channel_id":"c","blocked":true}`,
    ]);
  });

  test.each([
    [8, undefined],
    [9, ["muted"]],
  ])("in %i channels at once: not measured is %j", async (count, expected) => {
    upstream.answer(
      sora(
        Array.from({ length: count }, (_, at) => row(`r${at}`, "alice")),
        { r0: ["C1"] },
      ),
    );
    const { not_measured, connections } = await overview({ client_id: "alice" });
    expect(not_measured).toEqual(expected);
    // Whoever takes her name in many other channels hides nothing of the oldest.
    expect(JSON.stringify(connections).includes("muted")).toBe(true);
    expect(upstream.requests).toHaveLength(1 + 8);
  });

  test("what is known of one channel is told although another's filters cannot be read", async () => {
    upstream.answer((request, ...rest) => {
      const fails = request.target === filters && request.text.includes('"b"');
      const answer = sora([row("a", "alice"), row("b", "alice")], { a: ["C1"] });
      joined = 0;
      (fails ? refusal("SessionNotFound") : answer)(request, ...rest);
    });
    expect(await overview({ client_id: "alice" })).toMatchObject({
      connections: [{ channel_id: "a", marks: ["muted"] }, { channel_id: "b" }],
      not_measured: ["muted"],
    });
  });

  test("a connection that does not say its channel may be muted there", async () => {
    upstream.answer(sora([{ connection_id: 7, client_id: "alice", role: null }]));
    expect(await overview({ client_id: "alice" })).toEqual({
      total: 1,
      by_role: roles(0),
      connections: [{ connection_id: 7, client_id: "alice" }],
      not_measured: ["muted"],
    });
  });

  test("nowhere: an empty list from one request", async () => {
    upstream.answer(sora([null, row("a", "bob")]));
    expect(await overview({ client_id: "alice" })).toEqual({ total: 0, by_role: roles(0), connections: [] });
    expect(upstream.requests).toHaveLength(1);
  });
});

describe("a Sora that does not list all channels", () => {
  const wants = /^Give a channel_id\..*operator.*SORA_RELEASE/;

  test.each([[{}], [{ client_id: "alice" }]])(
    "says so to %j, and asks nothing, under Sora Labo",
    async (args) => {
      const error = errorOf(await ask(args, {}));
      expect(error).toMatchObject({ code: "unsupported", hint: expect.stringMatching(wants) });
      expect(upstream.requests).toEqual([]);
    },
  );

  test.each([["SchemaNotFound"], ["MissingTarget"]])("says so where it is %s that says it", async (type) => {
    upstream.answer(refusal(type));
    const error = errorOf(await ask({ client_id: "alice" }));
    expect(error).toMatchObject({ code: "unsupported", hint: expect.stringMatching(wants) });
  });

  test("any other failure stays what it is", async () => {
    upstream.answer(refusal("Whatever"));
    expect(errorOf(await ask({}))).toMatchObject({ code: "sora_error", error_type: "Whatever" });
    upstream.answer(json({}));
    expect(errorOf(await ask({})).code).toBe("bad_response");
  });
});

describe("under SORA_CHANNELS", () => {
  const env = { ...today, SORA_CHANNELS: "a*" };
  const rows = () => [
    row("a1", "alice"),
    row("b", "alice"),
    row("a2", "bob"),
    row("b", "eve"),
    { client_id: "alice" },
  ];

  test("entries of other channels are never counted", async () => {
    upstream.answer(sora(rows(), { a1: ["C1"], b: ["C2"] }));
    expect(await overview({}, env)).toEqual({
      total_channels: 2,
      total_connections: 2,
      channels: [
        { channel_id: "a1", total: 1, by_role: roles(1) },
        { channel_id: "a2", total: 1, by_role: roles(1) },
      ],
    });
    expect(await overview({ client_id: "alice" }, env)).toEqual({
      total: 1,
      by_role: roles(1),
      connections: [
        { channel_id: "a1", connection_id: "C1", client_id: "alice", role: "sendrecv", marks: ["muted"] },
      ],
    });
    expect(asked().filter((text) => text.includes('"b"'))).toEqual([]);
  });

  test("another channel is refused", async () => {
    expect(errorOf(await ask({ channel_id: "b" }, env)).code).toBe("channel_not_allowed");
    expect(upstream.requests).toEqual([]);
  });
});

test("a client that cancels ends the call", async () => {
  const hanging = await hangingUpstream();
  const session = await inProcess({ env: { ...today, SORA_API_URL: hanging.url } });
  const stop = new AbortController();
  const call = session.client.callTool({ name: "sora_overview", arguments: { channel_id: "a" } }, undefined, {
    signal: stop.signal,
  });
  const ended = call.then(
    () => "answered",
    () => "cancelled",
  );
  await hanging.arrived;
  stop.abort();
  await hanging.cut;
  expect(await ended).toBe("cancelled");
});
