import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listedByDefault } from "../contract/index.ts";
import { line, type RawServer, startRaw } from "../support/raw-server.ts";

// Whatever arrives on stdin, the server stays and answers the next request.

const list = { name: "sora_list_channel_connections", arguments: { channel_id: "sora" } };

async function expectAlive(server: RawServer): Promise<void> {
  expect((await server.ask("ping")).result).toEqual({});
  expect(server.child.exitCode).toBeNull();
}

/** Sends what is generated to one server, each time followed by a request that must be answered. */
async function survives(input: fc.Arbitrary<Uint8Array | string>, numRuns: number): Promise<void> {
  const server = startRaw(["--sandbox"]);
  await fc.assert(
    fc.asyncProperty(input, async (bytes) => {
      server.write(bytes);
      server.write("\n"); // Ends a line that was left open, so that the request is one of its own.
      await expectAlive(server);
    }),
    { numRuns },
  );
  expect((await server.ask("tools/call", list)).result?.isError).toBeFalsy();
  server.child.stdin.end();
  expect(await server.ended).toEqual({ code: 0, signal: null });
}

const methods = fc.oneof(
  fc.constantFrom(
    "initialize",
    "ping",
    "tools/list",
    "tools/call",
    "resources/list",
    "logging/setLevel",
    "tasks/get",
    "notifications/initialized",
    "notifications/cancelled",
    "notifications/progress",
    "constructor",
    "__proto__",
  ),
  fc.string({ unit: "binary" }),
  fc.jsonValue(),
);
const tools = fc.constantFrom(
  "sora_push_channel",
  "sora_get_stats_client",
  "sora_disconnect_channel",
  "toString",
);
const params = fc.oneof(
  fc.jsonValue(),
  fc.record({ name: fc.oneof(tools, fc.jsonValue()), arguments: fc.jsonValue() }, { requiredKeys: [] }),
  fc.record({
    name: tools,
    arguments: fc.record(
      {
        channel_id: fc.jsonValue(),
        client_id: fc.jsonValue(),
        data: fc.jsonValue(),
        confirm: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
    _meta: fc.jsonValue(),
  }),
  fc.record({ requestId: fc.jsonValue(), reason: fc.jsonValue() }),
);
const messages = fc
  .record(
    {
      jsonrpc: fc.oneof({ weight: 4, arbitrary: fc.constant("2.0") }, fc.jsonValue()),
      id: fc.oneof(fc.integer(), fc.double(), fc.string({ unit: "binary" }), fc.jsonValue()),
      method: methods,
      params,
      result: fc.jsonValue(),
      error: fc.jsonValue(),
    },
    { requiredKeys: ["jsonrpc"] },
  )
  .map((message) => JSON.stringify(message));

describe("generated input", () => {
  test("random bytes", () => survives(fc.uint8Array({ maxLength: 2000 }), 100));

  test("random text, line ends and control characters in it", () =>
    survives(fc.string({ unit: "binary", maxLength: 500 }), 100));

  test("random JSON", () => survives(fc.json({ maxDepth: 6 }), 100));

  test("messages of which any part may be wrong", () => survives(messages, 300));

  test("batches of them", () =>
    survives(
      fc.array(messages, { maxLength: 5 }).map((all) => `[${all.join()}]`),
      100,
    ));

  test("messages with a byte of them changed, cut out or doubled", () =>
    survives(
      fc.tuple(messages, fc.nat(), fc.nat(255), fc.nat(2)).map(([text, position, byte, how]) => {
        const bytes = Buffer.from(text);
        const at = position % bytes.length;
        return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(how, byte), bytes.subarray(at + 1)]);
      }),
      200,
    ));
});

test("a request is understood wherever it is cut in pieces, with a byte order mark and without, with either line end", async () => {
  const server = startRaw(["--sandbox"]);
  const name = "チャンネル-😀";
  const request = (id: number) => line("tools/call", { ...list, arguments: { channel_id: name } }, id);
  let lastId = 1000;
  const length = Buffer.byteLength(request(lastId).trim());
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: length }), { maxLength: 8 }),
      fc.constantFrom("", "\ufeff"),
      fc.constantFrom("\n", "\r\n"),
      async (cuts, mark, end) => {
        const id = ++lastId;
        const bytes = Buffer.from(mark + request(id).trim() + end);
        const ends = [...cuts.toSorted((one, other) => one - other), bytes.length];
        for (const [index, to] of ends.entries()) {
          await new Promise((sent) =>
            server.child.stdin.write(bytes.subarray(ends[index - 1] ?? 0, to), sent),
          );
        }
        const { result } = await server.answerTo(id);
        expect(result?.structuredContent).toMatchObject({ channel_id: name, total: 0 });
      },
    ),
    { numRuns: 50 },
  );
});

