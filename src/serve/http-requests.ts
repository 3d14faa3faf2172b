import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Log } from "../log.ts";
import { type Admission, admit, resourceMetadataPath } from "./admission.ts";
import { Connections } from "./connections.ts";
import { answerJson, type Refused, refuse, rpcCode } from "./http-answers.ts";
import { Answering } from "./mcp-request.ts";
import { messageIn } from "./message-in-body.ts";
import type { Metrics } from "./metrics.ts";
import { type BodyFault, readBody } from "./request-body.ts";
import { Room } from "./room.ts";
import { callerKey, type ServedCallers } from "./served-callers.ts";

export interface HttpServing {
  readonly admission: Admission;
  readonly issuer: string | undefined;
  readonly served: ServedCallers;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Why a load balancer should send nobody; undefined when it may. */
  readonly unready: () => string | undefined;
}

/** Answers the requests of an HTTP server: /mcp, /healthz, /readyz and, with an issuer, where clients learn of it. */
export function requestListener(serving: HttpServing): RequestListener {
  const { metrics, log } = serving;
  const mcp = mcpRequests(serving);
  const connections = new Connections();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ""] = request.url?.split("?") ?? [];
    if (path === "/mcp") return mcp(request, response);
    const page = pageAt(path, serving);
    if (!page) return refuse(response, nothingHere);
    if (request.method !== "GET" && request.method !== "HEAD") {
      const headers = { allow: "GET, HEAD" };
      return refuse(response, {
        status: 405,
        code: rpcCode.own,
        message: "Only GET is served here.",
        headers,
      });
    }
    answerJson(response, page.status, page.body);
  }

  return (request, response) => {
    response.on("finish", () => metrics.responded(response.statusCode));
    if (!connections.allows(request, response)) {
      request.resume();
      return refuse(response, tooFarAhead);
    }
    answer(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      log("error", `HTTP: ${error instanceof Error ? error.message : "unknown failure"}`);
      refuse(response, { status: 500, code: rpcCode.own, message: "The request could not be handled." });
    });
  };
}

/** What is there for anybody who asks. */
function pageAt(path: string, serving: HttpServing): { status: number; body: unknown } | undefined {
  const { issuer, unready } = serving;
  switch (path) {
    case "/healthz":
      return { status: 200, body: { status: "ok" } };
    case "/readyz": {
      const why = unready();
      return why === undefined
        ? { status: 200, body: { status: "ready" } }
        : { status: 503, body: { status: "not ready", why } };
    }
    default: {
      const { url } = serving.admission;
      const isMetadata = ["", "/mcp", url.pathname].some((end) => path === resourceMetadataPath + end);
      if (issuer === undefined || !isMetadata) return undefined;
      // RFC 9728, section 2.
      const body = {
        resource: url.href,
        authorization_servers: [issuer],
        bearer_methods_supported: ["header"],
        resource_name: "Sora Labo MCP",
      };
      return { status: 200, body };
    }
  }
}

function mcpRequests({ admission, served, metrics, log }: HttpServing) {
  const room = new Room();
  const answering = new Answering();
  const told = refusalsTold(log);

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const admitted = await admit(request, admission);
    if ("status" in admitted) {
      if (admitted.status === 401) {
        metrics.refusedToken();
        told();
      }
      return refuse(response, admitted);
    }
    const { entry, subject, asked } = admitted;
    const caller = callerKey(entry, subject);
    const exchange = { request, response, caller, room };
    const fault = await readBody(exchange, async (text) => {
      const reading = messageIn(text);
      if ("status" in reading) return refuse(response, reading);
      const makeServer = served.serverFor(entry, subject, asked);
      await answering.answer(reading, makeServer, exchange);
    });
    if (fault === undefined) return;
    // What is left of the body is read and forgotten: cut off while it writes, a client would not see the answer.
    request.resume();
    if (fault !== "gone") refuse(response, faults[fault]);
  };
}

/** Clients without a token look for a place to log in, and show what they are told there. */
const nothingHere = {
  status: 404,
  code: rpcCode.own,
  message:
    "MCP is served at /mcp. Nobody registers or logs in here: a token goes into the header Authorization: Bearer ...",
} satisfies Refused;

const tooFarAhead = {
  status: 429,
  code: rpcCode.own,
  message: "Too many requests on one connection without an answer. Nothing was sent.",
} satisfies Refused;

const faults = {
  "too large": { status: 413, code: rpcCode.own, message: "A body may have 8000000 bytes." },
  "no room": {
    status: 503,
    code: rpcCode.own,
    message:
      "Too much is held for this caller, or for all: take the answers that wait, or come back. Nothing was sent.",
    headers: { "retry-after": "1" },
  },
} satisfies Record<Exclude<BodyFault, "gone">, Refused>;

/** Tells the log of refused tokens, at most once in 10 seconds: anybody can cause them. */
function refusalsTold(log: Log): () => void {
  let untold = 0;
  let next = 0;
  return () => {
    untold += 1;
    const now = performance.now();
    if (now < next) return;
    log("warn", `HTTP: ${untold === 1 ? "a token was" : `${untold} tokens were`} refused`);
    untold = 0;
    next = now + 10_000;
  };
}
