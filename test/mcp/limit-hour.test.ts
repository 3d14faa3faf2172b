import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { confirmations } from "../../src/confirmations.ts";
import { auditLines } from "../support/audit-file.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { errorOf } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Answer, json } from "../support/upstream.ts";
import { disconnect, disconnectChannel, look, sentTo } from "./asked-channel.ts";
import { says } from "./failing-answers.ts";
import { actsOf, confirmed, limited, peopled } from "./limited-channel.ts";

// SORA_MAX_DESTRUCTIVE_PER_HOUR: how many destructive calls may be carried out, however they are confirmed.

const sora = { channel_id: "sora" };
const perHour = (most: number) => ({ SORA_MAX_DESTRUCTIVE_PER_HOUR: String(most) });
const people = () => ["a", "b"];

describe.each(confirmations)("SORA_CONFIRM=%s", (confirm) => {
  test("after two, where two are allowed, the third is refused and nothing of it is sent", async () => {
    const upstream = await peopled(people);
    const path = join(temporaryFolder(), "audit.jsonl");
    const session = await limited(upstream.url, confirm, { ...perHour(2), SORA_AUDIT_LOG: path });
    for (let times = 0; times < 2; times++) {
      const result = await confirmed(session, confirm, disconnectChannel, sora);
      expect(result.structuredContent).toMatchObject({ status: "done" });
    }
    const before = sentTo(upstream).length;
    expect(errorOf(await confirmed(session, confirm, disconnectChannel, sora))).toEqual({
      code: "limit_reached",
      message:
        "SORA_MAX_DESTRUCTIVE_PER_HOUR allows 2 destructive calls in any 60 minutes, and so many were carried out or are under way. Nothing was disconnected, deleted or changed.",
      hint: "The next may come in 60 minutes.",
    });
    // Of the third, only the preview has looked.
    expect(sentTo(upstream).slice(before)).toEqual(confirm === "preview" ? [look] : []);
    expect(actsOf(upstream)).toEqual([disconnect, disconnect]);
    expect(auditLines(path).at(-1)).toMatchObject({ outcome: "limit_reached", confirmed_by: null });
  });

  test("0: none is sent", async () => {
    const upstream = await peopled(people);
    const session = await limited(upstream.url, confirm, perHour(0));
    expect(errorOf(await confirmed(session, confirm, disconnectChannel, sora))).toMatchObject({
      code: "limit_reached",
      hint: "Only the operator of this server can raise the limit.",
    });
    expect(actsOf(upstream)).toEqual([]);
  });

  test("of two calls at once, where one is allowed, exactly one is sent", async () => {
    const upstream = await peopled(people);
    const session = await limited(upstream.url, confirm, perHour(1));
    const results = await Promise.all(
      ["one", "other"].map((channel_id) => confirmed(session, confirm, disconnectChannel, { channel_id })),
    );
    const codes = results.map((result) => (result.isError ? errorOf(result).code : "done"));
    expect(codes.sort()).toEqual(["done", "limit_reached"]);
    expect(actsOf(upstream)).toEqual([disconnect]);
  });

  test("reads, writes, previews and calls that are refused do not count", async () => {
    const upstream = await peopled(people);
    const session = await limited(upstream.url, confirm, perHour(1), (question) =>
      question.includes('"declined"') ? "decline" : "accept",
    );
    for (let times = 0; times < 3; times++) {
      await session.call("sora_list_channel_connections", sora);
      const pushed = await session.call("sora_push_channel", { ...sora, data: {} });
      expect(pushed.structuredContent).toMatchObject({ status: "done" });
      await session.call(disconnectChannel, { channel_id: "declined" });
      expect(errorOf(await session.call(disconnectChannel, { channel_id: 7 })).code).toBe(
        "invalid_arguments",
      );
      if (confirm !== "preview") continue;
      expect(errorOf(await session.call(disconnectChannel, { ...sora, ticket: "x" })).code).toBe(
        "ticket_invalid",
      );
    }
    expect(sentTo(upstream)).not.toContain(disconnect);
    const result = await confirmed(session, confirm, disconnectChannel, sora);
    expect(result.structuredContent).toMatchObject({ status: "done" });
    const pushed = await session.call("sora_push_channel", { ...sora, data: {} });
    expect(pushed.structuredContent).toMatchObject({ status: "done" });
    expect(errorOf(await confirmed(session, confirm, disconnectChannel, sora)).code).toBe("limit_reached");
  });
});

const cutOff: Answer = (_request, response) =>
  void response.writeHead(200, { "content-length": "9" }).write("{", () => response.destroy());

