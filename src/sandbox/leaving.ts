import type { Connection, State } from "./state.ts";
import { endStream, receivedBySora, sentToViewer, uptime } from "./traffic.ts";

function countEnded({ ended, now }: State, gone: Connection): void {
  ended.connections += 1;
  if (gone.conditions.relayProtocol === "tcp") ended.overTcp += 1;
  ended.durationMs += uptime(gone, now);
  ended.receivedPackets += receivedBySora(gone, [...gone.sent.audio, ...gone.sent.video], now).packets;
  ended.sentPackets += sentToViewer(gone).packets;
}

/** Cuts connections: nothing about them is left but sums, and what others were sent by them. */
export function disconnect(state: State, connections: Iterable<Connection>): void {
  for (const gone of [...connections]) {
    countEnded(state, gone);
    const { channel_id, spotlight, connections: others } = gone.channel;
    others.delete(gone.connection_id);
    spotlight?.focused.delete(gone.connection_id);
    for (const viewer of others.values()) endStream(viewer, gone);
    if (others.size > 0) continue;
    state.channels.delete(channel_id);
    state.ended.sessions += 1;
  }
}
