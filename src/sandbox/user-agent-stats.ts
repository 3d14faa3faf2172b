import { deliveredVideo, liveStreams } from "./delivery.ts";
import { type Encoding, headerSize, sum, type Volume } from "./media.ts";
import type { Channel, Connection, Stream } from "./state.ts";
import { audioOf, receivedByClient, sentByClient, uptime, videoOf } from "./traffic.ts";

type Kind = "audio" | "video";
type Entry = Readonly<Record<string, unknown>>;

const transportId = "RTCTransport_0_1";
const keyFrameEveryMs = 10_000;

const payloadTypes = { OPUS: 109, VP8: 120, VP9: 98, AV1: 45, H264: 102 } as const;
type CodecType = keyof typeof payloadTypes;

function codecTypeOf(sender: Connection, kind: Kind): CodecType | undefined {
  const media = sender[kind];
  return media === false ? undefined : media.codec_type;
}

function codecId(sender: Connection, kind: Kind): string {
  const codecType = codecTypeOf(sender, kind);
  return `RTCCodec_${kind}_${codecType === undefined ? "none" : payloadTypes[codecType]}`;
}

/** One entry for each codec that is sent or received. */
function codecEntries(connection: Connection): Entry[] {
  const senders = liveStreams(connection).map((stream) => stream.sender);
  const sources = connection.role === "recvonly" ? senders : [connection, ...senders];
  const byId = new Map<string, Entry>();
  for (const kind of ["audio", "video"] as const) {
    for (const source of connection[kind] ? sources : []) {
      const codecType = codecTypeOf(source, kind);
      if (codecType === undefined) continue;
      const id = codecId(source, kind);
      const mimeType = `${kind}/${codecType === "OPUS" ? "opus" : codecType}`;
      const clock = kind === "audio" ? { clockRate: 48_000, channels: 2 } : { clockRate: 90_000 };
      byId.set(id, {
        id,
        type: "codec",
        payloadType: payloadTypes[codecType],
        mimeType,
        ...clock,
        transportId,
      });
    }
  }
  return [...byId.values()];
}

function audioSource({ conditions, trackIdentifiers }: Connection, ms: number): Entry {
  const duration = ms / 1000;
  return {
    id: "RTCAudioSource_1",
    type: "media-source",
    kind: "audio",
    trackIdentifier: trackIdentifiers.audio,
    audioLevel: conditions.audioLevel,
    totalAudioEnergy: conditions.audioLevel ** 2 * duration,
    totalSamplesDuration: duration,
  };
}

function videoSource({ trackIdentifiers }: Connection, best: Encoding, ms: number): Entry {
  const framesPerSecond = best.picture?.framesPerSecond ?? 0;
  return {
    id: "RTCVideoSource_2",
    type: "media-source",
    kind: "video",
    trackIdentifier: trackIdentifiers.video,
    ...best.picture,
    frames: Math.floor((ms * framesPerSecond) / 1000),
  };
}

function pictureMembers(encoding: Encoding): Entry {
  const { width, height, framesPerSecond } = encoding.picture ?? {};
  return { frameWidth: width, frameHeight: height, framesPerSecond };
}

/** What the client sends in one encoding, and what Sora reports back about it. */
function outboundEntries(connection: Connection, kind: Kind, encoding: Encoding, now: number): Entry[] {
  const { loss, roundTripSeconds, jitterSeconds } = connection.conditions;
  const sent = sentByClient(connection, encoding, now);
  const lost = Math.floor(sent.packets * loss);
  const id = `RTCOutboundRTP_${kind}_${encoding.ssrc}`;
  const remoteId = `RTCRemoteInboundRtp_${kind}_${encoding.ssrc}`;
  const stream = { kind, ssrc: encoding.ssrc, codecId: codecId(connection, kind), transportId };
  const video = {
    ...(encoding.rid && { rid: encoding.rid }),
    ...pictureMembers(encoding),
    framesEncoded: sent.frames,
    framesSent: sent.frames,
    keyFramesEncoded: 1 + Math.floor(uptime(connection, now) / keyFrameEveryMs),
    qualityLimitationReason: loss > 0.05 ? "bandwidth" : "none",
  };
  return [
    {
      id,
      type: "outbound-rtp",
      ...stream,
      mediaSourceId: kind === "audio" ? "RTCAudioSource_1" : "RTCVideoSource_2",
      remoteId,
      active: true,
      packetsSent: sent.packets,
      bytesSent: sent.bytes,
      headerBytesSent: sent.packets * headerSize,
      targetBitrate: encoding.packetsPerSecond * encoding.packetSize * 8,
      nackCount: lost,
      ...(kind === "video" && video),
    },
    {
      id: remoteId,
      type: "remote-inbound-rtp",
      ...stream,
      localId: id,
      packetsLost: lost,
      fractionLost: loss,
      jitter: jitterSeconds,
      roundTripTime: roundTripSeconds,
    },
  ];
}

