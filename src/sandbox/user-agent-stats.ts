import { carries, deliveredAudio, deliveredVideo, liveStreams } from "./delivery.ts";
import { type Encoding, headerSize, type Kind, kinds, sum, wireBytes } from "./media.ts";
import type { Connection, Stream } from "./state.ts";
import { madeFor, receivedByClient, sentByClient, timeDelivered, uptime } from "./traffic.ts";

type Entry = Readonly<Record<string, unknown>>;

const transportId = "RTCTransport_0_1";
const sourceIds = { audio: "RTCAudioSource_1", video: "RTCVideoSource_2" };
const keyFrameEveryMs = 10_000;

const codecs = {
  OPUS: { payloadType: 109, mimeType: "audio/opus", clockRate: 48_000, channels: 2 },
  VP8: { payloadType: 120, mimeType: "video/VP8", clockRate: 90_000 },
  VP9: { payloadType: 98, mimeType: "video/VP9", clockRate: 90_000 },
  AV1: { payloadType: 45, mimeType: "video/AV1", clockRate: 90_000 },
  H264: { payloadType: 102, mimeType: "video/H264", clockRate: 90_000 },
};

function codecId({ kind, codecType }: Encoding): string {
  return `RTCCodec_${kind}_${codecs[codecType].payloadType}`;
}

function codecEntries(connection: Connection): Entry[] {
  const sources = [connection, ...liveStreams(connection).map((stream) => stream.sender)];
  const encodings = kinds
    .filter((kind) => connection[kind])
    .flatMap((kind) => sources.flatMap((source) => source.sent[kind]));
  const byId = new Map(encodings.map((encoding) => [codecId(encoding), codecs[encoding.codecType]]));
  return [...byId].map(([id, codec]) => ({ id, type: "codec", ...codec, transportId }));
}

function loudness({ conditions }: Connection, ms: number): Entry {
  const { audioLevel } = conditions;
  const seconds = ms / 1000;
  return { audioLevel, totalAudioEnergy: audioLevel ** 2 * seconds, totalSamplesDuration: seconds };
}

function sourceEntries(connection: Connection, kind: Kind, ms: number): Entry[] {
  const best = connection.sent[kind].at(-1);
  if (!best) return [];
  const { picture } = best;
  const members = picture
    ? { ...picture, frames: Math.floor((ms * picture.framesPerSecond) / 1000) }
    : loudness(connection, ms);
  const trackIdentifier = connection.trackIdentifiers[kind];
  return [{ id: sourceIds[kind], type: "media-source", kind, trackIdentifier, ...members }];
}

function pictureMembers(encoding: Encoding): Entry {
  const { width, height, framesPerSecond } = encoding.picture ?? {};
  return { frameWidth: width, frameHeight: height, framesPerSecond };
}

