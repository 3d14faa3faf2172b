import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { documents, pages } from "../scripts/documents.ts";
import { startSandbox } from "../src/sandbox/index.ts";
import { everyTool } from "./contract/index.ts";
import { builtServer } from "./support/built-server.ts";
import { overStdio } from "./support/session.ts";

test.each(Object.entries(documents()))("%s is what `npm run docs` writes", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("no page holds an empty part, as where the name in its marks is none that is written", () => {
  for (const path of pages.flat())
    expect(readFileSync(path, "utf8")).not.toMatch(/<!-- ([\w-]+):begin -->\n<!-- \1:end -->/);
});

describe.each([
  [
    "docs/tools.md",
    { read: "read", write: "write", destructive: "destructive" },
    { channels: ", all channels", server: ", the server" },
  ],
  [
    "docs/tools.ja.md",
    { read: "読み取り", write: "書き込み", destructive: "破壊的" },
    { channels: "、全チャネル", server: "、サーバー" },
  ],
] as const)("%s", (file, kinds, scopes) => {
  const page = readFileSync(file, "utf8");
  const cellsOf = (line: string) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const rows = page.match(/^\| `sora_.*$/gm)?.map(cellsOf) ?? [];

  test("has a row for every tool, in their order", () => {
    expect(rows.map(([name]) => name)).toEqual(everyTool.map(({ tool }) => `\`${tool}\``));
  });

  test("has the same columns in every table", () => {
    const heads = page.match(/^\| [^`-].*$/gm)?.map(cellsOf) ?? [];
    expect(heads.length).toBeGreaterThan(10);
    for (const head of heads) expect(head).toEqual(heads[0]);
    expect(heads[0]?.slice(3, 5)).toEqual(["labo", "cloud"]);
  });

  test.each(everyTool)("says of $tool its kind and what it is about, since when and until when", (row) => {
    const scope = row.scope ? scopes[row.scope] : "";
    const shown = rows.find(([name]) => name === `\`${row.tool}\``);
    expect(shown?.[2]).toBe(`${kinds[row.kind]}${scope}`);
    expect(shown?.slice(5)).toEqual([row.since ?? "-", row.removed ?? "-"]);
  });

  test("shows what the doctor says of a Sora 2025.2", async () => {
    const [, words = "", advice = ""] =
      page.match(/^\$ node dist\/cli\.js (doctor .*)\n\.\.\.\n {2}advice {3}release {3}(.*)$/m) ?? [];
    const sandbox = await startSandbox({ edition: "2025.2" });
    const args = words.replace("http://127.0.0.1:3000/", sandbox.url.href).split(" ");
    const { stdout } = await promisify(execFile)(process.execPath, [builtServer(), ...args], { env: {} });
    await sandbox.close();
    expect(stdout).toMatch(/^ {2}advice {3}release {3}this is 2025\.2: /m);
    expect(stdout).toContain(`  advice   release   ${advice}\n`);
  });

  test("shows what a call of a tool that is not there is told", async () => {
    const [shown = "", tool = ""] = page.match(/^Unknown tool: "(\w+)"\. .*$/m) ?? [];
    const { call } = await overStdio({ env: { SORA_SANDBOX: "true" } });
    await expect(call(tool, { channel_id: "sora" })).rejects.toThrow(shown);
  });

  // Worked out by hand from what each row of the contract says of its API.
  test.each([
    ["sora_overview", "✓ ✓"],
    ["sora_wait", "✓ ✓"],
    ["sora_mute", "- ✓"],
    ["sora_disconnect_channel", "✓ ✓"],
    ["sora_pause_rtp_stream", "✓ -"],
    ["sora_get_user_agent_stats", "✓ -"],
    ["sora_request_rtp_stream", "✓ ✓"],
    ["sora_request_simulcast_rid", "- ✓"],
    ["sora_get_session", "- ✓"],
    ["sora_list_connections", "- ✓"],
    ["sora_start_audio_streaming", "- ✓"],
    ["sora_get_license", "- -"],
    ["sora_register_cluster_node", "- -"],
  ] as const)("says whether %s is on Sora Labo's page and on Sora Cloud", (tool, marks) => {
    const row = rows.find(([name]) => name === `\`${tool}\``);
    expect(row?.slice(3, 5)).toEqual(marks.split(" "));
  });

  test("marks the chapters that are there only when asked for", () => {
    const marked = [...page.matchAll(/^\*\*.+\*\* \(`(\w+)`, .+\)$/gm)].map(([, toolset]) => toolset);
    expect(marked).toEqual(["audio", "server", "cluster"]);
  });
});
