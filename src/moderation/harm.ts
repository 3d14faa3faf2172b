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
  const wasCut = new Deliveries(before.blocked);
  const isAsked = cutBy(before.members, mutes);
  const were = idsOf(before);
  const changed = viewersChanged(before, after);
  return after.blocked.filter(
    (delivery) =>
      were.has(delivery.receiver) &&
      were.has(delivery.sender) &&
      !isAsked(delivery) &&
      !wasCut.has(delivery) &&
      !changed.has(delivery.receiver),
  );
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

function viewersChanged(before: Scene, after: Scene): ReadonlySet<unknown> {
  const [were, are] = [viewersFilters(before), viewersFilters(after)];
  const viewers = [...were.keys(), ...are.keys()];
  return new Set(viewers.filter((viewer) => were.get(viewer) !== are.get(viewer)));
}

/** The filters of each viewer who has any, as text. */
function viewersFilters({ others }: Scene): ReadonlyMap<unknown, string> {
  const filters = new Map<unknown, string>();
  for (const filter of others) {
    const { connection_id } = filter;
    if (connection_id !== undefined) {
      filters.set(connection_id, (filters.get(connection_id) ?? "") + canonicalJson(filter));
    }
  }
  return filters;
}
