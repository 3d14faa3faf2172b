import type { IncomingMessage, ServerResponse } from "node:http";
import type { Address } from "../settings/values.ts";
import { listen, portOf } from "./listening.ts";
import { contentType, type Metrics } from "./metrics.ts";

/** What a scraper connects to. */
export interface MetricsServer {
  /** Another than asked for where that was 0. */
  readonly port: number;
  /** Ends all connections, whatever they wait for. */
  close(): Promise<void>;
}

/** Serves `/metrics` at an address of its own. Rejects when that cannot be listened on. */
export async function serveMetrics(address: Address, metrics: Metrics): Promise<MetricsServer> {
  const server = await listen(address);
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const status = statusFor(request);
    const text = status === 200 ? metrics.text() : "";
    response.writeHead(status, {
      ...(status === 200 && { "content-type": contentType, "cache-control": "no-store" }),
      ...(status === 405 && { allow: "GET, HEAD" }),
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  });
  return {
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function statusFor({ headers, url, method }: IncomingMessage): number {
  // Only a browser says this, and no page has any business here.
  if (headers.origin !== undefined) return 403;
  if (url?.split("?", 1)[0] !== "/metrics") return 404;
  return method === "GET" || method === "HEAD" ? 200 : 405;
}
