import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { afterTest } from "../support/closing.ts";
import { expectInTime } from "../support/in-time.ts";
import { startProxy } from "../support/proxy.ts";
import { startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, noProxy, soraAt } from "../support/sora.ts";
import { json, startUpstream } from "../support/upstream.ts";

// A node that never lets a connection come about must leave time for the others.

const timeoutMs = 3_000;
const listening = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** A port that accepts nothing: whoever listens is stuck, and its line is full. So Linux lets SYNs fall. */
async function swallowingUrl(): Promise<string> {
  const worker = new Worker(listening, { eval: true });
  afterTest(() => worker.terminate());
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  const line = Array.from({ length: 3 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  afterTest(() => line.map((socket) => socket.destroy()));
  await new Promise((resolve) => line[1]?.once("connect", resolve));
  return `http://127.0.0.1:${port}/`;
}

/** One for whom no handshake is answered. */
async function muteUrl(): Promise<string> {
  const upstream = await startRawUpstream(() => {});
  return upstream.url.replace("http:", "https:");
}

/** One that a proxy does not get to, and says nothing. */
async function behindSilence() {
  const { url } = await startProxy("silence");
  return { proxy: { ...noProxy, http: url, no: "127.0.0.1" } };
}

const rows = [
  { name: "swallows packets", urlOf: swallowingUrl, through: async () => ({}) },
  { name: "does not answer the handshake", urlOf: muteUrl, through: async () => ({}) },
  { name: "is behind a silent proxy", urlOf: async () => "http://node.invalid/", through: behindSilence },
];

test.runIf(process.platform === "linux").each(kinds)(
  "one that is not reached costs a %s its share of the deadline, and the next call nothing",
  async (kind) => {
    // All at once, as most of the time goes by waiting.
    const outcomes = rows.map(async ({ name, urlOf, through }) => {
      const url = await urlOf();
      const there = await startUpstream(json({ there: true }));
      const sora = soraAt(url, { timeoutMs, otherNodes: [new URL(there.url)], ...(await through()) });
      const times = [performance.now()];
      for (let call = 0; call < 2; call++) {
        expect(await sora[kind](), name).toEqual({ there: true });
        times.push(performance.now());
      }
      const [start = 0, first = 0, second = 0] = times;
      expect(first - start, name).toBeGreaterThan(timeoutMs / 2 - 50);
      expect(second - first, name).toBeLessThan(timeoutMs / 3);
      expect(there.requests, name).toHaveLength(2);
    });
    await Promise.all(outcomes);
  },
);

test("of three, two that are mute leave a third of the deadline", async () => {
  const there = await startUpstream(json({ there: true }));
  const others = [await muteUrl(), there.url].map((url) => new URL(url));
  const sora = soraAt(await muteUrl(), { timeoutMs, otherNodes: others });
  expect(await sora.write()).toEqual({ there: true });
});

test("when all are mute, the call ends at its deadline, and nothing was sent", async () => {
  const sora = soraAt(await muteUrl(), { timeoutMs: 600, otherNodes: [new URL(await muteUrl())] });
  const startedAt = performance.now();
  const { code } = await failureOf(sora.write());
  expect(["timeout", "unreachable"]).toContain(code);
  expect(performance.now() - startedAt).toBeLessThan(900);
});

test("a connection that comes too late is closed, and nothing is said on it", async () => {
  const there = await startUpstream(json({ there: true }));
  const said: Buffer[] = [];
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const slow = createServer().on("connect", (_request, socket) => {
    socket.on("data", (chunk: Buffer) => said.push(chunk)).on("end", () => close());
    setTimeout(() => socket.write("HTTP/1.1 200 Connection established\r\n\r\n"), 700);
  });
  await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
  afterTest(() => slow.close().closeAllConnections());
  const { port } = slow.address() as AddressInfo;
  const proxy = { ...noProxy, http: `http://127.0.0.1:${port}`, no: "127.0.0.1" };
  const sora = soraAt("http://node.invalid/", { timeoutMs: 1_000, otherNodes: [new URL(there.url)], proxy });
  expect(await sora.write()).toEqual({ there: true });
  await expectInTime(closed, "the late connection is closed");
  expect(said).toEqual([]);
});
