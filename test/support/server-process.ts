import { handshake, line, type RawServer, startRaw } from "./raw-server.ts";

export interface ServerProcess extends RawServer {
  send(message: Record<string, unknown>): void;
  callTool(id: number, name: string, args: Record<string, unknown>): void;
}

/** The built server without a client in between, initialized, for tests of how calls and the process end. */
export async function startServerProcess(
  env: Record<string, string>,
  capabilities: object = {},
): Promise<ServerProcess> {
  const server = startRaw([], env);
  const clientInfo = { name: "test-client", version: "1.2.3" };
  server.write(line("initialize", { ...handshake, capabilities, clientInfo }, 0));
  await server.answerTo(0);
  server.write(line("notifications/initialized"));
  return {
    ...server,
    send: (message) => server.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    callTool: (id, name, args) => server.write(line("tools/call", { name, arguments: args }, id)),
  };
}
