import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { readCallers } from "../src/callers/entry.ts";
import { sha256 } from "./support/audit-file.ts";
import { builtServer } from "./support/built-server.ts";
import { block, marked } from "./support/page.ts";

const run = promisify(execFile);
const built = builtServer();
const readme = readFileSync("README.md", "utf8");

describe.each(["README.md", "README.ja.md"])("%s", (file) => {
  const text = readFileSync(file, "utf8");

  test("is short enough to be read: at most 250 lines", () => {
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(250);
  });

  test("says of each way to get it whether it is there today", () => {
    const [, table = ""] = text.match(/^## (?:Get it|入手方法)$\n\n(.*?)\n\n/ms) ?? [];
    const [, , ...rows] = table.split("\n");
    for (const way of ["npm ci", "git clone", "npx -y sora-labo-mcp", "npm run mcpb"])
      expect(rows.filter((row) => row.includes(way))).toHaveLength(1);
    for (const row of rows) expect(row).toMatch(/available|not yet|使えます|まだ/);
  });

  test("has the line for a team that its page has, and a file of callers that is understood", () => {
    const [, section = ""] = text.match(/^## (?:For a team|チームで使う)$(.*?)^## /ms) ?? [];
    const [, ofPage = ""] = readFileSync("docs/team.md", "utf8").split("\n## Try it\n");
    expect(block(section)).toBe(block(ofPage));
    const [file = ""] = section.match(/\{"callers".*\]\}/) ?? [];
    const read = readCallers(file.replace('"..."', JSON.stringify(sha256("token"))));
    expect(read).toHaveProperty("entries.length", 1);
  });
});

test("the first example is part of what the demo prints", () => {
  const shown = block(marked(readme, "excerpt")).split("\n");
  const transcript = block(marked(readFileSync("docs/demo.md", "utf8"), "demo")).split("\n");
  expect(shown.length).toBeGreaterThanOrEqual(10);
  expect(transcript.filter((line) => shown.includes(line) && line !== "")).toEqual(shown);
});

/** Runs the agent that the README shows, with these variables beside the usual ones. */
function runAgent(env: Record<string, string> = {}) {
  const [, script = ""] = readme.match(/^```js\n(.*?)^```$/ms) ?? [];
  expect(script).toContain('"/path/to/sora-labo-mcp/dist/cli.js"');
  const runnable = script.replace("/path/to/sora-labo-mcp/dist/cli.js", built);
  return run(process.execPath, ["--input-type=module", "--eval", runnable], {
    env: { ...process.env, ...env },
  });
}

test("the agent runs, and prints what is shown", async () => {
  const { stdout } = await runAgent();
  // Who comes or goes first on the simulated stage hangs on the second of its clock.
  const alike = (text: string) => text.replace(/^changed (?:0 1|1 0)$/m, "changed one").trim();
  expect(alike(stdout)).toBe(alike(block(marked(readme, "agent"))));
});

test.each([
  [{ SORA_READ_ONLY: "true" }, "-32602"],
  [{ SORA_MAX_AFFECTED: "1" }, "limit_reached"],
])("the agent hands its own limits to the server: with %j it disconnects nobody", async (env, refusal) => {
  const failure = await runAgent(env).catch((error) => error);
  expect(failure.code).toBe(1);
  expect(failure.stdout).toContain("here: alice");
  expect(failure.stdout).not.toContain("done");
  expect(failure.stderr).toContain(refusal);
});
