import { describe, expect, test } from "vitest";
import { soraId, ssrc, uuid } from "../../src/sandbox/ids.ts";
import { repeatable } from "./client.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The 32 hexadecimal digits of an id, and the two bits that are left over. */
function decode(id: string): { hex: string; spare: number } {
  const bits = [...id].map((character) => alphabet.indexOf(character).toString(2).padStart(5, "0")).join("");
  const hex = bits.slice(0, 128).replace(/.{4}/g, (four) => Number.parseInt(four, 2).toString(16));
  return { hex, spare: Number.parseInt(bits.slice(128), 2) };
}

describe("soraId", () => {
  test("is a version 4 UUID in Clockwork Base32", () => {
    const random = repeatable(7);
    for (let round = 0; round < 200; round += 1) {
      const id = soraId(random);
      expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{25}[048CGMRW]$/);
      const { hex, spare } = decode(id);
      expect(hex).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
      expect(spare).toBe(0);
    }
  });

  test("encodes big-endian, first bits first", () => {
    // 00000000-0000-4000-8000-000000000000
    expect(soraId(() => 0)).toBe("00000000010010000000000000");
    expect(decode(soraId(repeatable(3))).hex).toBe(uuid(repeatable(3)).replaceAll("-", ""));
  });

  test("differs from draw to draw", () => {
    const random = repeatable(1);
    expect(new Set(Array.from({ length: 100 }, () => soraId(random))).size).toBe(100);
  });
});

test("ssrc is a positive number of 32 bits", () => {
  expect(ssrc(() => 0)).toBe(1);
  expect(ssrc(() => 1 - Number.EPSILON)).toBeLessThan(2 ** 32);
});
