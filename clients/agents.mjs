// Agents whose model is played by a script. Each is told of the server by the line that `sora-labo-mcp setup` prints.
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startModel } from "./model.mjs";
import { printedLine, run } from "./program.mjs";
import { calls } from "./task.mjs";

/**
 * An agent by its name in `setup`. `how` says, of the model's address, with which words and variables it is run without a
 * person, and what has to be settled before. One run does all the calls.
 */
function agent(client, how) {
  return async (server) => {
    const model = await startModel(calls);
    const { words, env = {}, settle = () => {} } = how(model.url);
    const bin = join(process.env.AGENTS, "node_modules", ".bin");
    const environment = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter), ...env };
    const go = ([program, ...rest]) => run(join(bin, program), rest, { env: environment });
    const line = await printedLine(server, client, / mcp (add|install) /);
    await run("/bin/sh", ["-c", line], { env: environment });
    await settle(go);
    const said = await go(words);
    model.close();
    const results = model.results.values();
    return {
      list: async () => model.tools,
      call: async () => results.next().value ?? `the model was not asked again; the agent said: ${said}`,
    };
  };
}

/** Adds settings to a file of JSON in the home folder. */
function addTo(path, settings) {
  const file = join(process.env.HOME, path);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), ...settings }));
}

const prompt = "Who is in channel sora?";

export const agents = {
  "Claude Code": {
    package: "@anthropic-ai/claude-code",
    version: "2.1.332",
    connect: agent("claude-code", (url) => ({
      words: ["claude", "-p", prompt, "--allowedTools", "mcp__sora"],
      env: {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: "none",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        // Else the model is only told their names.
        ENABLE_TOOL_SEARCH: "false",
      },
    })),
  },
  Codex: {
    package: "@openai/codex",
    version: "0.171.0",
    connect: agent("codex", (url) => ({
      words: [
        ...["codex", "exec", "--skip-git-repo-check"],
        ...["-c", 'model="script"', "-c", 'model_provider="script"'],
        ...["-c", `model_providers.script={name="script",base_url="${url}/v1",wire_api="responses"}`],
        ...["-c", 'mcp_servers.sora.default_tools_approval_mode="approve"'],
        ...["-c", "mcp_servers.sora.required=true", prompt],
      ],
    })),
  },
  "Gemini CLI": {
    package: "@google/gemini-cli",
    version: "0.61.0",
    connect: agent("gemini", (url) => ({
      words: ["gemini", "-p", prompt, "--yolo"],
      env: { GEMINI_API_KEY: "none", GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_TRUST_WORKSPACE: "true" },
      settle: () =>
        addTo(".gemini/settings.json", { security: { auth: { selectedType: "gemini-api-key" } } }),
    })),
  },
  "GitHub Copilot CLI": {
    package: "@github/copilot",
    version: "1.0.102",
    connect: agent("copilot", (url) => ({
      words: ["copilot", "-p", prompt, "--allow-all-tools"],
      env: { COPILOT_OFFLINE: "true", COPILOT_PROVIDER_BASE_URL: `${url}/v1`, COPILOT_MODEL: "script" },
    })),
  },
  opencode: {
    package: "opencode-ai",
    version: "1.18.33",
    connect: agent("opencode", (url) => ({
      words: ["opencode", "run", "-m", "script/script", prompt],
      env: {
        OPENCODE_DISABLE_AUTOUPDATE: "true",
        OPENCODE_DISABLE_LSP_DOWNLOAD: "true",
        OPENCODE_DISABLE_MODELS_FETCH: "true",
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          provider: {
            script: {
              npm: "@ai-sdk/openai-compatible",
              options: { baseURL: `${url}/v1`, apiKey: "none" },
              models: { script: {} },
            },
          },
        }),
      },
    })),
  },
  "Qwen Code": {
    package: "@qwen-code/qwen-code",
    version: "0.24.4",
    connect: agent("qwen", (url) => ({
      words: ["qwen", "--yolo", "--auth-type", "openai", prompt],
      env: { OPENAI_API_KEY: "none", OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: "script" },
      // Else the model is only told their names.
      settle: () => addTo(".qwen/settings.json", { tools: { toolSearch: { enabled: false } } }),
    })),
  },
  Cline: {
    package: "cline",
    version: "3.0.65",
    connect: agent("cline", (url) => ({
      words: ["cline", prompt],
      // A daemon of its own would outlive it.
      env: { CLINE_SESSION_BACKEND_MODE: "local", CLINE_NO_AUTO_UPDATE: "1" },
      settle: (go) =>
        go(["cline", "auth", "openai-compatible", "-k", "none", "-b", `${url}/v1`, "-m", "script"]),
    })),
  },
};
