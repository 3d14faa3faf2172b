import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { serve } from "../../src/serve/stdio.ts";
import { expectInTime } from "../support/in-time.ts";
import { handshake, line } from "../support/raw-server.ts";
import { type Given, load } from "../support/settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { hangingUpstream, json, startUpstream } from "../support/upstream.ts";

const key = "distinctive-key-of-serve-0123456789";
const channel = { channel_id: "sora" };
const list = { name: "sora_list_channel_connections", arguments: channel };

/** `serve` on streams of this process in the place of stdin, stdout and stderr. */
function start(
  { isTTY = false, ...given }: Given & { isTTY?: boolean },
  stdout: Writable = new PassThrough(),
) {
  const [stderr, stop] = [new PassThrough(), new AbortController()];
  const stdin = Object.assign(new PassThrough(), { isTTY });
  let said = "";
  stderr.on("data", (chunk) => {
    said += chunk;
  });
  let written = "";
  stdout.on("data", (chunk) => {
    written += chunk;
    stdout.emit("written");
  });
  const stopped = stop.signal;
  const ended = serve(load(given), { stdin, stdout, stderr, stopped });
  return {
    stdin,
    stdout,
    stderr,
    ended,
    stop: () => stop.abort(),
    said: () => said,
    /** The messages on stdout so far; throws when it holds anything else. */
    messages: () =>
      written
        .split("\n")
        .slice(0, -1)
        .map((text) => JSON.parse(text)),
    async answerTo(id: unknown) {
      for (;;) {
        const answer = this.messages().find((message) => message.id === id);
        if (answer) return answer;
        await once(stdout, "written");
      }
    },
  };
}

type Server = ReturnType<typeof start>;

const endings: [string, (server: Server) => void][] = [
  ["stdin ends", ({ stdin }) => stdin.end()],
  ["stdin is closed", ({ stdin }) => stdin.destroy()],
  ["stdin breaks", ({ stdin }) => stdin.destroy(new Error("EIO"))],
  ["it is asked to stop", ({ stop }) => stop()],
  ["stdout breaks", ({ stdout }) => stdout.destroy(new Error("EPIPE"))],
  ["stdout is closed", ({ stdout }) => stdout.destroy()],
];

describe.each(endings)("when %s", (_when, end) => {
  test("it ends", async () => {
    const server = start({ env: { SORA_API_KEY: key } });
    server.stdin.write(line("initialize", handshake, 1));
    await server.answerTo(1);
    end(server);
    await expectInTime(server.ended, "it ends");
    expect(server.said()).toBe("");
  });

  test("it ends, before anything was said", async () => {
    const server = start({ env: { SORA_API_KEY: key } });
    end(server);
    await expectInTime(server.ended, "it ends");
    expect(server.messages()).toEqual([]);
  });

  test("it ends with the sandbox, whether that is up or not", async () => {
    const early = start({ env: { SORA_SANDBOX: "true" } });
    end(early);
    await expectInTime(early.ended, "it ends before the sandbox is up");
    const late = start({ env: { SORA_SANDBOX: "true" } });
    late.stdin.write(line("tools/call", list, 1));
    expect((await late.answerTo(1)).result.structuredContent.total).toBe(5);
    end(late);
    await expectInTime(late.ended, "it ends with the sandbox");
  });

  test("it ends with a call in flight, whose request is cut off", async () => {
    const upstream = await hangingUpstream();
    const server = start({ env: { SORA_API_URL: upstream.url, SORA_TIMEOUT_MS: "120000" } });
    server.stdin.write(line("tools/call", list, 1));
    await upstream.arrived;
    end(server);
    await expectInTime(server.ended, "it ends");
    await expectInTime(upstream.cut, "the request is cut off");
  });
});

test("it ends when it was asked to stop before it started", async () => {
  const stopped = AbortSignal.abort();
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  await expectInTime(serve(load(), { stdin, stdout, stderr, stopped }), "it ends");
});

