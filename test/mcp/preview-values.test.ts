import { describe, expect, test } from "vitest";
import { personWho } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { connectionsOf, disconnectChannel } from "./asked-channel.ts";

// SORA_CONFIRM=preview: a ticket is for what its preview showed, to the last value; and what is said where that is not known.

const world = { SORA_RELEASE: "2026.1", SORA_TOOLSETS: "all" };
const metadata = {
  tool: "sora_delete_signaling_notify_metadata",
  args: { channel_id: "sora", connection_id: "C0" },
};
const filter = { tool: "sora_delete_channel_forwarding_filter", args: { channel_id: "sora" } };
const node = { tool: "sora_purge_cluster_node", args: { target_node_name: "n1" } };
const cluster = { tool: "sora_init_cluster", args: { node_name_list: ["n1", "n2"] } };
const rules = [[{ field: "kind", operator: "is_in", values: ["audio"] }]];
const filtered = (action: string, more: object = {}) => ({
  channel_forwarding_filter: { action, rules, version: "v", ...more },
});
const n = (node_name: string, connected: boolean, uptime = 1) => ({
  node_name,
  connected,
  mode: "normal",
  uptime,
});

/** A thousand levels: more than is shown. */
const deep = (bottom: unknown) =>
  JSON.parse(`${'{"a":'.repeat(1000)}${JSON.stringify(bottom)}${"}".repeat(1000)}`);

describe("between a preview and the call with its ticket", () => {
  test.each<[string, { tool: string; args: object }, unknown, unknown, boolean]>([
    ["metadata stay", metadata, { a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }, true],
    ["metadata lose a key", metadata, { a: 1, b: 2 }, { b: 2 }, true],
    ["a value changes", metadata, { a: 1 }, { a: 2 }, false],
    ["a value changes its type", metadata, { a: 1 }, { a: "1" }, false],
    ["a key comes", metadata, { a: 1 }, { a: 1, b: 2 }, false],
    ["a key comes that reads like the one before and its value", metadata, { "a 1": 2 }, { a: "1 2" }, false],
    ["a list stays as long", metadata, ["a", "b"], ["c", "d"], false],
    ["a text changes", metadata, "x", "y", false],
    ["nothing stays nothing", metadata, null, null, true],
    ["nothing becomes something", metadata, null, { a: 1 }, false],
    [
      "a filter stays, its members in another order",
      filter,
      filtered("block"),
      {
        channel_forwarding_filter: { version: "v", rules, action: "block" },
      },
      true,
    ],
    ["a filter becomes another", filter, filtered("block"), filtered("allow"), false],
    ["a filter goes", filter, filtered("block"), {}, true],
    [
      "deep in a filter something changes",
      filter,
      filtered("block", deep(1)),
      filtered("block", deep(2)),
      false,
    ],
    ["a node stays, and grows older", node, [n("n1", false, 1)], [n("n1", false, 2)], true],
    ["a node comes back", node, [n("n1", false)], [n("n1", true)], false],
    ["a node takes nobody any more", node, [n("n1", true)], [{ ...n("n1", true), mode: "blocked" }], false],
    ["another node comes", cluster, [n("n1", true)], [n("n1", true), n("n3", true)], false],
    ["another node goes", cluster, [n("n1", true), n("n3", true)], [n("n1", true)], true],
  ])("%s", async (_name, { tool, args }, before, after, holds) => {
    const upstream = await startUpstream(json(before));
    const session = await inProcess({
      env: { ...world, SORA_API_URL: upstream.url, SORA_CONFIRM: "preview" },
    });
    const { structuredContent: shown } = await session.call(tool, { ...args });
    upstream.answer(json(after));
    const result = await session.call(tool, { ...args, ticket: shown?.ticket });
    if (holds) expect(result.structuredContent).toMatchObject({ status: "done", confirmed_by: "ticket" });
    else expect(errorOf(result)).toMatchObject({ code: "ticket_invalid", ticket: expect.any(String) });
    expect(upstream.requests).toHaveLength(holds ? 3 : 2);
  });

  test("a person who was told keys only is not asked twice for another value", async () => {
    const upstream = await startUpstream(json({ a: 1 }));
    const person = personWho(() => {
      upstream.answer(json({ a: 2 }));
      return "accept";
    });
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "ask" }, ...person });
    await session.call(metadata.tool, metadata.args);
    expect(person.questions).toHaveLength(1);
  });
});

test("what is too large to show keeps its ticket, in a preview and in an error", async () => {
  const upstream = await startUpstream(json({ large: "x".repeat(6_000_000) }));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "preview" } });
  const { structuredContent: shown } = await session.call(metadata.tool, metadata.args);
  expect(shown).toMatchObject({ would_affect: { too_large_to_show: true }, ticket: expect.any(String) });
  expect(shown?.next).toMatch(/^Nothing was .* too large to show: this would act unseen\.$/);
  const error = errorOf(await session.call(metadata.tool, { ...metadata.args, ticket: "none" }));
  expect(Object.keys(error)).toEqual(["code", "message", "hint", "would_affect", "ticket"]);
  expect(error).toMatchObject({
    code: "ticket_invalid",
    would_affect: { too_large_to_show: true },
    ticket: expect.stringMatching(/^[\w-]+$/),
  });
});

describe("a preview whose look-up fails says what would then be", () => {
  test.each([
    ["flag", {}, "Look into the error first: confirm: true would act unseen."],
    ["flag", { SORA_MAX_AFFECTED: "5" }, "Look into the error first: confirm: true would be refused."],
    ["preview", {}, "So there is no ticket: look into the error first."],
    [
      "preview",
      { SORA_MAX_DESTRUCTIVE_PER_HOUR: "0" },
      "It would be refused now. SORA_MAX_DESTRUCTIVE_PER_HOUR allows no destructive call. Only the operator of this server can raise the limit.",
    ],
    [
      "flag",
      { SORA_MAX_DESTRUCTIVE_PER_HOUR: "0" },
      "It would be refused now. SORA_MAX_DESTRUCTIVE_PER_HOUR allows no destructive call. Only the operator of this server can raise the limit.",
    ],
  ])("%s %j: %s", async (mode, env, step) => {
    const upstream = await startUpstream(json({}, 500));
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_CONFIRM: mode, ...env } });
    const { structuredContent } = await session.call(disconnectChannel, { channel_id: "sora" });
    expect(structuredContent).toEqual({
      status: "confirmation_required",
      would_affect: { unknown: true, error: expect.objectContaining({ code: "server_error" }) },
      next: `It could not be looked up what this would hit. Nothing was disconnected, deleted or changed. ${step}`,
    });
  });

  test("and a ticket then does nothing either", async () => {
    const upstream = await startUpstream(json(connectionsOf("a")));
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "preview" } });
    const { structuredContent: shown } = await session.call(disconnectChannel, { channel_id: "sora" });
    upstream.answer(json({}, 400));
    const result = await session.call(disconnectChannel, { channel_id: "sora", ticket: shown?.ticket });
    expect(errorOf(result)).toMatchObject({
      code: "sora_error",
      message: expect.stringMatching(/^It could not be looked up .* Nothing was disconnected/),
    });
    expect(upstream.requests).toHaveLength(2);
  });
});
