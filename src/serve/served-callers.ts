import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Entry, Rights } from "../callers/entry.ts";
import { narrowed } from "../callers/narrowing.ts";
import type { Said } from "../mcp/apps.ts";
import type { Caller } from "../mcp/caller.ts";
import { type ServerOptions, serverMaker } from "../mcp/server.ts";
import type { Config } from "../settings/config.ts";
import type { SoraCalls } from "../sora/lazy-client.ts";

export type MakeServer = (said: Said | undefined) => Server;

/**
 * So many of those that came last are kept: callers, as with access tokens one entry may stand for many people, and what is
 * made of their rights, which takes some 30 kB each.
 */
const most = { callers: 10_000, made: 200 };

/** Tells callers apart. */
export function callerKey(entry: Entry | undefined, subject: string | undefined): string {
  return JSON.stringify([entry?.name, subject]);
}

interface Made {
  readonly entry: Entry | undefined;
  readonly caller: Caller;
  readonly make: MakeServer;
}

/** The servers of each caller, under its own rights: made when it first comes, and anew when its entry has changed. */
export class ServedCallers {
  readonly #callers = new Map<string, Caller>();
  readonly #made = new Map<string, Made>();
  readonly #config: Config;
  readonly #client: SoraCalls;
  readonly #options: Omit<ServerOptions, "caller">;
  readonly #most: typeof most;

  constructor(config: Config, client: SoraCalls, options: Omit<ServerOptions, "caller">, kept = most) {
    this.#config = config;
    this.#client = client;
    this.#options = options;
    this.#most = kept;
  }

  /** Without an entry, for whoever comes. `asked` are the rights that a request leaves itself. */
  serverFor(entry: Entry | undefined, subject: string | undefined, asked: Rights): MakeServer {
    const who = callerKey(entry, subject);
    const key = JSON.stringify([who, asked.readOnly, asked.toolsets?.toSorted()]);
    const caller = this.#caller(who, entry, subject);
    const made = this.#made.get(key);
    // One whom it forgot meanwhile is another caller now: all that is made for it must count together.
    const isCurrent = made?.entry === entry && made?.caller === caller;
    const kept = isCurrent ? made : { entry, caller, make: this.#make(entry, caller, asked) };
    keepNewest(this.#made, key, kept, this.#most.made);
    return kept.make;
  }

  #make(entry: Entry | undefined, caller: Caller, asked: Rights): MakeServer {
    const own = entry ? narrowed(this.#config, entry.rights) : this.#config;
    return serverMaker(narrowed(own, asked), this.#client, { ...this.#options, caller });
  }

  #caller(who: string, entry: Entry | undefined, subject: string | undefined): Caller {
    const caller = this.#callers.get(who) ?? {
      ...(entry && { name: entry.name }),
      ...(subject !== undefined && { subject }),
    };
    keepNewest(this.#callers, who, caller, this.#most.callers);
    return caller;
  }
}

/** Puts a value behind all others, and lets go of the oldest. */
function keepNewest<Value>(all: Map<string, Value>, key: string, value: Value, most: number): void {
  all.delete(key);
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > most && oldest !== undefined) all.delete(oldest);
}
