import { knownReport } from "./rtc-report.ts";
import type { Connection } from "./state.ts";

function answer(connection: Connection, now: number) {
  const { channel, connection_id } = connection;
  const { at, entries } = knownReport(connection, now);
  const head = { channel_id: channel.channel_id, connection_id, timestamp: new Date(at).toISOString() };
  return { head, entries };
}

/** One answer of GetUserAgentStats. */
export function userAgentStats(connection: Connection, now: number) {
  const { head, entries } = answer(connection, now);
  return { ...head, stats: entries };
}

/** One answer of GetRtcStats, as the same is called since 2024.1. */
export function rtcStats(connection: Connection, now: number) {
  const { head, entries } = answer(connection, now);
  return { ...head, rtc_stats: entries };
}
