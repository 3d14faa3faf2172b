import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { newToken } from "../../src/callers/new-token.ts";
import { serveHttp } from "../../src/serve/http.ts";
import { afterTest } from "./closing.ts";
import { load } from "./settings.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const clientInfo = { name: "test-client", version: "1.2.3" };

/** Headers without which no client of MCP comes. */
export const usual = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

export interface HttpServer {
  readonly url: string;
  /** The exit code, once it has ended. */
  readonly ended: Promise<0 | 1>;
  stop(signal?: string): void;
  hurry(): void;
  stderr(): string;
  stdout(): string;
}

/** Serves over HTTP in this process, on any free port of 127.0.0.1; ended after the test. */
export async function serveOverHttp(env: Record<string, string>): Promise<HttpServer> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = { stdout: "", stderr: "" };
  stdout.on("data", (chunk) => {
    written.stdout += chunk;
  });
  stderr.on("data", (chunk) => {
    written.stderr += chunk;
  });
  const [stop, hurry] = [new AbortController(), new AbortController()];
  const config = load({ env: { SORA_HTTP: "127.0.0.1:0", ...env } });
  const ended = serveHttp(config, { stdout, stderr, stopped: stop.signal, hurried: hurry.signal });
  afterTest(async () => {
    stop.abort("SIGINT");
    hurry.abort("SIGINT");
    await ended;
  });
  while (!/MCP over HTTP at \S+\n/.test(written.stderr)) {
    const failed = await Promise.race([once(stderr, "data"), ended]);
    if (typeof failed === "number") throw new Error(`it ended: ${written.stderr}`);
  }
  const [, url = ""] = /MCP over HTTP at (\S+)\n/.exec(written.stderr) ?? [];
  return {
    url,
    ended,
    stop: (signal = "SIGTERM") => stop.abort(signal),
    hurry: () => hurry.abort("SIGTERM"),
    stderr: () => written.stderr,
    stdout: () => written.stdout,
  };
}

/** A file of callers by their names, each with its rights as the file has them; with the token of each. */
export function callersFile(
  callers: Readonly<Record<string, object>>,
  path = join(temporaryFolder(), "callers.json"),
): { path: string; tokens: Record<string, string> } {
  const made = Object.entries(callers).map(([name, rights]) => ({ rights, ...newToken(name) }));
  writeFileSync(
    path,
    JSON.stringify({ callers: made.map(({ entry, rights }) => ({ ...entry, ...rights })) }),
  );
  return { path, tokens: Object.fromEntries(made.map(({ entry, token }) => [entry.name, token])) };
}

/** One message as a client would send it, with the headers that are given besides. */
export async function post(
  url: string,
  message: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const body = typeof message === "string" ? message : JSON.stringify(message);
  const response = await fetch(url, { method: "POST", headers: { ...usual, ...headers }, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}

/** A request as it is written, where it differs from the usual one. */
export interface Written {
  /** `POST /mcp HTTP/1.1` if nothing else is said. */
  readonly line?: string;
  /** Names in lower case: null leaves one out that is usual, a list writes one so many times. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly body?: string | Buffer;
}

export interface Read {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request on a connection of its own, with nothing in between that would mend it; the server is to end that. */
export async function write(url: string, request: Written = {}): Promise<Read> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  afterTest(() => socket.destroy());
  socket.on("error", () => {});
  socket.write(bytesOf(url, request));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return readAnswer(Buffer.concat(chunks).toString());
}

/** A connection on which a test writes as it likes; with all that was answered so far, and why it broke, if it did. */
export function openConnection(url: string): {
  socket: Socket;
  text: () => string;
  failed: () => Error | undefined;
} {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  afterTest(() => socket.destroy());
  let text = "";
  let failed: Error | undefined;
  socket.on("error", (error) => {
    failed = error;
  });
  socket.setEncoding("utf8").on("data", (piece) => {
    text += piece;
  });
  return { socket, text: () => text, failed: () => failed };
}

/** What `write` writes. */
export function bytesOf(url: string, { line = "POST /mcp HTTP/1.1", headers = {}, body = "" }: Written) {
  const all = {
    host: new URL(url).host,
    ...usual,
    connection: "close",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  };
  const head = Object.entries(all).flatMap(([name, values]) =>
    values === null ? [] : [values].flat().map((value) => `${name}: ${value}`),
  );
  return Buffer.concat([Buffer.from(`${[line, ...head].join("\r\n")}\r\n\r\n`), Buffer.from(body)]);
}

/** An answer as it came. */
export function readAnswer(text: string): Read {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((each) => /^([^:]+): *(.*)$/.exec(each) ?? []);
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers.map(([, name = "", value = ""]) => [name.toLowerCase(), value])),
    body: text.slice(end + 4),
  };
}

export function bearer(token = ""): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** The SDK's client, connected; closed after the test. */
export async function connectOverHttp(url: string, headers: Record<string, string> = {}) {
  const client = new Client(clientInfo);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  afterTest(() => client.close());
  return {
    client,
    call: async (name: string, args: Record<string, unknown> = {}) =>
      (await client.callTool({ name, arguments: args })) as CallToolResult,
  };
}
