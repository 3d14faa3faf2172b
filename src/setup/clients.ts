import { settings } from "../settings/settings.ts";
import { shellLine, tomlString, withVariables } from "./quoting.ts";
import { inFolder, type Machine, type Server } from "./server.ts";

/** Something to copy, and where it goes: a sentence that a colon ends. */
interface Snippet {
  readonly where: string;
  readonly text: string;
}

export interface SetupClient {
  /** As its makers call it. */
  readonly title: string;
  /** The ways to tell the client of the server; any one of them does. */
  readonly snippets: (server: Server, machine: Machine) => readonly Snippet[];
  /** What is to be done once the snippet is in its place. */
  readonly afterwards: string;
  /** How to see that the client has the server. */
  readonly check: string;
  /** It asks for the key itself, and keeps it: no file is to hold it. */
  readonly keepsKey?: true;
}

/** The name by which clients know the server. */
const name = "sora";
const keyInput = "sora-api-key";

/** Every client whose settings are known, by the word that `setup` takes. */
export const clients = {
  "claude-desktop": {
    title: "Claude Desktop",
    snippets: (server, machine) => [
      inFile(appData(machine, "Claude", "claude_desktop_config.json"), {
        mcpServers: { [name]: entry(server) },
      }),
    ],
    afterwards:
      "Settings > Developer > Edit Config shows that file. Then quit Claude Desktop and start it again.",
    check: "Settings > Developer says that sora is running",
  },
  "claude-code": {
    title: "Claude Code",
    snippets: (server, machine) => [
      inTerminal(
        machine,
        ["claude", "mcp", "add", name, "--scope", "user", ...variables("--env", server)],
        server,
      ),
    ],
    afterwards:
      "--scope user has it in all your projects; --scope project puts it into .mcp.json, for your team.",
    check: "claude mcp list says that sora is connected; /mcp does in a session",
  },
  codex: {
    title: "Codex",
    snippets: (server, machine) => [
      inTerminal(machine, ["codex", "mcp", "add", name, ...variables("--env", server)], server),
      {
        where: `Or in ${inFolder(machine, machine.home, ".codex", "config.toml")}, with what only that file can say:`,
        text: codexTable(server),
      },
    ],
    afterwards: "Codex reads that file when it starts.",
    check: "codex mcp list shows sora; /mcp in a session shows its tools",
  },
  gemini: {
    title: "Gemini CLI",
    snippets: (server, machine) => withoutDashes("gemini", server, machine),
    afterwards: "Gemini CLI starts servers only in folders that you trust: it asks when you start it there.",
    check: "gemini mcp list, in a trusted folder, says that sora is connected; /mcp does in a session",
  },
  copilot: {
    title: "GitHub Copilot CLI",
    snippets: (server, machine) => [
      inTerminal(machine, ["copilot", "mcp", "add", name, ...variables("--env", server)], server),
      orInFile(inFolder(machine, machine.home, ".copilot", "mcp-config.json"), {
        mcpServers: { [name]: { type: "local", ...entry(server), tools: ["*"] } },
      }),
    ],
    afterwards: "Start Copilot CLI again.",
    check: "copilot mcp list shows sora; /mcp in a session says whether it is connected",
  },
  opencode: {
    title: "opencode",
    snippets: (server, machine) => [
      inTerminal(machine, ["opencode", "mcp", "add", name, ...variables("--env", server)], server),
      orInFile(inFolder(machine, machine.home, ".config", "opencode", "opencode.json"), {
        $schema: "https://opencode.ai/config.json",
        mcp: {
          [name]: {
            type: "local",
            command: [server.command, ...server.args],
            ...(isNotEmpty(server.env) && { environment: server.env }),
            enabled: true,
          },
        },
      }),
    ],
    afterwards: "Start opencode again.",
    check: "opencode mcp list says that sora is connected",
  },
  qwen: {
    title: "Qwen Code",
    snippets: (server, machine) => withoutDashes("qwen", server, machine),
    afterwards: "Start Qwen Code again.",
    check: "qwen mcp list says that sora is connected; /mcp does in a session",
  },
  cline: {
    title: "Cline",
    snippets: (server, machine) => {
      const file = inFolder(machine, machine.home, ".cline", "data", "settings", "cline_mcp_settings.json");
      const settings = { mcpServers: { [name]: entry(server) } };
      // Its command takes no variables.
      if (isNotEmpty(server.env)) return [inFile(file, settings)];
      return [
        inTerminal(machine, ["cline", "mcp", "install", name, "--yes"], server),
        orInFile(file, settings),
      ];
    },
    afterwards:
      "That is the file of the command line; in an editor, MCP Servers > Configure > Configure MCP Servers opens the one that counts there.",
    check: "the list of MCP servers has sora, with its tools",
  },
  vscode: {
    title: "VS Code",
    snippets: (server, machine) => [
      inFile(appData(machine, "Code", "User", "mcp.json"), {
        ...(server.keyFile !== undefined && {
          inputs: [{ type: "promptString", id: keyInput, description: "Sora API key", password: true }],
        }),
        servers: { [name]: { type: "stdio", ...entry(asksForKey(server)) } },
      }),
    ],
    afterwards:
      "The command MCP: Open User Configuration shows that file; for one project alone, .vscode/mcp.json takes the same. Then choose Start above the entry.",
    check: "the command MCP: List Servers says that sora is running",
    keepsKey: true,
  },
  cursor: {
    title: "Cursor",
    snippets: (server, machine) => [
      inFile(inFolder(machine, machine.home, ".cursor", "mcp.json"), {
        mcpServers: { [name]: entry(server) },
      }),
    ],
    afterwards: "For one project alone, .cursor/mcp.json takes the same. Then start Cursor again.",
    check: "Cursor's list of MCP servers has sora switched on, with its tools",
  },
  zed: {
    title: "Zed",
    snippets: (server, machine) => [
      inFile(zedSettings(machine), { context_servers: { [name]: entry(server) } }),
    ],
    afterwards: "The action zed: open settings file shows that file.",
    check: "the dot beside sora in the settings of the Agent Panel is green",
  },
  http: {
    title: "any client that speaks HTTP only, through a bridge",
    snippets: (server, { platform }) => {
      const bridge = [
        "npx",
        "-y",
        "mcp-proxy@6",
        "--host",
        "127.0.0.1",
        "--port",
        "8000",
        "--server",
        "stream",
      ];
      const command = shellLine(platform, [...bridge, "--", server.command, ...server.args]);
      return [
        {
          where: `${terminal(platform).slice(0, -1)}, in a window that stays open; clients then find the server at http://127.0.0.1:8000/mcp:`,
          text: withVariables(platform, server.env, command),
        },
      ];
    },
    afterwards:
      "mcp-proxy is a program of others. Whoever reaches that port can do all that the tools can: leave it on 127.0.0.1. It puts no question to a person, so with --confirm ask nothing is confirmed; --confirm preview works.",
    check: "the client lists tools whose names begin with sora_",
  },
} as const satisfies Record<string, SetupClient>;

