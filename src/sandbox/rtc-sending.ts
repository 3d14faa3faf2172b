import { type Encoding, headerSize, type Kind } from "./media.ts";
import { codecId, type Entry, keyFrameEveryMs, loudness, pictureMembers, transportId } from "./rtc-common.ts";
import type { Connection } from "./state.ts";
import { sentByClient, uptime } from "./traffic.ts";

const sourceIds = { audio: "RTCAudioSource_1", video: "RTCVideoSource_2" };
const encodeSecondsPerFrame = 0.008;

/** The microphone or the camera, if anything of it is sent. */
export function sourceEntries(connection: Connection, kind: Kind, now: number): Entry[] {
  const { sent, picture, trackIdentifiers } = connection;
  if (sent[kind].length === 0) return [];
  const ms = uptime(connection, now);
  const members =
    kind === "video"
      ? { ...picture, frames: Math.floor((ms * picture.framesPerSecond) / 1000) }
      : loudness(connection, ms);
  const trackIdentifier = trackIdentifiers[kind];
  return [{ id: sourceIds[kind], type: "media-source", kind, trackIdentifier, ...members }];
}

/** How long the video was less than meant, by reason, in seconds. */
function limitationMembers({ limitedShare }: Connection["conditions"], ms: number): Entry {
  const bandwidth = (ms / 1000) * limitedShare;
  return {
    qualityLimitationReason: limitedShare > 0.5 ? "bandwidth" : "none",
    qualityLimitationDurations: { none: ms / 1000 - bandwidth, cpu: 0, bandwidth, other: 0 },
  };
}

function videoMembers(connection: Connection, encoding: Encoding, frames: number, ms: number): Entry {
  const requestedKeyFrames = connection.keyFrameRequests.get(encoding) ?? 0;
  return {
    ...(encoding.rid && { rid: encoding.rid }),
    ...pictureMembers(encoding),
    framesEncoded: frames,
    framesSent: frames,
    totalEncodeTime: frames * encodeSecondsPerFrame,
    keyFramesEncoded: 1 + Math.floor(ms / keyFrameEveryMs) + requestedKeyFrames,
    ...limitationMembers(connection.conditions, ms),
  };
}

/** What the client sends in one encoding, and what Sora reports back about it. */
export function outboundEntries(connection: Connection, encoding: Encoding, now: number): Entry[] {
  const { loss, unrepairedLoss, roundTripSeconds, jitterSeconds } = connection.conditions;
  const { kind, ssrc } = encoding;
  const ms = uptime(connection, now);
  const sent = sentByClient(connection, [encoding], now);
  const lost = Math.floor(sent.packets * loss);
  const sentAgain = lost - Math.floor(sent.packets * unrepairedLoss);
  // Sora reports once a second.
  const measured = Math.floor(ms / 1000);
  const id = `RTCOutboundRTP_${kind}_${ssrc}`;
  const remoteId = `RTCRemoteInboundRtp_${kind}_${ssrc}`;
  const stream = { kind, ssrc, codecId: codecId(encoding), transportId };
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
      retransmittedPacketsSent: sentAgain,
      retransmittedBytesSent: sentAgain * encoding.packetSize,
      targetBitrate: encoding.targetBitRate,
      nackCount: lost,
      ...(kind === "video" && videoMembers(connection, encoding, sent.frames, ms)),
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
      totalRoundTripTime: measured * roundTripSeconds,
      roundTripTimeMeasurements: measured,
    },
  ];
}
