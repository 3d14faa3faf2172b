import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readCallers } from "../src/callers/entry.ts";
import { Metrics } from "../src/serve/metrics.ts";
import { sha256 } from "./support/audit-file.ts";
import { builtServer } from "./support/built-server.ts";
import { bearer, callersFile, post, serveOverHttp } from "./support/over-http.ts";
import { startRaw } from "./support/raw-server.ts";

// What docs/team.md shows is what happens. The Japanese page has the same blocks: test/pages.test.ts.

const page = readFileSync("docs/team.md", "utf8");
const blocks = [...page.matchAll(/^```\w*\n(.*?)\n^```$/gms)].map(([, text = ""]) => text);
const block = (beginning: string) => blocks.find((text) => text.startsWith(beginning)) ?? "";
const shownCallers = block('{\n  "callers"');

/** What stands first in the rows of the table with this head. */
function firstCells(head: string): string[] {
  const [, rows = ""] = page.split(`\n| ${head} |`);
  const [table = ""] = rows.split("\n\n");
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = ""]) => cell);
}

test("the simulated Sora is served by the line that is shown, and answers as shown, but for what is left out", async () => {
  const words = block("node dist/cli.js --http").split(" ").slice(2);
  const [, to = "", type = "", body = "", answer = ""] =
    block("$ curl").match(/^\$ curl -s (\S+) -H 'content-type: ([^']+)' -d '([^']+)'\n(.*)$/) ?? [];
  expect(to).toBe(`http://${words[1]}/mcp`);
  // The port that is shown may be taken.
  const server = startRaw(words.map((word) => word.replace(":8080", ":0")));
  await expect.poll(server.stderr, { timeout: 10_000 }).toMatch(/MCP over HTTP at \S+\n/);
  const [, url = ""] = /MCP over HTTP at (\S+)\n/.exec(server.stderr()) ?? [];
  const response = await fetch(url, { method: "POST", headers: { "content-type": type }, body });
  const parts = answer.split("[...]");
  expect(parts).toHaveLength(3);
  const like = parts.map((part) => part.replace(/[[\]{}.?]/g, "\\$&")).join("\\[.*\\]");
  expect(await response.text()).toMatch(new RegExp(`^${like}$`));
});

test("a token and its entry are printed as they are shown, and the entry is in the file", async () => {
  const words = block("node dist/cli.js token").split(" ").slice(2);
  const [token = "", entry = ""] =
    blocks[blocks.indexOf(`node dist/cli.js ${words.join(" ")}`) + 1]?.split("\n") ?? [];
  const { stdout } = await promisify(execFile)(process.execPath, [builtServer(), ...words]);
  const [printed = "", ofPrinted = ""] = stdout.split("\n");
  expect(printed).toHaveLength(token.length);
  expect(JSON.parse(ofPrinted)).toEqual({ ...JSON.parse(entry), token_sha256: sha256(printed) });
  expect(JSON.parse(entry)).toEqual({ name: words[1], token_sha256: sha256(token) });
  expect(JSON.parse(shownCallers).callers[0]).toEqual(JSON.parse(entry));
});

test("the file of callers is understood, and the table has its members and none that there is not", () => {
  expect(readCallers(shownCallers)).toHaveProperty("entries.length", 3);
  const members = firstCells("member | what it does");
  const used = JSON.parse(shownCallers).callers.flatMap((caller: object) => Object.keys(caller));
  expect(members).toEqual(expect.arrayContaining(used));
  const said = (member: string) =>
    JSON.stringify(readCallers(JSON.stringify({ callers: [{ [member]: null }] })));
  for (const member of members) expect(said(member)).not.toContain("not known");
  expect(said("read_onyl")).toContain("not known: read_onyl");
});

test("the audit line is what the call writes to stdout, time and duration aside", async () => {
  const shown = JSON.parse(block('{"time"'));
  const { path, tokens } = callersFile({ alice: {} });
  const env = { SORA_SANDBOX: "true", SORA_CALLERS: path, SORA_AUDIT_LOG: "-" };
  const { url, stdout } = await serveOverHttp(env);
  const params = { name: shown.tool, arguments: { channel_id: shown.channel_id } };
  await post(url, { jsonrpc: "2.0", id: 1, method: "tools/call", params }, bearer(tokens.alice));
  const written = JSON.parse(stdout());
  expect(Object.keys(shown)).toEqual(Object.keys(written));
  expect(shown).toEqual({ ...written, time: expect.any(String), duration_ms: expect.any(Number) });
});

test("the table has all series of the metrics", () => {
  const families = [...new Metrics().text().matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  expect(firstCells("series | what it counts")).toEqual(families);
});
