import { kinds } from "./media.ts";
import { codecId, codecs, type Entry, transportId } from "./rtc-common.ts";
import { inboundEntries } from "./rtc-receiving.ts";
import { outboundEntries, sourceEntries } from "./rtc-sending.ts";
import { transportEntries } from "./rtc-transport.ts";
import { type ClientReport, type Connection, lastHeard } from "./state.ts";

const firstReportMs = 2000;
const reportEveryMs = 60_000;

function codecEntries(connection: Connection): Entry[] {
  const sources = [connection, ...connection.streams.map((stream) => stream.sender)];
  const encodings = kinds
    .filter((kind) => connection[kind])
    .flatMap((kind) => sources.flatMap((source) => source.sent[kind]));
  const byId = new Map(encodings.map((encoding) => [codecId(encoding), codecs[encoding.codecType]]));
  return [...byId].map(([id, codec]) => ({ id, type: "codec", ...codec, transportId }));
}

/** What the client's getStats() says now. */
function clientEntries(connection: Connection, now: number): Entry[] {
  const { sent, streams } = connection;
  const entries = [
    ...transportEntries(connection, now),
    ...codecEntries(connection),
    ...kinds.flatMap((kind) => sourceEntries(connection, kind, now)),
    ...kinds.flatMap((kind) => sent[kind]).flatMap((encoding) => outboundEntries(connection, encoding, now)),
    ...kinds.flatMap((kind) => streams.flatMap((stream) => inboundEntries(stream, kind))),
  ];
  return entries.map((entry) => ({ ...entry, timestamp: now }));
}

/** When a client that reports from time to time last did so; before it came, if it has not yet. */
export function newestReportAt(connection: Connection, now: number): number {
  const first = Math.ceil(connection.created_time / 1000) + firstReportMs;
  const reports = Math.floor((lastHeard(connection, now) - first) / reportEveryMs);
  return first + reports * reportEveryMs;
}

/** Has Sora hold what the client's getStats() says now. */
export function report(connection: Connection, now: number): void {
  connection.report = { at: now, entries: clientEntries(connection, now) };
}

/** What Sora knows of the client's getStats(). Of who has only just come that is nothing. */
export function knownReport(connection: Connection, now: number): ClientReport {
  const { channel, created_time } = connection;
  if (!channel.holdsReports) return { at: now, entries: clientEntries(connection, now) };
  return connection.report ?? { at: Math.ceil(created_time / 1000), entries: [] };
}
