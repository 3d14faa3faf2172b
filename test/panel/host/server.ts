import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { type CallToolResult, ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { build } from "esbuild";
import { type Answer, type Call, type CallError, callSchema } from "./exchange.ts";
import { type ConnectedServer, connectServer } from "./mcp.ts";

// A host of MCP Apps on this machine: the built server over stdio on one side, an ordinary browser on the other.

export const sandbox = { SORA_SANDBOX: "true", SORA_RELEASE: "2025.2" };

export interface HostOptions {
  /** Environment of the server; the sandbox if nothing else is said. */
  readonly env?: Record<string, string>;
  /** Any free one if nothing else is said. */
  readonly port?: number;
  /** HTML that is shown instead of the page that the server answers with. */
  readonly view?: string;
  /** What the server writes to stderr, as it comes. */
  readonly onStderr?: (text: string) => void;
}

/** A call that the view made. Without result and error while it has no answer. */
export interface ViewCall {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
  result?: CallToolResult;
  error?: CallError;
}

export interface Host {
  /** Of the host's page; ends with a slash. */
  readonly url: string;
  /** Connected to the server that is shown, for whatever a test wants to do there besides. */
  readonly client: Client;
  /** All calls of the view, in the order in which they came. */
  readonly calls: readonly ViewCall[];
  /** What the server has written to stderr so far. */
  stderr(): string;
  /** Ends the server too. */
  close(): Promise<void>;
}

/** What a host gives a page that asks for nothing, as the specification has it. */
const viewPolicy =
  "sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; media-src 'self' data:; connect-src 'none'";
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const largestBody = 1_000_000;
const folder = "test/panel/host/page";

export async function openHost({ env = sandbox, port = 0, view, onStderr }: HostOptions = {}): Promise<Host> {
  const script = await pageScript();
  const html = readFileSync(`${folder}/page.html`, "utf8");
  let stderr = "";
  const server = await connectServer(env, (text) => {
    stderr += text;
    onStderr?.(text);
  });
  const calls: ViewCall[] = [];
  const tool = JSON.stringify(server.tool).replaceAll("<", "\\u003c");
  const page = html.replace(">null<", () => `>${tool}<`);
  let host = "";

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another name for this address is that of a foreign page.
    if (request.headers.host !== host) return refuse(response, 403);
    const { pathname } = new URL(request.url ?? "/", `http://${host}`);
    if (pathname === "/call") return answerCall(request, response);
    if (request.method !== "GET") return refuse(response, 405);
    switch (pathname) {
      case "/":
        return send(response, "text/html", page, { "content-security-policy": pagePolicy });
      case "/page.js":
        return send(response, "text/javascript", script);
      case "/view":
        return sendView(response);
      default:
        return refuse(response, 404);
    }
  }

  async function sendView(response: ServerResponse): Promise<void> {
    const policy = { "content-security-policy": viewPolicy };
    try {
      send(response, "text/html", view ?? (await server.readPage()), policy);
    } catch (error) {
      response.statusCode = 502;
      send(response, "text/plain", `There is no page: ${messageOf(error)}`, policy);
    }
  }

  /** Only for the host's own page: neither the view nor a page from elsewhere gets this far. */
  async function answerCall(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") return refuse(response, 405);
    if (request.headers.origin !== `http://${host}`) return refuse(response, 403);
    if (request.headers["content-type"] !== "application/json") return refuse(response, 415);
    const body = await bodyOf(request);
    if (body === undefined) return refuse(response, 413);
    const call = callSchema.safeParse(parsed(body));
    if (!call.success) return refuse(response, 400);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    send(response, "application/json", JSON.stringify(await carryOut(call.data, gone.signal)));
  }

  async function carryOut({ by, name, arguments: args }: Call, signal: AbortSignal): Promise<Answer> {
    if (by === "host") return answerOf(server.call(name, args, signal));
    const call: ViewCall = { name, arguments: args };
    calls.push(call);
    const answer = await answerOf(server.callForView(name, args, signal));
    Object.assign(call, answer);
    return answer;
  }

  const web = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });
  try {
    web.listen(port, "127.0.0.1");
    await once(web, "listening");
  } catch (error) {
    await server.close();
    throw error;
  }
  const address = web.address();
  host = typeof address === "object" ? `127.0.0.1:${address?.port}` : "";
  return {
    url: `http://${host}/`,
    client: server.client,
    calls,
    stderr: () => stderr,
    async close() {
      web.close();
      web.closeAllConnections();
      await server.close();
    },
  };
}

/** The script of the host's page, and all that it imports. */
async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${folder}/page.ts`],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "warning",
  });
  return outputFiles.map(({ text }) => text).join("");
}

async function answerOf(result: ReturnType<ConnectedServer["call"]>): Promise<Answer> {
  try {
    return { result: await result };
  } catch (error) {
    const { code, data } = error instanceof McpError ? error : { code: ErrorCode.InternalError };
    return { error: { code, message: messageOf(error), data } };
  }
}

/** Undefined when it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request) {
    length += piece.length;
    if (length > largestBody) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(
  response: ServerResponse,
  type: string,
  text: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(response.statusCode, {
    "content-type": `${type}; charset=utf-8`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(text);
}

function refuse(response: ServerResponse, status: number): void {
  // What is left of a body is not read.
  response.writeHead(status, { connection: "close" }).end();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
