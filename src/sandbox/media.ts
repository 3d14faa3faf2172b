export const rids = ["r0", "r1", "r2"] as const;
export type Rid = (typeof rids)[number];
export type VideoCodec = "VP8" | "VP9" | "AV1" | "H264";

/** A picture's size and rate. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** One RTP stream as its sender encodes it; a simulcast sender has one for each rid. */
export interface Encoding {
  readonly ssrc: number;
  readonly rid: Rid | undefined;
  readonly packetsPerSecond: number;
  /** Payload bytes of one packet. */
  readonly packetSize: number;
  readonly picture: Picture | undefined;
}

/** RTP header with the usual extensions. */
export const headerSize = 20;

/** Opus: a packet each 20 ms. */
export function audioEncoding(ssrc: number, bitRate: number): Encoding {
  const packetsPerSecond = 50;
  const packetSize = Math.round((bitRate * 1000) / 8 / packetsPerSecond);
  return { ssrc, rid: undefined, packetsPerSecond, packetSize, picture: undefined };
}

/** Bit rates are in kbit/s. */
export function videoEncoding(
  ssrc: number,
  bitRate: number,
  picture: Picture,
  rid: Rid | undefined,
): Encoding {
  const packetSize = 1100;
  const packetsPerSecond = Math.ceil((bitRate * 1000) / 8 / packetSize);
  return { ssrc, rid, packetsPerSecond, packetSize, picture };
}

/** How much of the bit rate each rid takes and how far it scales the picture down. */
const layers = {
  r0: { share: 0.1, scale: 4 },
  r1: { share: 0.3, scale: 2 },
  r2: { share: 0.6, scale: 1 },
} as const;

/** The encodings of a simulcast sender, from r0 up to the highest rid that it can afford. */
export function simulcastEncodings(
  nextSsrc: () => number,
  bitRate: number,
  picture: Picture,
  highest: Rid,
): Encoding[] {
  return rids.slice(0, rids.indexOf(highest) + 1).map((rid) => {
    const { share, scale } = layers[rid];
    const scaled = { ...picture, width: picture.width / scale, height: picture.height / scale };
    return videoEncoding(nextSsrc(), bitRate * share, scaled, rid);
  });
}

/** What flows in a stretch of time. */
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

/** Several volumes as one. */
export function sum(volumes: readonly Volume[]): Volume {
  return volumes.reduce(
    (total, { packets, bytes, frames }) => ({
      packets: total.packets + packets,
      bytes: total.bytes + bytes,
      frames: total.frames + frames,
    }),
    { packets: 0, bytes: 0, frames: 0 },
  );
}

/** What is left of each volume after a share of the packets, 0 to 1, was lost. */
export function survivors({ packets, bytes, frames }: Volume, loss: number): Volume {
  const left = (count: number) => count - Math.floor(count * loss);
  // Whole packets are lost, so the bytes follow from the packets that are left.
  const packetSize = packets === 0 ? 0 : bytes / packets;
  return { packets: left(packets), bytes: Math.round(left(packets) * packetSize), frames: left(frames) };
}
