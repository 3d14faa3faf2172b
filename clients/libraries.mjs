// Clients that programs and agent frameworks are built on. Each resolves to `list`, names of the tools, and `call`, the text
// that a model would get.

const textOf = ({ content }) => content.map(({ text }) => text).join("\n");

const info = { name: "clients-of-sora-labo-mcp", version: "0" };

async function officialV1({ command, args, env }) {
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
  const client = new Client(info);
  await client.connect(new StdioClientTransport({ command, args, env }));
  return official(client);
}

function officialV2(mode) {
  return async ({ command, args, env }) => {
    const { Client } = await import("@modelcontextprotocol/client");
    const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
    const client = new Client(info, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport({ command, args, env }));
    return official(client);
  };
}

function official(client) {
  return {
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => textOf(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
}

async function aiSdk({ command, args, env }) {
  const { createMCPClient } = await import("@ai-sdk/mcp");
  const { Experimental_StdioMCPTransport: StdioTransport } = await import("@ai-sdk/mcp/mcp-stdio");
  const client = await createMCPClient({ transport: new StdioTransport({ command, args, env }) });
  const tools = await client.tools();
  return {
    list: async () => Object.keys(tools),
    call: async (name, input) => textOf(await tools[name].execute(input, { toolCallId: "1", messages: [] })),
    close: () => client.close(),
  };
}

async function langChain({ command, args, env }) {
  const { MultiServerMCPClient } = await import("@langchain/mcp-adapters");
  const client = new MultiServerMCPClient({ sora: { transport: "stdio", command, args, env } });
  const tools = await client.getTools();
  return {
    list: async () => tools.map(({ name }) => name),
    // What the server refuses is thrown, for the agent to hand to the model.
    call: async (name, input) =>
      tools
        .find((tool) => tool.name === name)
        .invoke(input)
        .then((answer) => (typeof answer === "string" ? answer : JSON.stringify(answer)), String),
    close: () => client.close(),
  };
}

async function openAiAgents({ command, args, env }) {
  const { getAllMcpTools, MCPServerStdio, RunContext, setTracingDisabled } = await import("@openai/agents");
  setTracingDisabled(true);
  const server = new MCPServerStdio({ name: "sora", command, args, env });
  await server.connect();
  const tools = await getAllMcpTools([server]);
  return {
    list: async () => tools.map(({ name }) => name),
    call: async (name, input) => {
      const tool = tools.find((candidate) => candidate.name === name);
      return JSON.stringify(await tool.invoke(new RunContext({}), JSON.stringify(input)));
    },
    close: () => server.close(),
  };
}

async function mastra({ command, args, env }) {
  const { MCPClient } = await import("@mastra/mcp");
  const client = new MCPClient({ servers: { sora: { command, args, env } } });
  const tools = await client.listTools();
  return {
    list: async () => Object.keys(tools),
    call: async (name, input) =>
      tools[`sora_${name}`].execute(input, {}).then((answer) => JSON.stringify(answer), String),
    close: () => client.disconnect(),
  };
}

export const libraries = {
  "MCP SDK v1": { package: "@modelcontextprotocol/sdk", connect: officialV1 },
  "MCP SDK v2, legacy": { package: "@modelcontextprotocol/client", connect: officialV2("legacy") },
  "MCP SDK v2, auto": { package: "@modelcontextprotocol/client", connect: officialV2("auto") },
  "Vercel AI SDK": { package: "@ai-sdk/mcp", connect: aiSdk },
  LangChain: { package: "@langchain/mcp-adapters", connect: langChain },
  "OpenAI Agents SDK": { package: "@openai/agents", connect: openAiAgents },
  Mastra: { package: "@mastra/mcp", connect: mastra },
};
