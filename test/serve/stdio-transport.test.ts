import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitLines, stdioTransport } from "../../src/serve/stdio-transport.ts";

/** What comes out for these pieces of input, piece by piece, and what was said about it. */
async function pass(pieces: readonly Uint8Array[], limit?: number) {
  const said: string[] = [];
  const transform = limitLines((level, message) => said.push(`${level}: ${message}`), limit);
  const out: Buffer[] = [];
  transform.on("data", (chunk: Buffer) => out.push(chunk));
  for (const piece of pieces) {
    if (!transform.write(piece)) await new Promise((resolve) => transform.once("drain", resolve));
  }
  transform.end();
  await new Promise((resolve) => transform.once("end", resolve));
  return { out, said };
}

const bytes = (text: string) => Buffer.from(text);

test("a line of exactly the limit passes, its line end counted; one more byte and it is dropped and told", async () => {
  const { out, said } = await pass([bytes("1234567\n12345678\nabc\n")], 8);
  expect(out.map(String)).toEqual(["1234567\n", "abc\n"]);
  expect(said).toEqual(["warn: dropped a line of 9 bytes: a message may have 8"]);
});

test("bytes are counted, not characters", async () => {
  expect((await pass([bytes("ああ\n")], 7)).out).toHaveLength(1);
  expect((await pass([bytes("ああ\n")], 6)).out).toHaveLength(0);
});

test("a line of many pieces is dropped as a whole, and told once", async () => {
  const piece = Buffer.alloc(1_000_000, 0x61);
  const { out, said } = await pass(
    [bytes("first\n"), ...Array(200).fill(piece), bytes("\nnext\n")],
    1_500_000,
  );
  expect(out.map(String)).toEqual(["first\n", "next\n"]);
  expect(said).toEqual(["warn: dropped a line of 200000001 bytes: a message may have 1500000"]);
});

test("without a limit of its own: 9,000,000 bytes", async () => {
  const pieces = [8_999_999, 9_000_000].flatMap((size) => [Buffer.alloc(size, 0x61), bytes("\n")]);
  const { out, said } = await pass(pieces);
  expect(out.map(({ length }) => length)).toEqual([9_000_000]);
  expect(said).toEqual(["warn: dropped a line of 9000001 bytes: a message may have 9000000"]);
});

describe("whatever the bytes and wherever they are cut", () => {
  const newlines = fc.constantFrom(bytes("\n"), bytes("\r\n"), bytes("\n\n"));
  const pieces = fc.array(
    fc.oneof(fc.uint8Array({ maxLength: 20 }), newlines, fc.string({ unit: "binary" }).map(bytes)),
    {
      maxLength: 30,
    },
  );

  test("exactly the whole lines within the limit come out, one at a time, in order", async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 40 }), async (given, limit) => {
        const whole = Buffer.concat(given).toString("latin1").split("\n").slice(0, -1);
        const kept = whole.map((text) => `${text}\n`).filter((text) => text.length <= limit);
        const { out, said } = await pass(given, limit);
        expect(out.map((chunk) => chunk.toString("latin1"))).toEqual(kept);
        expect(said).toHaveLength(whole.length - kept.length);
      }),
    );
  });

  test("where the cuts are makes no difference", async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (given) => {
        const all = Buffer.concat(given);
        const apart = await pass(
          [...all].map((byte) => Uint8Array.of(byte)),
          16,
        );
        const together = await pass(all.length > 0 ? [all] : [], 16);
        expect(apart).toEqual(together);
      }),
    );
  });
});

test("the transport reads messages from stdin and writes them to stdout, a line each", async () => {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const transport = stdioTransport(stdin, stdout, () => {});
  const received = new Promise((resolve) => {
    transport.onmessage = resolve;
  });
  await transport.start();
  stdin.write('{"jsonrpc":"2.0","id":1,"me');
  stdin.write('thod":"ping"}\r\n');
  expect(await received).toEqual({ jsonrpc: "2.0", id: 1, method: "ping" });
  await transport.send({ jsonrpc: "2.0", id: 1, result: { text: "a\nb" } });
  stdout.end();
  expect(String(await buffer(stdout))).toBe('{"jsonrpc":"2.0","id":1,"result":{"text":"a\\nb"}}\n');
});
