import { flow, initialSpotlightRids } from "./delivery.ts";
import { type Random, soraId, ssrc, uuid } from "./ids.ts";
import { audioEncoding, type Encoding, simulcastEncodings, videoEncoding } from "./media.ts";
import { loungeParticipants, type Participant, soraParticipants } from "./participants.ts";
import type { Channel, Connection, State, Stream } from "./state.ts";

/** Where and when a participant joins. */
interface Joining {
  readonly channel_id: string;
  readonly session_id: string;
  readonly spotlight: boolean;
  /** Milliseconds since the epoch at the start of the sandbox. */
  readonly now: number;
  readonly random: Random;
}

function sentVideo({ role, video, picture, highestRid }: Participant, random: Random): Encoding[] {
  if (role === "recvonly" || !video || !picture) return [];
  const nextSsrc = () => ssrc(random);
  if (highestRid) return simulcastEncodings(nextSsrc, video.bit_rate, picture, highestRid);
  return [videoEncoding(nextSsrc(), video.bit_rate, picture, undefined)];
}

function connect(
  participant: Participant,
  { channel_id, session_id, spotlight, now, random }: Joining,
): Connection {
  const connection_id = soraId(random);
  const { role, audio, video, joinedSecondsAgo, conditions, event_metadata, metadata } = participant;
  const microseconds = Math.floor(random() * 1000);
  return {
    channel_id,
    session_id,
    client_id: participant.client_id ?? connection_id,
    bundle_id: connection_id,
    connection_id,
    created_time: (now - joinedSecondsAgo * 1000) * 1000 - microseconds,
    role,
    simulcast: participant.highestRid !== undefined,
    spotlight,
    audio: audio && { codec_type: "OPUS", bit_rate: audio.bit_rate },
    video,
    event_metadata,
    conditions,
    trackIdentifiers: { audio: uuid(random), video: uuid(random) },
    sentAudio: role !== "recvonly" && audio ? audioEncoding(ssrc(random), audio.bit_rate) : undefined,
    sentVideo: sentVideo(participant, random),
    streams: [],
    metadata,
    pushes: { total: 0, last: null },
    focusTotals: { succeeded: 0, failed: 0 },
  };
}

function streamFrom(sender: Connection): Stream {
  return {
    sender,
    ended: false,
    paused: false,
    requestedRid: undefined,
    spotlightRids: initialSpotlightRids,
    audioMs: 0,
    videoMs: new Map(),
  };
}

/** Lets everybody see everybody who sends, since the later of the two joined. */
function deliver(channel: Channel, now: number): void {
  const connections = [...channel.connections.values()];
  for (const viewer of connections) {
    if (viewer.role === "sendonly") continue;
    for (const sender of connections) {
      if (sender === viewer || sender.role === "recvonly") continue;
      const stream = streamFrom(sender);
      const together = Math.max(viewer.created_time, sender.created_time);
      flow(channel, viewer, stream, now - Math.ceil(together / 1000));
      viewer.streams.push(stream);
    }
  }
}

function openChannel(
  channel_id: string,
  participants: readonly Participant[],
  spotlightNumber: number | undefined,
  now: number,
  random: Random,
): Channel {
  const joining = {
    channel_id,
    session_id: soraId(random),
    spotlight: spotlightNumber !== undefined,
    now,
    random,
  };
  const connections = participants.map((participant) => connect(participant, joining));
  const firstSpeakers = connections.slice(0, spotlightNumber ?? 0);
  for (const { focusTotals } of firstSpeakers) focusTotals.succeeded = 1;
  const channel: Channel = {
    channel_id,
    spotlight:
      spotlightNumber === undefined
        ? undefined
        : {
            number: spotlightNumber,
            focused: new Map(firstSpeakers.map(({ connection_id }) => [connection_id, { fixed: false }])),
          },
    connections: new Map(connections.map((connection) => [connection.connection_id, connection])),
  };
  deliver(channel, now);
  return channel;
}

/** The state at the start: an ordinary channel and a spotlight channel. */
export function seed(now: number, random: Random): State {
  const channels = [
    openChannel("sora", soraParticipants, undefined, now, random),
    openChannel("sandbox_0_lounge", loungeParticipants, 2, now, random),
  ];
  return { now, channels: new Map(channels.map((channel) => [channel.channel_id, channel])) };
}
