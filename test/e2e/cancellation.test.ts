import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { line } from "../support/raw-server.ts";
import { startServerProcess } from "../support/server-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { hangingUpstream, json, startUpstream } from "../support/upstream.ts";

// notifications/cancelled reaches all the way: to the HTTP request that is on its way, and to the one that still waits.

const list = "sora_list_channel_connections";
const push = "sora_push_channel";

function cancelled(requestId: number | string) {
  return { method: "notifications/cancelled", params: { requestId, reason: "changed my mind" } };
}

test.each([
  { tool: list, args: {} },
  { tool: "sora_wait", args: {} },
  { tool: push, args: { data: {} } },
  { tool: "sora_disconnect_channel", args: { confirm: true } },
  { tool: "sora_disconnect_channel", args: {} },
])(
  "cancelling $tool $args closes its connection to Sora and is answered with nothing",
  async ({ tool, args }) => {
    const upstream = await startUpstream();
    const closed = new Promise<void>((resolve) => {
      upstream.answer((_request, _response, raw) => {
        raw.socket.on("close", () => resolve());
        server.send(cancelled(1));
      });
    });
    // A deadline so far away that only the cancellation can have closed the connection.
    const server = await startServerProcess({ SORA_API_URL: upstream.url, SORA_TIMEOUT_MS: "120000" });
    server.callTool(1, tool, { channel_id: "sora", ...args });
    await closed;
    expect(upstream.requests).toHaveLength(1);

    // The session goes on; the cancelled call stays without an answer and is not sent again.
    upstream.answer(json([]));
    server.callTool(2, list, { channel_id: "sora" });
    await server.message(({ id }) => id === 2);
    server.child.stdin.end();
    await server.ended;
    expect(server.messages.map(({ id }) => id)).toEqual([0, 2]);
    expect(upstream.requests).toHaveLength(2);
  },
);

test.each([0, "", "0", -1, "ask"])("whatever its id, such as %j, a request is cancelled", async (id) => {
  const upstream = await hangingUpstream();
  // Nor is the id 0 of the handshake, which has long been answered, mistaken for it.
  const server = await startServerProcess({ SORA_API_URL: upstream.url, SORA_TIMEOUT_MS: "120000" });
  server.write(line("tools/call", { name: list, arguments: { channel_id: "sora" } }, id));
  await upstream.arrived;
  server.send(cancelled(id));
  await upstream.cut;
  server.send({ id: "after", method: "ping" });
  await server.answerTo("after");
  expect(server.messages.map((message) => message.id)).toEqual([0, "after"]);
});

test.each([
  { requestId: 0 },
  { requestId: "" },
  { requestId: "1" },
  { requestId: 2 },
  { requestId: null },
  {},
])("cancelling what is not under way, %j, does nothing to what is", async (params) => {
  const upstream = await startUpstream();
  let answer = () => {};
  const arrived = new Promise<void>((resolve) => {
    upstream.answer((request, response, raw) => {
      answer = () => json([])(request, response, raw);
      resolve();
    });
  });
  const server = await startServerProcess({ SORA_API_URL: upstream.url, SORA_TIMEOUT_MS: "120000" });
  server.callTool(1, list, { channel_id: "sora" });
  await arrived;
  server.send({ method: "notifications/cancelled", params });
  server.send({ id: "after", method: "ping" });
  await server.answerTo("after");
  answer();
  expect((await server.answerTo(1)).result?.structuredContent).toMatchObject({ total: 0 });
});

test("a write that is cancelled while it waits for its turn is never sent", async () => {
  const path = join(temporaryFolder(), "audit.jsonl");
  const waiting: (() => void)[] = [];
  let allArrived = () => {};
  const fourArrived = new Promise<void>((resolve) => {
    allArrived = resolve;
  });
  const upstream = await startUpstream((request, response, raw) => {
    waiting.push(() => json({})(request, response, raw));
    if (waiting.length === 4) allArrived();
  });
  const server = await startServerProcess({ SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path });
  const pushTo = (id: number) => server.callTool(id, push, { channel_id: `channel-${id}`, data: {} });
  for (const id of [1, 2, 3, 4]) pushTo(id);
  await fourArrived;
  pushTo(5);
  server.send(cancelled(5));
  // Once this is answered, the line before it has been read.
  server.send({ id: 6, method: "ping" });
  await server.message(({ id }) => id === 6);
  upstream.answer(json({}));
  for (const answer of waiting) answer();
  server.callTool(7, push, { channel_id: "channel-7", data: {} });
  await server.message(({ id }) => id === 7);
  server.child.stdin.end();
  await server.ended;
  const channels = upstream.requests.map(({ text }) => JSON.parse(text).channel_id);
  expect(channels).not.toContain("channel-5");
  expect(channels).toHaveLength(5);
  const outcomes = auditLines(path).map(({ channel_id, outcome }) => [channel_id, outcome]);
  expect(Object.fromEntries(outcomes)).toMatchObject({
    "channel-4": "done",
    "channel-5": "cancelled_by_client",
    "channel-7": "done",
  });
});
