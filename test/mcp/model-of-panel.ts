import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Confirmation } from "../../src/confirmations.ts";
import { allTools } from "../../src/mcp/all-tools.ts";
import { type CallTool, type Occasion, toolCalls } from "../../src/mcp/call.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import { panelCalls } from "../../src/mcp/panel-call.ts";
import { Tickets } from "../../src/mcp/ticket.ts";
import { SoraFailure } from "../../src/sora/errors.ts";
import type { SoraCalls } from "../../src/sora/lazy-client.ts";
import { outcomeOf, type Present, person, ticketIn } from "../support/at-panel.ts";
import { load } from "../support/settings.ts";

// A Sora with two channels, and panels of two callers that look at it: every request waits until it is let go on, and the
// clock of tickets is set by hand.

export const channels = ["x", "y"] as const;
export type Channel = (typeof channels)[number];
export const callers = ["alice", "bob"] as const;

/** A call as the panel makes it, or one of the same tool from outside. */
export interface Asked {
  readonly caller: (typeof callers)[number];
  readonly channel: Channel;
  /** Whom it is about; the whole channel without one. */
  readonly client_id?: string | undefined;
  readonly isOutside?: true;
}

/** What a ticket was shown for. */
export interface Shown extends Asked {
  readonly ticket: string;
  /** The connections that were there when it was looked up. */
  readonly people: readonly string[];
}

/** A disconnect that has reached Sora. */
export interface Arrival extends Asked {
  readonly ticket: string | undefined;
  readonly hit: readonly string[];
}

const kinds = new Map(allTools.map(({ name, kind }) => [name, kind]));
const clients = ["a", "b", "c"] as const;
export const targets = [...clients, undefined] as const;

export class PanelModel {
  readonly shown: Shown[] = [];
  readonly arrivals: Arrival[] = [];
  /** How each call ended that had a ticket. */
  readonly ends: string[] = [];
  joinedDuringCalls = 0;
  readonly #people: Record<Channel, Present[]> = { x: [], y: [] };
  readonly #held: (() => void)[] = [];
  readonly #calls: Promise<void>[] = [];
  readonly #callers = { alice: { name: "alice" }, bob: { name: "bob" } };
  readonly #config;
  readonly #tickets: Tickets;
  #now = Date.UTC(2026, 0, 1);
  #joined = 0;

  constructor(confirm: Confirmation) {
    this.#config = load({ env: { SORA_API_URL: "http://127.0.0.1:1/", SORA_CONFIRM: confirm } });
    this.#tickets = new Tickets(undefined, () => this.#now);
  }

  join(channel: Channel, count = 1): void {
    if (this.#held.length > 0) this.joinedDuringCalls += count;
    for (let times = 0; times < count; times++) {
      const number = this.#joined++;
      this.#people[channel].push(person(`C${number}`, clients[number % clients.length]));
    }
  }

  leave(channel: Channel, which: number): void {
    const people = this.#people[channel];
    if (people.length > 0) people.splice(which % people.length, 1);
  }

  wait(ms: number): void {
    this.#now += ms;
  }

  /** Begins a call; in the panel one without a ticket is a preview. */
  call(asked: Asked, ticket: string | undefined): void {
    const seen: { people: readonly string[] } = { people: [] };
    const { channel: channel_id, client_id } = asked;
    const tool = client_id === undefined ? "sora_disconnect_channel" : "sora_disconnect_client";
    const target = client_id === undefined ? {} : { client_id };
    const given = { ...target, ...(ticket !== undefined && { ticket }) };
    const { callTool, callPanel } = this.#server(
      this.#callers[asked.caller],
      this.#sora(asked, ticket, seen),
    );
    const act = ticket === undefined ? "preview" : "confirm";
    const result = asked.isOutside
      ? callTool(tool, { channel_id, ...given }, occasion())
      : callPanel({ channel_id, act, tool, arguments: given }, occasion());
    this.#calls.push(
      result.then((ended) => {
        const fresh = ticketIn(ended);
        if (typeof fresh === "string") this.shown.push({ ...asked, ticket: fresh, people: seen.people });
        if (ticket !== undefined) this.ends.push(ended.isError ? reasonOf(ended) : outcomeOf(ended));
      }),
    );
  }

  /** Lets some of the requests that wait go on, all at once. */
  letGo(...those: readonly number[]): void {
    for (const which of those) this.#held.splice(which % Math.max(1, this.#held.length), 1)[0]?.();
  }

  /** Lets all go on until every call has ended. */
  async end(): Promise<void> {
    let left = this.#calls.length;
    for (const call of this.#calls) void call.then(() => left--);
    for (; left > 0; await turn()) this.letGo(0);
    await Promise.all(this.#calls);
  }

  /** What carries out the calls of one caller; all share the tickets, as in one process. */
  #server(caller: Caller, client: SoraCalls) {
    const callTool: CallTool = toolCalls({
      config: this.#config,
      client,
      caller,
      tickets: this.#tickets,
      audit: { refusal: async () => undefined, append: async () => undefined, catchUp: async () => {} },
      log: () => {},
      redact: (text) => text,
    });
    return { callTool, callPanel: panelCalls(kinds, this.#config, callTool) };
  }

  /** Sora, as one call sees it: what it does comes right after its last look, if it looks again before that. */
  #sora(asked: Asked, ticket: string | undefined, seen: { people: readonly string[] }): SoraCalls {
    const { channel, client_id } = asked;
    const idsIn = () =>
      this.#people[channel]
        .filter((one) => client_id === undefined || one.client_id === client_id)
        .map(({ connection_id }) => connection_id);
    return {
      warm: async () => {},
      close: async () => {},
      call: async (target, _body, { recheck }) => {
        await this.#wait();
        if (target.endsWith(".ListChannelConnections")) {
          seen.people = idsIn();
          return [...this.#people[channel]];
        }
        if (!/\.Disconnect(Channel|Client)$/.test(target)) throw new SoraFailure("bad_response", target);
        if (recheck) await recheck.check();
        const hit = recheck ? seen.people : idsIn();
        this.arrivals.push({ ...asked, ticket, hit });
        this.#people[channel] = this.#people[channel].filter(
          ({ connection_id }) => !hit.includes(connection_id),
        );
        return {};
      },
    };
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve));
  }
}

function occasion(): Occasion {
  const person = { canBeAsked: false, askedMs: undefined, ask: () => Promise.reject(new Error("asked")) };
  return { signal: new AbortController().signal, person, clientInfo: { name: "host", version: "1" } };
}

function reasonOf({ content }: CallToolResult): string {
  const [block] = content;
  const { error } = block?.type === "text" ? JSON.parse(block.text) : { error: {} };
  return `${error.code}: ${error.message}`;
}

/** Lets all that can go on do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
