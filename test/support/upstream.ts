import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterTest } from "./closing.ts";

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body exactly as it came. */
  readonly text: string;
  readonly target: string;
}

export type Answer = (request: Recorded, response: ServerResponse, raw: IncomingMessage) => void;

export interface Upstream {
  readonly url: string;
  readonly port: number;
  /** Every request so far, in the order in which their bodies were complete. */
  readonly requests: Recorded[];
  /** How many connections were made so far. */
  connections(): number;
  /** Resolves once that many requests have come in all. */
  received(count: number): Promise<void>;
  /** Replaces how requests are answered from now on. */
  answer(answer: Answer): void;
  close(): Promise<void>;
}

/** Answers with this JSON, whatever is asked. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
}

/** A real HTTP server on loopback that records what reaches it; closed after the test. */
export async function startUpstream(first: Answer = json({})): Promise<Upstream> {
  let current = first;
  const requests: Recorded[] = [];
  let connections = 0;
  const expected: { count: number; met: () => void }[] = [];
  const server = createServer((raw, response) => {
    const chunks: Buffer[] = [];
    raw.on("data", (chunk: Buffer) => chunks.push(chunk));
    raw.on("error", () => {});
    raw.on("end", () => {
      const request = {
        method: raw.method ?? "",
        path: raw.url ?? "",
        headers: raw.headers,
        text: Buffer.concat(chunks).toString("utf8"),
        target: String(raw.headers["x-sora-target"]),
      };
      requests.push(request);
      for (const { count, met } of expected) if (requests.length >= count) met();
      current(request, response, raw);
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const upstream: Upstream = {
    url: `http://127.0.0.1:${port}/`,
    port,
    requests,
    connections: () => connections,
    received: (count) =>
      new Promise((met) => {
        if (requests.length >= count) met();
        else expected.push({ count, met });
      }),
    answer(answer) {
      current = answer;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  afterTest(() => upstream.close());
  return upstream;
}

/** An upstream that never answers; `arrived` resolves with the first request, `cut` once one was broken off. */
export async function hangingUpstream(): Promise<Upstream & { arrived: Promise<void>; cut: Promise<void> }> {
  const upstream = await startUpstream();
  let broken = () => {};
  const cut = new Promise<void>((resolve) => {
    broken = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    upstream.answer((_request, response) => {
      response.on("close", broken);
      resolve();
    });
  });
  return { ...upstream, arrived, cut };
}
