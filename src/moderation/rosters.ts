import { randomBytes } from "node:crypto";
import { difference, type Roster } from "./roster.ts";

const mostChannels = 64;
const mostOfOneChannel = 8;

/** Over all rosters, which takes some 20 MB: channels of a usual size stay far below that. */
const mostConnections = 100_000;

/** Waits in a row in which nothing happened, and how long they took together. */
export interface EmptyWaits {
  readonly waits: number;
  readonly seconds: number;
  /** When the last of them ended, as performance.now() says it. */
  readonly endedAt: number;
}

const none: EmptyWaits = { waits: 0, seconds: 0, endedAt: Number.NEGATIVE_INFINITY };

interface Watched {
  /** By their cursors, the newest last. */
  readonly rosters: Map<string, Roster>;
  empty: EmptyWaits;
}

/** What one caller was told last of each channel: the rosters behind cursors. Oldest first, what is too much is forgotten. */
export class Rosters {
  /** Tells the cursors of another run, or of another caller, from these. */
  readonly #run = randomBytes(3).toString("hex");
  /** By their ids, the one that was watched last last. */
  readonly #channels = new Map<string, Watched>();
  #count = 0;

  /** The roster behind a cursor of this channel, if it is still known. */
  behind(channel_id: string, cursor: string): Roster | undefined {
    return this.#channels.get(channel_id)?.rosters.get(cursor);
  }

  /** Keeps a roster and returns the cursor that stands for it: while nothing changes, the same one. */
  keep(channel_id: string, roster: Roster): string {
    const { rosters } = this.#watched(channel_id);
    const newest = [...rosters].at(-1);
    if (newest && isSame(newest[1], roster)) return newest[0];
    this.#count += 1;
    const cursor = `${this.#run}-${this.#count}`;
    rosters.set(cursor, roster);
    this.#forget(rosters);
    return cursor;
  }

  /** Counts a wait in which nothing happened. Of those that go on at the same time one counts. */
  countEmpty(channel_id: string, startedAt: number, seconds: number): EmptyWaits {
    const watched = this.#watched(channel_id);
    const { waits, seconds: before, endedAt } = watched.empty;
    if (startedAt >= endedAt) {
      watched.empty = { waits: waits + 1, seconds: before + seconds, endedAt: performance.now() };
    }
    return watched.empty;
  }

  /** Something happened: waits in which nothing does are counted anew. */
  countAnew(channel_id: string): void {
    this.#watched(channel_id).empty = none;
  }

  #watched(channel_id: string): Watched {
    const watched = this.#channels.get(channel_id) ?? { rosters: new Map(), empty: none };
    // Behind all others, as the newest.
    this.#channels.delete(channel_id);
    this.#channels.set(channel_id, watched);
    return watched;
  }

  /** `newest` are the rosters of the channel that was watched last: of those, one is kept however large it is. */
  #forget(newest: Map<string, Roster>): void {
    for (const [channel_id, { rosters }] of this.#channels) {
      if (rosters === newest) break;
      if (this.#channels.size > mostChannels || this.#connections() > mostConnections) {
        this.#channels.delete(channel_id);
      }
    }
    for (const cursor of newest.keys()) {
      if (newest.size === 1) break;
      if (newest.size > mostOfOneChannel || this.#connections() > mostConnections) newest.delete(cursor);
    }
  }

  #connections(): number {
    let sum = 0;
    for (const { rosters } of this.#channels.values()) {
      for (const roster of rosters.values()) sum += roster.size;
    }
    return sum;
  }
}

function isSame(one: Roster, other: Roster): boolean {
  const { joined, left } = difference(one, other);
  return joined.length === 0 && left.length === 0;
}
