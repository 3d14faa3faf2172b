import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { Gate } from "../../src/mcp/gate.ts";
import { Limits } from "../../src/mcp/limits.ts";
import { SoraClient } from "../../src/sora/client.ts";
import { noLimits } from "../support/limits.ts";
import { noProxy, readTarget, writeTarget } from "../support/sora.ts";
import { json, startUpstream } from "../support/upstream.ts";

async function gateOf(
  kind: "read" | "write" | "destructive",
  channels?: string[],
  limits: Limits = noLimits(),
) {
  const upstream = await startUpstream(json({ done: true }));
  const url = new URL(upstream.url);
  const client = new SoraClient({ url, timeoutMs: 5000, userAgent: "sora-labo-mcp/test", proxy: noProxy });
  return {
    upstream,
    client,
    gate: new Gate(client, { channels, release: "labo" }, limits, kind, new AbortController().signal),
  };
}

test.each(["read", "write", "destructive"] as const)(
  "a %s may read before its gate is open",
  async (kind) => {
    const { upstream, client, gate } = await gateOf(kind);
    expect(await gate.read(readTarget, { channel_id: "c" })).toEqual({ done: true });
    expect(upstream.requests.map(({ target, text }) => [target, text])).toEqual([
      [readTarget, '{"channel_id":"c"}'],
    ]);
    expect(gate.written).toEqual([]);
    await client.close();
  },
);

test.each([
  ["read", "not at all"],
  ["read", "flag"],
  ["write", "not at all"],
  ["destructive", "not at all"],
  ["destructive", null],
] as const)("a %s whose gate is opened by %s cannot write", async (kind, opened) => {
  const { upstream, client, gate } = await gateOf(kind);
  if (opened !== "not at all") gate.open(opened);
  await expect(gate.write(writeTarget, {})).rejects.toThrow("before the gate was open");
  expect(upstream.requests).toEqual([]);
  expect(gate.written).toEqual([]);
  await client.close();
});

test.each([
  ["write", null],
  ["destructive", "flag"],
  ["destructive", "user"],
  ["destructive", "ticket"],
] as const)("a %s writes once its gate is opened by %s, and it is counted", async (kind, confirmedBy) => {
  const { upstream, client, gate } = await gateOf(kind);
  gate.open(confirmedBy);
  expect(await gate.write(writeTarget, { n: 1 })).toEqual({ done: true });
  await gate.write(writeTarget, { n: 2 });
  expect(gate.written).toEqual([writeTarget, writeTarget]);
  expect(upstream.requests.map(({ text }) => text)).toEqual(['{"n":1}', '{"n":2}']);
  await client.close();
});

test("a write that fails is counted too: it may have been carried out", async () => {
  const { upstream, client, gate } = await gateOf("write");
  upstream.answer(json({}, 500));
  gate.open(null);
  await expect(gate.write(writeTarget, {})).rejects.toMatchObject({ code: "server_error" });
  expect(gate.written).toEqual([writeTarget]);
  await client.close();
});

test.each([
  { answer: json({}), counts: true },
  { answer: json({}, 500), counts: true },
  { answer: json({}, 400), counts: false },
  { answer: json({}, 429), counts: false },
])("a destructive write counts by what it came to: $answer $counts", async ({ answer, counts }) => {
  const limits = new Limits({ maxAffected: undefined, maxDestructivePerHour: 1 });
  const { upstream, client, gate } = await gateOf("destructive", undefined, limits);
  upstream.answer(answer);
  gate.open("flag");
  const first = gate.write(writeTarget, {}).catch(() => undefined);
  // While it is under way, there is no place for another one.
  await expect(gate.write(writeTarget, {})).rejects.toMatchObject({ code: "limit_reached" });
  expect(gate.written).toEqual([writeTarget]);
  await first;
  expect(limits.reached(0) !== undefined).toBe(counts);
  expect(upstream.requests).toHaveLength(1);
  await client.close();
});

