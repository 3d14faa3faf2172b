import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { documents } from "../scripts/documents.ts";
import { startSandbox } from "../src/sandbox/index.ts";
import { everyTool } from "./contract/index.ts";
import { builtServer } from "./support/built-server.ts";
import { overStdio } from "./support/session.ts";

test.each(Object.entries(documents()))("%s is what `npm run docs` writes", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});

describe.each([
  ["TOOLS.md", { channels: "all channels", server: "the server" }],
  ["TOOLS.ja.md", { channels: "全チャネル", server: "サーバー" }],
])("%s", (file, scopes) => {
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
    const heads = page.match(/^\| [^`-].*$/gm)?.map((line) => cellsOf(line).slice(1, -1)) ?? [];
    expect(heads.length).toBeGreaterThan(10);
    for (const head of heads) expect(head).toEqual(["labo", "cloud", "2025.2", "2026.1"]);
  });

  test("shows what the doctor says of a Sora 2025.2", async () => {
    const [, advice = ""] = page.match(/^ {2}advice {3}release {3}(.*)$/m) ?? [];
    const sandbox = await startSandbox({ edition: "2025.2" });
    const env = { SORA_API_URL: sandbox.url.href };
    const { stdout } = await promisify(execFile)(process.execPath, [builtServer(), "doctor"], { env });
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
    ["sora_overview", "✓ ✓ ✓ ✓", "channels"],
    ["sora_wait", "✓ ✓ ✓ ✓", "channel"],
    ["sora_mute", "- ✓ ✓ ✓", "channel"],
    ["sora_disconnect_channel", "✓ ✓ ✓ ✓", "channel"],
    ["sora_pause_rtp_stream", "✓ - - -", "channel"],
    ["sora_get_user_agent_stats", "✓ - - -", "channel"],
    ["sora_request_rtp_stream", "✓ ✓ ✓ ✓", "channel"],
    ["sora_request_simulcast_rid", "- ✓ ✓ ✓", "channel"],
    ["sora_get_session", "- ✓ ✓ ✓", "channel"],
    ["sora_list_connections", "- ✓ ✓ ✓", "channels"],
    ["sora_start_audio_streaming", "- ✓ ✓ ✓", "channel"],
    ["sora_get_license", "- - ✓ ✓", "server"],
    ["sora_register_cluster_node", "- - ✓ ✓", "server"],
  ] as const)("says where %s is", (tool, marks, scope) => {
    const scopeShown = scope === "channel" ? "-" : scopes[scope];
    const row = rows.find(([name]) => name === `\`${tool}\``);
    expect(row).toEqual([`\`${tool}\``, ...marks.split(" "), scopeShown]);
  });

  test("marks the chapters that are there only when asked for", () => {
    const marked = [...page.matchAll(/^\*\*.+\*\* \(`(\w+)`, .+\)$/gm)].map(([, toolset]) => toolset);
    expect(marked).toEqual(["audio", "server", "cluster"]);
  });
});
