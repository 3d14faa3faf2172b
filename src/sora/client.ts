import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { Agent, buildConnector, type Dispatcher, Pool, ProxyAgent } from "undici";
import { ToolError } from "../errors.ts";
import { interpretAnswer, type RawAnswer, readText } from "./answer.ts";
import { connecting, throughProxy, toProxy, within } from "./connecting.ts";
import { SoraFailure } from "./errors.ts";
import { FailureAfterRedirect, failure } from "./failures.ts";
import { Nodes, Route } from "./nodes.ts";
import { type Proxies, proxyFor, proxyUrl } from "./proxy.ts";
import { Queue, unlessAborted } from "./queue.ts";
import { redirectTarget } from "./redirect.ts";
import { waitBeforeRetry } from "./retry.ts";
import { SharedQueue } from "./shared-queue.ts";

export interface Endpoint {
  /** Of its first node. */
  readonly url: URL;
  /** The other nodes of the same cluster. */
  readonly otherNodes?: readonly URL[] | undefined;
  /** Several callers share it: none of them holds more than half of the places. */
  readonly isShared?: boolean | undefined;
  readonly apiKey?: string | undefined;
  /** `x-sora-release-channel`: `stable` or `canary`. */
  readonly releaseChannel?: string | undefined;
  /** One call's deadline in milliseconds, retries included. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly proxy: Proxies;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** True for reads: they may be sent again after a failure. Anything else is sent at most once. */
  readonly retryable: boolean;
  /**
   * The queue that the request waits in, by default the one of reads or of all others; "none" where another request waits
   * for this one and holds a place meanwhile.
   */
  readonly queue?: "reads" | "others" | "none";
  /** Who calls, told apart by identity, where the endpoint is shared. */
  readonly caller?: object | undefined;
  readonly recheck?: Recheck | undefined;
  /** Its deadline in milliseconds, where that is sooner than the endpoint's. */
  readonly withinMs?: number | undefined;
}

/** Whether a request may still go out: asked before one that has waited, for its turn or because Sora put it off. */
export interface Recheck {
  /** When that was known last, as performance.now() says it. */
  readonly since: number;
  /** Throws why not. */
  readonly check: () => Promise<void>;
}

interface Request {
  readonly target: string;
  readonly body: string;
  readonly route: Route;
  readonly queue: Pick<SharedQueue, "run">;
  readonly caller: object | undefined;
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal;
  recheck: Recheck | undefined;
  /** What it may have done so far. */
  effect: "not sent" | "put off" | "unknown";
}

/** How many requests may be on their way at once; the rest wait, first come first served. */
const inFlight = { reads: 12, others: 4 };

/** Characters that take some milliseconds to parse. */
const largeText = 500_000;

/** What was known so many milliseconds ago may have changed since. */
const staleMs = 500;

/**
 * How long an idle connection is kept at most, whatever Sora announces: firewalls forget idle ones without a word, the
 * strictest after 30 s, and the next call would wait for its deadline. Twice as long as any job waits between two calls.
 */
const idleMs = 10_000;

/** With less than this left before its deadline, a request that has waited is not sent. */
const tooLateMs = 10;

/** The one authenticated way out to Sora, over kept-alive connections. */
export class SoraClient {
  readonly #endpoint: Endpoint;
  readonly #nodes: Nodes;
  /** By the proxy that they go through, "" for none. */
  readonly #dispatchers: ReadonlyMap<string, Dispatcher>;
  readonly #queues: Readonly<Record<"reads" | "others" | "none", Pick<SharedQueue, "run">>>;