test.each<[string, boolean, string, Answer]>([
  ["400", false, "sora_error", json({ error_type: "ChannelNotFound" }, 400)],
  ["401", false, "unauthorized", json({}, 401)],
  ["403", false, "forbidden", json({}, 403)],
  ["404", false, "sora_error", json({}, 404)],
  ["429", false, "rate_limited", json({}, 429)],
  ["429 with Retry-After", false, "rate_limited", says(429, "", { "retry-after": "0" })],
  ["500", true, "server_error", json({}, 500)],
  ["503", true, "server_error", json({}, 503)],
  ["503 with Retry-After", true, "server_error", says(503, "", { "retry-after": "0" })],
  ["a reset", true, "unreachable", (_request, response) => response.destroy()],
  ["no answer in time", true, "timeout", () => {}],
  ["an answer that is cut off", true, "bad_response", cutOff],
  ["an answer that is no JSON", true, "bad_response", says(200, "<p>done</p>")],
  ["an empty answer", true, "done", says(200, "")],
])("after %s a call counts: %s", async (_name, counts, code, answer) => {
  const upstream = await peopled(people, answer);
  const session = await limited(upstream.url, "flag", { ...perHour(1), SORA_TIMEOUT_MS: "1500" });
  const first = await confirmed(session, "flag", disconnectChannel, sora);
  expect(first.isError ? errorOf(first).code : "done").toBe(code);
  upstream.answer(json({}));
  const next = await confirmed(session, "flag", disconnectChannel, sora);
  expect(next.isError ? errorOf(next).code : "done").toBe(counts ? "limit_reached" : "done");
});

test("where nothing listens, no call counts", async () => {
  const session = await limited(`http://127.0.0.1:${await closedPort()}/`, "flag", perHour(1));
  for (let times = 0; times < 2; times++) {
    const result = await confirmed(session, "flag", disconnectChannel, sora);
    expect(errorOf(result).code).toBe("unreachable");
  }
});

test("a call that the client cancels while it is under way counts", async () => {
  const cancel = new AbortController();
  const upstream = await peopled(people, () => cancel.abort("changed my mind"));
  const session = await limited(upstream.url, "flag", { ...perHour(1), SORA_LOG_LEVEL: "debug" });
  const call = session.client.callTool(
    { name: disconnectChannel, arguments: { ...sora, confirm: true } },
    undefined,
    { signal: cancel.signal },
  );
  await expect(call).rejects.toThrow("changed my mind");
  await expect.poll(session.stderr).toContain(`${disconnectChannel}: cancelled_by_client`);
  expect(errorOf(await confirmed(session, "flag", disconnectChannel, sora)).code).toBe("limit_reached");
});

test("a call that holds the last place is waited for by none: the next is refused at once", async () => {
  let answer = () => {};
  const upstream = await peopled(people, (_request, response) => {
    answer = () => void response.writeHead(400).end();
  });
  const session = await limited(upstream.url, "flag", perHour(1));
  const first = confirmed(session, "flag", disconnectChannel, sora);
  await upstream.received(1);
  expect(errorOf(await confirmed(session, "flag", disconnectChannel, sora)).code).toBe("limit_reached");
  answer();
  expect(errorOf(await first).code).toBe("sora_error");
  upstream.answer(json({}));
  const next = await confirmed(session, "flag", disconnectChannel, sora);
  expect(next.structuredContent).toMatchObject({ status: "done" });
});

test.each(["flag", "preview"] as const)(
  "SORA_CONFIRM=%s: a preview says when it would be refused",
  async (confirm) => {
    const upstream = await peopled(people);
    const session = await limited(upstream.url, confirm, perHour(1));
    const next = async () => (await session.call(disconnectChannel, sora)).structuredContent?.next;
    expect(await next()).not.toContain("refused");
    await confirmed(session, confirm, disconnectChannel, sora);
    expect(await next()).toBe(
      "Nothing was disconnected, deleted or changed. It would be refused now. SORA_MAX_DESTRUCTIVE_PER_HOUR allows 1 destructive call in any 60 minutes, and so many were carried out or are under way. The next may come in 60 minutes.",
    );
  },
);

test("of a ticket that was used it is said that it was, also when the hour has no place", async () => {
  const upstream = await peopled(() => ["a"]);
  const session = await limited(upstream.url, "preview", { SORA_MAX_DESTRUCTIVE_PER_HOUR: "1" });
  const { structuredContent: shown } = await session.call(disconnectChannel, sora);
  const again = { ...sora, ticket: shown?.ticket };
  expect((await session.call(disconnectChannel, again)).structuredContent).toMatchObject({ status: "done" });
  expect(errorOf(await session.call(disconnectChannel, again))).toMatchObject({
    code: "ticket_invalid",
    message: "This ticket was used already, and its call may have been carried out. This one was not.",
    hint: expect.stringContaining("It would be refused now. SORA_MAX_DESTRUCTIVE_PER_HOUR"),
  });
  expect(errorOf(await session.call(disconnectChannel, { ...sora, ticket: "none" })).code).toBe(
    "limit_reached",
  );
});
