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

/** Deliveries, to be looked up: there may be a hundred thousand of them. */
export class Deliveries {
  /** By receiver, and then by kind: the senders. */
  readonly #senders = new Map<string, Map<string, Set<string>>>();

  constructor(deliveries: readonly Blocked[]) {
    for (const { receiver, sender, kind } of deliveries) {
      const kinds = this.#senders.get(receiver) ?? new Map<string, Set<string>>();
      const senders = kinds.get(kind) ?? new Set();
      this.#senders.set(receiver, kinds.set(kind, senders.add(sender)));
    }
  }

  has({ receiver, sender, kind }: Blocked): boolean {
    return this.#senders.get(receiver)?.get(kind)?.has(sender) ?? false;
  }
}

/** Tells whether a delivery is what one of the mutes is to cut, if its sender is among these members. */
export function cutBy(
  members: readonly Member[],
  mutes: readonly Muted[],
): (delivery: Pick<Blocked, "sender" | "kind">) => boolean {
  const cut = new Map<string, ReadonlySet<string>>(
    mediaKinds.map((kind) => {
      const those = mutes.filter((mute) => kindsOf(mute).includes(kind));
      const clients = new Set(those.map(({ client_id }) => client_id));
      const connections = new Set(those.map(({ connection_id }) => connection_id));
      const senders = members.filter(
        ({ client_id, connection_id }) =>
          connections.has(connection_id) || (client_id !== undefined && clients.has(client_id)),
      );
      return [kind, new Set(senders.map(({ connection_id }) => connection_id))];
    }),
  );
  return ({ sender, kind }) => cut.get(kind)?.has(sender) ?? false;
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
  const senders = members.filter((member) => member.sends && isMuted(member, muted));
  const missed: Member[] = [];
  let of = 0;
  for (const receiver of members.filter(({ receives }) => receives)) {
    const kinds = kindsOf(muted).filter((kind) => receiver.kinds.includes(kind));
    const sent = (kind: MediaKind) =>
      senders.filter(
        (sender) => sender.connection_id !== receiver.connection_id && sender.kinds.includes(kind),
      );
    if (!kinds.some((kind) => sent(kind).length > 0)) continue;
    of += 1;
    const getsThrough = (kind: MediaKind) =>
      sent(kind).some(
        ({ connection_id: sender }) => !cut.has({ receiver: receiver.connection_id, sender, kind }),
      );
    if (kinds.some(getsThrough)) missed.push(receiver);
  }
  return { blockedFor: of - missed.length, of, missed };
}