  constructor(endpoint: Endpoint) {
    const Line = endpoint.isShared ? SharedQueue : Queue;
    this.#queues = {
      reads: new Line(inFlight.reads),
      others: new Line(inFlight.others),
      none: new Queue(Number.POSITIVE_INFINITY),
    };
    this.#endpoint = endpoint;
    this.#nodes = new Nodes(endpoint.url, endpoint.otherNodes);
    this.#dispatchers = dispatchers(endpoint);
  }

  /** Ends all connections, those of calls in flight included. */
  async close(): Promise<void> {
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
  }

  /**
   * Sends one API call (https://sora-doc.shiguredo.jp/API), with an empty body for an API without parameters, and resolves
   * to Sora's JSON as it came, `null` when the answer's body is empty. Throws `SoraFailure`, or what `recheck` throws.
   */
  async call(
    target: string,
    body: Readonly<Record<string, unknown>> | undefined,
    { signal, retryable, queue = retryable ? "reads" : "others", caller, recheck, withinMs }: CallOptions,
  ): Promise<unknown> {
    const timeoutMs = Math.min(this.#endpoint.timeoutMs, withinMs ?? Number.POSITIVE_INFINITY);
    const endsAt = performance.now() + timeoutMs;
    // Not AbortSignal.timeout: Node 22 keeps all that belongs to a call until the time is over, however soon it ended.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    const request: Request = {
      target,
      body: body === undefined ? "" : JSON.stringify(body),
      route: new Route(this.#nodes, retryable),
      queue: this.#queues[queue],
      caller,
      signal: AbortSignal.any([signal, deadline.signal]),
      deadline: deadline.signal,
      recheck,
      effect: "not sent",
    };
    try {
      const answer = await this.#sendUntilAnswered(request, retryable, endsAt);
      const json = interpretAnswer(answer);
      // To parse what is large takes long enough: other work has its turn before more is made of it.
      if (answer.text.length > largeText) await nextTurn();
      return json;
    } catch (error) {
      if (error instanceof ToolError && !(error instanceof SoraFailure)) throw error;
      const effect = retryable ? "none" : request.effect;
      const { node, failed: failedNodes } = request.route;
      const ending = { cancelled: signal.aborted, timedOut: deadline.signal.aborted };
      throw failure(error, { host: node.host, failedNodes, effect, ...ending });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Tries again while that is safe and the wait ends before the deadline. */
  async #sendUntilAnswered(request: Request, retryable: boolean, endsAt: number): Promise<RawAnswer> {
    for (let attempt = 1; ; attempt++) {
      const { queue, signal, caller } = request;
      const send = () => this.#sendToNodes(request, endsAt);
      const outcome = await queue.run(send, signal, caller).catch((error: unknown) => ({ error }));
      const wait = waitBeforeRetry(outcome, attempt, retryable);
      if (wait === undefined || performance.now() + wait >= endsAt) {
        if ("error" in outcome) throw outcome.error;
        return outcome;
      }
      request.effect = "error" in outcome ? "not sent" : "put off";
      await delay(wait, undefined, { signal });
    }
  }

  /** Asks one node after the other, without a pause, while another may be asked. */
  async #sendToNodes(request: Request, endsAt: number): Promise<RawAnswer> {
    const { route, signal, deadline } = request;
    for (;;) {
      const tookMs = await this.#recheck(request);
      // A place that comes free this late, as the calls that held it time out, is of no use: the signal is next.
      const neededMs = Math.max(tooLateMs, tookMs);
      if (performance.now() + neededMs > endsAt) await delay(2 * neededMs, undefined, { signal });
      route.turn();
      const outcome = await this.#send(request).catch((error: unknown) => ({ error }));
      if (!route.goesOn(outcome, deadline.aborted)) {
        if ("error" in outcome) throw outcome.error;
        return outcome;
      }
      request.effect = "not sent";
    }
  }

  /** Resolves to how long it took, in milliseconds: Sora will not be quicker with the request itself. */
  async #recheck(request: Request): Promise<number> {
    const { recheck, signal } = request;
    const startedAt = performance.now();
    if (!recheck || startedAt - recheck.since < staleMs) return 0;
    await unlessAborted(recheck.check(), signal);
    const since = performance.now();
    request.recheck = { ...recheck, since };
    return since - startedAt;
  }

  async #send(request: Request): Promise<RawAnswer> {
    const { target, body, signal } = request;
    request.effect = "unknown";
    let url = request.route.node;
    for (let hops = 0; ; hops++) {
      const headers = this.#headers(target, url);
      const { origin, pathname, search } = url;
      const path = pathname + search;
      const sent = this.#wayTo(url).request({ method: "POST", origin, path, headers, body, signal });
      // Undici itself looks at the signal only once there is a connection.
      const response = await unlessAborted(sent, signal).catch((cause: unknown) => {
        throw hops === 0 ? cause : new FailureAfterRedirect("no answer after a redirect", { cause });
      });
      const { statusCode: status, headers: answered } = response;
      const text = await readText(response.body, answered["content-encoding"]).catch((error: unknown) => {
        if (status < 300 || signal.aborted) throw error;
        // Any other status tells what happened even without its body.
        return "";
      });
      const next = redirectTarget(status, answered.location, url, hops);
      if (!next) return { status, retryAfter: first(answered["retry-after"]), text };
      url = next;
    }
  }

  #wayTo(url: URL): Dispatcher {
    const dispatcher = this.#dispatchers.get(proxyFor(url, this.#endpoint.proxy));
    if (dispatcher) return dispatcher;
    // Only where a redirect leads: a proxy that cannot be used for the configured URL is a problem of the settings.
    const message = "The address that the Sora API redirected to is behind a proxy that cannot be used.";
    const hint =
      "Check HTTPS_PROXY and HTTP_PROXY: http:// and https:// proxies can be used. Or name its host in NO_PROXY.";
    throw new SoraFailure("unreachable", message, { hint });
  }

  #headers(target: string, url: URL): Record<string, string> {
    const { apiKey, releaseChannel, userAgent } = this.#endpoint;
    return {
      "x-sora-target": target,
      "content-type": "application/json",
      accept: "application/json",
      "accept-encoding": "gzip, deflate, br",
      "user-agent": userAgent,
      ...(apiKey !== undefined && this.#nodes.include(url) && { authorization: `Bearer ${apiKey}` }),
      ...(releaseChannel !== undefined && { "x-sora-release-channel": releaseChannel }),
    };
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function dispatchers({ timeoutMs, proxy, otherNodes = [] }: Endpoint): Map<string, Dispatcher> {
  // Said aloud so that NODE_TLS_REJECT_UNAUTHORIZED=0 in someone's shell cannot switch the verification off.
  const tls = { rejectUnauthorized: true, timeout: timeoutMs };
  const kept = { keepAliveMaxTimeout: idleMs };
  // A node that swallows what it is sent must leave time for the others.
  const inTime = (connect: Connect) =>
    otherNodes.length > 0 ? within(timeoutMs / (otherNodes.length + 1), connect) : connect;
  const direct = new Agent({ ...kept, connect: inTime(connecting(buildConnector(tls))) });
  const all = new Map<string, Dispatcher>([["", direct]]);
  for (const given of [proxy.http, proxy.https]) {
    const uri = proxyUrl(given);
    if (uri === undefined) continue;
    const { host, username, password } = new URL(uri);
    const credentials = decodeURIComponent(`${username}:${password}`);
    const through = new ProxyAgent({
      ...kept,
      uri,
      // Undici itself sends credentials only where there is both a name and a password.
      ...(credentials !== ":" && { token: `Basic ${Buffer.from(credentials).toString("base64")}` }),
      requestTls: tls,
      proxyTls: tls,
      clientFactory: pools((connect) => toProxy(connect, host)),
      factory: pools((connect) => inTime(throughProxy(connect, host))),
    });
    all.set(given, through);
  }
  return all;
}

type Connect = buildConnector.connector;

function pools(changed: (connect: Connect) => Connect) {
  return (origin: string | URL, options: Pool.Options) => {
    const { connect } = options;
    return new Pool(origin, {
      ...options,
      ...(typeof connect === "function" && { connect: changed(connect) }),
    });
  };
}
