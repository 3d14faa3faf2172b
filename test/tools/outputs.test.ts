import { beforeEach, describe, expect, test } from "vitest";
import { worlds } from "../contract/index.ts";
import { inProcess, type Session } from "../support/session.ts";
import { type Answer, json, startUpstream, type Upstream } from "../support/upstream.ts";

// What releases of several years answer, and what is no answer, comes through or is told: it never breaks a call.

let upstream: Upstream;
let session: Session;
beforeEach(async () => {
  upstream = await startUpstream();
  session = await inProcess({ env: { SORA_API_URL: upstream.url } });
});

const ids = { channel_id: "sora", client_id: "alice", connection_id: "7QSNT842FS0J9E6BZDBC2DRYY8" };

/** One connection as the releases of these years tell of it. */
const releases = {
  2020: { ...ids, role: "sendrecv", multistream: true, simulcast: false, spotlight: false },
  2022: {
    ...ids,
    session_id: "SCVC9JRZZ900F0KC32T3GY6FBR",
    created_time: 1644316214314590,
    role: "sendrecv",
    multistream: true,
    simulcast: false,
    spotlight: false,
    event_metadata: { github_id: 15551 },
    audio: { codec_type: "OPUS" },
    video: { codec_type: "VP9", bit_rate: 1000 },
  },
  2023: {
    ...ids,
    bundle_id: "alice",
    created_time: 1690000000000000,
    role: "recvonly",
    multistream: true,
    simulcast: true,
    spotlight: true,
    audio: true,
    video: { codec_type: "VP9", bit_rate: 1000, vp9_params: { profile_id: 2 } },
  },
  2025: {
    ...ids,
    node_name: "sora@127.0.0.1",
    session_id: "SCVC9JRZZ900F0KC32T3GY6FBR",
    bundle_id: "alice",
    created_timestamp: "2025-12-17T19:33:20.000000Z",
    role: "sendonly",
    simulcast: true,
    spotlight: false,
    recording_block: false,
    event_metadata: "REDACTED",
    audio: false,
    video: false,
  },
  later: {
    ...ids,
    role: "observer",
    created_timestamp: null,
    audio: [{ codec: "X" }],
    new: { a: { b: [1] } },
  },
};

test.each(Object.entries(releases))(
  "a connection of %s passes through as it is",
  async (_year, connection) => {
    upstream.answer(json([connection, connection]));
    const list = await session.call("sora_list_channel_connections", { channel_id: "sora" });
    expect(list.structuredContent).toMatchObject({ total: 2, connections: [connection, connection] });
    const { connection_id, client_id, role } = connection;
    const preview = await session.call("sora_disconnect_client", { channel_id: "sora", client_id });
    expect(preview.structuredContent?.would_affect).toEqual({
      total: 2,
      connections: Array(2).fill({ connection_id, client_id, role }),
    });
  },
);

test.each(worlds)(
  "$sora: the years can stand side by side, and beside what is no connection",
  async ({ env, rows }) => {
    const all = [...Object.values(releases), null, [], "x", 0, {}, { total: "many", next_offset: "later" }];
    upstream.answer(json(all));
    const { call } = await inProcess({ env: { ...env, SORA_API_URL: upstream.url } });
    const lists = rows.filter(({ least }) => typeof least.gives.total === "number");
    for (const { tool, least } of lists) {
      const { structuredContent } = await call(tool, least.args);
      expect(structuredContent?.total, tool).toBe(all.length);
    }
    expect(lists.length).toBeGreaterThanOrEqual(3);
  },
);

const broken: Record<string, [Answer, string]> = {
  "a 400": [json({ error_type: "ChannelNotFound", error_reason: { channel_id: "sora" } }, 400), "sora_error"],
  "a 401": [json({}, 401), "unauthorized"],
  "a web page": [(_request, response) => response.end("<html></html>"), "bad_response"],
  "JSON of another form": [json("no list, no metadata"), "bad_response"],
};

describe.each(worlds)("$sora: when it cannot be looked up what a call would hit", ({ env, rows }) => {
  const destructive = rows.filter(({ kind }) => kind === "destructive");

  test.each(Object.entries(broken))(
    "because of %s, the answer says so and nothing is done",
    async (what, [answer, code]) => {
      upstream.answer(answer);
      const { call } = await inProcess({ env: { ...env, SORA_API_URL: upstream.url } });
      // Metadata may be a text, so that "JSON of another form" is no failure there.
      const looking = destructive.filter(
        ({ toolset }) => what !== "JSON of another form" || toolset !== "metadata",
      );
      for (const { tool, least } of looking) {
        const { isError, structuredContent } = await call(tool, least.args);
        expect(isError, tool).toBeUndefined();
        expect(structuredContent, tool).toMatchObject({
          status: "confirmation_required",
          would_affect: { unknown: true, error: { code } },
          next: expect.stringContaining("could not be looked up"),
        });
        expect(upstream.requests.splice(0).map(({ target }) => target)).toEqual(
          least.requests.map(({ target }) => target),
        );
      }
      expect(looking.length).toBeGreaterThanOrEqual(4);
    },
  );
});
