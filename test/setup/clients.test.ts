import { describe, expect, test } from "vitest";
import { clients } from "../../src/setup/clients.ts";
import { hostile, machines } from "./machines.ts";
import { run, told } from "./pages.ts";
import { snippetsOf, tomlTables } from "./read-back.ts";

const names = Object.keys(clients);
const soraCloud = "https://api.sora-cloud.shiguredo.app/sora-api";

const everywhere = [...Object.values(machines), ...hostile];

describe.each(names)("%s", (client) => {
  test.each(everywhere)("starts the simulated Sora on $platform, from $script", (machine) => {
    for (const server of told(client, ["--sandbox"], machine)) {
      expect(server).toEqual({ command: machine.node, args: [machine.script, "--sandbox"], env: {} });
    }
  });

  test.each(everywhere)(
    "is for Sora Cloud unless it is told otherwise, on $platform from $home",
    (machine) => {
      const file = `${machine.home}${machine.platform === "win32" ? "\\" : "/"}.sora-api-key`;
      const key =
        client === "vscode" ? { SORA_API_KEY: "$\u007binput:sora-api-key}" } : { SORA_API_KEY_FILE: file };
      for (const server of told(client, [], machine)) {
        expect(server).toEqual({
          command: machine.node,
          args: [machine.script],
          env: { SORA_API_URL: soraCloud, ...key },
        });
      }
      const { stdout } = run([client], machine);
      expect(stdout).toContain(
        client === "vscode" ? "VS Code asks for the API key" : `into the file ${file}.`,
      );
      expect(stdout.includes("chmod 600")).toBe(client !== "vscode" && machine.platform !== "win32");
    },
  );

  test("carries over the flags that it is given, in the order of the settings", () => {
    const words = ["--confirm", "preview", "--api-url=http://127.0.0.1:3000/", "--release", "2025.2"];
    const more = ["--channels", "team 'a'*,端末", "--no-read-only", "--audit-log", "logs/a b.jsonl"];
    for (const { args, env } of told(client, [...words, ...more], machines.darwin)) {
      expect(args).toEqual([
        machines.darwin.script,
        "--api-url=http://127.0.0.1:3000/",
        "--release=2025.2",
        "--no-read-only",
        "--channels=team 'a'*,端末",
        "--confirm=preview",
        "--audit-log=/work/logs/a b.jsonl",
      ]);
      expect(env).toEqual({});
    }
  });

  test("names a key where a flag names a Sora that wants one", () => {
    for (const { args, env } of told(
      client,
      ["--api-url=https://sora-api.sora-labo.shiguredo.app/"],
      machines.linux,
    )) {
      expect(args).toEqual([machines.linux.script, "--api-url=https://sora-api.sora-labo.shiguredo.app/"]);
      expect(Object.keys(env)).toEqual([client === "vscode" ? "SORA_API_KEY" : "SORA_API_KEY_FILE"]);
    }
  });
});

test("a flag that says nothing is left out", () => {
  expect(told("cursor", ["--sandbox", "--channels=", "--api-url", ""], machines.linux)[0]?.args).toEqual([
    machines.linux.script,
    "--sandbox",
  ]);
});

test("a file on the command line gets its whole path, as the machine writes paths", () => {
  const log = (file: string) => told("cursor", ["--audit-log", file], machines.win32)[0]?.args.at(-1);
  expect(log("audit.jsonl")).toBe("--audit-log=D:\\work\\audit.jsonl");
  expect(log("E:\\a\\audit.jsonl")).toBe("--audit-log=E:\\a\\audit.jsonl");
});

