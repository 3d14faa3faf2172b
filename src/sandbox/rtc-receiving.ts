import { carries, deliveredAudio, deliveredVideo } from "./delivery.ts";
import { headerSize, type Kind, type Volume } from "./media.ts";
import {
  codecId,
  codecs,
  type Entry,
  keyFrameEveryMs,
  loudness,
  pictureMembers,
  transportId,
} from "./rtc-common.ts";
import type { Stream } from "./state.ts";
import { madeFor, receivedByClient, timeDelivered } from "./traffic.ts";

/** What waits in the jitter buffer on a good line, in seconds. */
const leastBufferSeconds = 0.03;
/** What is lost of audio and cannot be heard, as the packets after it carry it too. */
const concealedShare = 0.5;
const freezeSeconds = 0.5;

/** `count` are samples of audio or frames of video. */
function bufferMembers({ viewer }: Stream, count: number): Entry {
  const seconds = leastBufferSeconds + 2 * viewer.conditions.jitterSeconds;
  return { jitterBufferDelay: count * seconds, jitterBufferEmittedCount: count };
}

/** Frozen for twice what the viewer's own line loses, but not for the little that any line does. */
function freezeMembers({ viewer }: Stream, ms: number): Entry {
  const frozen = (ms / 1000) * 2 * Math.max(0, viewer.conditions.loss - 0.01);
  return { freezeCount: Math.floor(frozen / freezeSeconds), totalFreezesDuration: frozen };
}

function watchedMembers(stream: Stream, frames: number, ms: number): Entry {
  const delivered = deliveredVideo(stream);
  return {
    // A browser goes on to report a stream that stopped: no frames in the last second, counters at rest.
    ...(delivered ? pictureMembers(delivered) : { framesPerSecond: 0 }),
    framesReceived: frames,
    framesDecoded: frames,
    framesDropped: 0,
    totalInterFrameDelay: ms / 1000,
    keyFramesDecoded: frames === 0 ? 0 : 1 + Math.floor(ms / keyFrameEveryMs),
    ...bufferMembers(stream, frames),
    ...freezeMembers(stream, ms),
  };
}

function heardMembers(stream: Stream, lostShare: number, ms: number): Entry {
  const heard = loudness(stream.sender, ms);
  const samples = Math.floor((ms * codecs.OPUS.clockRate) / 1000);
  return {
    ...heard,
    ...(!deliveredAudio(stream) && { audioLevel: 0 }),
    totalSamplesReceived: samples,
    concealedSamples: Math.floor(samples * lostShare * concealedShare),
    silentConcealedSamples: 0,
    insertedSamplesForDeceleration: 0,
    removedSamplesForAcceleration: 0,
    ...bufferMembers(stream, samples),
  };
}

function shareLost(made: Volume, received: Volume): number {
  return made.packets === 0 ? 0 : (made.packets - received.packets) / made.packets;
}

/** What the client receives of one sender's audio or video, if that is sent. */
export function inboundEntries(stream: Stream, kind: Kind): Entry[] {
  const { viewer, sender } = stream;
  const [encoding] = sender.sent[kind];
  if (!encoding || !carries(stream, kind)) return [];
  const made = madeFor(stream, kind);
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
      packetsLost: made.packets - received.packets,
      // Of the way from Sora alone: how a sender's packets come to Sora is the sender's to report.
      jitter: viewer.conditions.jitterSeconds,
      ...(kind === "audio"
        ? heardMembers(stream, shareLost(made, received), ms)
        : watchedMembers(stream, received.frames, ms)),
    },
  ];
}
