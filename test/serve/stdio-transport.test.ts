import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitLines, stdioTransport } from "../../src/serve/stdio-transport.ts";

/** What comes out for these pieces of input, piece by piece, and what was said about it. */
async function pass(pieces: readonly Uint8Array[], limit?: number) {
  const said: string[] = [];
  const transform = limitLines(
    (level, message) => said.push(`${level}: ${message}`),
    () => {},
    limit,
  );
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

test("of a line that is dropped the two ends are told, however it comes in", async () => {
  const text = `{"head":"${"h".repeat(3000)}","tail":"${"t".repeat(3000)}"}\n`;
  for (const size of [7, 999, 2500, 100_000]) {
    const ends: string[][] = [];
    const transform = limitLines(
      () => {},
      (...both) => ends.push(both),
      2000,
    );
    for (const line of [text, "short\n", text])
      for (let at = 0; at < line.length; at += size) transform.write(line.slice(at, at + size));
    transform.end();
    expect((await transform.toArray()).map(String), String(size)).toEqual(["short\n"]);
    expect(ends, String(size)).toEqual([
      [text.slice(0, 1000), text.slice(-1000)],
      [text.slice(0, 1000), text.slice(-1000)],
    ]);
  }
});

test("lines stay apart, also for a reader that comes late", async () => {
  const transform = limitLines(() => {});
  transform.end("abc\ndef\n");
  expect((await transform.toArray()).map(String)).toEqual(["abc\n", "def\n"]);
});

test("a last line without its end passes too, if it is not too long", async () => {
  expect(await pass([bytes("abc\n12"), bytes("34")], 4)).toEqual({
    out: [bytes("abc\n"), bytes("1234")],
    said: [],
  });
  expect(await pass([bytes("abc\n12"), bytes("345")], 4)).toEqual({
    out: [bytes("abc\n")],
    said: ["warn: dropped a line of 5 bytes: a message may have 4"],
  });
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
        const whole =
          Buffer.concat(given)
            .toString("latin1")
            .match(/[^\n]*\n|[^\n]+$/g) ?? [];
        const kept = whole.filter((text) => text.length <= limit);
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

/** A transport between streams of this process, all that it hands on, writes and says, and what it is given. */
async function open(stdout = new PassThrough()) {
  const stdin = new PassThrough();
  const [received, said, errors]: [unknown[], string[], Error[]] = [[], [], []];
  const transport = stdioTransport(stdin, stdout, (level, message) => said.push(`${level}: ${message}`));
  transport.onmessage = (message) => received.push(message);
  transport.onerror = (error) => errors.push(error);
  await transport.start();
  return {
    transport,
    stdin,
    received,
    said,
    errors,
    /** Ends both streams and resolves to what was written. */
    async end(): Promise<string> {
      stdin.end();
      await setImmediate();
      stdout.end();
      return String(await buffer(stdout));
    },
  };
}

const ping = { jsonrpc: "2.0", id: 1, method: "ping" } as const;
const text = JSON.stringify(ping);

test("messages are read from stdin and written to stdout, a line each", async () => {
  const { transport, stdin, received, said, end } = await open();
  stdin.write(text.slice(0, 20));
  stdin.write(`${text.slice(20)}\r\n`);
  await expect.poll(() => received).toEqual([ping]);
  await transport.send({ jsonrpc: "2.0", id: 1, result: { text: "a\nb" } });
  expect(await end()).toBe('{"jsonrpc":"2.0","id":1,"result":{"text":"a\\nb"}}\n');
  expect(said).toEqual([]);
});

test.each([
  ["a byte order mark before the first line", `\ufeff${text}\n${text}\n`],
  ["byte order marks before every line", `\ufeff${text}\n\ufeff${text}\n`],
  ["two of them", `\ufeff\ufeff${text}\n${text}\n`],
  ["spaces around", `  ${text}\t\r\n ${text} \n`],
  ["no end of the last line", `${text}\n${text}`],
  ["a byte order mark before a last line without its end", `${text}\n\ufeff${text}`],
])("%s: nothing is lost", async (_what, input) => {
  const { stdin, received, said, end } = await open();
  stdin.write(input);
  expect(await end()).toBe("");
  expect(received).toEqual([ping, ping]);
  expect(said).toEqual([]);
});

test("a byte order mark inside a text stays", async () => {
  const { stdin, received, end } = await open();
  stdin.write('{"jsonrpc":"2.0","id":"\ufeffa\ufeff","method":"ping"}\n');
  await end();
  expect(received).toEqual([{ ...ping, id: "\ufeffa\ufeff" }]);
});

const secret = "distinctive-secret";
test.each([
  "",
  "  ",
  "\r",
  "\0",
  "\ufeff",
  secret,
  `"${secret}"`,
  `{"${secret}":`,
  `{"${secret}":1}`,
  `[{"method":"${secret}"}]`,
  `Content-Length: 40 ${secret}\r`,
  `{"jsonrpc":"2.0","id":null,"result":"${secret}"}`,
  '{"jsonrpc":"2.0","method":"ping","params":null}',
])("%j is only told, without a word of it", async (line) => {
  const { stdin, received, said, end } = await open();
  stdin.write(`${line}\n${text}\n`);
  expect(await end()).toBe("");
  expect(received).toEqual([ping]);
  expect(said).toEqual(["warn: MCP: a line is no JSON-RPC message"]);
});

test("a request that is not valid is answered, told, and not handed on", async () => {
  const { stdin, received, said, end } = await open();
  stdin.write(`{"jsonrpc":"2.0","id":"a","method":"${secret}","params":null}\n${text}\n`);
  expect(JSON.parse(await end())).toMatchObject({ id: "a", error: { code: -32600 } });
  expect(received).toEqual([ping]);
  expect(said).toEqual(["warn: MCP: a request is not valid"]);
});

test("the answers to a batch are a line each", async () => {
  const { stdin, end } = await open();
  stdin.write(`[${text},{"id":2},{"id":3}]\n`);
  const lines = (await end()).split("\n");
  expect(lines.pop()).toBe("");
  expect(lines.map((line) => JSON.parse(line).id)).toEqual([1, 2, 3]);
});

test("what goes wrong with a message is told, and the next one is read", async () => {
  const { transport, stdin, errors, end } = await open();
  const ids: unknown[] = [];
  transport.onmessage = (message) => {
    ids.push("id" in message && message.id);
    if (ids.length === 1) throw new RangeError("too deep");
  };
  stdin.write(`${text}\n${text}\n`);
  await end();
  expect(ids).toEqual([1, 1]);
  expect(errors).toEqual([new RangeError("too deep")]);
});

test("what is sent waits for a slow reader", async () => {
  const stdout = new PassThrough({ highWaterMark: 1 });
  const { transport } = await open(stdout);
  let isSent = false;
  const sent = transport.send({ jsonrpc: "2.0", id: 1, result: {} }).then(() => {
    isSent = true;
  });
  await setImmediate();
  expect(isSent).toBe(false);
  stdout.resume();
  await sent;
});

test("once closed, it says so and reads no more", async () => {
  const { transport, stdin, received } = await open();
  let isClosed = false;
  transport.onclose = () => {
    isClosed = true;
  };
  await transport.close();
  expect(isClosed).toBe(true);
  stdin.write(`${text}\n`);
  await setImmediate();
  expect(received).toEqual([]);
});
