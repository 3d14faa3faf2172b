import { setTimeout as delay } from "node:timers/promises";
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { redactor } from "../redaction.ts";
import { visibleAnswer } from "../text.ts";
import { interpretAnswer, type RawAnswer, readText } from "./answer.ts";
import { FailureAfterRedirect, failure } from "./failures.ts";
import { type Proxies, proxyFor } from "./proxy.ts";
import { Queue, unlessAborted } from "./queue.ts";
import { redirectTarget } from "./redirect.ts";
import { waitBeforeRetry } from "./retry.ts";

/** Where and how to reach one Sora API endpoint. */
export interface Endpoint {
  readonly url: URL;
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
  /** Which of the two queues the request waits in; reads wait in `reads` unless said otherwise. `none`: see `before`. */
  readonly queue?: "reads" | "others" | "none";
  /**
   * Runs once this request has its place, right before it is sent, under its deadline; what it throws keeps the request
   * from being sent. Its own requests take no other place: their queue is `none`.
   */
  readonly before?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** The wanted part of Sora's JSON, taken while ids in it are still as Sora wrote them. All of it unless given. */
  readonly part?: (json: unknown) => unknown;
}

interface Request {
  readonly target: string;
  readonly body: string;
  readonly queue: Queue | undefined;
  readonly before: CallOptions["before"];
  readonly signal: AbortSignal;
  /** False until it is on its way; again false once it is certain that this try was not carried out. */
  wasSent: boolean;
}

/** How many requests may be on their way at once; the rest wait, first come first served. */
const inFlight = { reads: 12, others: 4 };

/** With less than this left before its deadline, a request that has waited is not sent. */
const tooLateMs = 10;

/** The one authenticated way out to Sora, over kept-alive connections. */
export class SoraClient {
  readonly #endpoint: Endpoint;
  readonly #redact: (text: string) => string;
  readonly #dispatcher: Dispatcher;
  readonly #queues = {
    reads: new Queue(inFlight.reads),
    others: new Queue(inFlight.others),
    none: undefined,
  };

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#redact = redactor(endpoint.apiKey);
    this.#dispatcher = dispatcher(endpoint);
  }

  /** Ends all connections, those of calls in flight included. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  /**
   * Sends one API call (https://sora-doc.shiguredo.jp/API) and resolves to Sora's JSON, `null` when the body is empty,
   * with the text in it already safe to show. Throws `ToolError`: `unauthorized`, `forbidden`, `sora_error`,
   * `rate_limited`, `server_error`, `timeout`, `unreachable`, `bad_response` or `cancelled_by_client`.
   */
  async call(
    target: string,
    body: Readonly<Record<string, unknown>>,
    options: CallOptions,
  ): Promise<unknown> {
    const { signal, retryable, queue = retryable ? "reads" : "others", before, part } = options;
    const endsAt = performance.now() + this.#endpoint.timeoutMs;
    // By hand: AbortSignal.any and AbortSignal.timeout together cost a tenth of a whole call.
    const ended = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      ended.abort();
    }, this.#endpoint.timeoutMs);
    const cancel = () => ended.abort();
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel);
    const request: Request = {
      target,
      body: JSON.stringify(body),
      queue: this.#queues[queue],
      before,
      signal: ended.signal,
      wasSent: false,
    };
    try {
      const answer = await this.#sendUntilAnswered(request, retryable, endsAt);
      return interpretAnswer(answer, (json) => visibleAnswer(json, answer.text, this.#redact), part);
    } catch (error) {
      const { host } = this.#endpoint.url;
      const effect = retryable ? "none" : request.wasSent ? "unknown" : "not sent";
      throw failure(error, { host, effect, cancelled: signal.aborted, timedOut });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  }

  /** Tries again while that is safe and the wait ends before the deadline. */
  async #sendUntilAnswered(request: Request, retryable: boolean, endsAt: number): Promise<RawAnswer> {
    for (let attempt = 1; ; attempt++) {
      const { queue, before, signal } = request;
      const send = async () => {
        await before?.(signal);
        // A place that comes free this late, as the calls that held it time out, is of no use: the signal is next.
        if (performance.now() + tooLateMs > endsAt) await delay(2 * tooLateMs, undefined, { signal });
        return this.#send(request);
      };
      const sent = queue ? queue.run(send, signal) : send();
      const outcome = await sent.catch((error: unknown) => ({ error }));
      const wait = waitBeforeRetry(outcome, attempt, retryable);
      if (wait === undefined || performance.now() + wait >= endsAt) {
        if ("error" in outcome) throw outcome.error;
        return outcome;
      }
      request.wasSent = false;
      await delay(wait, undefined, { signal });
    }
  }

  /** One attempt, redirects followed. */
  async #send(request: Request): Promise<RawAnswer> {
    const { target, body, signal } = request;
    request.wasSent = true;
    let url = this.#endpoint.url;
    for (let hops = 0; ; hops++) {
      const headers = this.#headers(target, url);
      const { origin, pathname, search } = url;
      const path = pathname + search;
      const sent = this.#dispatcher.request({ method: "POST", origin, path, headers, body, signal });
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

  #headers(target: string, url: URL): Record<string, string> {
    const { apiKey, releaseChannel, userAgent, url: configured } = this.#endpoint;
    return {
      "x-sora-target": target,
      "content-type": "application/json",
      accept: "application/json",
      "accept-encoding": "gzip, deflate, br",
      "user-agent": userAgent,
      ...(apiKey !== undefined && url.origin === configured.origin && { authorization: `Bearer ${apiKey}` }),
      ...(releaseChannel !== undefined && { "x-sora-release-channel": releaseChannel }),
    };
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function dispatcher({ url, timeoutMs, proxy }: Endpoint): Dispatcher {
  // Said aloud so that NODE_TLS_REJECT_UNAUTHORIZED=0 in someone's shell cannot switch the verification off.
  const tls = { rejectUnauthorized: true, timeout: timeoutMs };
  if (proxyFor(url, proxy) === "") return new Agent({ connect: tls });
  return new EnvHttpProxyAgent({
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    httpProxy: proxy.http,
    httpsProxy: proxy.https,
    noProxy: proxy.no,
  });
}
