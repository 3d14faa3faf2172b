import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { afterTest } from "../support/closing.ts";
import { startIssuer } from "../support/issuer.ts";
import { bearer, bytesOf, callersFile, clientInfo } from "../support/over-http.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { poster, startHttp, times } from "./http-server.ts";

// Many clients, many connections, many callers: all of them are served, and nothing of them stays.

const limitMs = 300_000;
const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
};

test("10,000 clients that initialize, list and never come back leave less than 5 MB behind", {
  timeout: limitMs,
}, async () => {
  const { path, tokens } = callersFile({ alice: {}, bob: { read_only: true } });
  const { url, heap } = await startHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  const post = poster(url, 8);
  const callers = [bearer(tokens.alice), bearer(tokens.bob)];
  const statuses = new Map<number, number>();
  async function clientComesOnce(index: number): Promise<void> {
    const headers = callers[index % callers.length];
    const first = await post(initialize, headers);
    const second = await post(list, headers);
    for (const { status } of [first, second]) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  await times(500, 8, clientComesOnce);
  const before = await heap();
  await times(10_000, 8, clientComesOnce);
  const after = await heap();
  console.log(`heap       ${before.toFixed(1)} MB before 10,000 clients, ${after.toFixed(1)} MB after`);
  expect([...statuses]).toEqual([[200, 21_000]]);
  expect(after - before).toBeLessThan(5);
});

test("1,000 connections at once are all served, and leave nothing behind when they are gone", {
  timeout: limitMs,
}, async () => {
  const { url, heap } = await startHttp({ SORA_SANDBOX: "true" });
  const { hostname, port } = new URL(url);
  const post = poster(url, 4);
  await times(100, 4, () => post(list));
  const before = await heap();
  const sockets: Socket[] = [];
  const answers: Promise<string>[] = [];
  for (let count = 0; count < 1000; count++) {
    const socket = connect(Number(port), hostname);
    afterTest(() => socket.destroy());
    socket.on("error", () => {});
    await once(socket, "connect");
    sockets.push(socket);
  }
  const call = { name: "sora_list_channel_connections", arguments: { channel_id: "sora" } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call });
  for (const socket of sockets) {
    const answer = once(socket.setEncoding("utf8"), "data").then(([text]) => String(text));
    answers.push(answer);
    socket.write(bytesOf(url, { headers: { connection: "keep-alive" }, body }));
  }
  const told = await Promise.all(answers);
  expect(told.filter((text) => !text.startsWith("HTTP/1.1 200 OK"))).toEqual([]);
  expect((await fetch(new URL("/readyz", url))).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await heap()) - before, { interval: 500 }).toBeLessThan(5);
});

test("large bodies of one caller find no room beyond 32 MB, others do, and so does it when they are gone", {
  timeout: limitMs,
}, async () => {
  const { path, tokens } = callersFile({ alice: {}, bob: {} });
  const { url, heap } = await startHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  const [alice, bob] = [bearer(tokens.alice), bearer(tokens.bob)];
  const { hostname, port } = new URL(url);
  const post = poster(url, 1);
  await post(list, alice);
  const before = await heap();
  const bytes = 7_900_000;
  const told: string[] = [];
  const sockets = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const socket = connect(Number(port), hostname);
      afterTest(() => socket.destroy());
      socket.on("error", () => {}).setEncoding("utf8");
      socket.on("data", (text) => told.push(String(text)));
      socket.write(bytesOf(url, { headers: { ...alice, "content-length": String(bytes + 1) } }));
      await new Promise<void>((resolve) => socket.write(Buffer.alloc(bytes, " "), () => resolve()));
      return socket;
    }),
  );
  await expect.poll(() => told.length).toBeGreaterThan(0);
  expect(told.filter((text) => !/^HTTP\/1\.1 503 .*retry-after: 1/is.test(text))).toEqual([]);
  // 39.5 MB are too much, and what was refused is not kept.
  expect(told.length).toBeLessThan(3);
  expect((await post(list, bob)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await post(list, alice)).status).toBe(200);
  await expect.poll(async () => (await heap()) - before, { interval: 500 }).toBeLessThan(5);
});

test("1,000 people under one entry by their access tokens: each has an hour and lines of its own", {
  timeout: limitMs,
}, async () => {
  const [issuer, upstream, port] = await Promise.all([startIssuer(), startUpstream(json([])), closedPort()]);
  const folder = temporaryFolder();
  const [path, audit] = [join(folder, "callers.json"), join(folder, "audit.jsonl")];
  const moderators = { name: "moderators", claims: { groups: "moderators" }, max_destructive_per_hour: 1 };
  writeFileSync(path, JSON.stringify({ callers: [moderators] }));
  const { url, heap } = await startHttp({
    SORA_HTTP: `127.0.0.1:${port}`,
    SORA_API_URL: upstream.url,
    SORA_OAUTH_ISSUER: issuer.url,
    SORA_CALLERS: path,
    SORA_AUDIT_LOG: audit,
  });
  const people = Array.from({ length: 1000 }, (_none, index) => `user-${index}`);
  const tokens = await Promise.all(
    people.map((sub) => issuer.sign({ aud: url, groups: "moderators", sub }, { alg: "EdDSA" })),
  );
  const post = poster(url, 8);
  const params = { name: "sora_disconnect_channel", arguments: { channel_id: "sora", confirm: true } };
  const end = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
  const outcomes: string[][] = people.map(() => []);
  const round = () =>
    times(people.length, 8, async (index) => {
      const { text } = await post(end, bearer(tokens[index]));
      outcomes[index]?.push(/limit_reached|done/.exec(text)?.[0] ?? text);
    });
  await times(300, 8, (index) => post(list, bearer(tokens[index])));
  const before = await heap();
  await round();
  await round();
  const after = await heap();
  console.log(`heap       ${before.toFixed(1)} MB before 1,000 people, ${after.toFixed(1)} MB after`);
  expect(outcomes.filter((own) => own.join() !== "done,limit_reached")).toEqual([]);
  const lines = auditLines(audit).map(({ subject, outcome }) => `${subject} ${outcome}`);
  expect(lines.toSorted()).toEqual(
    people.flatMap((sub) => [`${sub} done`, `${sub} limit_reached`]).toSorted(),
  );
  expect(upstream.requests).toHaveLength(1000);
  expect(issuer.fetches()).toBe(1);
  expect(after - before).toBeLessThan(10);
});
