import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { isObject, jsonOf } from "../json.ts";
import { aborted } from "./aborted.ts";
import type { Exchange } from "./exchange.ts";
import { errorOf, type Refused, refuse, rpcCode } from "./http-answers.ts";
import type { MakeServer } from "./served-callers.ts";
import { saidIn, sessionIdFor } from "./session-id.ts";

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
  async answer(message: JSONRPCMessage, makeServer: MakeServer, exchange: Exchange): Promise<void> {
    const { request, response, caller } = exchange;
    const sessionId = one(request.headers["mcp-session-id"]);
    const keyOf = (id: unknown) => JSON.stringify([caller, sessionId, id]);
    const method = "method" in message ? message.method : undefined;
    if (method === "notifications/cancelled" && "params" in message && sessionId !== undefined) {
      this.#underWay.get(keyOf(message.params?.requestId))?.();
    }

    const server = makeServer(method === "initialize" ? undefined : saidIn(sessionId));
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
      await give(answered, message, exchange);
    } finally {
      // A client that gives an id twice has the later one here.
      if (key !== undefined && this.#underWay.get(key) === end) this.#underWay.delete(key);
    }
  }
}

/** Bytes of an answer that is only sent while there is room. The list of all tools has 42,000. */
const largeAnswer = 200_000;

const tooLarge = {
  status: 503,
  code: rpcCode.own,
  message:
    "The answer is large, and this caller has not taken earlier ones yet. What the call was to do may be done: look before you send it again.",
} satisfies Refused;

/** Passes on what the transport answers. */
async function give(
  answered: Response,
  message: JSONRPCMessage,
  { response, caller, room }: Exchange,
): Promise<void> {
  const headers = Object.fromEntries(answered.headers);
  // The connection is not the transport's to keep: what is to be closed would stay open behind a stream.
  delete headers.connection;
  if ("method" in message && message.method === "initialize") {
    headers["mcp-session-id"] = sessionIdFor(message.params);
  }
  const fits = (answer: Uint8Array) => answer.length < largeAnswer || !room.isFull(caller);
  const refused = { ...tooLarge, id: "id" in message ? (message.id ?? null) : null };
  if (headers["content-type"] === "text/event-stream" && answered.body) {
    response.writeHead(answered.status, headers).flushHeaders();
    for await (const event of answered.body) {
      if (response.destroyed) return;
      response.write(fits(event) ? event : `event: message\ndata: ${jsonOf(errorOf(refused))}\n\n`);
    }
    if (!response.destroyed) response.end();
    return;
  }
  const body = Buffer.from(await answered.arrayBuffer());
  if (!fits(body)) return refuse(response, refused);
  response.writeHead(answered.status, { ...headers, "content-length": body.length }).end(body);
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
