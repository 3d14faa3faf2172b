import type { Encoding } from "./media.ts";
import type { Connection } from "./state.ts";

/** One entry of what getStats() says. */
export type Entry = Readonly<Record<string, unknown>>;

export const transportId = "RTCTransport_0_1";
export const keyFrameEveryMs = 10_000;

export const codecs = {
  OPUS: { payloadType: 109, mimeType: "audio/opus", clockRate: 48_000, channels: 2 },
  VP8: { payloadType: 120, mimeType: "video/VP8", clockRate: 90_000 },
  VP9: { payloadType: 98, mimeType: "video/VP9", clockRate: 90_000 },
  AV1: { payloadType: 45, mimeType: "video/AV1", clockRate: 90_000 },
  H264: { payloadType: 102, mimeType: "video/H264", clockRate: 90_000 },
};

export function codecId({ kind, codecType }: Encoding): string {
  return `RTCCodec_${kind}_${codecs[codecType].payloadType}`;
}

export function loudness({ conditions }: Connection, ms: number): Entry {
  const { audioLevel } = conditions;
  const seconds = ms / 1000;
  return { audioLevel, totalAudioEnergy: audioLevel ** 2 * seconds, totalSamplesDuration: seconds };
}

export function pictureMembers(encoding: Encoding): Entry {
  const { width, height, framesPerSecond } = encoding.picture ?? {};
  return { frameWidth: width, frameHeight: height, framesPerSecond };
}
