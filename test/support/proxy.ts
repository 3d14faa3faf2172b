import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterTest } from "./closing.ts";

/** The status that CONNECT is answered with, or none. */
export type ProxyAnswer = number | "silence";

export interface Proxy {
  readonly url: string;
  readonly port: number;
  /** What was asked for with CONNECT, in order. */
  readonly tunnels: { readonly to: string; readonly headers: IncomingHttpHeaders }[];
  /** What was asked for without CONNECT. */
  readonly requests: string[];
  /** Every byte that clients sent, headers and tunnels alike. */
  seen(): Buffer;
  /** What CONNECT is answered with from now on. */
  answer(answer: ProxyAnswer): void;
}

/**
 * A proxy on loopback that answers CONNECT with this status: with 200 it tunnels to the port on loopback that was asked
 * for, whatever the host.
 */
export async function startProxy(first: ProxyAnswer = 200): Promise<Proxy> {
  let status: ProxyAnswer = first;
  const tunnels: Proxy["tunnels"] = [];
  const requests: string[] = [];
  const bytes: Buffer[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on("connection", keep);
  server.on("connect", (request, client: Socket, head: Buffer) => {
    tunnels.push({ to: request.url ?? "", headers: request.headers });
    bytes.push(Buffer.from(JSON.stringify(request.rawHeaders)), head);
    if (status === "silence") return;
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      client.on("data", (chunk: Buffer) => bytes.push(chunk));
      client.pipe(upstream).pipe(client);
    });
    keep(upstream);
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  afterTest(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    tunnels,
    requests,
    seen: () => Buffer.concat(bytes),
    answer(next) {
      status = next;
    },
  };
}
