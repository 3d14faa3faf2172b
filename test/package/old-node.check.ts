import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { npm } from "../../scripts/npm.ts";
import { builtServer } from "../support/built-server.ts";
import { everyNode } from "../support/nodes.ts";

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';

/** Runs the built server with one request on stdin; ended after 20 s. */
function run(node: string, env: Record<string, string>) {
  const options = { input: ping, env, encoding: "utf8", timeout: 20_000, killSignal: "SIGKILL" } as const;
  const { status, stdout, stderr } = spawnSync(node, [builtServer(), "--sandbox"], options);
  return { status, stdout, stderr };
}

test.each(["12.22.12", "14", "16", "18", "20.10.0", "20.18.0"])(
  "Node %s is told in one line that it is too old",
  (release) => {
    const node = npm(
      "exec",
      "--yes",
      `--package=node@${release}`,
      "--",
      "node",
      "-p",
      "process.execPath",
    ).trim();
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1);
    const { status, stdout, stderr } = run(node, {});
    expect(stderr).toMatch(/^sora-labo-mcp needs Node\.js 20\.18\.1 or later; this is [^\n]*\n$/);
    expect(stderr).toContain(`this is ${version} (${node}).`);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  },
);

describe.each(everyNode())("Node $version answers", ({ command }) => {
  test.runIf(process.platform === "linux").each(["/proc", "/proc/home", "/dev/null", "relative"])(
    "with the home %s",
    (HOME) => {
      const { status, stdout } = run(command, { HOME });
      expect({ status, stdout }).toEqual({ status: 0, stdout: '{"result":{},"jsonrpc":"2.0","id":1}\n' });
    },
  );
});
