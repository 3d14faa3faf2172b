import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { listedByDefault } from "../contract/index.ts";
import { builtServer } from "../support/built-server.ts";
import { handshake, line, type RawServer, startRaw } from "../support/raw-server.ts";
import { serverNode } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { hangingUpstream, json, startUpstream } from "../support/upstream.ts";

/** The design says 500 ms; what is asserted leaves room for a machine that is busy with other things. */
const soon = 3000;

/**
 * For what the server has a moment for at its end, and for what has to be over soon: on a machine that is busy elsewhere,
 * that moment can pass unused, and a process that has just been started may not have run at all.
 */
const patiently = { retry: 3 };

const list = { name: "sora_list_channel_connections", arguments: { channel_id: "sora" } };

const asModule = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function expectEndSoon(server: RawServer, end: () => void): Promise<Awaited<RawServer["ended"]>> {
  const startedAt = performance.now();
  end();
  const exit = await server.ended;
  expect(performance.now() - startedAt).toBeLessThan(soon);
  expect(() => process.kill(server.child.pid ?? 0, 0)).toThrow("ESRCH");
  return exit;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

const endings: [string, (server: RawServer) => void][] = [
  ["stdin ends", ({ child }) => child.stdin.end()],
  ...signals.map((name): (typeof endings)[number] => [`${name} comes`, ({ child }) => child.kill(name)]),
  [
    // Nobody can see that a pipe has no reader before something is written to it.
    "stdout is broken",
    ({ child }) => {
      child.stdout.destroy();
      child.stdin.write(line("ping", {}, "unheard"));
    },
  ],
];

describe.each(endings)("when %s the process ends", patiently, (_when, end) => {
  test("idle", async () => {
    const server = startRaw([], { SORA_API_KEY: "k" });
    await server.ask("initialize", handshake);
    expect(await expectEndSoon(server, () => end(server))).toEqual({ code: 0, signal: null });
    expect(server.stderr()).toBe("");
  });

  test("with a call in flight, whose request is broken off", async () => {
    const upstream = await hangingUpstream();
    const server = startRaw([], { SORA_API_URL: upstream.url, SORA_TIMEOUT_MS: "120000" });
    server.write(line("initialize", handshake, 1) + line("tools/call", list, 2));
    await upstream.arrived;
    expect(await expectEndSoon(server, () => end(server))).toEqual({ code: 0, signal: null });
    await upstream.cut;
    expect(upstream.requests).toHaveLength(1);
    expect(server.stderr()).toBe("");
  });

  test("with the sandbox", async () => {
    const server = startRaw(["--sandbox"]);
    const { result } = await server.ask("tools/call", list);
    expect(result?.structuredContent).toMatchObject({ total: 5 });
    expect(await expectEndSoon(server, () => end(server))).toEqual({ code: 0, signal: null });
  });

  test.each([[[]], [["--sandbox"]]])("before anything was said, with %j", async (args) => {
    const server = startRaw(args, { SORA_API_KEY: "k" });
    const { code, signal } = await expectEndSoon(server, () => end(server));
    // A signal may come before there is anyone to hear it.
    expect(signal ?? code).toBeOneOf([0, ...signals]);
  });
});

describe.each(signals)("%s", (signal) => {
  test("a write that it cuts off is in the audit log, and was sent once", patiently, async () => {
    const upstream = await hangingUpstream();
    const audit = join(temporaryFolder(), "audit.jsonl");
    const server = startRaw(["--audit-log", audit], { SORA_API_URL: upstream.url });
    const push = { name: "sora_push_channel", arguments: { channel_id: "sora", data: {} } };
    server.write(line("initialize", handshake, 1) + line("tools/call", push, 2));
    await upstream.arrived;
    await expectEndSoon(server, () => server.child.kill(signal));
    const records = (await readFile(audit, "utf8"))
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(records).toMatchObject([{ tool: "sora_push_channel", outcome: "cancelled_by_client" }]);
    expect(upstream.requests).toHaveLength(1);
  });

  test("it ends although the client reads nothing", patiently, async () => {
    const server = startRaw([], { SORA_API_KEY: "k" });
    await server.ask("initialize", handshake);
    server.child.stdout.pause();
    const request = (id: number) => line("tools/list", { _meta: { padding: "x".repeat(10_000) } }, id);
    // More than any buffer between the two holds: when it has been taken, the server has answered most of it.
    await new Promise((resolve) => {
      server.child.stdin.write(Array.from({ length: 300 }, (_, id) => request(id)).join(""), resolve);
    });
    const ended = once(server.child, "exit");
    const startedAt = performance.now();
    server.child.kill(signal);
    await ended;
    expect(performance.now() - startedAt).toBeLessThan(soon);
    expect(server.stderr()).toBe("");
  });
});

test.skipIf(process.platform === "win32").each([
  ["stdin ends", ({ child }: RawServer) => child.stdin.end()],
  ["SIGTERM comes", ({ child }: RawServer) => child.kill("SIGTERM")],
] as const)("when %s the process ends although a disk does not answer", patiently, async (_when, end) => {
  // Opening a pipe that nobody writes to holds a thread as such a disk does, or a name server.
  const pipe = join(temporaryFolder(), "pipe");
  await promisify(execFile)("mkfifo", [pipe]);
  const hang = `import { open } from "node:fs/promises"; void open(${JSON.stringify(pipe)});`;
  const env = { SORA_API_KEY: "k", NODE_OPTIONS: `--import=${asModule(hang)}` };
  const server = startRaw([], env);
  await server.ask("initialize", handshake);
  await expectEndSoon(server, () => end(server));
});

describe("requests that come in one piece with the end of stdin are answered", () => {
  test("of those that need nothing", async () => {
    const server = startRaw([], { SORA_API_KEY: "k" });
    const requests = [
      line("initialize", handshake, 1),
      line("notifications/initialized"),
      line("ping", {}, 2),
    ];
    server.child.stdin.end(requests.concat(line("tools/list", {}, 3)).join(""));
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(server.lines().map((text) => JSON.parse(text).id)).toEqual([1, 2, 3]);
  });

  test("of those that reach Sora", patiently, async () => {
    const upstream = await startUpstream(json([]));
    const server = startRaw([], { SORA_API_URL: upstream.url });
    await server.ask("tools/call", list);
    server.child.stdin.end(line("tools/call", list, 1) + line("tools/call", list, 2));
    expect(await server.ended).toEqual({ code: 0, signal: null });
    for (const id of [1, 2]) {
      const { result } = await server.answerTo(id);
      expect(result?.structuredContent).toMatchObject({ total: 0 });
    }
  });

  test("of a first call, however long it takes to load what it needs", patiently, async () => {
    const upstream = await startUpstream(json([]));
    const hook = `export async function load(url, context, next) {
      if (/chunks.(call|client)-/.test(url)) await new Promise((resolve) => setTimeout(resolve, 700));
      return next(url, context);
    }`;
    const slow = `import { register } from "node:module"; register(${JSON.stringify(asModule(hook))});`;
    const env = { SORA_API_URL: upstream.url, NODE_OPTIONS: `--import=${asModule(slow)}` };
    const server = startRaw([], env);
    server.child.stdin.end(line("tools/call", list, 1));
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(server.lines()).toHaveLength(1);
    expect((await server.answerTo(1)).result?.structuredContent).toMatchObject({ total: 0 });
  });

  const inShell = async (command: string) => {
    const env = { HOME: homedir(), PATH: process.env.PATH, SORA_API_KEY: "k" };
    return promisify(execFile)("sh", ["-c", command, serverNode], { env, timeout: 15_000 });
  };

  test.skipIf(process.platform === "win32")("of a pipeline in a shell", async () => {
    const ping = `printf '%s\\n' '${line("ping", {}, 7).trim()}'`;
    const { stdout, stderr } = await inShell(`${ping} | "$0" ${builtServer()} | cat`);
    expect(stdout).toBe('{"result":{},"jsonrpc":"2.0","id":7}\n');
    expect(stderr).toBe("");
  });

  test.skipIf(process.platform === "win32")("of a pipeline whose end goes away", async () => {
    const { stdout } = await inShell(
      `yes '${line("ping", {}, 7).trim()}' | "$0" ${builtServer()} | head -n 2`,
    );
    expect(stdout).toBe('{"result":{},"jsonrpc":"2.0","id":7}\n'.repeat(2));
  });
});

test("a stderr that nobody reads any more does no harm", async () => {
  const server = startRaw([], { SORA_CONFIRM: "maybe", SORA_LOG_LEVEL: "debug" });
  await once(server.child.stderr, "data");
  server.child.stderr.destroy();
  for (let count = 0; count < 50; count++) server.write("nonsense\n");
  expect((await server.ask("tools/call", list)).result?.isError).toBe(true);
  expect((await server.ask("ping")).result).toEqual({});
  server.child.stdin.end();
  expect(await server.ended).toEqual({ code: 0, signal: null });
});

test("a stderr that nobody empties does no harm", async () => {
  const server = startRaw([], { SORA_API_KEY: "k" });
  server.child.stderr.pause();
  server.write("nonsense that is not read by anyone\n".repeat(20_000));
  expect((await server.ask("ping")).result).toEqual({});
  server.child.stdin.end();
  await once(server.child, "exit");
});

/** Words of the bundle by which the code of calls, of the HTTP library and of each other command are known. */
const unneeded = [
  "is listed but has no table entry",
  "x-sora-target",
  "UND_ERR",
  "sandbox_0_lounge",
  "doctor-asks-for",
  "serve a simulated Sora",
  "mcpServers",
];

describe("starting", () => {
  test("does not wait for the network, nor use it before the first call", async () => {
    let connections = 0;
    const blackHole = createServer(() => connections++);
    await new Promise<void>((resolve) => blackHole.listen(0, "127.0.0.1", resolve));
    closing.push(async () => blackHole.close());
    const address = blackHole.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const server = startRaw([], { SORA_API_URL: `http://127.0.0.1:${address.port}/` });
    expect((await server.ask("initialize", handshake)).result?.serverInfo).toBeDefined();
    expect((await server.ask("tools/list")).result?.tools).toHaveLength(listedByDefault.length);
    expect((await server.ask("ping")).result).toEqual({});
    expect(connections).toBe(0);
    const reached = once(blackHole, "connection");
    server.write(line("tools/call", list, 1));
    await reached;
    expect((await server.ask("tools/list")).result?.tools).toHaveLength(listedByDefault.length);
  });

  test("needs none of what only calls or other commands need", async () => {
    const folder = temporaryFolder();
    await cp("dist", join(folder, "dist"), { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const removed = new Map(unneeded.map((words) => [words, 0]));
    const files = await readdir(join(folder, "dist"), { recursive: true });
    for (const file of files.filter((name) => name.endsWith(".js"))) {
      const path = join(folder, "dist", file);
      const code = await readFile(path, "utf8");
      const found = unneeded.filter((words) => code.includes(words));
      for (const words of found) removed.set(words, (removed.get(words) ?? 0) + 1);
      if (found.length > 0) await rm(path);
    }
    expect([...removed.values()].every((count) => count > 0)).toBe(true);
    const server = startRaw([], { SORA_API_KEY: "k" }, join(folder, "dist", "cli.js"));
    await server.ask("initialize", handshake);
    expect((await server.ask("tools/list")).result?.tools).toHaveLength(listedByDefault.length);
    expect((await server.ask("ping")).result).toEqual({});
    const { error } = await server.ask("tools/call", list);
    expect(error).toEqual({
      code: -32603,
      message: "Files of this server are gone, as after an update. Restart it. Nothing was sent.",
    });
    expect(JSON.stringify(error)).not.toContain(folder);
  });

  test("code of calls that cannot be read for a moment is asked for again with the next call", async () => {
    const folder = temporaryFolder();
    await cp("dist", join(folder, "dist"), { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const chunks = join(folder, "dist", "chunks");
    const away = (await readdir(chunks)).filter((name) => /^(call|client)-/.test(name));
    expect(away).toHaveLength(2);
    const upstream = await startUpstream(json([]));
    for (const name of away) await rename(join(chunks, name), join(folder, name));
    const server = startRaw([], { SORA_API_URL: upstream.url }, join(folder, "dist", "cli.js"));
    await server.ask("initialize", handshake);
    await server.ask("tools/list");
    for (const name of away) {
      expect((await server.ask("tools/call", list)).error?.code).toBe(-32603);
      await rename(join(folder, name), join(chunks, name));
    }
    expect((await server.ask("tools/call", list)).result?.structuredContent).toMatchObject({ total: 0 });
    expect(upstream.requests).toHaveLength(1);
  });
});
