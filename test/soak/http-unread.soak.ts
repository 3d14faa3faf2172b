import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { afterTest } from "../support/closing.ts";
import { bearer, bytesOf, callersFile } from "../support/over-http.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { poster, startHttp } from "./http-server.ts";

// Answers that their clients do not take. Sora's has 4.8 MB, and what is made of it twice as many.

const limitMs = 300_000;
const answerBytes = 2 * 4_800_000;
const push = call("sora_push_channel", { channel_id: "sora", data: {} });
const large = call("sora_get_signaling_notify_metadata", { channel_id: "sora", connection_id: "C1" });

function call(name: string, args: object, _meta: object = {}) {
  return { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args, _meta } };
}

async function serving() {
  const upstream = await startUpstream(json({ x: "x".repeat(answerBytes / 2) }));
  const { path, tokens } = callersFile({ alice: {}, bob: {}, carol: {} });
  const server = await startHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path });
  const { hostname, port } = new URL(server.url);
  /** A connection that asks so many times in one piece. */
  const asking = (token: string | undefined, message: object, times: number, last = "keep-alive"): Socket => {
    const socket = connect(Number(port), hostname);
    afterTest(() => socket.destroy());
    socket.on("error", () => {});
    const body = JSON.stringify(message);
    const each = Array.from({ length: times }, (_none, index) => {
      const connection = index === times - 1 ? last : "keep-alive";
      return bytesOf(server.url, { headers: { ...bearer(token), connection }, body });
    });
    socket.write(Buffer.concat(each));
    return socket;
  };
  return { ...server, tokens, asking, post: poster(server.url, 2) };
}

test("they fill the room of their caller alone, and are let go within 30 s; slow takers get theirs", {
  timeout: limitMs,
}, async () => {
  const { tokens, asking, post, stderr } = await serving();
  const before = stderr();
  const startedAt = performance.now();
  const unread = Array.from({ length: 5 }, () => asking(tokens.alice, large, 4).pause());
  const slow = (async () => {
    let length = 0;
    for await (const piece of asking(tokens.carol, large, 2, "close")) {
      length += piece.length;
      await delay(130);
    }
    return { length, seconds: (performance.now() - startedAt) / 1000 };
  })();
  const pushed = async (token = "") => (await post(push, bearer(token))).status;
  await expect.poll(() => pushed(tokens.alice), { timeout: 25_000 }).toBe(503);
  expect(await pushed(tokens.bob)).toBe(200);
  await expect.poll(() => pushed(tokens.alice), { timeout: 40_000 }).toBe(200);
  expect((performance.now() - startedAt) / 1000).toBeGreaterThan(14);
  // What has come is taken; then there is nobody any more.
  for (const socket of unread) socket.resume();
  await Promise.all(unread.map((socket) => socket.closed || once(socket, "close")));
  const { length, seconds } = await slow;
  expect(length).toBeGreaterThan(2 * answerBytes);
  expect(seconds).toBeGreaterThan(35);
  expect(stderr()).toBe(before);
});

const streamed = { ...large, params: { ...large.params, _meta: { progressToken: 1 } } };

test.skipIf(process.platform !== "linux").each([
  ["in JSON", large],
  ["in streams", streamed],
])(
  "%s, 1.8 GB of them that one caller asks for at once take less than 800 MB of memory",
  {
    timeout: limitMs,
  },
  async (_how, message) => {
    const { tokens, asking, post, child } = await serving();
    const sockets = Array.from({ length: 12 }, () => asking(tokens.alice, message, 16).pause());
    const pushed = async (token = "") => (await post(push, bearer(token))).status;
    await expect.poll(() => pushed(tokens.alice), { timeout: 25_000 }).toBe(503);
    expect(await pushed(tokens.bob)).toBe(200);
    // Those that found no room have been told so by then.
    await delay(12_000);
    const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    console.log(
      `memory     ${Math.round(Number(peak) / 1000)} MB at its peak, with answers that nobody takes`,
    );
    expect(Number(peak)).toBeLessThan(800_000);
    // A refusal is no answer of the tool, and says what to do. How many there are by then is the speed of the machine.
    let refusals = 0;
    for (const socket of sockets) {
      socket.setEncoding("utf8").on("data", (piece: string) => {
        refusals += piece.split("has not taken earlier ones yet").length - 1;
      });
      socket.resume();
    }
    await expect.poll(() => refusals, { timeout: 30_000 }).toBeGreaterThan(30);
  },
);
