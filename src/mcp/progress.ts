import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";

const everySeconds = 5;

export type Extra = Pick<
  RequestHandlerExtra<ServerRequest, ServerNotification>,
  "signal" | "requestId" | "_meta" | "sendNotification"
>;

/** What a call is busy with, and the seconds of progress after which that is over at the latest. */
interface Stage {
  readonly message: string;
  readonly total?: number;
}

/**
 * Tells a client that gave a token for it, every 5 seconds, that a call goes on
 * (https://modelcontextprotocol.io/specification/2025-06-18/basic/utilities/progress).
 */
export class Progress {
  readonly #extra: Extra;
  /** Of the whole call: what is told must grow. */
  #seconds = 0;
  #stage: Stage = { message: "Still under way." };

  constructor(extra: Extra) {
    this.#extra = extra;
  }

  /** Tells of it until the call is over. */
  async of<Result>(call: Promise<Result>): Promise<Result> {
    if (this.#extra._meta?.progressToken === undefined) return call;
    const timer = setInterval(() => this.#report(), everySeconds * 1000);
    return call.finally(() => clearInterval(timer));
  }

  /** From now on says this, and that it is over in so many milliseconds if not before. Returns what goes back to the stage before. */
  enter(message: string, lastsMs: number): () => void {
    const before = this.#stage;
    this.#stage = { message, total: this.#seconds + lastsMs / 1000 };
    return () => {
      this.#stage = before;
    };
  }

  #report(): void {
    const { _meta, signal, sendNotification } = this.#extra;
    const progressToken = _meta?.progressToken;
    if (progressToken === undefined || signal.aborted) return;
    this.#seconds += everySeconds;
    const params = { progressToken, progress: this.#seconds, ...this.#stage };
    sendNotification({ method: "notifications/progress", params }).catch(() => {});
  }
}
