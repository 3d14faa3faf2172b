import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import packageJson from "../package.json";
import { refusalCodes } from "../src/errors.ts";
import { jobFailureCodes } from "../src/moderation/errors.ts";
import { lookalikes } from "../src/settings/lookalikes.ts";
import { allSettings } from "../src/settings/settings.ts";
import { soraFailureCodes } from "../src/sora/errors.ts";
import { defaultToolsets } from "./contract/index.ts";
import { listedTools } from "./contract/releases.ts";
import { auditLines } from "./support/audit-file.ts";
import { builtServer } from "./support/built-server.ts";
import { inProcess, overStdio } from "./support/session.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { startUpstream } from "./support/upstream.ts";

const run = promisify(execFile);
const built = builtServer();

/** What the demo prints: once for both languages, as it takes its time. */
let demoRun: Promise<{ readonly stdout: string; readonly stderr: string }> | undefined;
async function demo() {
  demoRun ??= run(process.execPath, [built, "demo"]);
  return demoRun;
}

function textOf({ content: [block] }: CallToolResult): string {
  return block?.type === "text" ? block.text : "";
}

/** The tools of a server of which only these are set. */
function listed(edition: string, readOnly = false): string[] {
  return listedTools({ edition, toolsets: defaultToolsets, readOnly, channelsSet: false });
}

const documented = new Set(allSettings.map(({ variable }) => variable));

