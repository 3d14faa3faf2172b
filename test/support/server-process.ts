import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterEach } from "vitest";
import { serverNode } from "./session.ts";

export interface ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Every JSON-RPC message that has come so far. */
  readonly messages: Record<string, unknown>[];
  send(message: Record<string, unknown>): void;
  /** Sends a request under an id of its own and resolves to its response. */
  request(method: string, params: object): Promise<Record<string, unknown>>;
  callTool(id: number, name: string, args: Record<string, unknown>): void;
  /** The first message, past or to come, that the test finds right. */
  message(right: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Resolves to the exit code once the process has ended and its output is read. */
  readonly ended: Promise<number | null>;
}

const running: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** The built server without a client in between, initialized, for tests of how it ends. */
export async function startServerProcess(
  env: Record<string, string>,
  capabilities: object = {},
): Promise<ServerProcess> {
  const child = spawn(serverNode, ["dist/cli.js"], { env, stdio: "pipe" });
  running.push(child);
  child.stdin.on("error", () => {});
  child.stderr.resume();
  const messages: Record<string, unknown>[] = [];
  let requests = 0;
  const waiting = new Map<unknown, (response: Record<string, unknown>) => void>();
  const lines = createInterface(child.stdout);
  lines.on("line", (line) => {
    const message = JSON.parse(line);
    messages.push(message);
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  const server: ServerProcess = {
    child,
    messages,
    send: (message) => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    request: (method, params) =>
      new Promise((resolve) => {
        const id = `request-${++requests}`;
        waiting.set(id, resolve);
        server.send({ id, method, params });
      }),
    callTool: (id, name, args) =>
      server.send({ id, method: "tools/call", params: { name, arguments: args } }),
    message: (right) =>
      new Promise((resolve) => {
        const look = () => {
          const found = messages.find(right);
          if (!found) return;
          lines.off("line", look);
          resolve(found);
        };
        lines.on("line", look);
        look();
      }),
    ended: new Promise((resolve) => child.on("close", (code) => resolve(code))),
  };
  const clientInfo = { name: "test-client", version: "1.2.3" };
  server.send({
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities, clientInfo },
  });
  await server.message(({ id }) => id === 0);
  server.send({ method: "notifications/initialized" });
  return server;
}
