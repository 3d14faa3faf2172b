import { cloudRelease, type Edition, type Release } from "../releases.ts";
import { flow, initialSpotlightRids } from "./delivery.ts";
import { applyFilters } from "./filters.ts";
import { type Random, soraId, ssrc, uuid } from "./ids.ts";
import { audioEncoding, videoEncodings } from "./media.ts";
import { initialNode } from "./node.ts";
import { loungeParticipants, soraParticipants } from "./participants.ts";
import { focus } from "./spotlight.ts";
import {
  type Channel,
  type Connection,
  enter,
  type Participant,
  type Session,
  type Spotlight,
  type State,
  type Stream,
} from "./state.ts";

/** The release that an edition answers as. */
function releaseBehind(edition: Edition): Release {
  // Sora Labo's page is of 2021 and 2022.
  if (edition === "labo") return "2022.2";
  return edition === "cloud" ? cloudRelease : edition;
}

function connect(channel: Channel, participant: Participant, now: number, random: Random): Connection {
  const { role, audio, video, picture, highestRid } = participant;
  const sends = role !== "recvonly";
  const nextSsrc = () => ssrc(random);
  const connection_id = soraId(random);
  const microseconds = Math.floor(random() * 1000);
  return {
    ...participant,
    channel,
    client_id: participant.client_id ?? connection_id,
    bundle_id: connection_id,
    connection_id,
    created_time: (now - participant.joinedSecondsAgo * 1000) * 1000 - microseconds,
    simulcast: highestRid !== undefined,
    trackIdentifiers: { audio: uuid(random), video: uuid(random) },
    sent: {
      audio: sends && audio ? [audioEncoding(nextSsrc(), audio)] : [],
      video: sends && video ? videoEncodings(nextSsrc, video, picture, highestRid) : [],
    },
    streams: [],
    filters: new Map(),
    keyFrameRequests: new Map(),
    receivesAudioStreamingResults: false,
    pushes: { total: 0, last: null },
    focusTotals: { succeeded: 0, failed: 0 },
  };
}

/** Lets a viewer see a sender, and have seen it since the later of the two joined. */
function deliver(viewer: Connection, sender: Connection, now: number): void {
  const stream: Stream = {
    viewer,
    sender,
    ended: false,
    paused: false,
    requestedRid: undefined,
    spotlightRids: initialSpotlightRids,
    cutBy: { audio: new Set(), video: new Set() },
    deliveredMs: new Map(),
  };
  const together = Math.max(viewer.created_time, sender.created_time);
  flow(stream, now - Math.ceil(together / 1000));
  viewer.streams.push(stream);
  applyFilters(stream);
}

function openChannel(
  channel_id: string,
  spotlight: Spotlight | undefined,
  participants: readonly Participant[],
  now: number,
  random: Random,
): Channel {
  const session: Session = {
    session_id: soraId(random),
    created_time: now * 1000,
    max_connections: 0,
    total_connections: 0,
    filters: new Map(),
    hasNamedFilters: false,
    recording: undefined,
    isAudioStreaming: false,
  };
  const channel: Channel = { channel_id, session, spotlight, connections: new Map() };
  for (const participant of participants) {
    const connection = connect(channel, participant, now, random);
    enter(connection);
    // The first to join are the first speakers.
    if (spotlight && spotlight.focused.size < spotlight.number) focus(channel, connection, false);
  }
  const connections = [...channel.connections.values()];
  for (const viewer of connections.filter(({ role }) => role !== "sendonly")) {
    for (const sender of connections) {
      if (sender !== viewer && sender.role !== "recvonly") deliver(viewer, sender, now);
    }
  }
  return channel;
}

/** The state at the start: an ordinary channel and a spotlight channel. */
export function seed(now: number, random: Random, edition: Edition): State {
  const channels = [
    openChannel("sora", undefined, soraParticipants, now, random),
    openChannel("sandbox_0_lounge", { number: 2, focused: new Map() }, loungeParticipants, now, random),
  ];
  return {
    release: releaseBehind(edition),
    isCloud: edition === "cloud",
    random,
    node: initialNode(now),
    ended: { connections: 0, sessions: 0, durationMs: 0, receivedPackets: 0, sentPackets: 0 },
    now,
    channels: new Map(channels.map((channel) => [channel.channel_id, channel])),
  };
}