test("it ends when the first answer cannot be written", async () => {
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
  const server = start({ env: { SORA_API_KEY: key } }, broken);
  server.stdin.write(line("ping", undefined, 1));
  await expectInTime(server.ended, "it ends");
});

test("it ends although nobody takes its answers", async () => {
  const stuck = new Writable({ highWaterMark: 1, write: () => {} });
  const server = start({ env: { SORA_API_KEY: key } }, stuck);
  for (let id = 1; id <= 20; id++) server.stdin.write(line("tools/list", {}, id));
  server.stdin.end();
  await expectInTime(server.ended, "it ends");
});

/** Again, should it fail: on a machine that is busy elsewhere, the moment for answers can pass unused. */
const patiently = { retry: 3 };

test("requests that come in one piece with the end of stdin are answered", patiently, async () => {
  const upstream = await startUpstream(json([]));
  const server = start({ env: { SORA_API_URL: upstream.url } });
  server.stdin.write(line("tools/call", list, "warm"));
  await server.answerTo("warm");
  const requests = [line("ping", {}, 1), line("tools/list", {}, 2), line("tools/call", list, 3)];
  server.stdin.end(requests.join(""));
  await server.ended;
  expect(server.messages().map(({ id }) => id)).toEqual(["warm", 1, 2, 3]);
  expect(server.messages()[3].result.structuredContent).toMatchObject({ total: 0 });
});

test("connections that were kept alive are closed", async () => {
  const sockets = new Set<Socket>();
  const upstream = await startUpstream((_request, response, { socket }) => {
    sockets.add(socket);
    // Long enough for the client not to close the connection by itself.
    response.writeHead(200, { "keep-alive": "timeout=60" }).end("[]");
  });
  const server = start({ env: { SORA_API_URL: upstream.url } });
  server.stdin.write(line("tools/call", list, 1));
  await server.answerTo(1);
  expect([...sockets].map(({ destroyed }) => destroyed)).toEqual([false]);
  server.stdin.end();
  await server.ended;
  await expect.poll(() => [...sockets].map(({ destroyed }) => destroyed)).toEqual([true]);
});

test("a hundred requests and the end in one piece are answered, all of them", patiently, async () => {
  const server = start({ env: {} });
  server.stdin.write(line("tools/call", list, "warm"));
  await server.answerTo("warm");
  const ids = Array.from({ length: 100 }, (_, index) => index);
  server.stdin.end(ids.map((id) => line("tools/call", list, id)).join(""));
  await server.ended;
  expect(server.messages().map(({ id }) => id)).toEqual(["warm", ...ids]);
});

test("a write that is cut off is recorded", async () => {
  const upstream = await hangingUpstream();
  const audit = join(temporaryFolder(), "audit.jsonl");
  const server = start({ env: { SORA_API_URL: upstream.url, SORA_AUDIT_LOG: audit } });
  const push = { name: "sora_push_channel", arguments: { ...channel, data: {} } };
  server.stdin.write(line("initialize", handshake, 0) + line("tools/call", push, 1));
  await upstream.arrived;
  server.stop();
  await server.ended;
  const recorded = { tool: "sora_push_channel", outcome: "cancelled_by_client" };
  await expect.poll(async () => JSON.parse(await readFile(audit, "utf8"))).toMatchObject(recorded);
});

