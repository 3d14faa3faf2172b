export type Random = () => number;

/** Repeatable numbers: the same for the same seed, an integer. */
export function numbersFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Clockwork Base32, without I, L, O and U. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A random UUID of version 4. */
export function uuid(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256)));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** An id in the form that Sora issues: a UUID in 26 characters, its 128 bits followed by two zero bits. */
export function soraId(random: Random): string {
  const bits = BigInt(`0x${uuid(random).replaceAll("-", "")}`) << 2n;
  return Array.from({ length: 26 }, (_, index) =>
    alphabet.charAt(Number((bits >> BigInt(5 * (25 - index))) & 31n)),
  ).join("");
}

/** The number that marks the packets of one RTP stream. */
export function ssrc(random: Random): number {
  return 1 + Math.floor(random() * 0xffff_fffe);
}