interface ServerEntry {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** Starts what a client would start, in place of the example's path the built server; resolves to its tools' names. */
async function toolsOf({ command, args, env = {} }: ServerEntry): Promise<string[]> {
  expect(command).toBe("node");
  expect(args[0]).toBe("/path/to/sora-labo-mcp/dist/cli.js");
  for (const variable of Object.keys(env)) expect(documented).toContain(variable);
  const client = new Client({ name: "readme", version: "1" });
  const started = { command: process.execPath, args: [built, ...args.slice(1)], env };
  await client.connect(new StdioClientTransport({ ...started, stderr: "ignore" }));
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}

describe.each(["README.md", "README.ja.md"])("%s", (file) => {
  const readme = readFileSync(file, "utf8");
  const blocks = (language: string) =>
    [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
      ([, text = ""]) => text,
    );

  test("the JSON of every client parses, and what it starts lists tools", async () => {
    const configs = blocks("json").map((text) => JSON.parse(text));
    const servers: ServerEntry[] = configs.map(({ mcpServers, servers }) => (mcpServers ?? servers).sora);
    const expected = [listed("labo"), listed("cloud"), listed("cloud", true)];
    expect(await Promise.all(servers.map(toolsOf))).toEqual(expected);
  });

  test("the command for Claude Code starts the server", async () => {
    const [, variable = "", value = "", rest = ""] =
      readme.match(/^claude mcp add sora --env (\w+)=(\S+) -- (.*)$/m) ?? [];
    const [command = "", ...args] = rest.split(" ");
    expect(await toolsOf({ command, args, env: { [variable]: value } })).toEqual(listed("labo"));
  });

  test("the script runs and prints the simulated channel", async () => {
    const [script = ""] = blocks("js");
    const runnable = script.replace("/path/to/sora-labo-mcp/", "");
    // As it is printed where nobody wants colours, whatever those who run the tests want.
    const env = { ...process.env, FORCE_COLOR: "0" };
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", runnable], { env });
    expect(stdout).toContain("total: 5");
    expect(stdout).toContain("client_id: 'mallory'");
  });

  test("the line of the audit log is like one that a call writes", async () => {
    const [shown = ""] = blocks("jsonl");
    const path = join(temporaryFolder(), "audit.jsonl");
    const upstream = await startUpstream();
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path } });
    const connection_id = "39PYDW6PY150QA0GB6H50QESW0";
    await session.call("sora_disconnect_connection", { channel_id: "sora", connection_id, confirm: true });
    const varying = { time: expect.any(String), client: expect.any(Object), duration_ms: expect.any(Number) };
    const [written = {}] = auditLines(path);
    expect(JSON.parse(shown)).toEqual({ ...written, ...varying });
    expect(Object.keys(JSON.parse(shown))).toEqual(Object.keys(written));
  });

  test("the doctor's page is what it prints without a Sora, times and machine aside", async () => {
    const [, variable = "", url = "", words = "", shown = ""] =
      readme.match(/^\$ (\w+)=(\S+) node ([^\n]*)\n(.*?)```$/ms) ?? [];
    // Nothing listens on port 9; on the port that is shown, something may.
    const env = { [variable]: url.replace("3000", "9") };
    const failure = await run(process.execPath, words.split(" "), { env }).catch((error) => error);
    expect(failure.code).toBe(1);
    const constant = (page: string) =>
      page.replace(/, node \S+, system .*/, "").replace(/\(\d+\.\d ms\)/g, "(ms)");
    expect(constant(shown.replaceAll("3000", "9"))).toBe(constant(failure.stdout));
  });

  test("the simulated Sora answers by itself as it is shown", async () => {
    const [, words = ""] = readme.match(/^node dist\/cli\.js (sandbox .*)$/m) ?? [];
    const [, shown = ""] = readme.match(/<!-- curl:begin -->\n```\n(.*?)```\n<!-- curl:end -->/s) ?? [];
    const exchanges = [...shown.matchAll(/^\$ curl -H '([^:]+): ([^']+)' -d '([^']+)' (\S+)\n(.*)$/gm)];
    expect(exchanges).toHaveLength(2);
    // The port that is shown may be taken.
    const args = words.replace("3000", "0").split(" ");
    const sandbox = spawn(process.execPath, [built, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [said] = await once(sandbox.stdout, "data");
      const [url = ""] = String(said).match(/http:\/\/\S+/) ?? [];
      for (const [, header = "", target = "", body = "", to, answer] of exchanges) {
        expect(to).toBe("http://127.0.0.1:3000/");
        const response = await fetch(url, { method: "POST", headers: { [header]: target }, body });
        expect(await response.text()).toBe(answer);
      }
    } finally {
      sandbox.kill();
    }
  });

  test("a ticket and a limit are answered as it is shown, ids and tickets aside", async () => {
    const [, shown = ""] = readme.match(/^```\n(\$ node dist\/cli\.js --sandbox --confirm .*?)^```$/ms) ?? [];
    const sessions = shown.split(/^\$ node dist\/cli\.js /m).slice(1);
    expect(sessions).toHaveLength(2);
    const tickets = new Map<string, string>();
    for (const [words = "", ...lines] of sessions.map((text) => text.trim().split("\n"))) {
      const session = await overStdio({ args: words.split(" ") });
      for (let at = 0; at < lines.length; at += 2) {
        const [, tool = "", args = "{}"] = lines[at]?.match(/^(\w+) (.*)$/) ?? [];
        const { ticket, ...given } = JSON.parse(args);
        const result = await session.call(tool, { ...given, ...(ticket && { ticket: tickets.get(ticket) }) });
        const text = textOf(result);
        const like = (answer: string) =>
          answer.replace(/\b[0-9A-Z]{26}\b/g, "ID").replace(/"ticket":"[\w-]+"/, "TICKET");
        expect(like(text)).toBe(like(lines[at + 1] ?? ""));
        tickets.set(JSON.parse(lines[at + 1] ?? "{}").ticket, JSON.parse(text).ticket);
      }
    }
  });

  test("the transcript is what the demo prints, ids aside", async () => {
    const [, shown = ""] = readme.match(/<!-- demo:begin -->\n```\n(.*?)```\n<!-- demo:end -->/s) ?? [];
    const { stdout, stderr } = await demo();
    // Nobody watches: no colours.
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain('"mcpServers"');
    expect(stderr).toBe("");
    const story = stdout.slice(stdout.indexOf("1. "), stdout.indexOf("Next: "));
    // Ids are drawn by lot, and what is measured differs a little each time.
    const alike = (text: string) =>
      text
        .replace(/\b[0-9A-Z]{26}\b/g, "ID")
        .replace(/"mute_id":"\w{8}"/g, "MUTE")
        .replace(/\d+(\.\d+)?(?= (%|s\b|fps|of 1|unanswered))/g, "N")
        .trim();
    expect(alike(shown)).toBe(alike(story));
  });

  test("links within the project lead somewhere", () => {
    const targets = [...readme.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(([, target = ""]) => target);
    for (const target of targets.filter((link) => !link.startsWith("https://")))
      expect(existsSync(target)).toBe(true);
  });

  test("no number of tools is told, which would be wrong with the next one", () => {
    expect(readme.match(/\d+ (tools|APIs)|(ツール|API)は? ?\d+ 個|\d+ 個の ?(ツール|API|うち)/g)).toBeNull();
  });

  test("every setting and error code is named, and no other but misspelt ones; versions are the package's", () => {
    const named = [...new Set(readme.match(/\bSORA_[A-Z_]+\b/g))];
    const misspelt = named.filter((name) => lookalikes({ [name]: "set" }).length > 0);
    expect(named.filter((name) => !misspelt.includes(name)).sort()).toEqual([...documented].sort());
    for (const code of [...refusalCodes, ...soraFailureCodes, ...jobFailureCodes])
      expect(readme).toContain(`\`${code}\``);
    for (const [version] of readme.matchAll(/(?<=sora-labo-mcp-)\d+\.\d+\.\d+/g))
      expect(version).toBe(packageJson.version);
  });
});

