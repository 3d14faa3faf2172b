import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answer, type SoraAnswer } from "./dispatch.ts";
import type { State } from "./state.ts";

const maxBodySize = 8_000_000;
const tooLarge: SoraAnswer = { status: 413, json: JSON.stringify({ error_type: "PayloadTooLarge" }) };

/** The whole body, or undefined when it is larger than Sora takes. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // The rest is read and dropped: a client that is cut off while it sends might never see the answer.
    if (size <= maxBodySize) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= maxBodySize ? Buffer.concat(chunks) : undefined;
}

async function respond(state: State, now: () => number, request: IncomingMessage, response: ServerResponse) {
  if (request.url?.split("?", 1)[0] !== "/") {
    response.writeHead(404).end();
    return;
  }
  const { method, headers } = request;
  const target = headers["x-sora-target"]?.toString();
  const body = await readBody(request);
  const { status, json } = body ? answer(state, now(), { method, target, body }) : tooLarge;
  response.writeHead(status, { "content-type": "application/json" }).end(json);
}

export interface Listening {
  /** 0: any free port. */
  readonly port: number;
  /** Whether it keeps the process running. */
  readonly staysAlive: boolean;
}

/** Listens on the loopback interface. Rejects when the port is taken. */
export async function listen(state: State, now: () => number, listening: Listening): Promise<Server> {
  const { port, staysAlive } = listening;
  const server = createServer((request, response) => {
    // The client went away while it was sending: there is nobody left to answer.
    respond(state, now, request, response).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  if (!staysAlive) {
    server.unref();
    server.on("connection", (socket) => socket.unref());
  }
  await once(server, "listening");
  // A connection that cannot be accepted is its client's trouble.
  server.on("error", () => {});
  return server;
}
