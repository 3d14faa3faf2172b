import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { expectInTime } from "../support/in-time.ts";
import { hangingUpstream, json, startUpstream } from "../support/upstream.ts";
import { headers, message, outcomeOf, toolCall } from "./calls.ts";
import { type Fleet, startFleet, statusOf } from "./fleet.ts";

const list = toolCall("sora_list_channel_connections", { channel_id: "sora" });

/** Sends a body of so many bytes: a valid request, and blanks after it. */
async function sendBytes(url: URL, size: number): Promise<{ status: number; type: string | null }> {
  const response = await fetch(url, { method: "POST", headers, body: message("ping").padEnd(size) });
  await response.text();
  return { status: response.status, type: response.headers.get("content-type") };
}

test("what is too large by a little is refused by a replica, in JSON; by more, by nginx", async () => {
  const sora = await startUpstream();
  const { url } = await startFleet("nginx", sora.url);
  expect(await sendBytes(url, 8_000_000)).toEqual({ status: 200, type: "application/json" });
  expect(await sendBytes(url, 8_000_001)).toEqual({ status: 413, type: "application/json" });
  expect(await sendBytes(url, 8 * 1024 * 1024 + 1)).toEqual({ status: 413, type: "text/html" });
});

test.each(["nginx", "haproxy"] as const)(
  "a client that goes away ends its request to Sora through %s too",
  async (kind) => {
    const sora = await hangingUpstream();
    const { url } = await startFleet(kind, sora.url);
    const leaving = new AbortController();
    const call = fetch(url, { method: "POST", headers, body: list, signal: leaving.signal });
    await sora.arrived;
    leaving.abort();
    await expect(call).rejects.toThrow("aborted");
    await expectInTime(sora.cut, "Sora's request is broken off");
  },
);

test.each(["nginx", "haproxy"] as const)(
  "%s lets through what is for clients, and nothing else",
  async (kind) => {
    const sora = await startUpstream();
    const { url } = await startFleet(kind, sora.url);
    const pages = ["/mcp", "/healthz", "/readyz", "/metrics", "/", "/mcp/", "/healthz/"];
    const statuses = await Promise.all(pages.map((page) => statusOf(new URL(page, url))));
    expect(statuses).toEqual([401, 200, 404, 404, 404, 404, 404]);
  },
);

test("slow bodies end at nginx, and others are served meanwhile", async () => {
  const sora = await startUpstream(json([]));
  const fleet = await startFleet("nginx", sora.url);
  const startedAt = performance.now();
  const slow = Array.from({ length: 20 }, () => sendSlowly(fleet));
  for (let calls = 0; calls < 20; calls++) expect(await outcomeOf(fleet.url, list)).toBe("answered");
  expect(new Set(await Promise.all(slow))).toEqual(new Set([""]));
  // A replica itself would have waited for 30 seconds.
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect(sora.requests).toHaveLength(20);
});

/** Begins a request whose body never comes whole. Resolves to the answer: nginx gives none, it hangs up. */
async function sendSlowly({ url }: Fleet): Promise<string> {
  const socket = connect(Number(url.port), url.hostname);
  const lines = Object.entries({ host: url.host, ...headers, "content-length": "1000" });
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.map((line) => line.join(": ")).join("\r\n")}\r\n\r\n{`);
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => {
    answer += text;
  });
  await once(socket, "close");
  return answer;
}

test("what is told while a call goes on passes nginx at once", async () => {
  const sora = await hangingUpstream();
  const { url } = await startFleet("nginx", sora.url);
  const body = toolCall(
    "sora_list_channel_connections",
    { channel_id: "sora" },
    { _meta: { progressToken: 1 } },
  );
  const response = await fetch(url, { method: "POST", headers, body });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let told = "";
  while (!told.includes("notifications/progress")) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) break;
    told += value;
  }
  // Sora has not answered, and so the call has not.
  expect(told).toContain("notifications/progress");
  expect(told).not.toContain('"result"');
  await reader?.cancel();
  await expectInTime(sora.cut, "Sora's request is broken off");
});
