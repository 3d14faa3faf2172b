import { ToolError } from "../errors.ts";
import type { SoraClient } from "../sora/client.ts";
import { UnclearFailure } from "../sora/errors.ts";
import type { Content, Kind, Sora } from "../tools/tool.ts";
import type { AuditLine } from "./audit-log.ts";
import type { Limits } from "./limits.ts";
import { type ChannelLimit, ofAllowedChannels } from "./policy.ts";

/**
 * One call's way to Sora: reads go out freely, writes only once the gate is open. Counts the writes, and keeps what
 * belongs to channels that are not allowed out of what is read.
 */
export class Gate implements Sora {
  /** The targets of the writes that were sent, or were about to be. */
  readonly written: string[] = [];
  /** When the last request set out, as performance.now() says it. */
  lastSentAt = Number.POSITIVE_INFINITY;
  readonly #client: Pick<SoraClient, "call">;
  readonly #channels: ChannelLimit;
  readonly #limits: Limits;
  readonly #kind: Kind;
  readonly #signal: AbortSignal;
  #isOpen = false;
  #recheck: (() => Promise<void>) | undefined;
  /** When the last look was answered, as performance.now() says it. */
  #lookedAt = 0;

  constructor(
    client: Pick<SoraClient, "call">,
    channels: ChannelLimit,
    limits: Limits,
    kind: Kind,
    signal: AbortSignal,
  ) {
    this.#client = client;
    this.#channels = channels;
    this.#limits = limits;
    this.#kind = kind;
    this.#signal = signal;
  }

  /**
   * Lets writes through, once the policy holds; those of a destructive call only if something has confirmed it. `recheck`
   * throws when that does not hold any more, and is asked before a write that has waited.
   */
  open(confirmedBy: AuditLine["confirmed_by"], recheck?: () => Promise<void>): void {
    this.#isOpen = this.#kind === "write" || (this.#kind === "destructive" && confirmedBy !== null);
    this.#recheck = recheck;
  }

  async read(target: string, body?: Content): Promise<unknown> {
    this.lastSentAt = performance.now();
    // A call that changes something looks first, and does not wait behind a queue of reads for that. When it looks again,
    // it has its place already.
    const queue = this.#kind === "read" ? "reads" : this.#isOpen ? "none" : "others";
    const answer = await this.#client.call(target, body, { signal: this.#signal, retryable: true, queue });
    this.#lookedAt = performance.now();
    return ofAllowedChannels(this.#channels, answer, body?.channel_id !== undefined);
  }

  async write(target: string, body?: Content): Promise<unknown> {
    if (!this.#isOpen) throw new Error(`${target} was to be sent before the gate was open`);
    const ended = this.#kind === "destructive" ? this.#limits.take() : undefined;
    this.written.push(target);
    this.lastSentAt = performance.now();
    try {
      const answer = await this.#client.call(target, body, {
        signal: this.#signal,
        retryable: false,
        recheck: this.#recheck && { since: this.#lookedAt, check: this.#recheck },
      });
      ended?.(true);
      return answer;
    } catch (error) {
      ended?.(!(error instanceof ToolError) || error instanceof UnclearFailure);
      throw error;
    }
  }
}
