import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { isObject } from "../json.ts";
import { aborted } from "./aborted.ts";
import type { MakeServer } from "./served-callers.ts";
import { clientIn, sessionIdFor } from "./session-id.ts";

/** Both are needed by the transport; whether there is a stream is decided here. */
const always = { accept: "application/json, text/event-stream", "content-type": "application/json" };

/** The requests that are being answered, so that a cancellation, which comes as a request of its own, finds them. */
export class Answering {
  readonly #underWay = new Map<string, () => void>();

  /**
   * Answers one message of MCP over the SDK's Streamable HTTP transport, without a session: in JSON or, where progress was
   * asked for, as a stream (https://modelcontextprotocol.io/specification/2025-06-18/basic/transports). When the client goes
   * away, its call ends.
   */
  async answer(
    message: JSONRPCMessage,
    makeServer: MakeServer,
    caller: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const sessionId = one(request.headers["mcp-session-id"]);
    const keyOf = (id: unknown) => JSON.stringify([caller, sessionId, id]);
    const method = "method" in message ? message.method : undefined;
    if (method === "notifications/cancelled" && "params" in message && sessionId !== undefined) {
      this.#underWay.get(keyOf(message.params?.requestId))?.();
    }

    const server = makeServer(clientIn(sessionId));
    const transport = new WebStandardStreamableHTTPServerTransport({
      enableJsonResponse: !wantsStream(message, request.headers.accept),
    });
    await server.connect(transport);
    const key =
      "method" in message && "id" in message && sessionId !== undefined ? keyOf(message.id) : undefined;
    const ending = new AbortController();
    const end = () => {
      ending.abort();
      void transport.close();
    };
    response.on("close", () => response.writableFinished || end());
    if (key !== undefined) this.#underWay.set(key, end);
    try {
      const answered = await Promise.race([
        transport.handleRequest(requestWith(request.headers["mcp-protocol-version"]), {
          parsedBody: message,
        }),
        aborted(ending.signal),
      ]);
      if (!answered) {
        // Cancelled: nobody waits for an answer any more.
        if (!response.destroyed) response.writeHead(202).end();
        return;
      }
      const headers = Object.fromEntries(answered.headers);
      // The connection is not the transport's to keep: what is to be closed would stay open behind a stream.
      delete headers.connection;
      if (method === "initialize" && "params" in message) {
        headers["mcp-session-id"] = sessionIdFor(message.params?.clientInfo);
      }
      if (headers["content-type"] === "text/event-stream" && answered.body) {
        response.writeHead(answered.status, headers).flushHeaders();
        await pipeline(Readable.fromWeb(answered.body), response);
        return;
      }
      const body = Buffer.from(await answered.arrayBuffer());
      response.writeHead(answered.status, { ...headers, "content-length": body.length }).end(body);
    } finally {
      // A client that gives an id twice has the later one here.
      if (key !== undefined && this.#underWay.get(key) === end) this.#underWay.delete(key);
    }
  }
}

/** Whether a client that can take one asks for progress: nothing else comes before the answer. */
function wantsStream(message: JSONRPCMessage, accept = ""): boolean {
  if (!("params" in message) || !accept.includes("text/event-stream")) return false;
  const { _meta } = message.params ?? {};
  return isObject(_meta) && _meta.progressToken !== undefined;
}

/** What the transport looks at beside the message. */
function requestWith(version: string | string[] | undefined): Request {
  const given = one(version);
  return new Request("http://localhost/mcp", {
    method: "POST",
    headers: { ...always, ...(given !== undefined && { "mcp-protocol-version": given }) },
  });
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
