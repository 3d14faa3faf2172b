import { canonicalJson } from "../json.ts";
import { cutBy, Deliveries } from "./audience.ts";
import type { Blocked } from "./blocked.ts";
import type { Mute } from "./mutes.ts";
import type { Scene } from "./scene.ts";

/** What a change of mutes did that nobody asked for, in a sentence; undefined when it did nothing of the kind. */
export function harmDone(before: Scene, after: Scene, mutes: readonly Mute[]): string | undefined {
  const more = extra(before, after, mutes).length;
  if (more > 0) return `More was cut off than was asked for (deliveries of others: ${more}).`;
  const lost = missing(before.blocked.filter(cutBy(before.members, mutes)), after).length;
  return lost > 0 ? `Other mutes lost their hold (deliveries that came through again: ${lost}).` : undefined;
}

/**
 * What is cut now, was not before, and belongs to no mute. Only between those who were there before: who came in since may
 * bring filters of their own. And not for viewers whose own filters somebody has changed in between.
 */
export function extra(before: Scene, after: Scene, mutes: readonly Mute[]): readonly Blocked[] {
  // What somebody else has changed of the whole channel may cut anybody.
  if (ownFilters(before, undefined) !== ownFilters(after, undefined)) return [];
  const wasCut = new Deliveries(before.blocked);
  const isAsked = cutBy(before.members, mutes);
  const were = idsOf(before);
  const more = after.blocked.filter(
    (delivery) =>
      were.has(delivery.receiver) && were.has(delivery.sender) && !isAsked(delivery) && !wasCut.has(delivery),
  );
  const viewers = [...new Set(more.map(({ receiver }) => receiver))];
  const changed = new Set(
    viewers.filter((viewer) => ownFilters(before, viewer) !== ownFilters(after, viewer)),
  );
  return more.filter(({ receiver }) => !changed.has(receiver));
}

/** What was cut and is no more, though both are still there. */
export function missing(blocked: readonly Blocked[], after: Scene): readonly Blocked[] {
  const cut = new Deliveries(after.blocked);
  const are = idsOf(after);
  return blocked.filter(
    (delivery) => !cut.has(delivery) && are.has(delivery.receiver) && are.has(delivery.sender),
  );
}

function idsOf({ members }: Scene): ReadonlySet<string> {
  return new Set(members.map(({ connection_id }) => connection_id));
}

/** As text, the filters of others for one viewer, or for the whole channel. */
function ownFilters({ others }: Scene, viewer: string | undefined): string {
  return others
    .filter(({ connection_id }) => connection_id === viewer)
    .map(canonicalJson)
    .join();
}
