import { setTimeout as delay } from "node:timers/promises";
import { ToolError } from "../errors.ts";
import type { Config } from "../settings/config.ts";
import type { SoraClient } from "../sora/client.ts";
import { SoraFailure, UnclearFailure } from "../sora/errors.ts";
import type { Content, Dated, Kind, Sora } from "../tools/tool.ts";
import type { AuditLine } from "./audit-log.ts";
import { isOffered } from "./edition.ts";
import type { Limits } from "./limits.ts";
import { type ChannelLimit, isChannelAllowed, ofAllowedChannels } from "./policy.ts";

/**
 * One call's way to Sora: reads go out freely, writes only once the gate is open. Counts the writes, and keeps what
 * belongs to channels that are not allowed out of what is read.
 */
export class Gate implements Sora {
  /** The targets of the writes that were sent, or were about to be. */
  readonly written: string[] = [];
  /** When the last request set out, as performance.now() says it. */
  lastSentAt = Number.POSITIVE_INFINITY;
  readonly caller: object;
  readonly #client: Pick<SoraClient, "call">;
  readonly #config: ChannelLimit & Pick<Config, "release">;
  readonly #limits: Limits;
  readonly #kind: Kind;
  readonly #signal: AbortSignal;
  #isOpen = false;
  /** A write has come back, or failed. */
  #hasWritten = false;
  #recheck: (() => Promise<void>) | undefined;
  /** When the last look was answered, as performance.now() says it. */
  #lookedAt = 0;

  constructor(
    client: Pick<SoraClient, "call">,
    config: ChannelLimit & Pick<Config, "release">,
    limits: Limits,
    kind: Kind,
    signal: AbortSignal,
    caller: object = {},
  ) {
    this.caller = caller;
    this.#client = client;
    this.#config = config;
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

  offers(api: Dated): boolean {
    return isOffered(api, this.#config.release);
  }

  allows(channel_id: string): boolean {
    return isChannelAllowed(this.#config, channel_id);
  }

  async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#cancelled() }).catch((cause: unknown) => {
      throw new SoraFailure("cancelled_by_client", "The client cancelled the call.", {}, { cause });
    });
  }

  async read(target: string, body?: Content, withinMs?: number): Promise<unknown> {
    this.lastSentAt = performance.now();
    const signal = this.#cancelled();
    const queue = this.#queue();
    const { caller } = this;
    const options = { signal, retryable: true, queue, withinMs, caller };
    const answer = await this.#client.call(target, body, options);
    this.#lookedAt = performance.now();
    return ofAllowedChannels(this.#config, answer, body?.channel_id !== undefined);
  }

  async write(target: string, body?: Content): Promise<unknown> {
    if (!this.#isOpen) throw new Error(`${target} was to be sent before the gate was open`);
    const ended = this.#kind === "destructive" ? this.#limits.take() : undefined;
    this.written.push(target);
    this.lastSentAt = performance.now();
    try {
      const answer = await this.#client.call(target, body, {
        signal: this.#cancelled(),
        retryable: false,
        caller: this.caller,
        recheck: this.#recheck && { since: this.#lookedAt, check: this.#recheck },
      });
      ended?.(true);
      return answer;
    } catch (error) {
      ended?.(!(error instanceof ToolError) || error instanceof UnclearFailure);
      throw error;
    } finally {
      this.#hasWritten = true;
    }
  }

  /** A call that changes something looks first, and does not wait behind a queue of reads for that. */
  #queue(): "reads" | "others" | "none" {
    if (this.#kind === "read") return "reads";
    // A confirmed call that looks again has its place already.
    return this.#kind === "destructive" && this.#isOpen ? "none" : "others";
  }

  /** Once a call has changed something it sees what has come of that, and takes it back if need be, cancelled or not. */
  #cancelled(): AbortSignal {
    return this.#hasWritten ? new AbortController().signal : this.#signal;
  }
}
