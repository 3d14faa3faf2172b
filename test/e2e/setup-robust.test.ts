import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { builtServer } from "../support/built-server.ts";
import { serverNode } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// `sora-labo-mcp setup` where folders are not known, and with values that would not reach the server as they are.

const cli = resolve(builtServer());

function run(
  command: string,
  args: string[],
  options: { cwd?: string; env: Record<string, string> },
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = execFile(command, args, { timeout: 30_000, ...options }, (_error, stdout, stderr) =>
      done({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

const setup = (words: string[], home = "/home/me") =>
  run(serverNode, [cli, "setup", ...words], { env: { HOME: home } });
const error = (text: string) => ({ code: 1, stdout: "", stderr: `sora-labo-mcp error: ${text}\n` });

const noHome = error("Your home folder is not known: set HOME to its whole path.");
test.each(["", "relative"])("a home of %j is none, in one line", async (home) => {
  expect(await setup(["codex"], home)).toEqual(noHome);
  expect((await setup([], home)).code).toBe(0);
});

test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
  "a user without a home is told in one line",
  async () => {
    const user = ["--reuid=54321", "--clear-groups"];
    expect(
      await run("setpriv", [...user, serverNode, cli, "setup", "codex"], {
        env: { PATH: process.env.PATH ?? "" },
      }),
    ).toEqual(noHome);
  },
);

test.skipIf(process.platform === "win32")("a folder that is gone is told in one line", async () => {
  const cwd = join(temporaryFolder(), "gone");
  mkdirSync(cwd);
  // The shell is there before the folder is gone.
  const script = `rmdir "$PWD" && exec "$0" "$1" setup codex`;
  const outcome = await run("/bin/sh", ["-c", script, serverNode, cli], { cwd, env: { HOME: "/home/me" } });
  expect(outcome).toEqual(error("The folder that this was started in is gone: start it in another."));
});

const torn = "has control characters, which no line for a terminal can hand on.";
test.each([
  ["/home/\u001b[31mme", '"/home/\\u001b[31mme"'],
  ["/home/me\n- Run this: x", '"/home/me\\n- Run this: x"'],
])("a home of %j is refused, and does nothing to a terminal", async (home, shown) => {
  expect(await setup(["codex", "--sandbox"], home)).toEqual(error(`${shown} ${torn}`));
});

test("what turns text around in a path is seen where it is explained", async () => {
  const { code, stdout } = await setup(["cursor"], "/home/\u202eem");
  expect(code).toBe(0);
  expect(stdout).toContain("In /home/\\u202eem/.cursor/mcp.json;");
  expect(stdout).toContain("into the file /home/\\u202eem/sora-api-key.txt.");
  // The snippet itself has to be exact.
  expect(stdout).toContain('"/home/\u202eem/sora-api-key.txt"');
});

test("a control character in a flag is refused too", async () => {
  expect(await setup(["codex", "--sandbox", "--channels", "a\u001bb"])).toEqual(
    error(`"--channels=a\\u001bb" ${torn}`),
  );
});

test.each(["vscode", "gemini", "opencode", "codex"])(
  "%s gets nothing that a client fills in",
  async (client) => {
    for (const channels of ["a$HOME", "$x", "a$" + "{env:X}", "{env:SORA_X}", "{file:/etc/x}", "$_a"]) {
      const { code, stdout, stderr } = await setup([client, "--sandbox", "--channels", channels]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        /^sora-labo-mcp error: (--channels has a part that clients fill in|SORA_CHANNELS must be).*\n$/,
      );
    }
    for (const channels of ["a$", "$1", "{a}", "env:a"])
      expect((await setup([client, "--sandbox", "--channels", channels])).code).toBe(0);
  },
);

test("a folder for the audit log stays one", async () => {
  for (const [given, carried] of [
    ["./logs/", "/logs/"],
    ["logs", "/logs"],
    ["./", "/"],
  ]) {
    const cwd = temporaryFolder();
    const words = [cli, "setup", "cursor", "--sandbox", "--audit-log", given ?? ""];
    const { stdout } = await run(serverNode, words, { cwd, env: { HOME: "/home/me" } });
    expect(stdout).toMatch(new RegExp(`--audit-log=[^"]*${carried}"`));
    expect(stdout).not.toContain(`//"`);
  }
});

test.skipIf(process.platform === "win32")(
  "agents are installed without keys and tokens in the environment",
  async () => {
    const folder = temporaryFolder();
    const seen = join(folder, "seen.json");
    const npm = join(folder, "npm");
    writeFileSync(
      npm,
      `#!${serverNode}\nrequire("node:fs").writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.env));\nprocess.exit(1);\n`,
    );
    chmodSync(npm, 0o755);
    const secrets = [
      "SORA_API_KEY",
      "SORA_API_URL",
      "OPENAI_API_KEY",
      "GITHUB_TOKEN",
      "npm_config_token",
      "DB_PASSWORD",
    ];
    const env = {
      PATH: [folder, process.env.PATH].join(delimiter),
      HOME: folder,
      HTTPS_PROXY: "http://127.0.0.1:9/",
      ...Object.fromEntries(secrets.map((name) => [name, `distinctive-${name}`])),
    };
    const child = spawn(serverNode, ["clients/run.mjs", "Codex"], { env, stdio: "ignore" });
    expect(await new Promise((done) => child.once("exit", done))).not.toBe(0);
    const given = JSON.parse(readFileSync(seen, "utf8"));
    expect(given).toMatchObject({ HOME: folder, HTTPS_PROXY: "http://127.0.0.1:9/" });
    expect(JSON.stringify(given)).not.toContain("distinctive-");
    rmSync(seen);
  },
);
