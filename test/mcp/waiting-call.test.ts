import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { errorOf, type Session } from "../support/session.ts";
import type { Upstream } from "../support/upstream.ts";
import { connectionsOf, disconnect, disconnectChannel, look, sentTo } from "./asked-channel.ts";
import { actsOf, confirmed, limited, peopled } from "./limited-channel.ts";

// A confirmed call that has to wait looks again before it goes out: people may have joined in the meantime.

const few = ["a", "b"];
const many = ["a", "b", "c", "d", "e"];
const push = "sora_push_channel";
const channel_id = "sora";
const limit = { SORA_MAX_AFFECTED: "2" };

/** A channel whose people change, and who was in it when it was cut off. */
async function crowd() {
  const state: { people: readonly string[]; cut: (readonly string[])[] } = { people: few, cut: [] };
  const held: (() => void)[] = [];
  const upstream = await peopled(
    () => state.people,
    ({ target }, response) => {
      if (target !== disconnect) held.push(() => void response.end("{}"));
      else {
        state.cut.push(state.people);
        response.end("{}");
      }
    },
  );
  return { state, upstream, held };
}

/** Fills the four places for what is no read, one of them only once a destructive call has looked. */
async function busy(session: Session, upstream: Upstream, act: () => Promise<unknown>) {
  const data = {};
  const pushes = [1, 2, 3].map(() => session.call(push, { channel_id, data }));
  await upstream.received(upstream.requests.length + 3);
  const looked = upstream.received(upstream.requests.length + 2);
  const call = act();
  pushes.push(session.call(push, { channel_id, data }));
  await looked;
  return { call, pushes };
}

describe("while it waits for its turn", () => {
  test.each([
    ["flag", limit, "limit_reached"],
    ["preview", {}, "ticket_invalid"],
    ["preview", limit, "ticket_invalid"],
  ] as const)("%s %j: whoever joins is not cut off", async (mode, env, code) => {
    const { state, upstream, held } = await crowd();
    const session = await limited(upstream.url, mode, env);
    const { structuredContent: shown } = await session.call(disconnectChannel, { channel_id });
    const confirming = mode === "flag" ? { confirm: true } : { ticket: shown?.ticket };
    const { call, pushes } = await busy(session, upstream, () =>
      session.call(disconnectChannel, { channel_id, ...confirming }),
    );
    await delay(550);
    state.people = many;
    for (const answer of held.splice(0)) answer();
    const result = errorOf((await call) as Awaited<ReturnType<Session["call"]>>);
    await Promise.all(pushes);
    expect(result.code).toBe(code);
    if (mode === "preview")
      expect(result).toMatchObject({ would_affect: { total: 5 }, ticket: expect.any(String) });
    expect(state.cut).toEqual([]);
  });

  test("who leaves is no hindrance", async () => {
    const { state, upstream, held } = await crowd();
    const session = await limited(upstream.url, "preview", limit);
    const { structuredContent: shown } = await session.call(disconnectChannel, { channel_id });
    const { call, pushes } = await busy(session, upstream, () =>
      session.call(disconnectChannel, { channel_id, ticket: shown?.ticket }),
    );
    await delay(550);
    state.people = ["b"];
    for (const answer of held.splice(0)) answer();
    expect(await call).toMatchObject({ structuredContent: { status: "done", confirmed_by: "ticket" } });
    await Promise.all(pushes);
    expect(state.cut).toHaveLength(1);
  });
});

test("many that look again at once do not wait for each other", async () => {
  const upstream = await peopled(() => few);
  upstream.answer(({ target }, response) => {
    const answer = target === look ? JSON.stringify(connectionsOf(...few)) : "{}";
    setTimeout(() => response.end(answer), 300);
  });
  const session = await limited(upstream.url, "flag", limit);
  const calls = Array.from({ length: 12 }, (_unused, at) =>
    session.call(disconnectChannel, { channel_id: `c${at}`, confirm: true }),
  );
  for (const result of await Promise.all(calls))
    expect(result.structuredContent).toMatchObject({ status: "done" });
  expect(sentTo(upstream).filter((target) => target === look).length).toBeGreaterThan(12);
  expect(actsOf(upstream)).toHaveLength(12);
});

