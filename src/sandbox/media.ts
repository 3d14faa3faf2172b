export const rids = ["r0", "r1", "r2"] as const;
export type Rid = (typeof rids)[number];
/** What a viewer gets of a simulcast sender while that is focused, and while it is not. */
export interface SpotlightRids {
  readonly spotlight_focus_rid: "none" | Rid;
  readonly spotlight_unfocus_rid: "none" | Rid;
}

export const kinds = ["audio", "video"] as const;
export type Kind = (typeof kinds)[number];
export type VideoCodec = "VP8" | "VP9" | "AV1" | "H264";

/** What a participant encodes its audio or its video with; the bit rate is in kbit/s. */
export interface Codec<Type> {
  readonly codec_type: Type;
  readonly bit_rate: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** One RTP stream as its sender encodes it; a simulcast sender has one for each rid. */
export interface Encoding {
  readonly kind: Kind;
  readonly codecType: "OPUS" | VideoCodec;
  readonly ssrc: number;
  readonly rid?: Rid | undefined;
  readonly packetsPerSecond: number;
  /** Payload bytes of one packet. */
  readonly packetSize: number;
  /** What it is meant to be, in bit/s: more than it is while the bandwidth is short. */
  readonly targetBitRate: number;
  readonly picture?: Picture;
}

/** What a short bandwidth leaves of somebody's video. */
export interface Limitation {
  /** Of the bit rate that is aimed at, 0 to 1. */
  readonly bitRateShare: number;
  readonly framesPerSecond: number;
}

/** RTP header with the usual extensions. */
export const headerSize = 20;

/** Opus: a packet each 20 ms. */
export function audioEncoding(ssrc: number, { codec_type, bit_rate }: Codec<"OPUS">): Encoding {
  const packetsPerSecond = 50;
  const targetBitRate = bit_rate * 1000;
  const packetSize = Math.round(targetBitRate / 8 / packetsPerSecond);
  return { kind: "audio", codecType: codec_type, ssrc, packetsPerSecond, packetSize, targetBitRate };
}

/** How much of the bit rate each rid takes and how far it scales the picture down. */
const layers = [
  { rid: "r0", share: 0.1, scale: 4 },
  { rid: "r1", share: 0.3, scale: 2 },
  { rid: "r2", share: 0.6, scale: 1 },
] as const;
const whole = { rid: undefined, share: 1, scale: 1 };

/** One encoding; of a simulcast sender those from r0 up to the highest rid that it can afford. */
export function videoEncodings(
  nextSsrc: () => number,
  { codec_type, bit_rate }: Codec<VideoCodec>,
  { width, height, framesPerSecond }: Picture,
  highest: Rid | undefined,
  limitation: Limitation = { bitRateShare: 1, framesPerSecond },
): Encoding[] {
  const packetSize = 1100;
  const bitRate = bit_rate * limitation.bitRateShare;
  const sent = highest ? layers.slice(0, rids.indexOf(highest) + 1) : [whole];
  return sent.map(({ rid, share, scale }) => ({
    kind: "video",
    codecType: codec_type,
    ssrc: nextSsrc(),
    rid,
    packetsPerSecond: Math.ceil((bitRate * share * 1000) / 8 / packetSize),
    packetSize,
    targetBitRate: Math.round(bit_rate * share * 1000),
    picture: { width: width / scale, height: height / scale, framesPerSecond: limitation.framesPerSecond },
  }));
}

export interface Volume {
  readonly packets: number;
  /** Payload only. */
  readonly bytes: number;
  readonly frames: number;
}

/** What an encoding sends in so many milliseconds. */
export function volume(encoding: Encoding, ms: number): Volume {
  const packets = Math.floor((ms * encoding.packetsPerSecond) / 1000);
  const frames = Math.floor((ms * (encoding.picture?.framesPerSecond ?? 0)) / 1000);
  return { packets, bytes: packets * encoding.packetSize, frames };
}

export function sum(volumes: readonly Volume[]): Volume {
  const total = (member: keyof Volume) => volumes.reduce((left, volume) => left + volume[member], 0);
  return { packets: total("packets"), bytes: total("bytes"), frames: total("frames") };
}

/** What is left of each volume after a share of the packets, 0 to 1, was lost. */
export function survivors({ packets, bytes, frames }: Volume, loss: number): Volume {
  const left = (count: number) => count - Math.floor(count * loss);
  // Whole packets are lost, so the bytes follow from the packets that are left.
  const packetSize = packets === 0 ? 0 : bytes / packets;
  return { packets: left(packets), bytes: Math.round(left(packets) * packetSize), frames: left(frames) };
}

/** Bytes on the wire: payload and headers. */
export function wireBytes({ packets, bytes }: Volume): number {
  return bytes + packets * headerSize;
}
