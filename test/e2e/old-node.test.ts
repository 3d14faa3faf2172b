import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { builtServer } from "../support/built-server.ts";
import { serverNode } from "../support/session.ts";

// A Node that is too old is told so by what it starts. That file must not need anything that such a Node lacks: of real
// ones, test/package/old-node.check.ts sees it.

const entry = readFileSync(builtServer(), "utf8");

test("the file that is started imports nothing beforehand but what Node 12 has", () => {
  const imports = [...entry.matchAll(/\bimport\s*(\w+|\{[^}]*\})\s*from\s*"([^"]+)"/g)];
  const names = imports.flatMap(([, what = "", from]) => {
    if (!what.startsWith("{")) return `${from} default`;
    return what
      .slice(1, -1)
      .split(",")
      .map((name) => `${from} ${name.split(" as ")[0]?.trim()}`);
  });
  expect(names.toSorted()).toEqual([
    "node:fs mkdirSync",
    "node:fs statSync",
    "node:module default",
    "node:os homedir",
    "node:path dirname",
    "node:path isAbsolute",
    "node:path join",
  ]);
  // Nothing else is imported, by other words, but what comes after the check.
  expect(entry.match(/\bimport\b[^;]*/g)).toHaveLength(imports.length + 1);
  expect(entry).not.toMatch(/\?\.|\?\?|\bawait\b/);
});

test.each([[[]], [["--version"]], [["doctor"]], [["--sandbox"]]])(
  "it is one line on stderr, nothing on stdout, and exit code 1: %j",
  async (args) => {
    const older =
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "16.20.2" } });';
    const outcome = await new Promise((resolve) => {
      const command = [
        "--import",
        `data:text/javascript,${encodeURIComponent(older)}`,
        builtServer(),
        ...args,
      ];
      const child = execFile(serverNode, command, { env: {}, timeout: 15_000 }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
    expect(outcome).toEqual({
      code: 1,
      stdout: "",
      stderr: `sora-labo-mcp needs Node.js 20.18.1 or later; this is 16.20.2 (${serverNode}). Install a newer one, or have the client start that one by its full path.\n`,
    });
  },
);
