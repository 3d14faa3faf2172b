import { Deliveries } from "../audience.ts";
import type { Blocked } from "../blocked.ts";
import { type MediaKind, mediaKinds } from "../mutes.ts";
import type { Rates } from "./counters.ts";
import type { Participant } from "./participant.ts";

/** What the others in a channel, and its filters, have to do with how well somebody's connection works. */
export interface Surroundings {
  /** How many connections have the client id, this one included. */
  readonly connectionsOfClient: number;
  /** For how many a filter cuts what is sent, of all who would get it. */
  readonly muted: Readonly<Record<MediaKind, { readonly cutFor: number; readonly of: number }>>;
  /** Whether there is anything to receive: seen to come from others, to be expected of them, or nothing. */
  readonly offered: "seen" | "expected" | "nothing";
}

/**
 * Tells the surroundings of each. `blocked` is undefined where it is not known who is blocked for whom, `rates` are of
 * those whose counters were read, by their connection ids.
 */
export function surroundingsIn(
  participants: readonly Participant[],
  blocked: readonly Blocked[] | undefined,
  rates: ReadonlyMap<string, Rates>,
): (participant: Participant) => Surroundings {
  const cut = new Deliveries(blocked ?? []);
  const byClient = new Map<string | undefined, number>();
  for (const { client_id } of participants) byClient.set(client_id, (byClient.get(client_id) ?? 0) + 1);

  const gets = (receiver: Participant, sender: Participant, kind: MediaKind) =>
    receiver !== sender &&
    receiver.receives &&
    sender.sends &&
    receiver.kinds.includes(kind) &&
    sender.kinds.includes(kind);
  const isCut = (receiver: Participant, sender: Participant, kind: MediaKind) =>
    cut.has({ receiver: receiver.connection_id, sender: sender.connection_id, kind });

  const receiversOf = (kind: MediaKind) =>
    participants.filter((receiver) => receiver.receives && receiver.kinds.includes(kind));
  const receivers = { audio: receiversOf("audio"), video: receiversOf("video") };
  const cutFrom = cutBySender(blocked ?? [], receivers);
  const mutedFor = (sender: Participant, kind: MediaKind) => {
    if (!sender.sends || !sender.kinds.includes(kind)) return { cutFor: 0, of: 0 };
    const of = receivers[kind].length - (sender.receives ? 1 : 0);
    return { cutFor: cutFrom[kind].get(sender.connection_id) ?? 0, of };
  };

  const offeredTo = (receiver: Participant): Surroundings["offered"] => {
    const getsOf = (sender: Participant) => (kind: MediaKind) =>
      gets(receiver, sender, kind) && !isCut(receiver, sender, kind);
    const rateOf = ({ connection_id }: Participant) => rates.get(connection_id)?.up.packetsPerSecond;
    const getsSome = (sender: Participant) => mediaKinds.some(getsOf(sender));
    // Without the filters, or with spotlight, what is sent need not be for this one.
    const isAllForwarded = blocked !== undefined && !receiver.isSpotlight;
    const isSeen = (sender: Participant) =>
      (rateOf(sender) ?? 0) > 0 && getsSome(sender) && sender.kinds.every(getsOf(sender));
    if (isAllForwarded && participants.some(isSeen)) return "seen";
    const isExpected = (sender: Participant) => rateOf(sender) !== 0 && getsSome(sender);
    return participants.some(isExpected) ? "expected" : "nothing";
  };

  return (participant) => ({
    connectionsOfClient: participant.client_id === undefined ? 1 : (byClient.get(participant.client_id) ?? 1),
    muted: { audio: mutedFor(participant, "audio"), video: mutedFor(participant, "video") },
    // Takes a look at everybody: only of those who are looked at closely.
    get offered() {
      return offeredTo(participant);
    },
  });
}

/** For how many of those who would get it each sender is cut, by kind. */
function cutBySender(
  blocked: readonly Blocked[],
  receivers: Readonly<Record<MediaKind, readonly Participant[]>>,
): Readonly<Record<MediaKind, ReadonlyMap<string, number>>> {
  const count = (kind: MediaKind) => {
    const ids = new Set(receivers[kind].map(({ connection_id }) => connection_id));
    const counts = new Map<string, number>();
    for (const { receiver, sender, kind: cut } of blocked) {
      if (cut !== kind || receiver === sender || !ids.has(receiver)) continue;
      counts.set(sender, (counts.get(sender) ?? 0) + 1);
    }
    return counts;
  };
  return { audio: count("audio"), video: count("video") };
}
