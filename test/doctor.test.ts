import { createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { examine, statusOf } from "./support/doctor.ts";
import { json, startUpstream } from "./support/upstream.ts";

const key = "distinctive-key-of-the-doctor-0123456789";
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

test("the sandbox is well", async () => {
  const { exitCode, page } = await examine({ SORA_SANDBOX: "true" }, { channel: "sora" });
  expect(page).toContain("answers: 5 connections in the channel");
  expect(page).toContain("none set, none asked for");
  expect(exitCode).toBe(0);
});

test("asks, with the key, for a channel that nobody has, and counts a well-formed 400 as an answer", async () => {
  const upstream = await startUpstream(json({ error_type: "ChannelNotFound" }, 400));
  const { exitCode, page } = await examine({ SORA_API_URL: upstream.url, SORA_API_KEY: key });
  expect(upstream.requests.map(({ target }) => target)).toEqual([
    "Sora_20201013.ListChannelConnections",
    "Sora_20171010.GetStatsReport",
    "Sora_20211215.ListClusterNodes",
  ]);
  expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${key}`);
  expect(JSON.parse(upstream.requests[0]?.text ?? "")).toEqual({
    channel_id: "sora-labo-mcp-doctor-asks-for-a-channel-that-does-not-exist",
  });
  expect(page).toContain("answers (ChannelNotFound)");
  expect(statusOf(page, "API key")).toBe("ok");
  expect(page).not.toContain(key);
  expect(exitCode).toBe(0);
});

test("a refused key fails and names the setting; the key is never shown, not even when Sora echoes it", async () => {
  const upstream = await startUpstream(json({ error_type: `bad ${key}` }, 401));
  const { exitCode, page } = await examine(
    { SORA_API_URL: upstream.url, SORA_API_KEY: key },
    { channel: "mine" },
  );
  expect(statusOf(page, "Sora API")).toBe("ok");
  expect(statusOf(page, "API key")).toBe("failed");
  expect(page).toContain("Set SORA_API_KEY");
  expect(page).toMatch(/SORA_API_KEY +set {2}\(environment\)/);
  expect(page).not.toContain(key);
  expect(exitCode).toBe(1);
});

test("403 is a known key for a foreign channel, but a failure for a channel that the person named", async () => {
  const upstream = await startUpstream(json({}, 403));
  const env = { SORA_API_URL: upstream.url, SORA_API_KEY: key };
  expect((await examine(env)).exitCode).toBe(0);
  const named = await examine(env, { channel: "mine" });
  expect(statusOf(named.page, "API key")).toBe("failed");
  expect(named.exitCode).toBe(1);
});

test("a web page is not taken for a Sora", async () => {
  const upstream = await startUpstream((_request, response) => response.end("<html>hello</html>"));
  const { exitCode, page } = await examine({ SORA_API_URL: upstream.url });
  expect(statusOf(page, "Sora API")).toBe("failed");
  expect(page).toContain("Check SORA_API_URL");
  expect(exitCode).toBe(1);
});

test("JSON that is no list is not taken for a Sora", async () => {
  const upstream = await startUpstream(json({ hello: 1 }));
  const { exitCode, page } = await examine({ SORA_API_URL: upstream.url });
  expect(statusOf(page, "Sora API")).toBe("failed");
  expect(exitCode).toBe(1);
});

test("a dead host fails at TCP and the rest is skipped", async () => {
  const { exitCode, page } = await examine({ SORA_API_URL: "http://127.0.0.1:9/" });
  expect(statusOf(page, "DNS")).toBe("ok");
  expect(page).toMatch(/failed +TCP +ECONNREFUSED/);
  expect(statusOf(page, "Sora API")).toBe("skipped");
  expect(exitCode).toBe(1);
});

test("a host that takes connections but says nothing fails in time, over TLS too", async () => {
  const open = new Set<Socket>();
  const silent = createServer((socket) => {
    open.add(socket);
    // Left open, it would keep the process from ending.
    socket.resume().on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  closing.push(() => silent.close());
  const address = silent.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const plain = await examine({ SORA_API_URL: `http://127.0.0.1:${address.port}/`, SORA_TIMEOUT_MS: "2000" });
  expect(statusOf(plain.page, "TCP")).toBe("ok");
  expect(statusOf(plain.page, "Sora API")).toBe("failed");
  const tls = await examine({ SORA_API_URL: `https://127.0.0.1:${address.port}/`, SORA_TIMEOUT_MS: "2000" });
  expect(tls.page).toMatch(/failed +TLS +no answer in time/);
  expect(tls.page).toContain("NODE_EXTRA_CA_CERTS");
  expect(tls.exitCode).toBe(1);
  await expect.poll(() => open.size).toBe(0);
});

test("settings that are not understood end the examination: nothing is sent", async () => {
  const upstream = await startUpstream(json([]));
  const { exitCode, page } = await examine({ SORA_API_URL: upstream.url, SORA_CONFIRM: "maybe" });
  expect(page).toContain('SORA_CONFIRM must be flag, preview, ask or ask,panel. It is "maybe".');
  expect(page).toContain("Set SORA_CONFIRM as said above.");
  expect(upstream.requests).toHaveLength(0);
  expect(exitCode).toBe(1);
});

test("a channel outside SORA_CHANNELS is not asked for", async () => {
  const upstream = await startUpstream(json([]));
  const env = { SORA_API_URL: upstream.url, SORA_CHANNELS: "team-*" };
  const { exitCode, page } = await examine(env, { channel: "other" });
  expect(statusOf(page, "channel")).toBe("failed");
  expect(upstream.requests).toHaveLength(0);
  expect(exitCode).toBe(1);
});

test.each([
  ["team-*", /^team-sora-labo-mcp-doctor-\S+$/],
  ["lobby,other", /^lobby$/],
  ["*", /^sora-labo-mcp-doctor-\S+$/],
  ["a*b*c", /^asora-labo-mcp-doctor-\S+bc$/],
  ["*a*b*c*d*", /^sora-labo-mcp-doctor-\S+abcd$/],
])("without --channel, a channel that SORA_CHANNELS=%s allows is asked for", async (channels, asked) => {
  const upstream = await startUpstream(json([]));
  const { exitCode } = await examine({ SORA_API_URL: upstream.url, SORA_CHANNELS: channels });
  expect(exitCode).toBe(0);
  expect(JSON.parse(upstream.requests[0]?.text ?? "").channel_id).toMatch(asked);
});

test("a channel that is no id is told, and nothing is sent", async () => {
  const upstream = await startUpstream(json([]));
  const { exitCode, page } = await examine({ SORA_API_URL: upstream.url }, { channel: "x".repeat(256) });
  expect(page).toContain("channel_id: must be 1 to 255 bytes of UTF-8, is 256");
  expect(page).toContain("Name another channel with --channel");
  expect(upstream.requests).toHaveLength(0);
  expect(exitCode).toBe(1);
});

test.each([false, true])("what a Sora says is made safe to show, as JSON: %s", async (asJson) => {
  const upstream = await startUpstream(json({ error_type: "Odd\u202e\nok  faked key-of-the-doctor" }, 400));
  const env = { SORA_API_URL: upstream.url, SORA_API_KEY: "key-of-the-doctor" };
  const { page } = await examine(env, { json: asJson });
  const told = asJson ? JSON.stringify(JSON.parse(page)) : page;
  expect(told).toContain(asJson ? "Odd\\\\u202e" : "Odd\\u202e ok  faked");
  expect(told).not.toContain("\u202e");
  expect(told).not.toContain("key-of-the-doctor");
  expect(told).not.toMatch(/^ok {2}faked/m);
});

test("--json gives the same as data", async () => {
  const { page } = await examine({ SORA_SANDBOX: "true" }, { json: true });
  const report = JSON.parse(page);
  expect(report.ok).toBe(true);
  expect(report.checks.map(({ name }: { name: string }) => name)).toEqual([
    "settings",
    "DNS",
    "TCP",
    "Sora API",
    "API key",
    "release",
  ]);
  expect(report.settings).toContainEqual({ variable: "SORA_SANDBOX", value: "true", source: "environment" });
  expect(report.versions.node).toBe("20.0.0");
});