export type ClientName = keyof typeof clients;

export function isClient(word: string): word is ClientName {
  return Object.hasOwn(clients, word);
}

/** The server as most clients write it down. */
function entry({ command, args, env }: Pick<Server, "command" | "args" | "env">) {
  return { command, args, ...(isNotEmpty(env) && { env }) };
}

function isNotEmpty(env: Server["env"]): boolean {
  return Object.keys(env).length > 0;
}

/** The variables as flags of a client's own command. */
function variables(flag: string, { env }: Server): string[] {
  return Object.entries(env).flatMap(([variable, value]) => [flag, `${variable}=${value}`]);
}

function inFile(file: string, settings: object): Snippet {
  return {
    where: `In ${file}; what it holds already stays beside it:`,
    text: JSON.stringify(settings, null, 2),
  };
}

function orInFile(file: string, settings: object): Snippet {
  return { ...inFile(file, settings), where: `Or in ${file}; what it holds already stays beside it:` };
}

/** A command of the client itself, the server's behind `--`. */
function inTerminal({ platform }: Machine, words: string[], { command, args }: Server): Snippet {
  return { where: terminal(platform), text: shellLine(platform, [...words, "--", command, ...args]) };
}

function terminal(platform: string): string {
  return platform === "win32" ? "In PowerShell:" : "In a terminal:";
}

/** Gemini CLI and its descendant take the server's words as they stand, and no `--` before them. */
function withoutDashes(program: "gemini" | "qwen", server: Server, machine: Machine): Snippet[] {
  const words = [program, "mcp", "add", "--scope", "user", ...variables("-e", server), name];
  return [
    {
      where: terminal(machine.platform),
      text: shellLine(machine.platform, [...words, server.command, ...server.args]),
    },
    orInFile(inFolder(machine, machine.home, `.${program}`, "settings.json"), {
      mcpServers: { [name]: entry(server) },
    }),
  ];
}

/** VS Code asks for the key itself and keeps it. */
function asksForKey({ command, args, env }: Server) {
  const { [settings.apiKeyFile.variable]: file, ...others } = env;
  if (file === undefined) return { command, args, env };
  return { command, args, env: { ...others, [settings.apiKey.variable]: `\${input:${keyInput}}` } };
}

/** Where apps keep the settings of a user. */
function appData(machine: Machine, ...parts: string[]): string {
  const folders: Partial<Record<string, string[]>> = {
    darwin: ["Library", "Application Support"],
    win32: ["AppData", "Roaming"],
  };
  return inFolder(machine, machine.home, ...(folders[machine.platform] ?? [".config"]), ...parts);
}

function zedSettings(machine: Machine): string {
  return machine.platform === "win32"
    ? appData(machine, "Zed", "settings.json")
    : inFolder(machine, machine.home, ".config", "zed", "settings.json");
}

/** Two lines stand in it as comments, because what they allow is for the operator to decide. */
function codexTable({ command, args, env }: Server): string {
  const lines = [
    `[mcp_servers.${name}]`,
    `command = ${tomlString(command)}`,
    `args = [${args.map(tomlString).join(", ")}]`,
    "# Codex asks you before a call that is marked destructive, and refuses it where it can ask nobody (codex exec).",
    "# This lets every call through, unasked; what then limits calls are the settings of this server:",
    '# default_tools_approval_mode = "approve"',
    "# A first turn may begin before the tools are there. With this Codex waits for them, or ends with an error:",
    "# required = true",
    ...(isNotEmpty(env) ? ["", `[mcp_servers.${name}.env]`] : []),
    ...Object.entries(env).map(([variable, value]) => `${variable} = ${tomlString(value)}`),
  ];
  return lines.join("\n");
}
