import { describe, expect, test } from "vitest";
import { handshake, line, type RawServer, startRaw } from "../support/raw-server.ts";
import { startUpstream } from "../support/upstream.ts";

// stdout carries JSON-RPC and nothing else, whatever Node, the settings, the client or Sora do.

const channel = { channel_id: "sora" };
const list = { name: "sora_list_channel_connections", arguments: channel };
const disconnect = { name: "sora_disconnect_channel", arguments: { ...channel, confirm: true } };

/** Calls that end well, badly, or in an error of the protocol. */
const requests: [method: string, params?: Record<string, unknown>][] = [
  ["initialize", handshake],
  ["ping"],
  ["tools/list", {}],
  ["tools/call", list],
  ["tools/call", disconnect],
  ["tools/call", { name: "sora_push_channel", arguments: { ...channel, data: { text: "\u2028\n\u0000" } } }],
  ["tools/call", { name: list.name, arguments: { chanel_id: "sora" } }],
  ["tools/call", { name: list.name }],
  ["tools/call", { name: "sora_no_such_tool", arguments: {} }],
  ["tools/call", { name: 7 }],
  ["tools/call", {}],
  ["resources/list", {}],
  ["no/such/method", {}],
];

const hostile = [
  "nonsense",
  "",
  "\u0000\u0001",
  "[]",
  "null",
  '{"jsonrpc":"2.0"}',
  '{"jsonrpc":"2.0","id":999,"result":{}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"ask-1"}}',
  "console.log('hello')",
  "Content-Length: 46\r\n\r",
  "\ufeff",
  "x".repeat(9_000_001),
];

/** Requests that are not valid: an answer each, and with it a line. */
const invalid = [
  '{"jsonrpc":"1.0","id":1,"method":"ping"}',
  '{"jsonrpc":"2.0","id":"\u2028\\n","method":"ping","params":null}',
  '[{"jsonrpc":"2.0","id":2,"method":"ping"}]',
  '{"jsonrpc":"2.0","id":3,"method":"initialize"}',
];

function expectOnlyJsonRpc(server: RawServer): void {
  expect(server.lines().length).toBeGreaterThan(0);
  for (const text of server.lines()) {
    const { jsonrpc, id, result, error, ...rest } = JSON.parse(text);
    expect(jsonrpc).toBe("2.0");
    expect(typeof id === "string" || typeof id === "number").toBe(true);
    expect([typeof result, typeof error].toSorted()).toEqual(["object", "undefined"]);
    expect(rest).toEqual({});
  }
}

async function useAndEnd(server: RawServer): Promise<void> {
  for (const [method, params] of requests) await server.ask(method, params);
  for (const text of hostile) server.write(`${text}\n`);
  for (const text of invalid) server.write(`${text}\n`);
  const count = server.lines().length;
  expect((await server.ask("ping")).result).toEqual({});
  expect(server.lines()).toHaveLength(count + invalid.length + 1);
  server.child.stdin.end();
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expectOnlyJsonRpc(server);
}

const chatty = {
  SORA_LOG_LEVEL: "debug",
  NODE_OPTIONS: "--trace-warnings --trace-deprecation --trace-uncaught",
  NODE_DEBUG: "http,net,stream,timer,undici,fetch,module,esm",
  NODE_PENDING_DEPRECATION: "1",
  DEBUG: "*",
};

test("with nothing set but the sandbox", async () => {
  await useAndEnd(startRaw(["--sandbox"]));
});

describe("when everything is told", () => {
  test("with the sandbox", async () => {
    const server = startRaw(["--sandbox"], chatty);
    await useAndEnd(server);
    expect(server.stderr()).toContain("simulated Sora");
  });

  test("with settings that cannot be used", async () => {
    const server = startRaw(["--confirm", "maybe", "stray"], chatty);
    await useAndEnd(server);
    expect(server.stderr()).toContain("SORA_CONFIRM must be");
  });

  test("with a Sora that answers nonsense, breaks off and fails", async () => {
    const upstream = await startUpstream();
    let count = 0;
    upstream.answer((_request, response) => {
      switch (count++ % 4) {
        case 0:
          response.end("<html>hello</html>");
          break;
        case 1:
          response.writeHead(500).end('{"error_type":"\\u001b[2J"}');
          break;
        case 2:
          response.socket?.destroy();
          break;
        default:
          // Without the end of the connection, the server here keeps it for 5 s and the call waits for more.
          response
            .writeHead(200, { "content-length": "100", "content-encoding": "gzip" })
            .write("half", () => response.socket?.end());
      }
    });
    const server = startRaw([], { ...chatty, SORA_API_URL: upstream.url });
    for (let again = 0; again < 4; again++) {
      await server.ask("tools/call", list);
      await server.ask("tools/call", disconnect);
    }
    await useAndEnd(server);
  });

  test("with a Sora that is not there", async () => {
    await useAndEnd(startRaw([], { ...chatty, SORA_API_URL: "http://127.0.0.1:9/" }));
  });
});

test("a server that is cut off leaves no half line and no other words", async () => {
  const upstream = await startUpstream(() => {});
  const server = startRaw([], { ...chatty, SORA_API_URL: upstream.url });
  await server.ask("initialize", handshake);
  for (let id = 1; id <= 20; id++) server.write(line("tools/call", id % 2 ? list : disconnect, id));
  await expect.poll(() => upstream.requests.length).toBeGreaterThan(0);
  server.child.kill("SIGTERM");
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expectOnlyJsonRpc(server);
});
