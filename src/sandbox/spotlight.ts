import { refusal } from "./errors.ts";
import { type Channel, findChannel, findConnection, type Spotlight, type State } from "./state.ts";

/** A channel that is known to have a spotlight. */
export interface SpotlightChannel extends Channel {
  readonly spotlight: Spotlight;
}

function hasSpotlight(channel: Channel): channel is SpotlightChannel {
  return channel.spotlight !== undefined;
}

/** Throws `ChannelNotFound` or `NotSpotlightChannel`. */
export function findSpotlightChannel(state: State, channel_id: string): SpotlightChannel {
  const channel = findChannel(state, channel_id);
  if (!hasSpotlight(channel)) throw refusal("NotSpotlightChannel", { channel_id });
  return channel;
}

/** The connection that has had an unfixed focus for longest. */
function oldestUnfixed({ focused }: Spotlight): string | undefined {
  return [...focused.keys()].find((connection_id) => !focused.get(connection_id)?.fixed);
}

/**
 * Focuses a connection. When every slot is taken the oldest unfixed focus yields; a fixed one never does, nor does a
 * plain focus loosen it. Throws `SpotlightFull`.
 */
export function focus(channel: SpotlightChannel, connection_id: string, fixed: boolean): void {
  const { channel_id, spotlight } = channel;
  const { focused, number } = spotlight;
  const { focusTotals } = findConnection(channel, connection_id);
  const current = focused.get(connection_id);
  if (!current && focused.size >= number) {
    const yielding = oldestUnfixed(spotlight);
    if (yielding === undefined) {
      focusTotals.failed += 1;
      throw refusal("SpotlightFull", { channel_id, connection_id, spotlight_number: number });
    }
    focused.delete(yielding);
  }
  focused.delete(connection_id);
  focused.set(connection_id, { fixed: fixed || current?.fixed === true });
  focusTotals.succeeded += 1;
}

/** Takes the focus away, fixed or not. */
export function unfocus(channel: SpotlightChannel, connection_id: string): void {
  findConnection(channel, connection_id);
  channel.spotlight.focused.delete(connection_id);
}

/** Changes how many can be focused; those too many yield, unfixed ones before fixed ones, oldest first. */
export function changeNumber({ spotlight }: SpotlightChannel, number: number): void {
  spotlight.number = number;
  while (spotlight.focused.size > number) {
    const [oldest = ""] = spotlight.focused.keys();
    spotlight.focused.delete(oldestUnfixed(spotlight) ?? oldest);
  }
}
