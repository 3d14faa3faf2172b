import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterTest } from "./closing.ts";

export interface RawUpstream {
  readonly url: string;
  readonly port: number;
  /** Whole HTTP requests so far. */
  requests(): number;
  /** Connections so far. */
  connections(): number;
  /** Resolves once the client has ended or broken a connection that was answered. */
  readonly hungUp: Promise<void>;
}

/** A TCP server on loopback that says, byte for byte, what a test wants after each whole HTTP request. */
export async function startRawUpstream(
  answer: (socket: Socket, request: number) => void,
): Promise<RawUpstream> {
  let requests = 0;
  let connections = 0;
  let hangUp: () => void = () => {};
  const hungUp = new Promise<void>((resolve) => {
    hangUp = resolve;
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      hangUp();
    });
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let size = requestSize(received); size > 0; size = requestSize(received)) {
        received = received.subarray(size);
        requests += 1;
        answer(socket, requests);
      }
    });
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
    url: `http://127.0.0.1:${port}/`,
    port,
    requests: () => requests,
    connections: () => connections,
    hungUp,
  };
}

/** How many bytes the first request takes up; 0 while it is not complete. */
function requestSize(received: Buffer): number {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return 0;
  const length = /^content-length: *(\d+)/im.exec(received.toString("latin1", 0, end))?.[1];
  const size = end + 4 + Number(length ?? 0);
  return received.length >= size ? size : 0;
}

/** A port of loopback on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
