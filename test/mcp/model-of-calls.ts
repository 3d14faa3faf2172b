import { ToolError } from "../../src/errors.ts";
import { allTools } from "../../src/mcp/all-tools.ts";
import { decide } from "../../src/mcp/confirmation.ts";
import { Gate } from "../../src/mcp/gate.ts";
import { Hour, Limits } from "../../src/mcp/limits.ts";
import { Tickets } from "../../src/mcp/ticket.ts";
import type { SoraClient } from "../../src/sora/client.ts";
import { SoraFailure, UnclearFailure } from "../../src/sora/errors.ts";
import type { Content } from "../../src/tools/tool.ts";
import { load } from "../support/settings.ts";
import { disconnectChannel, look } from "./asked-channel.ts";

// A Sora with two channels, and calls to it under SORA_CONFIRM=preview: every request waits until it is let go on, and the
// clock is set by hand.

export const channels = ["x", "y"] as const;
export type Channel = (typeof channels)[number];
export type Fate = "done" | "refused" | "unclear";

/** One destructive call that has reached Sora. */
interface Arrival {
  readonly at: number;
  readonly channel: Channel;
  readonly caller: string;
  readonly ticket: string | undefined;
  /** Who was in the channel at that moment: all of them are cut off, unless Sora refuses the call. */
  readonly hit: readonly string[];
  readonly fate: Fate;
}

/** What a ticket was made for. */
export interface Shown {
  readonly ticket: string;
  readonly channel: Channel;
  readonly caller: string;
  readonly people: readonly string[];
}

const found = allTools.find(({ name }) => name === disconnectChannel);
if (!found) throw new Error(`${disconnectChannel} is no tool`);
const tool = found;

export class Model {
  readonly arrivals: Arrival[] = [];
  /** All previews that gave a ticket, oldest first. */
  readonly shown: Shown[] = [];
  /** How many have joined while a request waited. */
  joinedDuringCalls = 0;
  /** How each call with a ticket ended: "done", or why not. */
  readonly ends: string[] = [];
  readonly #people: Record<Channel, string[]> = { x: [], y: [] };
  readonly #held: (() => void)[] = [];
  readonly #calls: Promise<void>[] = [];
  readonly #config;
  readonly #limits: Limits;
  readonly #tickets: Tickets;
  #now = Date.UTC(2026, 0, 1);
  #joined = 0;

  constructor(
    readonly maxAffected: number,
    readonly perHour: number,
  ) {
    this.#config = load({
      env: {
        SORA_API_URL: "http://127.0.0.1:1/",
        SORA_CONFIRM: "preview",
        SORA_MAX_AFFECTED: String(maxAffected),
        SORA_MAX_DESTRUCTIVE_PER_HOUR: String(perHour),
      },
    });
    this.#limits = new Limits(this.#config, new Hour(() => this.#now));
    this.#tickets = new Tickets(undefined, () => this.#now);
  }

  join(channel: Channel, count = 1): void {
    if (this.#held.length > 0) this.joinedDuringCalls += count;
    for (let times = 0; times < count; times++) this.#people[channel].push(`C${this.#joined++}`);
  }

  leave(channel: Channel, which: number): void {
    const people = this.#people[channel];
    if (people.length > 0) people.splice(which % people.length, 1);
  }

  wait(ms: number): void {
    this.#now += ms;
  }

  /** Begins a call; without a ticket it is a preview. */
  call(channel: Channel, caller: string, ticket: string | undefined, fate: Fate): void {
    const seen: { people: readonly string[] } = { people: [] };
    const remember = (shown: { readonly ticket?: unknown }) => {
      if (typeof shown.ticket !== "string") return;
      this.shown.push({ ticket: shown.ticket, channel, caller, people: seen.people });
    };
    const sora = this.#sora(channel, caller, ticket, fate, seen);
    const call = this.#carryOut(channel, caller, ticket, sora).then(
      (preview) => {
        if (preview) remember(preview);
        if (ticket !== undefined) this.ends.push("done");
      },
      (error: unknown) => {
        if (!(error instanceof ToolError)) throw error;
        remember(error.details);
        this.ends.push(`${error.code}: ${error.message}`);
      },
    );
    this.#calls.push(call);
  }

  /** Lets some of the requests that wait go on, all at once. */
  letGo(...those: readonly number[]): void {
    for (const which of those) this.#held.splice(which % Math.max(1, this.#held.length), 1)[0]?.();
  }

  /** Lets all go on until every call has ended. */
  async end(): Promise<void> {
    for (; this.#held.length > 0; await turn()) this.letGo(0);
    await Promise.all(this.#calls);
  }

  /** What call.ts does of a call that is valid. Resolves to the preview, if it was one. */
  async #carryOut(
    channel: Channel,
    caller: string,
    ticket: string | undefined,
    sora: SoraClient["call"],
  ): Promise<Content | undefined> {
    const call = tool.prepare({ channel_id: channel, ticket }, "preview", (text) => text);
    const { affects } = call;
    if (!affects) throw new Error(`${tool.name} is not destructive`);
    const { signal } = new AbortController();
    const gate = new Gate({ call: sora }, this.#config, this.#limits, tool.kind, signal);
    const person = { canBeAsked: false, askedMs: undefined, ask: () => Promise.reject(new Error("asked")) };
    const decision = await decide(
      { tool, call, look: () => affects(gate), person, caller, confirmation: "preview" },
      { config: this.#config, limits: this.#limits, tickets: this.#tickets, redact: (text) => text },
    );
    if ("preview" in decision) return decision.preview;
    gate.open(decision.confirmedBy, decision.recheck);
    await call.run(gate);
    return undefined;
  }

  /**
   * Sora, as one call sees it. A look-up waits, and tells who is there when it goes on. What a call does waits for its
   * turn, looks again, and is done at once after that: nobody joins in between, which no client of Sora could see. Its
   * answer waits again.
   */
  #sora(
    channel: Channel,
    caller: string,
    ticket: string | undefined,
    fate: Fate,
    seen: { people: readonly string[] },
  ): SoraClient["call"] {
    return async (target, _body, { recheck }) => {
      if (target === look) {
        await this.#wait();
        seen.people = [...this.#people[channel]];
        return seen.people.map((connection_id) => ({ connection_id }));
      }
      await this.#wait();
      await recheck?.check();
      const hit = [...this.#people[channel]];
      this.arrivals.push({ at: this.#now, channel, caller, ticket, hit, fate });
      if (fate !== "refused") this.#people[channel] = [];
      await this.#wait();
      if (fate === "refused") throw new SoraFailure("sora_error", "Sora refused the call.");
      if (fate === "unclear") throw new UnclearFailure("timeout", "The Sora API gave no answer in time.");
      return {};
    };
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve));
  }
}

/** Lets all that can go on do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
