// Clients for a terminal: each call starts the server anew, but for mcpc.
import { writeFileSync } from "node:fs";
import { installed, run } from "./program.mjs";

/** What the tools are called, out of an answer in JSON that has them under `tools`. */
const toolsIn = (text) =>
  JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)).tools.map(({ name }) => name);

/** Settings as most clients read them, in a file. */
function configFile({ command, args, env }) {
  writeFileSync("mcp.json", JSON.stringify({ mcpServers: { sora: { command, args, env } } }));
  return "mcp.json";
}

async function inspector({ command, args }) {
  const inspect = (...words) => run(installed("mcp-inspector"), ["--cli", command, ...args, ...words]);
  return {
    list: async () => toolsIn(await inspect("--method", "tools/list")),
    call: (name, input) => {
      const words = Object.entries(input).flatMap(([key, value]) => ["--tool-arg", `${key}=${value}`]);
      return inspect("--method", "tools/call", "--tool-name", name, ...words);
    },
  };
}

async function mcporter(server) {
  const file = configFile(server);
  const port = (...words) => run(installed("mcporter"), ["--config", file, ...words]);
  return {
    list: async () => toolsIn(await port("list", "sora", "--json")),
    call: (name, input) => port("call", `sora.${name}`, "--args", JSON.stringify(input), "--output", "raw"),
  };
}

async function mcpc(server) {
  const file = configFile(server);
  const talk = (...words) => run(installed("mcpc"), ["--json", ...words]);
  await talk("connect", `${file}:sora`, "@sora");
  return {
    list: async () => {
      const text = await talk("@sora", "tools-list");
      return JSON.parse(text.slice(text.indexOf("["), text.lastIndexOf("]") + 1)).map(({ name }) => name);
    },
    call: (name, input) => talk("@sora", "tools-call", name, JSON.stringify(input)),
    close: () => talk("close", "@sora"),
  };
}

/** It lists tools for people only. */
async function mcpCli(server) {
  const file = configFile(server);
  return {
    list: null,
    call: (name, input) =>
      run(installed("mcp-cli"), [
        "--config",
        file,
        "call-tool",
        `sora:${name}`,
        "--args",
        JSON.stringify(input),
      ]),
  };
}

export const commandLines = {
  "MCP Inspector": { package: "@modelcontextprotocol/inspector", connect: inspector },
  mcporter: { package: "mcporter", connect: mcporter },
  mcpc: { package: "@apify/mcpc", connect: mcpc },
  "mcp-cli": { package: "@wong2/mcp-cli", connect: mcpCli },
};
