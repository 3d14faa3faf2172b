import type { ServerResponse } from "node:http";

type Headers = Readonly<Record<string, string>>;

/** What is answered before a message reaches MCP: an HTTP status, and the error of JSON-RPC that says why. */
export interface Refused {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly id?: string | number | null;
  readonly headers?: Headers;
}

/** Codes of JSON-RPC (https://www.jsonrpc.org/specification#error_object); -32000 is the server's own. */
export const rpcCode = { parse: -32700, invalid: -32600, own: -32000 } as const;

export function refuse(response: ServerResponse, refused: Refused): void {
  answerJson(response, refused.status, errorOf(refused), refused.headers);
}

/** Its error of JSON-RPC. */
export function errorOf({ code, message, id = null }: Refused) {
  return { jsonrpc: "2.0", error: { code, message }, id };
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Headers = {},
): void {
  if (response.destroyed || response.headersSent) return;
  const text = JSON.stringify(body);
  const always = { "content-type": "application/json", "cache-control": "no-store" };
  response.writeHead(status, { ...always, "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}
