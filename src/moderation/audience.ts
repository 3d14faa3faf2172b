import { isObject } from "../json.ts";
import { listOf, undocumented } from "../tools/shapes.ts";
import type { Blocked } from "./blocked.ts";
import { kindsOf, type MediaKind, type Muted, mediaKinds } from "./mutes.ts";

/** A connection, as far as it matters who gets what of whom. */
export interface Member {
  readonly connection_id: string;
  readonly client_id: string | undefined;
  readonly sends: boolean;
  readonly receives: boolean;
  /** The kinds of media that it sends or receives at all. */
  readonly kinds: readonly MediaKind[];
}

/**
 * The connections in an answer of ListChannelConnections. What is not said of one is thought to be so: that it sends,
 * receives, and both kinds. Throws `bad_response`.
 */
export function membersIn(answer: unknown): readonly Member[] {
  return listOf(answer).flatMap((connection) => {
    if (!isObject(connection)) throw undocumented("Sora listed something other than connections.");
    const { connection_id, client_id, role } = connection;
    if (typeof connection_id !== "string") return [];
    return {
      connection_id,
      client_id: typeof client_id === "string" ? client_id : undefined,
      sends: role !== "recvonly",
      receives: role !== "sendonly",
      kinds: mediaKinds.filter((kind) => connection[kind] !== false),
    };
  });
}

/** Whether somebody is whom a mute is about. */
export function isMuted(
  { connection_id, client_id }: Pick<Member, "connection_id" | "client_id">,
  muted: Muted,
): boolean {
  return muted.connection_id === undefined
    ? client_id !== undefined && client_id === muted.client_id
    : connection_id === muted.connection_id;
}

/** All that a mute is to cut: each kind from each connection of the muted one to each other that would get it. */
export function deliveriesCut(members: readonly Member[], muted: Muted): readonly Blocked[] {
  const senders = members.filter((member) => member.sends && isMuted(member, muted));
  return senders.flatMap((sender) =>
    members
      .filter((receiver) => receiver.receives && receiver !== sender)
      .flatMap((receiver) =>
        kindsOf(muted)
          .filter((kind) => sender.kinds.includes(kind) && receiver.kinds.includes(kind))
          .map((kind) => ({ receiver: receiver.connection_id, sender: sender.connection_id, kind })),
      ),
  );
}

/** Deliveries as a set, to be looked up. */
export class Deliveries {
  readonly #keys: ReadonlySet<string>;

  constructor(deliveries: readonly Blocked[]) {
    this.#keys = new Set(deliveries.map(keyOf));
  }

  has(delivery: Blocked): boolean {
    return this.#keys.has(keyOf(delivery));
  }
}

function keyOf({ receiver, sender, kind }: Blocked): string {
  return JSON.stringify([receiver, sender, kind]);
}

/** For how many of those who would get it something is cut, and for whom it is not. */
export interface Reach {
  readonly blockedFor: number;
  readonly of: number;
  readonly missed: readonly Member[];
}

/** How far a mute has taken hold: a receiver counts once none of what it would get of the muted one gets through. */
export function reachOf(members: readonly Member[], muted: Muted, blocked: readonly Blocked[]): Reach {
  const cut = new Deliveries(blocked);
  const wanted = deliveriesCut(members, muted);
  const receivers = new Set(wanted.map(({ receiver }) => receiver));
  const missed = new Set(wanted.filter((delivery) => !cut.has(delivery)).map(({ receiver }) => receiver));
  return {
    blockedFor: receivers.size - missed.size,
    of: receivers.size,
    missed: members.filter(({ connection_id }) => missed.has(connection_id)),
  };
}
