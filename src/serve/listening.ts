import { createServer, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Address } from "../settings/values.ts";
import { aborted } from "./aborted.ts";

/** Milliseconds: for the headers of a request, for all of it, and for the next one on the same connection. */
const patience = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than proxies keep theirs (nginx 60 s): none sends on a connection that is closed just then.
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 1000,
};

/**
 * Counted from SIGTERM, in milliseconds: until when new requests are served, so that load balancers can find out that this
 * replica ends; then requests under way are waited for.
 */
const drain = { accepting: 3000, answering: 8500 };

/** An HTTP server that listens; to be given its requests at once. Rejects when the port cannot be had. */
export function listen({ host, port }: Address): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(patience);
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      // A connection that cannot be accepted is its client's trouble.
      server.on("error", () => {});
      resolve(server);
    });
  });
}

/** The port that it listens on, which is another than asked for where that was 0. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** The life of a server from the day it is to end. */
export class Ending {
  #isDraining = false;
  #underWay = 0;
  #isClosing = false;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    server.prependListener("request", (_request, response) => {
      // So that its client comes back on another connection, to another replica.
      if (this.#isClosing) response.shouldKeepAlive = false;
      this.#underWay += 1;
      response.once("close", () => {
        this.#underWay -= 1;
      });
    });
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Serves on for a while if the process was asked to end by SIGTERM, as load balancers need it; then listens no more, and
   * resolves when all requests have their answers, or their time is over. `hurried` ends it at once.
   */
  async drained(stopped: AbortSignal, hurried: AbortSignal): Promise<void> {
    this.#isDraining = true;
    const startedAt = performance.now();
    const hurry = aborted(hurried);
    if (stopped.reason === "SIGTERM") await Promise.race([delay(drain.accepting), hurry]);
    this.#isClosing = true;
    this.#server.close();
    const answersBy = startedAt + drain.answering;
    while (this.#underWay > 0 && performance.now() < answersBy && !hurried.aborted) {
      await Promise.race([delay(50), hurry]);
      this.#server.closeIdleConnections();
    }
  }
}