/** What the client receives of one sender's audio or video. */
function inboundEntry(
  viewer: Connection,
  stream: Stream,
  kind: Kind,
  encoding: Encoding,
  made: Volume,
): Entry {
  const { sender } = stream;
  const received = receivedByClient(viewer, stream, made);
  return {
    id: `RTCInboundRTP_${kind}_${encoding.ssrc}`,
    type: "inbound-rtp",
    kind,
    ssrc: encoding.ssrc,
    trackIdentifier: sender.trackIdentifiers[kind],
    codecId: codecId(sender, kind),
    transportId,
    packetsReceived: received.packets,
    bytesReceived: received.bytes,
    headerBytesReceived: received.packets * headerSize,
    packetsLost: made.packets - received.packets,
    jitter: sender.conditions.jitterSeconds + viewer.conditions.jitterSeconds,
  };
}

function inboundAudio(viewer: Connection, stream: Stream): Entry[] {
  const { sender, audioMs } = stream;
  if (!viewer.audio || !sender.sentAudio) return [];
  const { audioLevel } = sender.conditions;
  return [
    {
      ...inboundEntry(viewer, stream, "audio", sender.sentAudio, audioOf(stream)),
      audioLevel,
      totalAudioEnergy: audioLevel ** 2 * (audioMs / 1000),
      totalSamplesDuration: audioMs / 1000,
    },
  ];
}

function inboundVideo(channel: Channel, viewer: Connection, stream: Stream): Entry[] {
  const [encoding] = stream.sender.sentVideo;
  if (!viewer.video || !encoding) return [];
  const made = videoOf(stream);
  const frames = receivedByClient(viewer, stream, made).frames;
  const delivered = deliveredVideo(channel, viewer, stream);
  const watchedMs = [...stream.videoMs.values()].reduce((total, ms) => total + ms, 0);
  return [
    {
      ...inboundEntry(viewer, stream, "video", encoding, made),
      // A browser goes on to report a stream that stopped: no frames in the last second, counters at rest.
      ...(delivered ? pictureMembers(delivered) : { framesPerSecond: 0 }),
      framesReceived: frames,
      framesDecoded: frames,
      framesDropped: 0,
      keyFramesDecoded: frames === 0 ? 0 : 1 + Math.floor(watchedMs / keyFrameEveryMs),
    },
  ];
}

/** The one path to Sora, with the totals of everything that went over it, streams that ended included. */
function transportEntries(connection: Connection, encodings: readonly Encoding[], now: number): Entry[] {
  const sent = sum(encodings.map((encoding) => sentByClient(connection, encoding, now)));
  const received = sum(
    connection.streams.flatMap((stream) =>
      [audioOf(stream), videoOf(stream)].map((made) => receivedByClient(connection, stream, made)),
    ),
  );
  const checks = Math.floor(uptime(connection, now) / 2500);
  const totals = {
    packetsSent: sent.packets,
    packetsReceived: received.packets,
    bytesSent: sent.bytes + sent.packets * headerSize,
    bytesReceived: received.bytes + received.packets * headerSize,
  };
  const pair = { localCandidateId: "RTCIceCandidate_local", remoteCandidateId: "RTCIceCandidate_remote" };
  const candidate = { transportId, protocol: "udp", candidateType: "host" };
  const { roundTripSeconds } = connection.conditions;
  return [
    {
      id: transportId,
      type: "transport",
      dtlsState: "connected",
      selectedCandidatePairId: "RTCIceCandidatePair_1",
      ...totals,
    },
    {
      id: "RTCIceCandidatePair_1",
      type: "candidate-pair",
      transportId,
      ...pair,
      state: "succeeded",
      nominated: true,
      ...totals,
      requestsSent: checks,
      responsesReceived: checks,
      currentRoundTripTime: roundTripSeconds,
      totalRoundTripTime: checks * roundTripSeconds,
    },
    { id: pair.localCandidateId, type: "local-candidate", ...candidate, address: "192.0.2.10", port: 50_000 },
    {
      id: pair.remoteCandidateId,
      type: "remote-candidate",
      ...candidate,
      address: "198.51.100.1",
      port: 5004,
    },
  ];
}

/** One answer of GetUserAgentStats: what the client's getStats() says now. */
export function userAgentStats(channel: Channel, connection: Connection, now: number) {
  const { channel_id, connection_id, sentAudio, sentVideo } = connection;
  const streams = liveStreams(connection);
  const best = sentVideo.at(-1);
  const ms = uptime(connection, now);
  const entries = [
    ...transportEntries(connection, [sentAudio ?? [], sentVideo].flat(), now),
    ...codecEntries(connection),
    ...(sentAudio ? [audioSource(connection, ms)] : []),
    ...(best ? [videoSource(connection, best, ms)] : []),
    ...(sentAudio ? outboundEntries(connection, "audio", sentAudio, now) : []),
    ...sentVideo.flatMap((encoding) => outboundEntries(connection, "video", encoding, now)),
    ...streams.flatMap((stream) => inboundAudio(connection, stream)),
    ...streams.flatMap((stream) => inboundVideo(channel, connection, stream)),
  ];
  return {
    channel_id,
    connection_id,
    timestamp: new Date(now).toISOString(),
    stats: entries.map((entry) => ({ ...entry, timestamp: now })),
  };
}
