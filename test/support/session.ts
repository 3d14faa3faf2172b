import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { CallToolResult, ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import { createLog } from "../../src/log.ts";
import { AuditLog } from "../../src/mcp/audit-log.ts";
import { createServer } from "../../src/mcp/server.ts";
import { redactor } from "../../src/redaction.ts";
import { loadConfig } from "../../src/settings/load.ts";
import { lazyClient } from "../../src/sora/lazy-client.ts";
import { builtServer } from "./built-server.ts";
import { afterTest } from "./closing.ts";

export interface Session {
  readonly client: Client;
  /** Calls a tool and returns its raw result. */
  call(tool: string, args?: Record<string, unknown>): Promise<CallToolResult>;
  /** What the server has written to stderr so far. */
  stderr(): string;
  close(): Promise<void>;
}

interface Options {
  /** Environment of the server: SORA_... and the like. */
  readonly env?: Record<string, string>;
  readonly args?: string[];
  /** What Node runs, instead of the built server itself. */
  readonly entry?: string[];
  readonly node?: string;
  readonly cwd?: string;
  /** A command that runs the server's command, which is put behind it. */
  readonly wrapper?: string[];
  readonly capabilities?: ClientCapabilities;
  /** Called with the client before it connects, to set request handlers. */
  readonly prepare?: (client: Client) => void;
}

/** The Node that runs the built server: another release than the one that runs the tests, if SERVER_NODE names it. */
export const serverNode = process.env.SERVER_NODE ?? process.execPath;

const clientInfo = { name: "test-client", version: "1.2.3" };

function session(client: Client, stderr: () => string, close: () => Promise<void>): Session {
  const opened: Session = {
    client,
    call: async (name, args = {}) => (await client.callTool({ name, arguments: args })) as CallToolResult,
    stderr,
    close,
  };
  afterTest(() => opened.close());
  return opened;
}

/** The built server as a child process, over real stdio, driven by the SDK's client. Ended after the test. */
export async function overStdio({
  env = {},
  args = [],
  entry,
  node = serverNode,
  cwd = ".",
  wrapper = [],
  capabilities = {},
  prepare,
}: Options = {}): Promise<Session> {
  const built = builtServer();
  const client = new Client(clientInfo, { capabilities });
  prepare?.(client);
  const [command = node, ...rest] = [...wrapper, node, ...(entry ?? [built]), ...args];
  const transport = new StdioClientTransport({
    command,
    args: rest,
    env,
    cwd,
    stderr: "pipe",
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  await client.connect(transport);
  return session(
    client,
    () => stderr,
    () => client.close(),
  );
}

/** The same server inside this process (so that coverage sees it), over the SDK's in-memory transport and real HTTP. */
export async function inProcess({
  env = {},
  capabilities = {},
  prepare,
}: Pick<Options, "env" | "capabilities" | "prepare"> = {}): Promise<Session> {
  const config = loadConfig({
    env,
    readFile: () => {
      throw new Error("no file");
    },
  });
  let stderr = "";
  const redact = redactor(config.apiKey);
  const log = createLog(config.logLevel, redact, (line) => {
    stderr += line;
  });
  const sora = lazyClient({
    url: config.apiUrl,
    apiKey: config.apiKey,
    releaseChannel: config.releaseChannel,
    timeoutMs: config.timeoutMs,
    userAgent: "sora-labo-mcp/test",
    proxy: config.proxy,
  });
  const server = createServer(config, sora, { audit: new AuditLog(config.auditLog, redact), log });
  const client = new Client(clientInfo, { capabilities });
  prepare?.(client);
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  return session(
    client,
    () => stderr,
    async () => {
      await client.close();
      await sora.close();
    },
  );
}

/** The text of an answer; throws when it does not begin with one. */
export function textOf(result: CallToolResult): string {
  const [block] = result.content;
  if (block?.type !== "text") throw new Error(`not a text: ${JSON.stringify(result)}`);
  return block.text;
}

/** The error of a failed call, parsed; throws when the call did not fail in the shape that every error has. */
export function errorOf(result: CallToolResult): {
  code: string;
  message: string;
  hint?: string;
  status?: number;
  error_type?: string;
  error_reason?: unknown;
  would_affect?: unknown;
  ticket?: string;
} {
  const [block, ...rest] = result.content;
  if (
    !result.isError ||
    rest.length > 0 ||
    block?.type !== "text" ||
    result.structuredContent !== undefined
  ) {
    throw new Error(`not an error result: ${JSON.stringify(result)}`);
  }
  return JSON.parse(block.text).error;
}
