import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { handshake, line, startRaw } from "../support/raw-server.ts";
import { startServerProcess } from "../support/server-process.ts";
import { startUpstream } from "../support/upstream.ts";

// Whoever sends a request waits for its answer: also when it is none that the protocol allows.

const start = () => startRaw([], { SORA_API_KEY: "k" });

test.each<[what: string, lines: string, ids: unknown[]]>([
  ["params that are null", '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":null}', [1]],
  ["params that are a list", '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', [1]],
  ["params that are a text", '{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}', [1]],
  ["_meta that is null", '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":null}}', [1]],
  ["_meta that is a list", '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":[]}}', [1]],
  [
    "a progress token that is none",
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":[]}}}',
    [1],
  ],
  ["no version", '{"id":1,"method":"ping"}', [1]],
  ["another version", '{"jsonrpc":"1.0","id":1,"method":"ping"}', [1]],
  ["a version that is a number", '{"jsonrpc":2.0,"id":1,"method":"ping"}', [1]],
  ["no method", '{"jsonrpc":"2.0","id":1}', [1]],
  ["a method that is no text", '{"jsonrpc":"2.0","id":1,"method":7}', [1]],
  ["a method and a result", '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', [1]],
  ["a member too many", '{"jsonrpc":"2.0","id":1,"method":"ping","extra":1}', [1]],
  ["an id that is a fraction", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', [1.5]],
  ["an id beyond 2^53", '{"jsonrpc":"2.0","id":9007199254740994,"method":"ping"}', [9007199254740994]],
  ["an id that is null", '{"jsonrpc":"2.0","id":null,"method":"ping"}', [null]],
  ["an id that is an object", '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', [null]],
  ["an id that is a list", '{"jsonrpc":"2.0","id":[1],"method":"ping"}', [null]],
  ["an id of 1 MB", `{"jsonrpc":"2.0","id":"${"x".repeat(1_000_000)}","method":7}`, ["x".repeat(1_000_000)]],
  ["a byte order mark before it", '\ufeff{"id":1,"method":"ping"}', [1]],
  ["a batch", `[${line("ping", {}, 1).trim()},{"id":2},${line("ping").trim()}]`, [1, 2]],
  ["9 MB of it", `{"jsonrpc":"2.0","id":1,"method":"ping","params":["${"x".repeat(8_900_000)}"]}`, [1]],
])("%s: an error with that id, and the session goes on", async (_what, lines, ids) => {
  const server = start();
  server.write(`${lines}\n`);
  expect((await server.ask("ping")).result).toEqual({});
  const [after, ...answers] = server.messages.toReversed();
  expect(after?.result).toEqual({});
  expect(answers.toReversed()).toEqual(
    ids.map((id) => ({ jsonrpc: "2.0", id, error: { code: -32600, message: expect.stringMatching(/\.$/) } })),
  );
  expect(server.stderr()).toBe("sora-labo-mcp warn: MCP: a request is not valid\n");
});

test.each([
  ["nothing", ""],
  ["spaces", "   "],
  ["no JSON", "hello"],
  ["a text", '"hello"'],
  ["an empty batch", "[]"],
  ["a batch without ids", `[${line("ping").trim()}]`],
  ["a notification that is not valid", '{"jsonrpc":"2.0","method":"notifications/cancelled","params":null}'],
  ["a response to nothing", '{"jsonrpc":"2.0","id":1,"result":{}}'],
  ["a response that is not valid", '{"jsonrpc":"2.0","id":1,"result":null}'],
  ["an error that is not valid", '{"jsonrpc":"2.0","id":1,"error":null}'],
  ["an error without an id", '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"x"}}'],
])("%s: no answer, one line on stderr", async (_what, text) => {
  const server = start();
  server.write(`${text}\n`);
  expect((await server.ask("ping")).result).toEqual({});
  expect(server.lines()).toHaveLength(1);
  expect(server.stderr()).toMatch(/^sora-labo-mcp warn: MCP: [^\n]*\n$/);
});

describe("byte order marks", () => {
  test("before every line of a session change nothing", async () => {
    const server = start();
    const session = [
      line("initialize", handshake, 1),
      line("notifications/initialized"),
      line("ping", {}, 2),
    ];
    for (const text of session) server.write(`\ufeff${text}`);
    expect((await server.answerTo(1)).result?.serverInfo).toBeDefined();
    expect((await server.answerTo(2)).result).toEqual({});
    expect(server.stderr()).toBe("");
  });

  test("that come in pieces are seen too", async () => {
    const server = start();
    for (const byte of Buffer.from(`\ufeff${line("ping", {}, 1)}`)) {
      await new Promise((sent) => server.child.stdin.write(Uint8Array.of(byte), sent));
    }
    expect((await server.answerTo(1)).result).toEqual({});
    expect(server.stderr()).toBe("");
  });
});

test("a batch of 100,000 is answered whole", async () => {
  const server = start();
  const ids = Array.from({ length: 100_000 }, (_, id) => id);
  server.write(`[${ids.map((id) => `{"id":${id}}`).join()}]\n`);
  await server.answerTo(99_999);
  expect(server.messages.map(({ id }) => id)).toEqual(ids);
  expect((await server.ask("ping")).result).toEqual({});
});

test("with headers before it, as of another protocol, a message is read when it ends", async () => {
  const server = start();
  const message = line("ping", {}, 1).trim();
  const framed = `Content-Length: ${message.length}\r\n\r\n${message}`;
  server.write(framed);
  server.child.stdin.end();
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(server.lines()).toEqual(['{"result":{},"jsonrpc":"2.0","id":1}']);
});

test("any object with an id and a method is answered, once", async () => {
  const server = startRaw(["--sandbox"]);
  const methods = fc.oneof(fc.constantFrom("ping", "initialize", "tools/list", "tools/call"), fc.jsonValue());
  const messages = fc.record(
    {
      jsonrpc: fc.oneof({ weight: 3, arbitrary: fc.constant("2.0") }, fc.jsonValue()),
      method: methods,
      params: fc.oneof(fc.jsonValue(), fc.record({ _meta: fc.jsonValue(), name: fc.jsonValue() })),
      result: fc.jsonValue(),
      error: fc.jsonValue(),
    },
    { requiredKeys: ["method"] },
  );
  let count = 0;
  await fc.assert(
    fc.asyncProperty(messages, async (message) => {
      const id = `it-${++count}`;
      server.write(`${JSON.stringify({ ...message, id })}\n`);
      const { result, error } = await server.answerTo(id);
      expect([typeof result, typeof error].toSorted()).toEqual(["object", "undefined"]);
    }),
    { numRuns: 300 },
  );
  await server.ask("ping");
  expect(server.messages).toHaveLength(count + 1);
});

test.each([
  ["a result that is none", { result: null }],
  ["a member too many", { result: { action: "accept", content: { proceed: true } }, extra: 1 }],
  ["an error that is none", { error: "no" }],
])("a person's answer with %s ends the call at once, and nothing is done", async (_what, wrong) => {
  const upstream = await startUpstream((_request, response) => {
    response.end('[{"connection_id":"C","client_id":"c","role":"sendrecv"}]');
  });
  const env = { SORA_API_URL: upstream.url, SORA_CONFIRM: "ask", SORA_TIMEOUT_MS: "120000" };
  const server = await startServerProcess(env, { elicitation: { form: {} } });
  server.callTool(1, "sora_disconnect_channel", { channel_id: "sora" });
  const question = await server.message(({ method }) => method === "elicitation/create");
  server.send({ id: question.id, ...wrong });
  const { result } = await server.answerTo(1);
  expect(JSON.stringify(result)).toContain("confirmation_unavailable");
  expect(upstream.requests.map(({ target }) => target)).toEqual(["Sora_20201013.ListChannelConnections"]);
});