/** What the client sends in one encoding, and what Sora reports back about it. */
function outboundEntries(connection: Connection, encoding: Encoding, now: number): Entry[] {
  const { loss, roundTripSeconds, jitterSeconds } = connection.conditions;
  const { kind, ssrc, rid } = encoding;
  const sent = sentByClient(connection, [encoding], now);
  const lost = Math.floor(sent.packets * loss);
  const requestedKeyFrames = connection.keyFrameRequests.get(encoding) ?? 0;
  const id = `RTCOutboundRTP_${kind}_${ssrc}`;
  const remoteId = `RTCRemoteInboundRtp_${kind}_${ssrc}`;
  const stream = { kind, ssrc, codecId: codecId(encoding), transportId };
  const video = {
    ...(rid && { rid }),
    ...pictureMembers(encoding),
    framesEncoded: sent.frames,
    framesSent: sent.frames,
    keyFramesEncoded: 1 + Math.floor(uptime(connection, now) / keyFrameEveryMs) + requestedKeyFrames,
    qualityLimitationReason: loss > 0.05 ? "bandwidth" : "none",
  };
  return [
    {
      id,
      type: "outbound-rtp",
      ...stream,
      mediaSourceId: sourceIds[kind],
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

function watchedMembers(stream: Stream, frames: number, ms: number): Entry {
  const delivered = deliveredVideo(stream);
  return {
    // A browser goes on to report a stream that stopped: no frames in the last second, counters at rest.
    ...(delivered ? pictureMembers(delivered) : { framesPerSecond: 0 }),
    framesReceived: frames,
    framesDecoded: frames,
    framesDropped: 0,
    keyFramesDecoded: frames === 0 ? 0 : 1 + Math.floor(ms / keyFrameEveryMs),
  };
}

function heardMembers(stream: Stream, ms: number): Entry {
  const heard = loudness(stream.sender, ms);
  return deliveredAudio(stream) ? heard : { ...heard, audioLevel: 0 };
}

/** What the client receives of one sender's audio or video, if that is sent. */
function inboundEntries(stream: Stream, kind: Kind): Entry[] {
  const { viewer, sender } = stream;
  const [encoding] = sender.sent[kind];
  if (!encoding || !carries(stream, kind)) return [];
  const received = receivedByClient(stream, kind);
  const ms = timeDelivered(stream, kind);
  return [
    {
      id: `RTCInboundRTP_${kind}_${encoding.ssrc}`,
      type: "inbound-rtp",
      kind,
      ssrc: encoding.ssrc,
      trackIdentifier: sender.trackIdentifiers[kind],
      codecId: codecId(encoding),
      transportId,
      packetsReceived: received.packets,
      bytesReceived: received.bytes,
      headerBytesReceived: received.packets * headerSize,
      packetsLost: madeFor(stream, kind).packets - received.packets,
      jitter: sender.conditions.jitterSeconds + viewer.conditions.jitterSeconds,
      ...(kind === "audio" ? heardMembers(stream, ms) : watchedMembers(stream, received.frames, ms)),
    },
  ];
}

/** The one path to Sora, with the totals of everything that went over it, streams that ended included. */
function transportEntries(connection: Connection, now: number): Entry[] {
  const { sent: encodings, streams, conditions } = connection;
  const sent = sentByClient(connection, [...encodings.audio, ...encodings.video], now);
  const received = sum(streams.flatMap((stream) => kinds.map((kind) => receivedByClient(stream, kind))));
  const totals = {
    packetsSent: sent.packets,
    packetsReceived: received.packets,
    bytesSent: wireBytes(sent),
    bytesReceived: wireBytes(received),
  };
  const checks = Math.floor(uptime(connection, now) / 2500);
  const selectedCandidatePairId = "RTCIceCandidatePair_1";
  const [localCandidateId, remoteCandidateId] = ["RTCIceCandidate_local", "RTCIceCandidate_remote"];
  const candidate = { transportId, protocol: "udp", candidateType: "host" };
  return [
    { id: transportId, type: "transport", dtlsState: "connected", selectedCandidatePairId, ...totals },
    {
      id: selectedCandidatePairId,
      type: "candidate-pair",
      transportId,
      localCandidateId,
      remoteCandidateId,
      state: "succeeded",
      nominated: true,
      ...totals,
      requestsSent: checks,
      responsesReceived: checks,
      currentRoundTripTime: conditions.roundTripSeconds,
      totalRoundTripTime: checks * conditions.roundTripSeconds,
    },
    { id: localCandidateId, type: "local-candidate", ...candidate, address: "192.0.2.10", port: 50_000 },
    { id: remoteCandidateId, type: "remote-candidate", ...candidate, address: "198.51.100.1", port: 5004 },
  ];
}

/** What the client's getStats() says now. */
function clientEntries(connection: Connection, now: number): Entry[] {
  const { sent } = connection;
  const ms = uptime(connection, now);
  const entries = [
    ...transportEntries(connection, now),
    ...codecEntries(connection),
    ...kinds.flatMap((kind) => sourceEntries(connection, kind, ms)),
    ...kinds.flatMap((kind) => sent[kind]).flatMap((encoding) => outboundEntries(connection, encoding, now)),
    ...kinds.flatMap((kind) => liveStreams(connection).flatMap((stream) => inboundEntries(stream, kind))),
  ];
  return entries.map((entry) => ({ ...entry, timestamp: now }));
}

function headOf({ channel, connection_id }: Connection, now: number) {
  return { channel_id: channel.channel_id, connection_id, timestamp: new Date(now).toISOString() };
}

/** One answer of GetUserAgentStats. */
export function userAgentStats(connection: Connection, now: number) {
  return { ...headOf(connection, now), stats: clientEntries(connection, now) };
}

/** One answer of GetRtcStats, as the same is called since 2024.1. */
export function rtcStats(connection: Connection, now: number) {
  return { ...headOf(connection, now), rtc_stats: clientEntries(connection, now) };
}