test("what is not destructive does not count", async () => {
  const limits = new Limits({ maxAffected: 0, maxDestructivePerHour: 0 });
  const { client, gate } = await gateOf("write", undefined, limits);
  gate.open(null);
  expect(await gate.write(writeTarget, {})).toEqual({ done: true });
  await client.close();
});

/** What looks, and whether its gate is open by then. */
const looking: ["write" | "destructive", boolean][] = [
  ["write", false],
  ["write", true],
  ["destructive", false],
  ["destructive", true],
];
test.each(looking)(
  "the look of a %s does not wait behind a queue of reads, its gate open: %s",
  async (kind, isOpen) => {
    const { upstream, client, gate } = await gateOf(kind);
    upstream.answer(({ text }, response) => {
      if (text.includes("look")) response.end("[]");
    });
    if (isOpen) gate.open("flag");
    const stop = new AbortController();
    const anywhere = { channels: undefined, release: "labo" } as const;
    const reads = new Gate(client, anywhere, noLimits(), "read", stop.signal);
    const stuck = Array.from({ length: 20 }, () => reads.read(readTarget, {}).catch(() => undefined));
    await upstream.received(12);
    expect(await gate.read(readTarget, { channel_id: "look" })).toEqual([]);
    stop.abort();
    await Promise.all(stuck);
    await client.close();
  },
);

test.each(["before", "after"])("the looks of writes wait for each other, %s they may write", async (when) => {
  const { upstream, client } = await gateOf("write");
  const answers: (() => void)[] = [];
  upstream.answer((_request, response) => void answers.push(() => response.end("[]")));
  const anywhere = { channels: undefined, release: "labo" } as const;
  const looks = Array.from({ length: 6 }, () => {
    const gate = new Gate(client, anywhere, noLimits(), "write", new AbortController().signal);
    if (when === "after") gate.open(null);
    return gate.read(readTarget, { channel_id: "c" });
  });
  await upstream.received(4);
  await delay(50);
  expect(upstream.requests).toHaveLength(4);
  for (const answer of answers.splice(0)) answer();
  await upstream.received(6);
  for (const answer of answers) answer();
  await Promise.all(looks);
  await client.close();
});

const inChannel = (channel_id: unknown) => ({ channel_id, connection_id: "c" });
const everywhere = [
  inChannel("mine"),
  inChannel("yours"),
  inChannel("team-1"),
  inChannel(undefined),
  inChannel(["mine"]),
  null,
  "mine",
  ["mine"],
];

test("an answer about all channels is left with the entries of those that are allowed", async () => {
  const { upstream, client, gate } = await gateOf("read", ["mine", "team-*"]);
  upstream.answer(json(everywhere));
  const left = [inChannel("mine"), inChannel("team-1")];
  for (const body of [{}, { local: true }, undefined])
    expect(await gate.read(readTarget, body)).toEqual(left);
  // What is asked of one channel has been judged by that: only what says that it is of another is none of it.
  expect(await gate.read(readTarget, { channel_id: "mine" })).toHaveLength(everywhere.length - 1);
  await client.close();
});

test("without SORA_CHANNELS it is left as it is", async () => {
  const { upstream, client, gate } = await gateOf("read");
  upstream.answer(json(everywhere));
  expect(await gate.read(readTarget, {})).toHaveLength(everywhere.length);
  await client.close();
});

test("an answer about a channel that is not allowed is none, whatever was asked", async () => {
  const { upstream, client, gate } = await gateOf("read", ["mine"]);
  for (const body of [{ channel_id: "mine" }, {}, undefined]) {
    upstream.answer(json({ channel_id: "yours", session_id: "S" }));
    await expect(gate.read(readTarget, body)).rejects.toMatchObject({ code: "bad_response" });
    for (const answer of [{ channel_id: "mine" }, { version: "2025.2" }, null, "text", 7]) {
      upstream.answer(json(answer));
      expect(await gate.read(readTarget, body)).toEqual(answer);
    }
  }
  await client.close();
});