describe("while Sora puts it off", () => {
  test.each([
    ["flag", limit, "limit_reached"],
    ["preview", {}, "ticket_invalid"],
    ["ask", {}, "cancelled"],
  ] as const)("%s %j: whoever joins is not cut off", async (mode, env, code) => {
    const { state, upstream } = await crowd();
    upstream.answer(({ target }, response) => {
      if (target === look) {
        response.end(JSON.stringify(connectionsOf(...state.people)));
        return;
      }
      state.people = many;
      response.writeHead(429, { "retry-after": "1" }).end();
    });
    const session = await limited(upstream.url, mode, env);
    const result = await confirmed(session, mode, disconnectChannel, { channel_id });
    expect(errorOf(result)).toMatchObject({
      code,
      message: expect.stringContaining("Nothing was disconnected"),
    });
    expect(actsOf(upstream)).toEqual([disconnect]);
  });

  test("with nobody new it goes out again, and holds one place of the hour", async () => {
    const { state, upstream } = await crowd();
    upstream.answer(({ target }, response) => {
      if (target === look) response.end(JSON.stringify(connectionsOf(...state.people)));
      else if (actsOf(upstream).length > 1) response.end("{}");
      else response.writeHead(429, { "retry-after": "1" }).end();
    });
    const session = await limited(upstream.url, "preview", { ...limit, SORA_MAX_DESTRUCTIVE_PER_HOUR: "1" });
    const result = await confirmed(session, "preview", disconnectChannel, { channel_id });
    expect(result.structuredContent).toMatchObject({ status: "done", confirmed_by: "ticket" });
    expect(sentTo(upstream)).toEqual([look, look, disconnect, look, disconnect]);
  });

  test("a ticket is for values too, and a place of the hour that was not used is there for the next", async () => {
    let seat = 1;
    const upstream = await peopled(() => few);
    upstream.answer(({ target }, response) => {
      if (target.includes(".Get")) response.end(JSON.stringify({ seat }));
      else if (seat > 1) response.end("{}");
      else {
        seat = 2;
        response.writeHead(429, { "retry-after": "1" }).end();
      }
    });
    const session = await limited(upstream.url, "preview", { SORA_MAX_DESTRUCTIVE_PER_HOUR: "1" });
    const tool = "sora_delete_signaling_notify_metadata";
    const args = { channel_id, connection_id: "C0" };
    const refused = errorOf(await confirmed(session, "preview", tool, args));
    expect(refused).toMatchObject({ code: "ticket_invalid", would_affect: { metadata: { seat: 2 } } });
    expect(refused.hint).toMatch(/^If would_affect is still what was asked for, call again/);
    const result = await session.call(tool, { ...args, ticket: refused.ticket });
    expect(result.structuredContent).toMatchObject({ status: "done", confirmed_by: "ticket" });
    expect(actsOf(upstream)).toHaveLength(2);
  });

  test("with no limit and nothing shown, the flag alone confirms it: no look", async () => {
    const { upstream } = await crowd();
    upstream.answer((_request, response) => {
      if (upstream.requests.length > 1) response.end("{}");
      else response.writeHead(503, { "retry-after": "1" }).end();
    });
    const session = await limited(upstream.url, "flag", {});
    const result = await session.call(disconnectChannel, { channel_id, confirm: true });
    expect(result.structuredContent).toMatchObject({ status: "done" });
    expect(sentTo(upstream)).toEqual([disconnect, disconnect]);
  });

  test("a look that fails by then refuses, frees the place of the hour, and is no unclear end", async () => {
    const { state, upstream } = await crowd();
    let isDown = false;
    upstream.answer(({ target }, response) => {
      if (target === look)
        response.writeHead(isDown ? 404 : 200).end(JSON.stringify(connectionsOf(...state.people)));
      else {
        isDown = true;
        response.writeHead(429, { "retry-after": "1" }).end();
      }
    });
    const session = await limited(upstream.url, "preview", { SORA_MAX_DESTRUCTIVE_PER_HOUR: "1" });
    const result = await confirmed(session, "preview", disconnectChannel, { channel_id });
    expect(errorOf(result)).toMatchObject({
      code: "sora_error",
      message: expect.stringMatching(
        /^It could not be looked up what this would hit\. Nothing was disconnected/,
      ),
    });
    isDown = false;
    const { structuredContent: shown } = await session.call(disconnectChannel, { channel_id });
    expect(shown?.next).not.toContain("refused");
  });
});
