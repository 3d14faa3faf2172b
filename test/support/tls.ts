import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterTest } from "./closing.ts";
import type { Answer } from "./upstream.ts";

/** The PEM file of the CA that signed all certificates here: the value for NODE_EXTRA_CA_CERTS. */
export const caFile = fileURLToPath(new URL("tls/ca.pem", import.meta.url));

export interface TlsUpstream {
  readonly port: number;
  /** The `authorization` header of every request so far. */
  readonly keys: (string | undefined)[];
  /** How many connections were made so far, with or without a handshake. */
  connections(): number;
}

/** An HTTPS server on loopback; `server` is its certificate for localhost and 127.0.0.1. Closed after the test. */
export async function startTlsUpstream(
  certificate: "server" | "expired" | "other-host",
  answer: Answer,
): Promise<TlsUpstream> {
  const pem = readFileSync(new URL(`tls/${certificate}.pem`, import.meta.url));
  const keys: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ key: pem, cert: pem }, (raw, response) => {
    const chunks: Buffer[] = [];
    raw.on("data", (chunk: Buffer) => chunks.push(chunk));
    raw.on("end", () => {
      keys.push(raw.headers.authorization);
      const request = {
        method: raw.method ?? "",
        path: raw.url ?? "",
        headers: raw.headers,
        text: Buffer.concat(chunks).toString("utf8"),
        target: String(raw.headers["x-sora-target"]),
      };
      answer(request, response, raw);
    });
  });
  server.on("tlsClientError", () => {});
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { port, keys, connections: () => connections };
}