test.each([
  ["claude-desktop", "linux", "/home/me/.config/Claude/claude_desktop_config.json"],
  ["claude-desktop", "darwin", "/Users/me/Library/Application Support/Claude/claude_desktop_config.json"],
  ["claude-desktop", "win32", "C:\\Users\\me\\AppData\\Roaming\\Claude\\claude_desktop_config.json"],
  ["codex", "linux", "/home/me/.codex/config.toml"],
  ["codex", "win32", "C:\\Users\\me\\.codex\\config.toml"],
  ["gemini", "darwin", "/Users/me/.gemini/settings.json"],
  ["copilot", "linux", "/home/me/.copilot/mcp-config.json"],
  ["opencode", "linux", "/home/me/.config/opencode/opencode.json"],
  ["qwen", "win32", "C:\\Users\\me\\.qwen\\settings.json"],
  ["cline", "linux", "/home/me/.cline/data/settings/cline_mcp_settings.json"],
  ["vscode", "linux", "/home/me/.config/Code/User/mcp.json"],
  ["vscode", "darwin", "/Users/me/Library/Application Support/Code/User/mcp.json"],
  ["vscode", "win32", "C:\\Users\\me\\AppData\\Roaming\\Code\\User\\mcp.json"],
  ["cursor", "win32", "C:\\Users\\me\\.cursor\\mcp.json"],
  ["zed", "darwin", "/Users/me/.config/zed/settings.json"],
  ["zed", "win32", "C:\\Users\\me\\AppData\\Roaming\\Zed\\settings.json"],
] as const)("%s on %s: %s", (client, platform, file) => {
  const places = snippetsOf(run([client], machines[platform]).stdout).map(({ where }) => where);
  expect(places.some((where) => where.includes(` ${file}`))).toBe(true);
});

test.each([
  [
    "claude-code",
    "claude mcp add sora --scope user -- /usr/bin/node /opt/sora-labo-mcp/dist/cli.js --sandbox",
  ],
  ["codex", "codex mcp add sora -- /usr/bin/node /opt/sora-labo-mcp/dist/cli.js --sandbox"],
  ["gemini", "gemini mcp add --scope user sora /usr/bin/node /opt/sora-labo-mcp/dist/cli.js --sandbox"],
  ["copilot", "copilot mcp add sora -- /usr/bin/node /opt/sora-labo-mcp/dist/cli.js --sandbox"],
  ["opencode", "opencode mcp add sora -- /usr/bin/node /opt/sora-labo-mcp/dist/cli.js --sandbox"],
  ["qwen", "qwen mcp add --scope user sora /usr/bin/node /opt/sora-labo-mcp/dist/cli.js --sandbox"],
  ["cline", "cline mcp install sora --yes -- /usr/bin/node /opt/sora-labo-mcp/dist/cli.js --sandbox"],
])("%s: the line that was tried with the client itself", (client, line) => {
  expect(snippetsOf(run([client, "--sandbox"]).stdout)[0]).toEqual({ where: "In a terminal:", text: line });
});

const { node: command, script } = machines.linux;
const args = [script, "--sandbox"];

test.each([
  ["claude-desktop", { mcpServers: { sora: { command, args } } }],
  ["gemini", { mcpServers: { sora: { command, args } } }],
  ["qwen", { mcpServers: { sora: { command, args } } }],
  ["cline", { mcpServers: { sora: { command, args } } }],
  ["cursor", { mcpServers: { sora: { command, args } } }],
  ["zed", { context_servers: { sora: { command, args } } }],
  ["vscode", { servers: { sora: { type: "stdio", command, args } } }],
  ["copilot", { mcpServers: { sora: { type: "local", command, args, tools: ["*"] } } }],
  [
    "opencode",
    {
      $schema: "https://opencode.ai/config.json",
      mcp: { sora: { type: "local", command: [command, ...args], enabled: true } },
    },
  ],
])("%s: the settings that its documents show, or that it was seen to take", (client, settings) => {
  const text = snippetsOf(run([client, "--sandbox"]).stdout).at(-1)?.text ?? "";
  expect(JSON.parse(text)).toEqual(settings);
});

test("VS Code asks for the key as a password, and only where one is needed", () => {
  const settings = (words: string[]) =>
    JSON.parse(snippetsOf(run(["vscode", ...words]).stdout)[0]?.text ?? "");
  expect(settings([]).inputs).toEqual([
    { type: "promptString", id: "sora-api-key", description: "Sora API key", password: true },
  ]);
  expect(settings(["--sandbox"])).not.toHaveProperty("inputs");
});

test("Codex: what opens every call, and what makes it wait, is for the operator to switch on", () => {
  const toml = snippetsOf(run(["codex"]).stdout)[1]?.text ?? "";
  const on = toml.replace(/^# (?=[a-z_]+ = )/gm, "").replace("required = true", 'required = "true"');
  expect(tomlTables(on)["mcp_servers.sora"]).toMatchObject({
    default_tools_approval_mode: "approve",
    required: "true",
  });
  expect(tomlTables(toml)["mcp_servers.sora"]).not.toHaveProperty("required");
});
