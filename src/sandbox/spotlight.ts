import { findSimulcastStreams, type StreamSelection } from "./delivery.ts";
import { refusal } from "./errors.ts";
import type { SpotlightRids } from "./media.ts";
import { type Channel, type Connection, findConnection, type Spotlight } from "./state.ts";

type Focusing = Pick<Connection, "connection_id">;

/** Throws `NotSpotlightChannel`. */
export function spotlightOf({ channel_id, spotlight }: Channel): Spotlight {
  if (!spotlight) throw refusal("NotSpotlightChannel", { channel_id });
  return spotlight;
}

/** The connection that has had an unfixed focus for longest. */
function oldestUnfixed({ focused }: Spotlight): string | undefined {
  return [...focused.keys()].find((connection_id) => !focused.get(connection_id)?.fixed);
}

/**
 * Focuses a connection. When every slot is taken the oldest unfixed focus yields; a fixed one never does, nor does a
 * plain focus loosen it. Throws `SpotlightFull`.
 */
export function focus(channel: Channel, { connection_id }: Focusing, fixed: boolean): void {
  const spotlight = spotlightOf(channel);
  const { focused, number } = spotlight;
  const { focusTotals } = findConnection(channel, connection_id);
  const current = focused.get(connection_id);
  if (!current && focused.size >= number) {
    const yielding = oldestUnfixed(spotlight);
    if (yielding === undefined) {
      focusTotals.failed += 1;
      const { channel_id } = channel;
      throw refusal("SpotlightFull", { channel_id, connection_id, spotlight_number: number });
    }
    focused.delete(yielding);
  }
  focused.delete(connection_id);
  focused.set(connection_id, { fixed: fixed || current?.fixed === true });
  focusTotals.succeeded += 1;
}

export function unfocus(channel: Channel, { connection_id }: Focusing): void {
  const { focused } = spotlightOf(channel);
  findConnection(channel, connection_id);
  focused.delete(connection_id);
}

/** Changes how many can be focused; those too many yield, unfixed ones before fixed ones, oldest first. */
export function changeNumber(channel: Channel, values: { readonly spotlight_number: number }): void {
  const spotlight = spotlightOf(channel);
  spotlight.number = values.spotlight_number;
  while (spotlight.focused.size > spotlight.number) {
    const [oldest = ""] = spotlight.focused.keys();
    spotlight.focused.delete(oldestUnfixed(spotlight) ?? oldest);
  }
}

/** The streams of a selection are to follow the spotlight with these rids. */
type RidRequest = StreamSelection & SpotlightRids;

/** All streams are found before any is changed: a batch with one bad item changes nothing. */
export function requestSpotlightRids(channel: Channel, items: readonly RidRequest[]): void {
  spotlightOf(channel);
  const found = items.map((item) => ({ item, streams: findSimulcastStreams(channel, item) }));
  for (const { item, streams } of found) {
    const { spotlight_focus_rid, spotlight_unfocus_rid } = item;
    for (const stream of streams) stream.spotlightRids = { spotlight_focus_rid, spotlight_unfocus_rid };
  }
}
