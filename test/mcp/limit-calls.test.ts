import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Confirmation, confirmations } from "../../src/confirmations.ts";
import { auditLines } from "../support/audit-file.ts";
import { errorOf } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json } from "../support/upstream.ts";
import { disconnect, disconnectChannel, look, sentTo } from "./asked-channel.ts";
import { actsOf, confirmed, limited, peopled } from "./limited-channel.ts";

// SORA_MAX_AFFECTED: how many people one call may cut off, however it is confirmed.

const sora = { channel_id: "sora" };
const two = () => ["a", "b"];

/** The look-ups of a call that is refused. Under preview one of them is that of the preview. */
const looks: Record<Confirmation, readonly string[]> = {
  flag: [look],
  preview: [look, look],
  ask: [look],
  "ask,panel": [look],
};
/** The look-ups of one that is carried out. */
const looksOfDone: Record<Confirmation, readonly string[]> = {
  ...looks,
  ask: [look, look],
  "ask,panel": [look, look],
};

describe.each(confirmations)("SORA_CONFIRM=%s", (confirm) => {
  test.each([
    ["sora_disconnect_channel", {}],
    ["sora_disconnect_client", { client_id: "a" }],
    ["sora_disconnect_channel_by_role", { role: "sendrecv" }],
    ["sora_terminate_session", { session_id: "S" }],
  ])("%s that would cut off more than are allowed is refused", async (tool, args) => {
    const upstream = await peopled(() => ["a", "a"]);
    const path = join(temporaryFolder(), "audit.jsonl");
    const env = { SORA_MAX_AFFECTED: "1", SORA_AUDIT_LOG: path, SORA_RELEASE: "2025.1" };
    const session = await limited(upstream.url, confirm, env);
    expect(errorOf(await confirmed(session, confirm, tool, { ...sora, ...args }))).toEqual({
      code: "limit_reached",
      message:
        "This would cut off 2 connections, and SORA_MAX_AFFECTED allows 1 at once. Nothing was disconnected, deleted or changed.",
      hint: "That is 1 too many. Only the operator of this server can raise the limit.",
    });
    expect(sentTo(upstream)).toEqual(looks[confirm]);
    expect(auditLines(path).at(-1)).toMatchObject({
      tool,
      channel_id: "sora",
      outcome: "limit_reached",
      confirmed_by: null,
    });
  });

  test.each(["2", "3"])("exactly as many as are allowed, or fewer, are cut off: %s", async (most) => {
    const upstream = await peopled(two);
    const session = await limited(upstream.url, confirm, { SORA_MAX_AFFECTED: most });
    const result = await confirmed(session, confirm, disconnectChannel, sora);
    expect(result.structuredContent).toMatchObject({ status: "done" });
    expect(sentTo(upstream)).toEqual([...looksOfDone[confirm], disconnect]);
  });

  test("one of two may be cut off where one is allowed", async () => {
    const upstream = await peopled(two);
    const session = await limited(upstream.url, confirm, { SORA_MAX_AFFECTED: "1" });
    const one = { ...sora, connection_id: "C1" };
    const result = await confirmed(session, confirm, "sora_disconnect_connection", one);
    expect(result.structuredContent).toMatchObject({ status: "done" });
    expect(actsOf(upstream)).toHaveLength(1);
  });

  test("0: nobody may be cut off, but a call that cuts nobody off may be sent", async () => {
    let people = ["a"];
    const upstream = await peopled(() => people);
    const session = await limited(upstream.url, confirm, { SORA_MAX_AFFECTED: "0" });
    expect(errorOf(await confirmed(session, confirm, disconnectChannel, sora))).toMatchObject({
      code: "limit_reached",
      hint: "That is 1 too many. Only the operator of this server can raise the limit.",
    });
    expect(actsOf(upstream)).toEqual([]);
    people = [];
    const result = await confirmed(session, confirm, disconnectChannel, sora);
    expect(result.structuredContent).toMatchObject({ status: "done" });
  });

  test("when it cannot be looked up how many, nothing is sent", async () => {
    let fails = false;
    const upstream = await peopled(two);
    const answer = json(["a", "b"].map((connection_id) => ({ connection_id })));
    upstream.answer((...given) => (fails ? json({}, 500) : answer)(...given));
    const session = await limited(upstream.url, confirm, { SORA_MAX_AFFECTED: "5" });
    if (confirm !== "preview") fails = true;
    const result = await confirmed(session, confirm, disconnectChannel, sora, () => {
      fails = true;
    });
    expect(errorOf(result)).toMatchObject({
      code: "server_error",
      message: expect.stringMatching(/^It could not be looked up what this would hit\. Nothing was/),
    });
    expect(actsOf(upstream)).toEqual([]);
  });

  test.each([
    ["sora_delete_signaling_notify_metadata", { connection_id: "C" }, { a: 1 }],
    ["sora_delete_signaling_notify_metadata_item", { connection_id: "C", key: "a" }, { a: 1 }],
    ["sora_delete_channel_forwarding_filter", {}, { channel_forwarding_filter: { action: "block" } }],
    ["sora_stop_recording", {}, [{ connection_id: "C" }, { connection_id: "D" }]],
  ])("0 does not refuse %s, which cuts nobody off, but the hour counts it", async (tool, args, answer) => {
    const upstream = await peopled(two);
    upstream.answer(json(answer));
    const env = { SORA_MAX_AFFECTED: "0", SORA_MAX_DESTRUCTIVE_PER_HOUR: "1", SORA_RELEASE: "2025.1" };
    const session = await limited(upstream.url, confirm, env);
    const given = { ...sora, ...args };
    const result = await confirmed(session, confirm, tool, given);
    expect(result.structuredContent).toMatchObject({ status: "done" });
    expect(errorOf(await confirmed(session, confirm, tool, given)).code).toBe("limit_reached");
    expect(actsOf(upstream)).toHaveLength(1);
  });
});

