import { execFile } from "node:child_process";
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ClientName, clients, isClient } from "../../src/setup/clients.ts";
import { programs } from "../setup/expected.ts";
import { snippetsOf, type Told, toldInJson, toldInWords, tomlTables } from "../setup/read-back.ts";
import { builtServer } from "../support/built-server.ts";
import { overStdio, serverNode } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// `sora-labo-mcp setup`: what it prints is put to use, over real stdio.

const key = "distinctive-key-of-the-setup-0123456789";
const names = Object.keys(clients).filter(isClient);
const testWithSh = test.skipIf(process.platform === "win32");

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: string[], options: object = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { timeout: 30_000, ...options }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout: String(stdout), stderr: String(stderr) }),
    );
    child.stdin?.end();
  });
}

const setup = (words: string[], env: Record<string, string> = {}) =>
  run(serverNode, [builtServer(), "setup", ...words], { env: { HOME: "/home/me", ...env } });

/**
 * A folder that is all of PATH, so that no client of this machine is ever run. In it, each client's command says, as JSON,
 * with what words and settings it was called.
 */
function fakeClients(): string {
  const folder = temporaryFolder();
  const script = join(folder, "say.cjs");
  writeFileSync(
    script,
    "process.stdout.write(JSON.stringify({ words: process.argv.slice(1), env: process.env }));\n",
  );
  // By way of sh, as `#!` takes no path with a blank.
  const [node, say] = [process.execPath, script].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  for (const program of programs)
    writeFileSync(join(folder, program), `#!/bin/sh\nexec ${node} ${say} "$@"\n`, { mode: 0o755 });
  return folder;
}

/** What each snippet of a page has the client start; lines for a shell are run by one. */
async function told(client: ClientName, page: string, path: string): Promise<Told[]> {
  return Promise.all(
    snippetsOf(page).map(async ({ text }) => {
      if (text.startsWith("{")) return toldInJson(client, text);
      if (text.startsWith("[")) {
        const { command = "", args = [] } = tomlTables(text)["mcp_servers.sora"] ?? {};
        return { command: String(command), args: [...args], env: {} };
      }
      const { stdout } = await run("/bin/sh", ["-c", text], { env: { PATH: path } });
      const { words } = JSON.parse(stdout);
      if (client !== "http") return toldInWords(words);
      const [command = "", ...args] = words.slice(words.indexOf("--") + 1);
      return { command, args, env: {} };
    }),
  );
}

describe.each(names)("%s", (client) => {
  testWithSh("the server starts by what was printed, wherever it lies", async () => {
    const folder = join(temporaryFolder(), 'it\'s "my" $HOME `id` 端末');
    mkdirSync(folder);
    const file = join(folder, builtServer());
    cpSync("dist", join(folder, "dist"), { recursive: true });
    cpSync("package.json", join(folder, "package.json"));
    const link = join(folder, "sora-labo-mcp");
    symlinkSync(file, link);
    const words = [
      "setup",
      client,
      "--sandbox",
      "--channels",
      "sora, it's*,端末",
      "--audit-log",
      "a b.jsonl",
    ];
    const { code, stdout, stderr } = await run(serverNode, [link, ...words], {
      cwd: folder,
      env: { HOME: folder },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const ways = await told(client, stdout, fakeClients());
    expect(ways.length).toBeGreaterThan(0);
    for (const { command, args, env } of ways) {
      // The file itself, and not the link to it that was called.
      expect(args[0]).toBe(realpathSync(file));
      expect(args).toContain(`--audit-log=${join(realpathSync(folder), "a b.jsonl")}`);
      const [script = "", ...flags] = args;
      const session = await overStdio({
        node: command,
        entry: [script],
        args: flags,
        env: { ...env },
        cwd: "/",
      });
      const { structuredContent } = await session.call("sora_list_channel_connections", {
        channel_id: "sora",
      });
      expect(structuredContent).toMatchObject({ total: 5 });
      expect(session.stderr()).not.toMatch(/warn|error/);
      await session.close();
    }
  });

  test("the key is never printed, nor what else the shell says", async () => {
    const env = {
      SORA_API_KEY: key,
      SORA_API_KEY_FILE: `/keys/${key}`,
      SORA_API_URL: "http://elsewhere.example/",
      SORA_CONFIRM: "maybe",
    };
    for (const words of [[client], [client, "--api-url", "http://127.0.0.1:3000/"], [client, "--sandbox"]]) {
      const { code, stdout, stderr } = await setup(words, env);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).not.toContain(key);
      expect(stdout).not.toContain("elsewhere");
    }
  });
});

testWithSh("the bridge gets the settings through its environment", async () => {
  const { stdout } = await setup(["http"]);
  const [{ text } = { text: "" }] = snippetsOf(stdout);
  const { env } = JSON.parse((await run("/bin/sh", ["-c", text], { env: { PATH: fakeClients() } })).stdout);
  expect(env).toMatchObject({
    SORA_API_URL: "https://api.sora-cloud.shiguredo.app/sora-api",
    SORA_API_KEY_FILE: "/home/me/sora-api-key.txt",
  });
});

test("without a client it lists them, and with one that it does not know it exits with 1", async () => {
  const { code, stdout, stderr } = await setup([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const name of names) expect(stdout).toContain(`\n  ${name} `);
  expect(await setup(["nobody"])).toEqual({
    code: 1,
    stdout: "",
    stderr: `sora-labo-mcp error: setup knows these clients: ${names.join(", ")}.\n`,
  });
});
