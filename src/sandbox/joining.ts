import { flow, initialSpotlightRids } from "./delivery.ts";
import { applyFilters } from "./filters.ts";
import { type Random, soraId, ssrc, uuid } from "./ids.ts";
import { audioEncoding, videoEncodings } from "./media.ts";
import type { Channel, Connection, Participant, Session, Stream } from "./state.ts";

/** A channel that nobody has entered yet. */
export function newChannel(
  channel_id: string,
  kind: Pick<Channel, "spotlight" | "holdsReports">,
  random: Random,
): Channel {
  const session: Session = {
    session_id: soraId(random),
    created_time: 0,
    max_connections: 0,
    total_connections: 0,
    filters: new Map(),
    hasNamedFilters: false,
    recording: undefined,
    isAudioStreaming: false,
  };
  return { channel_id, session, ...kind, connections: new Map() };
}

export function connect(channel: Channel, participant: Participant, now: number, random: Random): Connection {
  const { role, audio, video, picture, highestRid, joinedSecondsAgo, silentSecondsAgo } = participant;
  const { limitation } = participant.conditions;
  const sends = role !== "recvonly";
  const nextSsrc = () => ssrc(random);
  const connection_id = soraId(random);
  // Who comes this moment does so at it, and not a little before.
  const microseconds = joinedSecondsAgo > 0 ? Math.floor(random() * 1000) : 0;
  return {
    ...participant,
    channel,
    client_id: participant.client_id ?? connection_id,
    bundle_id: connection_id,
    connection_id,
    created_time: (now - joinedSecondsAgo * 1000) * 1000 - microseconds,
    silentSince: silentSecondsAgo === undefined ? undefined : now - silentSecondsAgo * 1000,
    simulcast: highestRid !== undefined,
    trackIdentifiers: { audio: uuid(random), video: uuid(random) },
    sent: {
      audio: sends && audio ? [audioEncoding(nextSsrc(), audio)] : [],
      video: sends && video ? videoEncodings(nextSsrc, video, picture, highestRid, limitation) : [],
    },
    streams: [],
    past: {
      streams: 0,
      sent: { packets: 0, bytes: 0, frames: 0 },
      received: { packets: 0, bytes: 0, frames: 0 },
    },
    report: undefined,
    filters: new Map(),
    keyFrameRequests: new Map(),
    receivesAudioStreamingResults: false,
    pushes: { total: 0, last: null },
    focusTotals: { succeeded: 0, failed: 0 },
  };
}

/** Lets a viewer see a sender, and have seen it since the later of the two joined. */
function deliver(viewer: Connection, sender: Connection, now: number): void {
  if (viewer.role === "sendonly" || sender.role === "recvonly") return;
  const stream: Stream = {
    viewer,
    sender,
    paused: false,
    requestedRid: undefined,
    spotlightRids: initialSpotlightRids,
    cutBy: { audio: new Set(), video: new Set() },
    deliveredMs: new Map(),
  };
  const together = Math.max(viewer.created_time, sender.created_time);
  flow(stream, Math.ceil(together / 1000), now);
  viewer.streams = [...viewer.streams, stream];
  applyFilters(stream);
}

/** Lets who came to a channel and those who were there see each other. */
export function meet(newcomer: Connection, now: number): void {
  for (const other of newcomer.channel.connections.values()) {
    if (other === newcomer) continue;
    deliver(newcomer, other, now);
    deliver(other, newcomer, now);
  }
}
