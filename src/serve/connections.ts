import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests that a connection may send before the first of them is answered. Clients of MCP and proxies send one. */
const mostAhead = 16;

/** Milliseconds: a client that takes nothing of an answer for so long, and no more than twice as long, is cut off. */
const patience = 15_000;

/** The answers that each connection has still to get. */
export class Connections {
  readonly #awaited = new WeakMap<Socket, Set<ServerResponse>>();

  /** Takes note of a request. False when its connection has sent too many ahead. */
  allows({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const awaited = this.#awaited.get(socket) ?? this.#opened(socket);
    awaited.add(response);
    response.once("close", () => awaited.delete(response));
    response.setTimeout(patience, () => {
      if (socket.writableLength > 0) socket.destroy();
    });
    return awaited.size <= mostAhead;
  }

  #opened(socket: Socket): Set<ServerResponse> {
    const awaited = new Set<ServerResponse>();
    this.#awaited.set(socket, awaited);
    socket.on("close", () => {
      // Node closes the answer whose turn it is, and forgets those behind it: their calls would go on for nobody.
      for (const response of awaited) if (!response.socket) response.destroy().emit("close");
    });
    return awaited;
  }
}
