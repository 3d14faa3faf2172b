import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { clients } from "../src/setup/clients.ts";
import { defaultToolsets } from "./contract/index.ts";
import { listedTools } from "./contract/releases.ts";
import { programs } from "./setup/expected.ts";
import { auditLines } from "./support/audit-file.ts";
import { builtServer } from "./support/built-server.ts";
import { callersFile, connectOverHttp, serveOverHttp } from "./support/over-http.ts";
import { block, marked } from "./support/page.ts";
import { inProcess, overStdio, type Session, textOf } from "./support/session.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { startUpstream } from "./support/upstream.ts";

// What the pages show is what happens. The Japanese pages have the same blocks: test/pages.test.ts.

const run = promisify(execFile);
const built = builtServer();
const page = (path: string) => readFileSync(path, "utf8");

interface ServerEntry {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** What a client would start, with the built server in place of the example's path. */
async function started({ command, args, env = {} }: ServerEntry): Promise<Session> {
  expect(command).toBe("node");
  expect(args[0]).toBe("/path/to/sora-labo-mcp/dist/cli.js");
  return overStdio({ args: args.slice(1), env });
}

/** The server in the configuration of any client: of Claude Desktop and its like, VS Code, Zed, opencode. */
function serverIn(json: string): ServerEntry {
  const { mcpServers, servers, context_servers, mcp } = JSON.parse(json);
  const { command, args, env, environment } = (mcpServers ?? servers ?? context_servers ?? mcp).sora;
  return Array.isArray(command)
    ? { command: command[0], args: command.slice(1), env: environment }
    : { command, args, env };
}

/** The server in a line for a terminal: what follows the client's own words, and the variables among them. */
function serverOfLine(line: string): ServerEntry {
  const words = line.split(" ");
  const at = words.indexOf("node");
  const pairs = words.slice(0, at).flatMap((word) => word.match(/^(SORA_\w+)=(.*)$/)?.slice(1, 3) ?? []);
  const env = Object.fromEntries(
    pairs.flatMap((name, n) => (n % 2 === 0 ? [[name, pairs[n + 1] ?? ""]] : [])),
  );
  return { command: words[at] ?? "", args: words.slice(at + 1), env };
}

test("the page of the clients has all that setup knows", () => {
  for (const name of Object.keys(clients))
    for (const sora of ["cloud", "own"])
      expect(block(marked(page("docs/clients.md"), `${name}-${sora}`))).not.toBe("");
});

describe.each(["README.md", "docs/clients.md"])("%s", (path) => {
  const json = [...page(path).matchAll(/^```json\n(.*?)^```$/gms)]
    .map(([, text = ""]) => text)
    // One that is at an address runs already.
    .filter((text) => !/"type": "http"|"url":/.test(text))
    .map(serverIn);
  const typed = page(path).match(new RegExp(`^(${programs.join("|")}) mcp .*$`, "gm")) ?? [];
  const servers = [...json, ...typed.map(serverOfLine)];

  test("has files and lines for a terminal", () => {
    expect(json).not.toEqual([]);
    expect(typed).not.toEqual([]);
  });

  test.each(servers)("what a client is told starts the server: %j", async (entry) => {
    const ownRelease = entry.args.find((word) => word.startsWith("--release="))?.split("=")[1];
    const isCloud = entry.env?.SORA_API_URL?.startsWith("https://api.sora-cloud.shiguredo.app/") ?? false;
    expect(isCloud).toBe(ownRelease === undefined);
    const edition = ownRelease ?? "cloud";
    const { client, stderr } = await started(entry);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      listedTools({ edition, toolsets: defaultToolsets, readOnly: false, channelsSet: false }),
    );
    // Nothing but the key may be missing: its file is one of the reader's, and VS Code asks for it.
    for (const line of stderr().split("\n")) expect(line).toMatch(/^$|SORA_API_KEY/);
  });
});

