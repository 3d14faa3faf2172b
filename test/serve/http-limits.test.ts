import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bearer, callersFile, connectOverHttp, post, serveOverHttp } from "../support/over-http.ts";
import { json, startUpstream } from "../support/upstream.ts";

// What a server keeps in mind of a caller: it is that caller's alone, and stays over requests, sessions and changes of the file.

const sora = { channel_id: "sora" };
const person = { ...sora, client_id: "a", connection_id: "C1", role: "sendrecv" };
const disconnect = ["sora_disconnect_channel", { ...sora, confirm: true }] as const;

async function serving(entries: Record<string, object>, settings: Record<string, string> = {}) {
  const upstream = await startUpstream(json([person]));
  const { path, tokens } = callersFile(entries);
  const server = await serveOverHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path, ...settings });
  /** A call on a session of its own, or on none. */
  async function outcome(
    name: string,
    [tool, args]: readonly [string, object] = disconnect,
    headers: Record<string, string> = {},
  ): Promise<string> {
    const params = { name: tool, arguments: args };
    const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
    const { body } = await post(server.url, message, { ...bearer(tokens[name]), ...headers });
    return (
      JSON.stringify(body).match(/limit_reached|"status":"(done)"|confirmation_required|-32602/)?.[0] ??
      "other"
    );
  }
  const sent = () => upstream.requests.filter(({ target }) => target.includes("Disconnect")).length;
  return { ...server, path, tokens, upstream, outcome, sent };
}

const done = '"status":"done"';

test("the hour of a caller is one, over requests, sessions, headers and the order of the file", async () => {
  const { outcome, sent, path, stderr, url, tokens } = await serving(
    { alice: { max_destructive_per_hour: 2 }, bob: { max_destructive_per_hour: 5 } },
    { SORA_MAX_DESTRUCTIVE_PER_HOUR: "3" },
  );
  expect(await outcome("alice")).toBe(done);
  expect(await outcome("alice", disconnect, { "x-mcp-toolsets": "signaling" })).toBe(done);
  const again = [
    {},
    { "x-mcp-toolsets": "signaling,push" },
    { "x-mcp-readonly": "false" },
    { "mcp-session-id": "another" },
  ];
  for (const headers of again) expect(await outcome("alice", disconnect, headers)).toBe("limit_reached");
  const { call } = await connectOverHttp(url, bearer(tokens.alice));
  expect(JSON.stringify(await call(...disconnect))).toContain("limit_reached");
  expect(sent()).toBe(2);
  // Bob's is not wider than the settings, and not used up by Alice.
  expect([await outcome("bob"), await outcome("bob"), await outcome("bob")]).toEqual([done, done, done]);
  expect(await outcome("bob")).toBe("limit_reached");

  const { callers } = JSON.parse(readFileSync(path, "utf8"));
  const [first, second] = callers;
  // Another order, another right, another token: still Alice.
  writeFileSync(path, JSON.stringify({ callers: [second, { ...first, read_only: false }] }));
  await expect.poll(stderr).toContain("was read anew");
  expect([await outcome("alice"), await outcome("bob")]).toEqual(["limit_reached", "limit_reached"]);
  writeFileSync(path, JSON.stringify({ callers: [{ ...first, max_destructive_per_hour: 3 }, second] }));
  await expect.poll(() => outcome("alice")).toBe(done);
  expect(await outcome("alice")).toBe("limit_reached");
  expect(sent()).toBe(6);
});

test.each([
  ["the settings", "0", { max_affected: 5 }],
  ["the entry", "5", { max_affected: 0 }],
])(
  "of two limits on who is cut off at once the lesser holds, here that of %s",
  async (_whose, most, entry) => {
    const { outcome, sent } = await serving({ alice: entry }, { SORA_MAX_AFFECTED: most });
    expect(await outcome("alice")).toBe("limit_reached");
    expect(sent()).toBe(0);
  },
);

test("calls that come at once share the hour", async () => {
  const { outcome, sent } = await serving({ alice: { max_destructive_per_hour: 1 } });
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome("alice")));
  expect(outcomes.toSorted()).toEqual([done, ...outcomes.slice(1).map(() => "limit_reached")].toSorted());
  expect(sent()).toBe(1);
});

test("what was done is told to who did it, and to nobody else", async () => {
  const { url, tokens, outcome } = await serving({ alice: {}, bob: {} });
  const push = ["sora_push_channel", { ...sora, data: {} }] as const;
  expect([await outcome("alice", push), await outcome("alice", push), await outcome("bob", push)]).toEqual([
    done,
    done,
    done,
  ]);
  for (const [name, count] of [
    ["alice", 2],
    ["bob", 1],
  ] as const) {
    const { call } = await connectOverHttp(url, bearer(tokens[name]));
    const { structuredContent } = await call("sora_list_actions");
    expect(structuredContent?.actions).toHaveLength(count);
  }
});

test("a cursor of sora_wait goes on in the next request, and is none to another caller", async () => {
  const { url, tokens, upstream } = await serving({ alice: {}, bob: {} });
  const wait = { ...sora, timeout_s: 1 };
  const [alice, aliceAgain, bob] = await Promise.all(
    ["alice", "alice", "bob"].map((name) => connectOverHttp(url, bearer(tokens[name]))),
  );
  const first = await alice?.call("sora_wait", wait);
  const cursor = first?.structuredContent?.cursor;
  expect(first?.structuredContent).toMatchObject({ reason: "timeout", total: 1 });
  upstream.answer(json([person, { ...person, connection_id: "C2", client_id: "b" }]));
  const other = await bob?.call("sora_wait", { ...wait, cursor });
  expect(other?.structuredContent).toMatchObject({ reason: "reset", joined: [] });
  const next = await aliceAgain?.call("sora_wait", { ...wait, cursor });
  expect(next?.structuredContent).toMatchObject({ joined: [{ connection_id: "C2" }] });
});
