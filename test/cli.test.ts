import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { version } from "../package.json";
import { line } from "./support/raw-server.ts";

// The entry point inside this process, so that coverage sees it; test/e2e runs the built one as a process of its own.

class Exit extends Error {}

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK"] as const;
const { argv, env, exitCode } = process;
const replaced = (["stdin", "stdout", "stderr", "exit"] as const).map(
  (name) => [name, Object.getOwnPropertyDescriptor(process, name) ?? {}] as const,
);
const listeners = signals.map((signal) => [signal, process.listeners(signal)] as const);
let stdin: PassThrough;
let written: string;

beforeEach(() => {
  const stdout = new PassThrough();
  stdin = new PassThrough();
  written = "";
  stdout.on("data", (chunk) => {
    written += chunk;
  });
  const exit = () => {
    throw new Exit();
  };
  for (const [name, value] of Object.entries({ stdin, stdout, stderr: new PassThrough(), exit })) {
    Object.defineProperty(process, name, { value, configurable: true });
  }
  vi.resetModules();
});
afterEach(() => {
  for (const [name, descriptor] of replaced) Object.defineProperty(process, name, descriptor);
  for (const [signal, before] of listeners) {
    for (const listener of process.listeners(signal)) {
      if (!before.includes(listener)) process.removeListener(signal, listener);
    }
  }
  Object.assign(process, { argv, env, exitCode });
});

/** Runs `sora-labo-mcp` with these words until it has nothing left to do. */
async function run(...words: string[]): Promise<{ stdout: string; exited: boolean }> {
  process.argv = [process.execPath, "dist/cli.js", ...words];
  process.env = { PATH: env.PATH, HOME: env.HOME };
  const exited = await import("../src/cli.ts").then(
    () => false,
    (reason) => {
      if (reason instanceof Exit) return true;
      throw reason;
    },
  );
  return { stdout: written, exited };
}

test("--version", async () => {
  expect(await run("--version")).toEqual({ stdout: `${version}\n`, exited: false });
});

test("--help", async () => {
  expect((await run("--help")).stdout).toContain("SORA_API_KEY_FILE");
});

test.each([
  [["--sandbox"], 0],
  [["--api-url", "nonsense"], 1],
])("doctor %j ends with %i", async (flags, code) => {
  const { stdout, exited } = await run("doctor", "--json", "--channel", "sora", ...flags);
  const report = JSON.parse(stdout);
  expect(report.ok).toBe(code === 0);
  expect(report.versions.node).toBe(process.versions.node);
  expect(process.exitCode).toBe(code);
  expect(exited).toBe(false);
});

test.each([
  [["alice"], 0, /^[\w-]{43}\n\{"name":"alice","token_sha256":"[\da-f]{64}"\}\n$/],
  [[], 1, /^$/],
])("token %j ends with %i", async (words, code, printed) => {
  expect((await run("token", ...words)).stdout).toMatch(printed);
  expect(process.exitCode).toBe(code);
});

test("with a place to listen that is none it serves nothing, and exits with 1", async () => {
  expect(await run("--sandbox", "--http", "8080")).toEqual({ stdout: "", exited: true });
  expect(process.exitCode).toBe(1);
});

test("demo", async () => {
  const startedAt = performance.now();
  expect((await run("demo")).stdout).toContain("\n10. ");
  expect(process.exitCode).toBe(0);
  // What takes its time in it are waits of a known length: 4 s twice, and until somebody leaves 12 s after the start.
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});

test("with no command it serves, and exits when stdin ends", async () => {
  stdin.end(line("ping", {}, 1));
  const { stdout, exited } = await run("--sandbox");
  expect(JSON.parse(stdout)).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
  expect(exited).toBe(true);
});

test.each(listeners)("it exits on %s", async (signal, before) => {
  const ended = run();
  await vi.waitUntil(() => process.listenerCount(signal) > before.length, { timeout: 10_000 });
  process.emit(signal);
  expect((await ended).exited).toBe(true);
});
