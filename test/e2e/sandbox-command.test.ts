import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { builtServer } from "../support/built-server.ts";
import { serverNode } from "../support/session.ts";

// `sora-labo-mcp sandbox`: the simulated Sora alone, for any HTTP client.

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(serverNode, [builtServer(), "sandbox", ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const ended = Promise.all([once(child, "exit"), text(child.stderr)]).then(([[code, signal], stderr]) => ({
    code,
    signal,
    stderr,
  }));
  return { child, ended };
}

/** What it says once it listens, and where that is. */
async function listening(args: string[], env?: Record<string, string>) {
  const { child, ended } = start(args, env);
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes("ends it.")) break;
  }
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said) ?? [];
  return { child, ended, said, url };
}

async function ask(url: string, target: string, body?: string) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "x-sora-target": target },
    body: body ?? null,
  });
  return { status: response.status, json: await response.json() };
}

const report = "Sora_20171010.GetStatsReport";

test("it says its address and how to ask, and the example is one that works", async () => {
  const { said, url } = await listening(["--port", "0", "--release", "2025.2"]);
  expect(said).toContain(`A simulated Sora (2025.2) answers at ${url}`);
  expect(said).toContain("Channels: sora, sandbox_0_lounge, sandbox_0_stage.");
  const [, target = "", body = "", where = ""] =
    /curl -H 'x-sora-target: (\S+)' -d '(.*)' (\S+)/.exec(said) ?? [];
  expect(where).toBe(url);
  const { status, json } = await ask(url, target, body);
  expect(status).toBe(200);
  expect(json).toHaveLength(5);
});

test.each<[args: string[], env: Record<string, string>, version: string | undefined]>([
  [["--release=2026.1"], {}, "2026.1.0"],
  [[], { SORA_RELEASE: "2024.1" }, "2024.1.0"],
  [["--release", "2023.1.4"], { SORA_RELEASE: "2024.1" }, "2023.1.0"],
  [[], {}, "2022.2.0"],
  [["--release", "cloud"], {}, undefined],
])("%j under %j answers as %s", async (args, env, version) => {
  const { url } = await listening(["--port", "0", ...args], env);
  const { json } = await ask(url, report);
  expect(json).toMatchObject(version === undefined ? { error_type: "MissingTarget" } : { version });
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it, whatever is connected", async (signal) => {
  const { child, ended, url } = await listening(["--port", "0"]);
  await ask(url, report);
  const startedAt = performance.now();
  child.kill(signal);
  expect(await ended).toEqual({ code: 0, signal: null, stderr: "" });
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test("a release that is newer than known is told, and served as the newest that is known", async () => {
  const { child, ended, url } = await listening(["--port", "0", "--release", "2031.1"]);
  expect((await ask(url, report)).json).toMatchObject({ version: "2026.2.0" });
  child.kill("SIGINT");
  const stderr = "sora-labo-mcp warn: SORA_RELEASE is newer than this server knows and counts as 2026.2.\n";
  expect(await ended).toEqual({ code: 0, signal: null, stderr });
});

test("it goes on without anybody at its stdin", async () => {
  const { child, url } = await listening(["--port", "0"]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(child.exitCode).toBeNull();
  expect((await ask(url, report)).status).toBe(200);
});

test("settings that it does not use cannot stop it", async () => {
  const { url } = await listening(["--port", "0"], { SORA_CONFIRM: "never", SORA_API_KEY: "two words" });
  expect((await ask(url, report)).status).toBe(200);
});

describe("what keeps it from starting is told, and ends it with 1", () => {
  test("a port that is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const { code, stderr } = await start(["--port", String(address.port)]).ended;
    taken.close();
    expect(stderr).toBe(
      `sora-labo-mcp error: Port ${address.port} of 127.0.0.1 cannot be listened on (EADDRINUSE): choose another with --port.\n`,
    );
    expect(code).toBe(1);
  });

  test.each([
    [["--port", "70000"], {}, "--port must be a whole number from 0 (any free port) to 65535."],
    [["--port", "http"], {}, "--port must be a whole number from 0 (any free port) to 65535."],
    [["--port"], {}, "The command line has --port, which has no value."],
    [
      ["--release", "2019.1"],
      {},
      "SORA_RELEASE must be labo, cloud or a release of Sora: 2021.2, 2022.1, 2022.2, 2023.1, 2023.2, 2024.1, 2024.2, 2025.1, 2025.2, 2026.1, 2026.2 or newer.",
    ],
    [
      [],
      { SORA_RELEASE: "newest" },
      "SORA_RELEASE must be labo, cloud or a release of Sora: 2021.2, 2022.1, 2022.2, 2023.1, 2023.2, 2024.1, 2024.2, 2025.1, 2025.2, 2026.1, 2026.2 or newer.",
    ],
    [["--read-only"], {}, "The command line has --read-only, which is no flag of the sandbox; see --help."],
  ] as const)("%j under %j", async (args, env, said) => {
    const { code, stderr } = await start([...args], env).ended;
    expect(stderr).toContain(said);
    expect(code).toBe(1);
  });
});
