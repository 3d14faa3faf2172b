import {
  getToolUiResourceUri,
  isToolVisibilityModelOnly,
  RESOURCE_MIME_TYPE,
} from "@modelcontextprotocol/ext-apps/app-bridge";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import {
  type CallToolResult,
  CallToolResultSchema,
  ErrorCode,
  McpError,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";
import { builtServer } from "../../support/built-server.ts";

/** The tool whose result the page shows. */
export const shownTool = "sora_overview";

const extension = { "io.modelcontextprotocol/ui": { mimeTypes: [RESOURCE_MIME_TYPE] } };

/** The built server over stdio, as a host that shows pages sees it. */
export interface ConnectedServer {
  readonly client: Client;
  /** As the server lists it. */
  readonly tool: Tool;
  /** The page that the tool names, as the server answers it. */
  readPage(): Promise<string>;
  /** For the model. */
  call(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<CallToolResult>;
  /** For the page: a host refuses what only the model may call. */
  callForView(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<CallToolResult>;
  close(): Promise<void>;
}

export async function connectServer(
  env: Record<string, string>,
  onStderr: (text: string) => void,
): Promise<ConnectedServer> {
  const client = new Client(
    { name: "panel-host", version: "1.0.0" },
    { capabilities: { extensions: extension } },
  );
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [builtServer()],
    env,
    stderr: "pipe",
  });
  transport.stderr?.on("data", (chunk: Buffer) => onStderr(chunk.toString()));
  await client.connect(transport);
  const { tools, tool } = await listed(client).catch(async (error) => {
    await client.close();
    throw error;
  });

  const call: ConnectedServer["call"] = (name, args, signal) =>
    client.request(
      { method: "tools/call", params: { name, arguments: args } },
      CallToolResultSchema,
      signal && { signal },
    );

  return {
    client,
    tool,
    async readPage() {
      const uri = getToolUiResourceUri(tool);
      if (uri === undefined) throw new Error(`${shownTool} names no page.`);
      const [page] = (await client.readResource({ uri })).contents;
      if (!page || !("text" in page) || page.mimeType !== RESOURCE_MIME_TYPE) {
        throw new Error(`${uri} is no page of type ${RESOURCE_MIME_TYPE}.`);
      }
      return page.text;
    },
    call,
    async callForView(name, args, signal) {
      const called = tools.find((each) => each.name === name);
      if (called && isToolVisibilityModelOnly(called)) {
        throw new McpError(ErrorCode.InvalidParams, `${name} is not for pages`);
      }
      return call(name, args, signal);
    },
    close: () => client.close(),
  };
}

async function listed(client: Client): Promise<{ tools: readonly Tool[]; tool: Tool }> {
  const { tools } = await client.listTools();
  const tool = tools.find(({ name }) => name === shownTool);
  if (!tool) throw new Error(`The server lists no ${shownTool}.`);
  return { tools, tool };
}
