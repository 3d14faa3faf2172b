import fc from "fast-check";
import { expect, test } from "vitest";
import { Tickets } from "../../src/mcp/ticket.ts";

// Of what nobody has made here, nothing holds: neither what is made up nor what is made of tickets.

const tickets = new Tickets();
const call = { tool: "sora_disconnect_channel", given: { channel_id: "sora" }, caller: "alice" };
const numRuns = 10_000;

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
const letter = fc.constantFrom(...letters);
/** Any place of something, whatever its length: from 0 to just below 1. */
const place = fc.nat({ max: 9999 }).map((where) => where / 10_000);
const count = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.constantFrom(16, 19, 20, 21, 30),
  fc.integer({ min: 0, max: 25 }),
);

/** Bytes of the length of a ticket, that expires in time. */
const likeOne = fc.tuple(fc.integer({ min: 0, max: 120_000 }), count).chain(([ms, units]) =>
  fc.uint8Array({ minLength: 22, maxLength: 22 }).chain((random) =>
    fc
      .uint8Array({ minLength: units > 20 ? 16 : units * 5, maxLength: units > 20 ? 16 : units * 5 })
      .map((marks) => {
        const expiry = Buffer.alloc(6);
        expiry.writeUIntBE(Date.now() + ms, 0, 6);
        return Buffer.concat([expiry, random, marks]).toString("base64url");
      }),
  ),
);

test("10,000 texts that are made up", { timeout: 60_000 }, () => {
  let made = 0;
  const text = fc.oneof(
    fc.string({ unit: letter, minLength: 0, maxLength: 180 }),
    fc
      .constantFrom(38, 44, 51, 58, 60, 64, 71, 171)
      .chain((length) => fc.string({ unit: letter, minLength: length, maxLength: length })),
    likeOne,
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: "grapheme", maxLength: 100 }),
  );
  fc.assert(
    fc.property(text, (given) => {
      made += 1;
      expect(tickets.flaw(given, call, [])).toBe("not for this call");
    }),
    { numRuns },
  );
  expect(made).toBe(numRuns);
});

/** Where the nonce and the seal of a ticket end. */
const ends = [12, 28];

function at(length: number, where: number): number {
  return Math.floor(where * length);
}

/** Ways to make another text of two tickets that hold. `one` and `other` are places in them. */
type Mutation = (ticket: string, second: string, one: number, other: number, put: string) => string;

const mutations: Record<string, Mutation> = {
  "one bit": (ticket, _second, one) => {
    const bytes = Buffer.from(ticket, "base64url");
    const bit = at(bytes.length * 8, one);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return bytes.toString("base64url");
  },
  "a later expiry": (ticket, _second, one) => {
    const bytes = Buffer.from(ticket, "base64url");
    bytes.writeUIntBE(bytes.readUIntBE(0, 6) + 1 + at(100_000, one), 0, 6);
    return bytes.toString("base64url");
  },
  "a character exchanged": (ticket, _second, one, _other, put) => {
    const where = at(ticket.length, one);
    return ticket.slice(0, where) + put + ticket.slice(where + 1);
  },
  "a character dropped": (ticket, _second, one) => {
    const where = at(ticket.length, one);
    return ticket.slice(0, where) + ticket.slice(where + 1);
  },
  "a character put in": (ticket, _second, one, _other, put) => {
    const where = at(ticket.length + 1, one);
    return ticket.slice(0, where) + put + ticket.slice(where);
  },
  "two characters swapped": (ticket, _second, one, other) => {
    const [first = 0, last = 0] = [at(ticket.length, one), at(ticket.length, other)].sort((a, b) => a - b);
    const characters = [...ticket];
    characters[first] = ticket.charAt(last);
    characters[last] = ticket.charAt(first);
    return characters.join("");
  },
  "the start alone": (ticket, _second, one) => ticket.slice(0, at(ticket.length, one)),
  "the end alone": (ticket, _second, one) => ticket.slice(1 + at(ticket.length - 1, one)),
  "a mark dropped": (ticket, _second, one) => {
    const bytes = Buffer.from(ticket, "base64url");
    const mark = 28 + 5 * at((bytes.length - 28) / 5, one);
    return Buffer.concat([bytes.subarray(0, mark), bytes.subarray(mark + 5)]).toString("base64url");
  },
  "a mark of another put behind": (ticket, second) =>
    Buffer.concat([Buffer.from(ticket, "base64url"), Buffer.from(second, "base64url").subarray(-5)]).toString(
      "base64url",
    ),
  "parts of two, whole": (ticket, second, one) => {
    const end = ends[at(ends.length, one)] ?? 0;
    const start = Buffer.from(ticket, "base64url").subarray(0, end);
    const rest = Buffer.from(second, "base64url").subarray(end);
    return Buffer.concat([start, rest]).toString("base64url");
  },
  "the seal of another": (ticket, second) => {
    const bytes = Buffer.from(ticket, "base64url");
    Buffer.from(second, "base64url").copy(bytes, 12, 12, 28);
    return bytes.toString("base64url");
  },
  "parts of two, anywhere": (ticket, second, one, other) =>
    ticket.slice(0, at(ticket.length, one)) + second.slice(at(second.length, other)),
  "a last character that is read alike": (ticket, _second, one) => {
    const bytes = Buffer.from(ticket, "base64url");
    const alike = letters
      .map((last) => ticket.slice(0, -1) + last)
      .filter((text) => text !== ticket && Buffer.from(text, "base64url").equals(bytes));
    return alike[at(alike.length, one)] ?? ticket;
  },
  "in another case": (ticket) => ticket.toUpperCase(),
  "both, one behind the other": (ticket, second) => ticket + second,
};

test("10,000 texts that are made of tickets", { timeout: 60_000 }, () => {
  const made = new Map<string, number>();
  const unitsOf = (size: number, from: number) =>
    Array.from({ length: size }, (_unused, index) => `C${from + index}`);
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.entries(mutations)),
      fc.record({ size: count, secondSize: count, one: place, other: place, put: letter }),
      ([name, mutated], { size, secondSize, one, other, put }) => {
        const units = unitsOf(size, 0);
        const ticket = tickets.make(call, units);
        const second = tickets.make(call, unitsOf(secondSize, 1));
        const text = mutated(ticket, second, one, other, put);
        // What comes out as one that was made is no mutation.
        fc.pre(text !== ticket && text !== second);
        made.set(name, (made.get(name) ?? 0) + 1);
        expect(tickets.flaw(ticket, call, units)).toBeUndefined();
        expect(tickets.flaw(second, call, unitsOf(secondSize, 1))).toBeUndefined();
        for (const hit of [units, [], unitsOf(secondSize, 1)]) {
          expect(tickets.flaw(text, call, hit)).toBe("not for this call");
        }
      },
    ),
    { numRuns },
  );
  expect([...made.values()].reduce((sum, times) => sum + times)).toBe(numRuns);
  for (const name of Object.keys(mutations)) expect(made.get(name), name).toBeGreaterThan(100);
});
