import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { builtServer } from "../support/built-server.ts";
import { serverNode } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// When there is nobody to talk to: people who try the server in a shell are told.

function inShell(command: string, cwd?: string) {
  const env = { HOME: homedir(), PATH: process.env.PATH, SORA_API_KEY: "k" };
  return promisify(execFile)("sh", ["-c", command, serverNode], { env, cwd, timeout: 15_000 });
}

test.skipIf(process.platform === "win32").each(["</dev/null", "<&-", "</"])(
  "stdin that is %s is told on stderr, stdout stays empty, and it ends well",
  async (stdin) => {
    const { stdout, stderr } = await inShell(`"$0" ${builtServer()} ${stdin}`);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^sora-labo-mcp warn: stdin ended before anything came\.[^\n]*docker run -i[^\n]*\n$/,
    );
  },
);

/** Other systems have a `script` that takes other arguments, or none. */
const hasScript =
  process.platform === "linux" &&
  String(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout).includes("util-linux");

test.runIf(hasScript)("a person at a terminal is told so at once, and can end it", async () => {
  const folder = temporaryFolder();
  const typed = "for i in $(seq 200); do test -s stderr && break; sleep 0.05; done; printf '\\004'";
  const server = `'$0' '${join(process.cwd(), builtServer())}' 2>stderr`;
  const { stdout } = await inShell(`{ ${typed}; } | script -qec "${server}" /dev/null`, folder);
  // The terminal's own echo of Ctrl+D, nothing of the server.
  expect(stdout).not.toMatch(/[a-z{]/);
  expect(await readFile(join(folder, "stderr"), "utf8")).toMatch(
    /^sora-labo-mcp warn: MCP clients start this [^\n]*--help[^\n]*\n$/,
  );
});
