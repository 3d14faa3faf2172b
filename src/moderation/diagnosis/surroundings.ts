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

  const mutedFor = (sender: Participant, kind: MediaKind) => {
    const receivers = participants.filter((receiver) => gets(receiver, sender, kind));
    return {
      cutFor: receivers.filter((receiver) => isCut(receiver, sender, kind)).length,
      of: receivers.length,
    };
  };

  const offeredTo = (receiver: Participant): Surroundings["offered"] => {
    const getsOf = (sender: Participant) => (kind: MediaKind) =>
      gets(receiver, sender, kind) && !isCut(receiver, sender, kind);
    const packets = participants
      .filter((sender) => mediaKinds.some(getsOf(sender)))
      .map((sender) => {
        const rate = rates.get(sender.connection_id)?.up.packetsPerSecond;
        return { rate, isAllForReceiver: isAllForwarded(receiver) && sender.kinds.every(getsOf(sender)) };
      });
    if (packets.some(({ rate = 0, isAllForReceiver }) => rate > 0 && isAllForReceiver)) return "seen";
    return packets.some(({ rate }) => rate !== 0) ? "expected" : "nothing";
  };
  // Without the filters, or with spotlight, what is sent need not be for this one.
  const isAllForwarded = (receiver: Participant) => blocked !== undefined && !receiver.isSpotlight;

  return (participant) => ({
    connectionsOfClient: participant.client_id === undefined ? 1 : (byClient.get(participant.client_id) ?? 1),
    muted: { audio: mutedFor(participant, "audio"), video: mutedFor(participant, "video") },
    offered: offeredTo(participant),
  });
}
