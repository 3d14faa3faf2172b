import type { ClientName } from "../../src/setup/clients.ts";
import { machines } from "./machines.ts";

interface Expected {
  /** Where it keeps its settings, on those machines whose place is known for sure. */
  readonly files?: Partial<Record<keyof typeof machines, string>>;
  /** The line for a terminal on `machines.linux` with `--sandbox`, as it was tried with the client itself. */
  readonly line?: string;
  /** The same in its file of JSON, as its documents show it, or as it was seen to take it. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The key there that holds its servers. */
  readonly servers?: string;
  /** What stands for the API key where the client keeps it itself. */
  readonly key?: string;
}

const { node: command, script } = machines.linux;
const args = [script, "--sandbox"];
const server = { command, args };
const words = "/usr/bin/node /opt/sora-labo-mcp/dist/cli.js --sandbox";

/** What is known of each client, written from its documents and from what was seen, and not from its entry. */
export const expected: Readonly<Record<ClientName, Expected>> = {
  "claude-desktop": {
    files: {
      linux: "/home/me/.config/Claude/claude_desktop_config.json",
      darwin: "/Users/me/Library/Application Support/Claude/claude_desktop_config.json",
      win32: "C:\\Users\\me\\AppData\\Roaming\\Claude\\claude_desktop_config.json",
    },
    settings: { mcpServers: { sora: server } },
    servers: "mcpServers",
  },
  "claude-code": { line: `claude mcp add sora --scope user -- ${words}` },
  codex: {
    files: { linux: "/home/me/.codex/config.toml", win32: "C:\\Users\\me\\.codex\\config.toml" },
    line: `codex mcp add sora -- ${words}`,
  },
  gemini: {
    files: { darwin: "/Users/me/.gemini/settings.json" },
    line: `gemini mcp add --scope user sora ${words}`,
    settings: { mcpServers: { sora: server } },
    servers: "mcpServers",
  },
  copilot: {
    files: { linux: "/home/me/.copilot/mcp-config.json" },
    line: `copilot mcp add sora -- ${words}`,
    settings: { mcpServers: { sora: { type: "local", command, args, tools: ["*"] } } },
    servers: "mcpServers",
  },
  opencode: {
    files: { linux: "/home/me/.config/opencode/opencode.json" },
    line: `opencode mcp add sora -- ${words}`,
    settings: {
      $schema: "https://opencode.ai/config.json",
      mcp: { sora: { type: "local", command: [command, ...args], enabled: true } },
    },
    servers: "mcp",
  },
  qwen: {
    files: { win32: "C:\\Users\\me\\.qwen\\settings.json" },
    line: `qwen mcp add --scope user sora ${words}`,
    settings: { mcpServers: { sora: server } },
    servers: "mcpServers",
  },
  cline: {
    files: { linux: "/home/me/.cline/data/settings/cline_mcp_settings.json" },
    line: `cline mcp install sora --yes -- ${words}`,
    settings: { mcpServers: { sora: server } },
    servers: "mcpServers",
  },
  vscode: {
    files: {
      linux: "/home/me/.config/Code/User/mcp.json",
      darwin: "/Users/me/Library/Application Support/Code/User/mcp.json",
      win32: "C:\\Users\\me\\AppData\\Roaming\\Code\\User\\mcp.json",
    },
    settings: { servers: { sora: { type: "stdio", command, args } } },
    servers: "servers",
    key: "$\u007binput:sora-api-key}",
  },
  cursor: {
    files: { win32: "C:\\Users\\me\\.cursor\\mcp.json" },
    settings: { mcpServers: { sora: server } },
    servers: "mcpServers",
  },
  zed: {
    files: {
      darwin: "/Users/me/.config/zed/settings.json",
      win32: "C:\\Users\\me\\AppData\\Roaming\\Zed\\settings.json",
    },
    settings: { context_servers: { sora: server } },
    servers: "context_servers",
  },
  http: { line: `npx -y mcp-proxy@6 --host 127.0.0.1 --port 8000 --server stream -- ${words}` },
};

/** The programs that lines for a terminal call. */
export const programs: readonly string[] = Object.values(expected).flatMap(
  ({ line }) => line?.split(" ", 1) ?? [],
);
