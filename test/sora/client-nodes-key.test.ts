import { expect, test } from "vitest";
import { closedPort } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { json, startUpstream } from "../support/upstream.ts";

// A node redirects to the one that owns the channel. The key goes along to the nodes that are listed, to no other.

const apiKey = "distinctive-key-of-nodes-0123456789";

async function cluster() {
  const listed = await startUpstream(json({ from: "listed" }));
  const stranger = await startUpstream(json({ from: "stranger" }));
  const first = await startUpstream();
  const leadTo = (location: string) =>
    first.answer((_request, response) => response.writeHead(307, { location }).end());
  const sora = soraAt(first.url, { apiKey, otherNodes: [new URL(listed.url)] });
  const keysOf = ({ requests }: typeof listed) => requests.map(({ headers }) => headers.authorization);
  return { first, listed, stranger, leadTo, sora, keysOf };
}

test.each(kinds)("a %s is followed with the key to a listed node, on another path too", async (kind) => {
  const { listed, leadTo, sora, keysOf } = await cluster();
  leadTo(`${listed.url}there?x=1`);
  expect(await sora[kind]()).toEqual({ from: "listed" });
  expect(keysOf(listed)).toEqual([`Bearer ${apiKey}`]);
  expect(listed.requests[0]?.path).toBe("/there?x=1");
});

test.each(kinds)("a %s is followed without it to any other", async (kind) => {
  const { listed, stranger, leadTo, sora, keysOf } = await cluster();
  leadTo(stranger.url);
  expect(await sora[kind]()).toEqual({ from: "stranger" });
  // The same host under another name is another origin.
  leadTo(`http://localhost:${listed.port}/`);
  expect(await sora[kind]()).toEqual({ from: "listed" });
  expect([...keysOf(stranger), ...keysOf(listed)]).toEqual([undefined, undefined]);
  expect(JSON.stringify([stranger.requests, listed.requests])).not.toContain(apiKey);
});

test("each node that is asked has it, and no failure tells it", async () => {
  const there = await startUpstream(json({}, 500));
  const nowhere = new URL(`http://127.0.0.1:${await closedPort()}/`);
  for (const otherNodes of [[new URL(there.url)], [nowhere]]) {
    const { message, details } = await failureOf(soraAt(nowhere.href, { apiKey, otherNodes }).write());
    expect(message + JSON.stringify(details)).not.toContain(apiKey);
  }
  expect(there.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${apiKey}`]);
});

test.each([
  { name: "is not there", answer: undefined },
  { name: "is busy", answer: 503 },
])("a write that was led to a node that $name is not sent to any other", async ({ answer }) => {
  const { first, listed, leadTo, sora } = await cluster();
  const owner = answer === undefined ? undefined : await startUpstream(json({}, answer));
  leadTo(owner?.url ?? `http://127.0.0.1:${await closedPort()}/`);
  const { message } = await failureOf(sora.write());
  expect([first.requests.length, listed.requests.length, owner?.requests.length ?? 1]).toEqual([1, 0, 1]);
  expect(message).toContain(
    answer === undefined ? "redirected to could not be reached" : "not known whether",
  );
});

test("a read that was led to one that is not there asks the next node", async () => {
  const { first, listed, leadTo, sora } = await cluster();
  leadTo(`http://127.0.0.1:${await closedPort()}/`);
  for (let call = 0; call < 2; call++) expect(await sora.read()).toEqual({ from: "listed" });
  // It is not the first node that has failed: other channels are still asked for there.
  expect([first.requests.length, listed.requests.length]).toEqual([2, 2]);
});