describe("what it says on stderr", () => {
  async function saidUnder(env: Record<string, string>, flagProblems: string[] = []): Promise<string[]> {
    const server = start({ env, flagProblems });
    server.stdin.write(line("ping", {}, 1));
    await server.answerTo(1);
    server.stdin.end();
    await server.ended;
    return server.said().split("\n").slice(0, -1);
  }

  test("nothing, when all is well", async () => {
    expect(await saidUnder({ SORA_API_KEY: key })).toEqual([]);
  });

  test("each problem, with what was given", async () => {
    expect(
      await saidUnder({ SORA_CONFIRM: "maybe", SORA_TIMEOUT_MS: "9" }, ["The command line is no good."]),
    ).toEqual([
      "sora-labo-mcp error: The command line is no good.",
      'sora-labo-mcp error: SORA_CONFIRM must be flag, preview, ask or ask,panel. It is "maybe".',
      'sora-labo-mcp error: SORA_TIMEOUT_MS must be a whole number from 100 to 120000. It is "9".',
    ]);
  });

  test("problems at every level", async () => {
    const said = await saidUnder({ SORA_LOG_LEVEL: "error" });
    expect(said).toEqual([
      "sora-labo-mcp error: sora-api.sora-labo.shiguredo.app needs an API key: set SORA_API_KEY or SORA_API_KEY_FILE.",
    ]);
  });

  test("which variables hold a placeholder, unless only errors are asked for", async () => {
    const env = { SORA_API_KEY: key, SORA_AUDIT_LOG: "$\u007bAUDIT}" };
    expect(await saidUnder(env)).toEqual([
      "sora-labo-mcp warn: SORA_AUDIT_LOG holds an unexpanded $\u007b...} and counts as unset.",
    ]);
    expect(await saidUnder({ ...env, SORA_LOG_LEVEL: "error" })).toEqual([]);
  });

  test("the key is taken out, wherever it was given", async () => {
    const said = await saidUnder({ SORA_API_KEY: key, SORA_CONFIRM: `x${key}x` });
    expect(said).toEqual([
      'sora-labo-mcp error: SORA_CONFIRM must be flag, preview, ask or ask,panel. It is "x[redacted]x".',
    ]);
  });

  test("that the sandbox is on, and its channels", async () => {
    expect(await saidUnder({ SORA_SANDBOX: "true", SORA_LOG_LEVEL: "error" })).toEqual([
      "sora-labo-mcp sandbox: simulated Sora with channels sora, sandbox_0_lounge, sandbox_0_stage",
    ]);
  });

  test("what was no message, and what was too long; the next one is answered", async () => {
    const server = start({ env: { SORA_API_KEY: key } });
    server.stdin.write(`${key}\n`);
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, result: {}, [key.slice(0, 20)]: 1 })}\n`);
    server.stdin.write(`${"x".repeat(9_000_000)}\n`);
    server.stdin.write(line("ping", {}, 1));
    await server.answerTo(1);
    server.stdin.end();
    await server.ended;
    const said = server.said().split("\n").slice(0, -1);
    expect(said).toEqual([
      "sora-labo-mcp warn: MCP: a line is no JSON-RPC message",
      "sora-labo-mcp warn: MCP: Received a response for an unknown message ID",
      "sora-labo-mcp warn: dropped a line of 9000001 bytes: a message may have 9000000",
    ]);
  });

  test("what the SDK makes nothing of, without a word of it", async () => {
    const secret = key.slice(0, 20);
    const server = start({ env: { SORA_API_KEY: key } });
    server.stdin.write(line("notifications/cancelled", { requestId: { secret } }));
    server.stdin.write(line("notifications/progress", { progressToken: secret, progress: 1 }));
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1.5, result: { secret } })}\n`);
    server.stdin.write(line("ping", {}, 1));
    await server.answerTo(1);
    server.stdin.end();
    await server.ended;
    expect(server.said().split("\n").toSorted()).toEqual([
      "",
      "sora-labo-mcp warn: MCP: Received a progress notification for an unknown token",
      "sora-labo-mcp warn: MCP: Uncaught error in notification handler",
      "sora-labo-mcp warn: MCP: Unknown message type",
    ]);
  });

  const nothingCame =
    "sora-labo-mcp warn: stdin ended before anything came. An MCP client keeps it open; a container has one only with `docker run -i`.\n";

  test.each(["end", "destroy"] as const)("that stdin ended before anything came (%s)", async (end) => {
    const server = start({ env: { SORA_API_KEY: key } });
    server.stdin[end]();
    await server.ended;
    expect(server.said()).toBe(nothingCame);
    expect(server.messages()).toEqual([]);
  });

  test.each(["\n", "x", line("notifications/initialized")])("no such thing after %j", async (text) => {
    const server = start({ env: { SORA_API_KEY: key } });
    server.stdin.end(text);
    await server.ended;
    expect(server.said()).not.toContain("ended");
  });

  test("no such thing when it is asked to stop", async () => {
    const server = start({ env: { SORA_API_KEY: key } });
    server.stop();
    await server.ended;
    expect(server.said()).toBe("");
  });

  test("to a person at a terminal, that there is nothing to type, and only that", async () => {
    const server = start({ env: { SORA_API_KEY: key }, isTTY: true });
    await expect
      .poll(server.said)
      .toBe(
        "sora-labo-mcp warn: MCP clients start this and talk to it in JSON: there is nothing to type here. Ctrl+C ends it; --help tells how it is set up.\n",
      );
    const before = server.said();
    server.stdin.end();
    await server.ended;
    expect(server.said()).toBe(before);
    expect(server.messages()).toEqual([]);
  });

  test("the outcome of calls, when everything is asked for", async () => {
    const server = start({ env: { SORA_LOG_LEVEL: "debug" } });
    server.stdin.write(line("tools/call", list, 1));
    await server.answerTo(1);
    server.stdin.end();
    await server.ended;
    expect(server.said()).toMatch(
      /sora-labo-mcp debug: sora_list_channel_connections: not_configured in \d+ ms\n/,
    );
  });

  test("nothing more once stderr is broken, and goes on", async () => {
    const server = start({ env: { SORA_API_KEY: key } });
    server.stderr.destroy(new Error("EPIPE"));
    server.stdin.write(`${key}\n`);
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, result: {}, [key.slice(0, 20)]: 1 })}\n`);
    server.stdin.write(line("ping", {}, 1));
    expect((await server.answerTo(1)).result).toEqual({});
    server.stdin.end();
    await server.ended;
  });
});

test("the sandbox is marked where clients and models look", async () => {
  const server = start({ env: { SORA_SANDBOX: "true" } });
  server.stdin.write(line("initialize", handshake, 1));
  const { result } = await server.answerTo(1);
  expect(result.serverInfo.title).toMatch(/\(sandbox\)$/);
  expect(result.instructions).toContain("Sandbox: all data are simulated");
  server.stdin.end();
  await server.ended;
});

test("a proxy that cannot be used ends in an error result, and the end is still clean", async () => {
  const env = { SORA_API_URL: "http://sora.example.com/", HTTP_PROXY: "http://user:%@127.0.0.1:9/" };
  const server = start({ env });
  server.stdin.write(line("tools/call", list, 1));
  const { result } = await server.answerTo(1);
  expect(result.isError).toBe(true);
  expect(result.content[0].text).toContain("not_configured");
  server.stdin.end();
  await expect(server.ended).resolves.toBeUndefined();
});

test.each([
  { name: "a folder that is not there", path: join("missing", "audit.jsonl"), told: true },
  { name: "a folder", path: "", made: "sora-labo-mcp-audit.jsonl", told: false },
  { name: "a file that is made by then", path: "audit.jsonl", told: false },
])("an audit log that is $name is told at the start: $told", async ({ path, made = "", told }) => {
  const SORA_AUDIT_LOG = join(temporaryFolder(), path);
  const server = start({ env: { SORA_API_URL: "http://127.0.0.1:9/", SORA_AUDIT_LOG } });
  const problem = `SORA_AUDIT_LOG must be a file, or a folder, that can be written to. It is ${JSON.stringify(SORA_AUDIT_LOG)}.`;
  if (told) await expect.poll(server.said, { timeout: 10_000 }).toContain(problem);
  else await expect.poll(() => existsSync(join(SORA_AUDIT_LOG, made)), { timeout: 10_000 }).toBe(true);
  server.stdin.end();
  await server.ended;
  expect(server.said().includes(problem)).toBe(told);
});
