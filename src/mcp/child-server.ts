import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";

/** A server started as a child process and spoken to as any MCP client would. */
export interface ChildServer {
  readonly title: string;
  readonly toolCount: number;
  /** A call's `structuredContent`, or the parsed text of its error result. */
  call(tool: string, args: Record<string, unknown>): Promise<{ isError: boolean; answer: unknown }>;
  close(): Promise<void>;
}

/** Starts a command that speaks MCP over stdio and connects the SDK's client to it. */
export async function startChildServer(
  command: string,
  args: string[],
  version: string,
): Promise<ChildServer> {
  const client = new Client({ name: "sora-labo-mcp-demo", version });
  await client.connect(new StdioClientTransport({ command, args, stderr: "ignore" }));
  const { tools } = await client.listTools();
  return {
    title: client.getServerVersion()?.title ?? "",
    toolCount: tools.length,
    async call(name, given) {
      const { isError, structuredContent, content } = CallToolResultSchema.parse(
        await client.callTool({ name, arguments: given }),
      );
      if (!isError) return { isError: false, answer: structuredContent };
      const [block] = content;
      return { isError: true, answer: block?.type === "text" ? JSON.parse(block.text) : undefined };
    },
    close: () => client.close(),
  };
}
