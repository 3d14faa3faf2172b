import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { holdingSora } from "../support/holding-sora.ts";
import { expectInTime } from "../support/in-time.ts";
import {
  bearer,
  bytesOf,
  callersFile,
  openConnection,
  post,
  serveOverHttp,
  write,
} from "../support/over-http.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// How a server ends: what is still served, and for how long.

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

/** A server with a call under way, of which Sora has the request and holds the answer back. */
async function underWay(tool = "sora_list_channel_connections", args: object = {}) {
  const upstream = await holdingSora();
  const audit = join(temporaryFolder(), "audit.jsonl");
  const { path, tokens } = callersFile({ alice: {} });
  const server = await serveOverHttp({
    SORA_API_URL: upstream.url,
    SORA_CALLERS: path,
    SORA_AUDIT_LOG: audit,
    SORA_TIMEOUT_MS: "120000",
  });
  const params = { name: tool, arguments: { channel_id: "sora", ...args } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  const headers = bearer(tokens.alice);
  const call = write(server.url, { headers, body });
  // A test that fails before it looks at it is to say why itself.
  call.catch(() => {});
  await upstream.received(1);
  return {
    ...server,
    call,
    headers,
    release: upstream.release,
    cut: upstream.cut,
    audit: () => auditLines(audit),
  };
}

type Server = Awaited<ReturnType<typeof underWay>>;

/** The status of a new request on a new connection; 0 where none is taken. */
async function statusAt({ url, headers }: Server, path = "/mcp"): Promise<number> {
  const answer =
    path === "/mcp"
      ? write(url, { headers, body: JSON.stringify(ping) })
      : write(url, { line: `GET ${path} HTTP/1.1` });
  return answer.then(({ status }) => status).catch(() => 0);
}

const statuses = async (server: Server) =>
  Promise.all(["/readyz", "/healthz", "/mcp"].map((path) => statusAt(server, path)));

test("SIGTERM: not ready at once, served for 3 s more, and what is under way gets its answer", async () => {
  const server = await underWay();
  expect(await statuses(server)).toEqual([200, 200, 200]);
  const startedAt = performance.now();
  server.stop("SIGTERM");
  expect(await statuses(server)).toEqual([503, 200, 200]);
  expect((await write(server.url, { line: "GET /readyz HTTP/1.1" })).body).toContain("draining");
  const until = (ms: number) => delay(Math.max(0, startedAt + ms - performance.now()));
  await until(2700);
  expect(await statuses(server)).toEqual([503, 200, 200]);
  await expect.poll(() => statusAt(server), { interval: 50 }).not.toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThan(2990);
  server.release();
  expect((await server.call).body).toContain('"total":1');
  expect(await server.ended).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(6000);
});

test.each(["SIGINT", "SIGHUP"])(
  "%s: nobody new is served, and what is under way gets its answer",
  async (signal) => {
    const server = await underWay();
    const idle = [openConnection(server.url).socket, openConnection(server.url).socket];
    for (const socket of idle) await once(socket, "connect");
    // One that has said nothing yet, and one that has begun to.
    idle[0]?.write("POST /mcp HTTP/1.1\r\nhost:");
    const startedAt = performance.now();
    server.stop(signal);
    await expect.poll(() => statusAt(server)).toBe(0);
    server.release();
    expect((await server.call).body).toContain('"total":1');
    expect(await server.ended).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(2500);
    await expect.poll(() => idle.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  },
);

test("once it listens no more, an answer on a connection that is kept says that it was the last", async () => {
  const server = await underWay();
  const { socket, text } = openConnection(server.url);
  const request = { headers: { ...server.headers, connection: "keep-alive" }, body: JSON.stringify(ping) };
  const bytes = bytesOf(server.url, request);
  // A request that has begun when the server is asked to end.
  const begun = bytes.indexOf("\r\n\r\n");
  socket.write(bytes.subarray(0, begun));
  await expect.poll(() => statusAt(server)).toBe(200);
  server.stop("SIGINT");
  await expect.poll(() => statusAt(server)).toBe(0);
  socket.write(bytes.subarray(begun));
  await expectInTime(once(socket, "close"), "it is closed");
  expect(text()).toContain('"result":{}');
  expect(text()).toMatch(/\r\nconnection: close\r\n/i);
  server.release();
  expect(await server.ended).toBe(0);
});

test("asked twice it ends at once: what is under way is cut off, and has its line", async () => {
  const server = await underWay("sora_push_channel", { data: {} });
  const startedAt = performance.now();
  server.stop("SIGTERM");
  expect(await statusAt(server)).toBe(200);
  server.hurry();
  expect(await server.ended).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(2500);
  expect((await server.call.catch(() => ({ body: "" }))).body).not.toContain("done");
  await expect.poll(server.cut).toBe(1);
  expect(server.audit()).toMatchObject([
    { tool: "sora_push_channel", caller: "alice", outcome: "cancelled_by_client" },
  ]);
});

test("asked to end before anything came, it ends", async () => {
  const { path, tokens } = callersFile({ alice: {} });
  const { url, stop, ended } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  expect((await post(url, ping, bearer(tokens.alice))).status).toBe(200);
  stop("SIGINT");
  await expectInTime(ended, "it ends");
});