test("what clients of a team server are told is one address, and a header that the server takes", async () => {
  const [, section = ""] = page("docs/clients.md").split("\n## Clients of a team server\n");
  const files = [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = ""]) => {
    const { mcpServers, servers } = JSON.parse(text);
    const { url, headers } = (mcpServers ?? servers).sora;
    return { url, header: `Authorization: ${headers.Authorization}` };
  });
  const lines = [...section.matchAll(/^\| .* \| `(\w+ mcp .*)` \|$/gm)].map(([, line = ""]) => ({
    url: /https:\S+/.exec(line)?.[0],
    // Codex makes its header itself.
    header: / --header (['"])(.*)\1$/.exec(line)?.[2]?.replace("=", ": "),
  }));
  const told = [...files, ...lines];
  expect(new Set(told.map(({ url }) => url))).toEqual(new Set(["https://mcp.example.com/mcp"]));
  const headers = told.flatMap(({ header }) => header ?? []);
  expect(headers).toHaveLength(told.length - 1);

  const { path, tokens } = callersFile({ alice: {} });
  const { url } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  for (const header of headers) {
    const [name = "", value = ""] = header.replace(/\$?\{.*\}|\$\w+/, tokens.alice ?? "").split(": ");
    const { client } = await connectOverHttp(url, { [name]: value });
    expect((await client.listTools()).tools).not.toEqual([]);
  }
});

test("the line of the audit log is like one that a call writes", async () => {
  const [, shown = ""] = page("docs/safety.md").match(/^```jsonl\n(.*?)^```$/ms) ?? [];
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
    page("docs/settings.md").match(/^\$ (\w+)=(\S+) node ([^\n]*)\n(.*?)```$/ms) ?? [];
  // Nothing listens on port 9; on the port that is shown, something may.
  const env = { [variable]: url.replace("3000", "9") };
  const failure = await run(process.execPath, words.split(" "), { env }).catch((error) => error);
  expect(failure.code).toBe(1);
  const constant = (text: string) =>
    text.replace(/, node \S+, system .*/, "").replace(/\(\d+\.\d ms\)/g, "(ms)");
  expect(constant(shown.replaceAll("3000", "9"))).toBe(constant(failure.stdout));
});

test("the simulated Sora answers by itself as it is shown", async () => {
  const sandboxPage = page("docs/sandbox.md");
  const [, words = ""] = sandboxPage.match(/^node dist\/cli\.js (sandbox .*)$/m) ?? [];
  const shown = marked(sandboxPage, "curl");
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
  const [, shown = ""] =
    page("docs/safety.md").match(/^```\n(\$ node dist\/cli\.js --sandbox --confirm .*?)^```$/ms) ?? [];
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
  const { stdout, stderr } = await run(process.execPath, [built, "demo"]);
  // Nobody watches: no colours.
  expect(stdout).not.toContain("\u001b");
  const entry = JSON.parse(stdout.slice(stdout.indexOf("{\n"))).mcpServers.sora;
  // An app may not find Node by its name.
  expect(entry).toEqual({
    command: process.execPath,
    args: [resolve(built), "--sandbox", "--release", "2025.2"],
  });
  expect(stderr).toBe("");
  const story = stdout.slice(stdout.indexOf("1. "), stdout.indexOf("Next: "));
  // Ids are drawn by lot, and what is measured differs a little each time.
  const alike = (text: string) =>
    text
      .replace(/\b[0-9A-Z]{26}\b/g, "ID")
      .replace(/"mute_id":"\w{8}"/g, "MUTE")
      .replace(/\d+(\.\d+)?(?= (%|s\b|fps|of 1|unanswered))/g, "N")
      .trim();
  expect(alike(block(marked(page("docs/demo.md"), "demo")))).toBe(alike(story));
});

test("the jobs answer as it is shown, ids aside, and about the numbers that stand there", async () => {
  const [first = "", ...lines] = block(marked(page("docs/jobs.md"), "job")).split("\n");
  const withoutIds = (text: string) =>
    text
      .replace(/\b[0-9A-Z]{26}\b/g, "ID")
      .replace(/"mute_id":"\w{8}"/g, "MUTE")
      .replace(/"cursor":"\w+-1"/, "CURSOR");
  const number = /(?<=[:[,])\d+(?:\.\d+)?/g;
  const numbersIn = (text: string) => (withoutIds(text).match(number) ?? []).map(Number);
  const wordsOf = (text: string) => withoutIds(text).replace(number, "N");
  const session = await overStdio({ args: first.replace("$ node dist/cli.js ", "").split(" ") });
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
