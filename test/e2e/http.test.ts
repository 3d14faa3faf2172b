import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { afterTest } from "../support/closing.ts";
import { expectInTime } from "../support/in-time.ts";
import { bearer, callersFile, connectOverHttp, post } from "../support/over-http.ts";
import { type RawServer, startRaw } from "../support/raw-server.ts";

// The built server over HTTP: what its process reads, writes and ends with.

/** Where it serves; throws when it ends instead. */
async function addressOf(server: RawServer): Promise<string> {
  const { stderr } = server.child;
  for (;;) {
    const url = /MCP over HTTP at (\S+)\n/.exec(server.stderr())?.[1];
    if (url !== undefined) return url;
    const ended = await Promise.race([once(stderr, "data").then(() => undefined), server.ended]);
    if (ended) throw new Error(`it ended with ${ended.code}: ${server.stderr()}`);
  }
}

const sora = { channel_id: "sora" };

test("the newcomer's command serves, whatever becomes of stdin, and writes nothing to stdout", async () => {
  const server = startRaw(["--http", "127.0.0.1:0", "--sandbox"]);
  const url = await addressOf(server);
  server.child.stdin.end("what is this?\n");
  const { client, call } = await connectOverHttp(url);
  expect((await client.listTools()).tools.length).toBeGreaterThan(30);
  expect((await call("sora_list_channel_connections", sora)).structuredContent).toMatchObject({ total: 5 });
  expect((await call("sora_disconnect_channel", { ...sora, confirm: true })).isError).toBeFalsy();
  await client.close();
  server.child.kill("SIGINT");
  await expectInTime(server.ended, "it ends");
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(server.lines()).toEqual([]);
});

test("with SORA_AUDIT_LOG=- stdout has the audit lines and nothing else, each with its caller", async () => {
  const { path, tokens } = callersFile({ alice: {}, bob: { read_only: true } });
  const env = { SORA_CALLERS: path, SORA_AUDIT_LOG: "-", SORA_LOG_LEVEL: "debug" };
  const server = startRaw(["--http", "127.0.0.1:0", "--sandbox"], env);
  const url = await addressOf(server);
  const push = { name: "sora_push_channel", arguments: { ...sora, data: {} } };
  const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: push };
  for (const token of [tokens.alice, tokens.bob, "wrong"]) await post(url, message, bearer(token));
  server.child.kill("SIGINT");
  expect((await server.ended).code).toBe(0);
  expect(server.lines().map((line) => JSON.parse(line))).toMatchObject([
    { tool: "sora_push_channel", caller: "alice", outcome: "done" },
  ]);
});

test("a second signal ends it at once", async () => {
  const server = startRaw(["--http", "127.0.0.1:0", "--sandbox"]);
  const url = await addressOf(server);
  const ready = () => fetch(new URL("/readyz", url)).then(({ status }) => status);
  expect(await ready()).toBe(200);
  const startedAt = performance.now();
  server.child.kill("SIGTERM");
  await expect.poll(ready, { interval: 20 }).toBe(503);
  server.child.kill("SIGTERM");
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(2900);
});

/** What it says on stderr when it ends by itself, which has to be one line. */
async function lastWords(place: string): Promise<string> {
  const server = startRaw([], { SORA_HTTP: place, SORA_SANDBOX: "true" });
  await expectInTime(server.ended, "it ends");
  expect(await server.ended).toEqual({ code: 1, signal: null });
  expect(server.lines()).toEqual([]);
  const told = server
    .stderr()
    .split("\n")
    .filter((line) => line !== "" && !line.includes("simulated Sora"));
  expect(told).toHaveLength(1);
  return told[0] ?? "";
}

test("a port that is taken: one sentence, and exit code 1", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  afterTest(() => void taken.close());
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" ? address?.port : 0;
  const told = await lastWords(`127.0.0.1:${port}`);
  expect(told).toMatch(new RegExp(`^sora-labo-mcp error: .*EADDRINUSE.*127.0.0.1:${port}.*SORA_HTTP`));
});

test.each(["8080", "localhost", "127.0.0.1:", ":8080", "127.0.0.1:99999", "http://127.0.0.1:8080"])(
  "SORA_HTTP=%s: one sentence, and exit code 1",
  async (place) => {
    expect(await lastWords(place)).toMatch(/^sora-labo-mcp error: SORA_HTTP must be/);
  },
);