test("without SORA_MAX_AFFECTED, confirm: true sends no look-up, whatever the hour allows", async () => {
  const upstream = await peopled(two);
  const session = await limited(upstream.url, "flag", { SORA_MAX_DESTRUCTIVE_PER_HOUR: "5" });
  await confirmed(session, "flag", disconnectChannel, sora);
  expect(sentTo(upstream)).toEqual([disconnect]);
});

test("a channel that grows beyond the limit while the question stands is not cut off", async () => {
  let people = ["a", "b"];
  const upstream = await peopled(() => people);
  const session = await limited(upstream.url, "ask", { SORA_MAX_AFFECTED: "2" }, () => {
    people = ["a", "b", "c"];
    return "accept";
  });
  expect(errorOf(await session.call(disconnectChannel, sora)).code).toBe("limit_reached");
  expect(sentTo(upstream)).toEqual([look, look]);
});

test("nor one that does so between a preview and its ticket, nor with the ticket that is given then", async () => {
  let people = ["a", "b"];
  const upstream = await peopled(() => people);
  const session = await limited(upstream.url, "preview", { SORA_MAX_AFFECTED: "2" });
  const refused = await confirmed(session, "preview", disconnectChannel, sora, () => {
    people = ["a", "b", "c"];
  });
  const error = { ticket: "", ...errorOf(refused) };
  expect(error).toMatchObject({
    code: "ticket_invalid",
    hint: expect.stringMatching(/^It would be refused now\. This would cut off 3 connections/),
    would_affect: { total: 3 },
  });
  const again = await session.call(disconnectChannel, { ...sora, ticket: error.ticket });
  expect(errorOf(again).code).toBe("limit_reached");
  expect(sentTo(upstream)).toEqual([look, look, look]);
  people = ["c"];
  const last = await session.call(disconnectChannel, { ...sora, ticket: error.ticket });
  expect(last.structuredContent).toMatchObject({ status: "done", confirmed_by: "ticket" });
});

test.each(["flag", "preview"] as const)(
  "SORA_CONFIRM=%s: a preview says when it would be refused",
  async (confirm) => {
    let people = ["a", "b"];
    const upstream = await peopled(() => people);
    const session = await limited(upstream.url, confirm, { SORA_MAX_AFFECTED: "2" });
    const next = async () => (await session.call(disconnectChannel, sora)).structuredContent?.next;
    expect(await next()).toMatch(/To go on, call again with the same arguments and/);
    expect(await next()).not.toContain("refused");
    people = ["a", "b", "c"];
    expect(await next()).toBe(
      "Nothing was disconnected, deleted or changed. It would be refused now. This would cut off 3 connections, and SORA_MAX_AFFECTED allows 2 at once. That is 1 too many. Only the operator of this server can raise the limit.",
    );
  },
);