test("the jobs answer as it is shown, ids aside, and about the numbers that stand there", async () => {
  const [, words = "", shown = ""] =
    readFileSync("README.md", "utf8").match(
      /<!-- job:begin -->\n```\n\$ node dist\/cli\.js ([^\n]*)\n(.*?)```\n<!-- job:end -->/s,
    ) ?? [];
  const withoutIds = (text: string) =>
    text
      .replace(/\b[0-9A-Z]{26}\b/g, "ID")
      .replace(/"mute_id":"\w{8}"/g, "MUTE")
      .replace(/"cursor":"\w+-1"/, "CURSOR");
  const number = /(?<=[:[,])\d+(?:\.\d+)?/g;
  const numbersIn = (text: string) => (withoutIds(text).match(number) ?? []).map(Number);
  const wordsOf = (text: string) => withoutIds(text).replace(number, "N");
  const session = await overStdio({ args: words.split(" ") });
  const lines = shown.trim().split("\n");
  expect(lines).toHaveLength(8);
  const mutes = new Map<string, string>();
  for (let at = 0; at < lines.length; at += 2) {
    const [, tool = "", args = "{}"] = lines[at]?.match(/^(\w+) (.*)$/) ?? [];
    const answer = lines[at + 1] ?? "";
    const { mute_id, ...given } = JSON.parse(args);
    const text = textOf(
      await session.call(tool, { ...given, ...(mute_id && { mute_id: mutes.get(mute_id) }) }),
    );
    expect(wordsOf(text)).toBe(wordsOf(answer));
    for (const [index, value] of numbersIn(answer).entries())
      expect(Math.abs((numbersIn(text)[index] ?? Number.NaN) - value)).toBeLessThan(3 + value / 4);
    mutes.set(JSON.parse(answer).mute_id, JSON.parse(text).mute_id);
  }
});

test("both languages carry the same facts: blocks, links, code in tables, numbers in the limits", () => {
  const facts = (file: string) => {
    const text = readFileSync(file, "utf8");
    return {
      blocks: text.match(/^```.*?^```$/gms),
      links: text
        .match(/\]\([^)#]+/g)
        ?.filter((link) => !link.includes("README"))
        // The page has its Japanese, to which the Japanese README leads.
        .map((link) => link.replace(".ja.md", ".md"))
        .sort(),
      headings: text.match(/^#+ /gm)?.length,
      rows: text.match(/^\|/gm)?.length,
      firstCells: text.match(/^\| `[^`]+`/gm),
      settings: text.match(/`SORA_[A-Z_]+=[^`]*`/g),
    };
  };
  expect(facts("README.ja.md")).toEqual(facts("README.md"));
});

test("the numbers that are told of the jobs stand in both languages", () => {
  const numbers = (file: string) => {
    const [, section = ""] = readFileSync(file, "utf8").match(/<!-- job:end -->(.*?)^## /ms) ?? [];
    return new Set(section.match(/\b\d+(?:\.\d+)?\b/g));
  };
  const english = numbers("README.md");
  expect(english.size).toBeGreaterThan(8);
  expect([...numbers("README.ja.md")]).toEqual(expect.arrayContaining([...english]));
});