const depth = 200_000;
const deepArray = "[".repeat(depth) + "]".repeat(depth);
const deepObject = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const call = (args: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sora_push_channel","arguments":${args}}}`;

const inputs: [what: string, bytes: string | Uint8Array][] = [
  ["nothing but line ends", "\n\r\n\r\r\n\n"],
  ["NULs", "\u0000".repeat(1000)],
  ["a NUL in a request", '{"jsonrpc":"2.0",\u0000"id":1,"method":"ping"}'],
  ["an escape sequence", "\u001b[2J\u001b]0;title\u0007"],
  ["broken UTF-8", Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf5])],
  ["broken UTF-8 in a request", Buffer.from('{"jsonrpc":"2.0","id":"\xff\xc0","method":"ping"}', "latin1")],
  ["half a surrogate pair", '{"jsonrpc":"2.0","id":"\\ud800","method":"\\udfff"}'],
  ["a byte order mark", "\ufeff{}"],
  ["an empty batch", "[]"],
  [
    "a batch of requests",
    '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]',
  ],
  ["another version", '{"jsonrpc":"1.0","id":1,"method":"ping"}'],
  ["no version", '{"id":1,"method":"ping"}'],
  ["an id that is null", '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
  ["an id that is an object", '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}'],
  ["an id that is a fraction", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
  ["an id that is huge", '{"jsonrpc":"2.0","id":1e400,"method":"ping"}'],
  ["an id of 1 MB", line("ping", {}, "x".repeat(1_000_000))],
  ["__proto__", '{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"a":1},"params":{"__proto__":null}}'],
  ["the same key twice", '{"jsonrpc":"2.0","id":1,"id":{},"method":"ping","method":7}'],
  ["an answer to nothing", '{"jsonrpc":"2.0","id":77,"result":{}}'],
  ["an error to nothing", '{"jsonrpc":"2.0","id":77,"error":{"code":1,"message":"x"}}'],
  ["the cancellation of nothing", line("notifications/cancelled", { requestId: 77 })],
  ["a second handshake", line("initialize", { protocolVersion: "1", capabilities: {}, clientInfo: {} }, 1)],
  ["a line of 1 MB that is no JSON", "x".repeat(1_000_000)],
  ["a line of more than 9 MB", `"${"x".repeat(9_500_000)}"`],
  ["a request of more than 9 MB", line("ping", { padding: "x".repeat(9_500_000) }, 1)],
  ["40 MB without a line end", "x".repeat(40_000_000)],
  ["an array of extreme depth", deepArray],
  ["an object of extreme depth", deepObject],
  ["a depth that never ends", "[".repeat(depth)],
  ["arguments of extreme depth", call(deepObject)],
  ["data of extreme depth", call(`{"channel_id":"sora","data":${deepObject}}`)],
  [
    "parameters of extreme depth",
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":${deepObject}}}`,
  ],
  ["an answer of extreme depth", `{"jsonrpc":"2.0","id":77,"result":${deepObject}}`],
  ["an id of extreme depth", `{"jsonrpc":"2.0","id":${deepArray},"method":"ping"}`],
  ["10,000 empty lines", "\n".repeat(10_000)],
  ["1,000 requests at once", line("ping", {}, 1).repeat(1000)],
];

test("chosen input", async () => {
  const server = startRaw(["--sandbox"]);
  for (const [what, bytes] of inputs) {
    server.write(bytes);
    server.write("\n");
    expect((await server.ask("ping").catch((error) => ({ result: `${what}: ${error}` }))).result).toEqual({});
  }
  expect((await server.ask("tools/list")).result?.tools).toHaveLength(listedByDefault.length);
  expect((await server.ask("tools/call", list)).result?.structuredContent).toMatchObject({ total: 5 });
  server.child.stdin.end();
  expect(await server.ended).toEqual({ code: 0, signal: null });
});

test("a request right behind a line that is too long is answered", async () => {
  const server = startRaw(["--sandbox"]);
  const asked = line("ping", {}, "behind");
  server.write(`${"x".repeat(9_000_001)}\n${asked}`);
  expect((await server.answerTo("behind")).result).toEqual({});
  expect(server.stderr()).toContain("dropped a line of 9000002 bytes: a message may have 9000000");
});

test("the largest message is answered", async () => {
  const server = startRaw(["--sandbox"]);
  const empty = line("ping", { padding: "" }, "largest").length;
  const largest = line("ping", { padding: "x".repeat(9_000_000 - empty) }, "largest");
  expect(largest).toHaveLength(9_000_000);
  server.write(largest);
  expect((await server.answerTo("largest")).result).toEqual({});
});
