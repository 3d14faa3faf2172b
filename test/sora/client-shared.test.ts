import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { soraAt } from "../support/sora.ts";
import { startUpstream } from "../support/upstream.ts";

// Several callers, one client: none of them can take all of its places, of reads or of others.

/** An upstream that lets the calls of one caller hang, and answers all others. */
async function startHolding(name: string) {
  const held: ServerResponse[] = [];
  const upstream = await startUpstream((request, response) => {
    if (JSON.parse(request.text).of === name) held.push(response);
    else response.end(request.text);
  });
  return { upstream, held };
}

test.each([
  { kind: "read", places: 12 },
  { kind: "write", places: 4 },
] as const)(
  "50 slow calls of the kind $kind by one caller leave half of the places",
  async ({ kind, places }) => {
    const { upstream, held } = await startHolding("greedy");
    const sora = soraAt(upstream.url, { isShared: true });
    const [greedy, modest] = [{}, {}];
    const stop = new AbortController();
    setMaxListeners(50, stop.signal);
    const slow = Array.from({ length: 50 }, () =>
      sora[kind]({ caller: greedy, signal: stop.signal }, { of: "greedy" }),
    );
    await upstream.received(places / 2);
    // Each is answered, and so shows that no more of the other caller's came before it.
    for (let round = 0; round < 3; round++)
      expect(await sora[kind]({ caller: modest }, { of: "modest" })).toEqual({ of: "modest" });
    expect(held).toHaveLength(places / 2);
    held[0]?.end("{}");
    await expect.poll(() => held.length).toBe(places / 2 + 1);
    expect(await sora[kind]({ caller: modest }, { of: "modest" })).toEqual({ of: "modest" });
    stop.abort();
    await Promise.allSettled(slow);
    for (let round = 0; round < places; round++) await sora[kind]({ caller: greedy }, { of: "greedy again" });
  },
);

test.each([
  { name: "an endpoint that is not shared", isShared: false, caller: {} },
  { name: "a call of nobody", isShared: true, caller: undefined },
])("for $name, all places are there", async ({ isShared, caller }) => {
  const { upstream, held } = await startHolding("greedy");
  const sora = soraAt(upstream.url, { isShared });
  for (let at = 0; at < 20; at++) sora.read({ caller }, { of: "greedy" });
  await upstream.received(12);
  expect(held).toHaveLength(12);
});
