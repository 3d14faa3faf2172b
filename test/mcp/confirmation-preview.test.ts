import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLinesSoFar } from "../support/audit-file.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";

// SORA_CONFIRM=flag without confirm: what a call would hit, and nothing but that look-up is sent.

const roles = ["sendrecv", "sendonly", "recvonly"] as const;
/** 30 connections: ten of each role, client ids that repeat every five. */
const connections = Array.from({ length: 30 }, (_unused, index) => ({
  connection_id: `C${index}`,
  client_id: `client-${index % 5}`,
  role: roles[index % 3],
  channel_id: "sora",
  metadata: { large: "x".repeat(500) },
}));
type Listed = Pick<(typeof connections)[number], "connection_id" | "client_id" | "role">;

function listed(which: (connection: Listed) => boolean): Listed[] {
  return connections
    .map(({ connection_id, client_id, role }) => ({ connection_id, client_id, role }))
    .filter(which);
}

function nextStep(isNothing: boolean): string {
  return isNothing
    ? "Nothing was disconnected, deleted or changed. Nothing would be hit: check the ids, and that what they name is still there."
    : "Nothing was disconnected, deleted or changed. To go on, call again with the same arguments and confirm: true.";
}

async function preview(answer: unknown, tool: string, args: object, confirm?: false) {
  const upstream = await startUpstream(json(answer));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  const given = { channel_id: "sora", ...args, ...(confirm === false && { confirm }) };
  const { isError, structuredContent } = await session.call(tool, given);
  expect(isError ?? false).toBe(false);
  expect(structuredContent?.status).toBe("confirmation_required");
  return {
    wouldAffect: structuredContent?.would_affect,
    next: structuredContent?.next,
    requests: upstream.requests,
  };
}

test.each([
  { tool: "sora_disconnect_channel", args: {}, hit: () => true, total: 30 },
  {
    tool: "sora_disconnect_client",
    args: { client_id: "client-2" },
    hit: ({ client_id }: Listed) => client_id === "client-2",
    total: 6,
  },
  {
    tool: "sora_disconnect_client",
    args: { client_id: "client" },
    hit: () => false,
    total: 0,
  },
  {
    tool: "sora_disconnect_connection",
    args: { connection_id: "C1" },
    hit: ({ connection_id }: Listed) => connection_id === "C1",
    total: 1,
  },
  {
    tool: "sora_disconnect_channel_by_role",
    args: { role: "sendonly" },
    hit: ({ role }: Listed) => role === "sendonly",
    total: 10,
  },
])("$tool $args would hit $total", async ({ tool, args, hit, total }) => {
  const { wouldAffect, next, requests } = await preview(connections, tool, args);
  expect(next).toBe(nextStep(total === 0));
  expect(wouldAffect).toEqual({ total, connections: listed(hit).slice(0, 20) });
  expect(requests.map(({ target, text }) => [target, text])).toEqual([
    ["Sora_20201013.ListChannelConnections", '{"channel_id":"sora"}'],
  ]);
});

test.each([
  ["disconnect_client", { client_id: "bo\u202eb" }, { client_id: "bo\u202eb" }],
  ["disconnect_connection", { connection_id: "C\u200b" }, { connection_id: "C\u200b" }],
])("hidden characters in an id do not hide it from the preview of %s", async (tool, args, member) => {
  const { wouldAffect } = await preview([{ ...connections[0], ...member }], `sora_${tool}`, args);
  expect(wouldAffect).toMatchObject({ total: 1 });
});

const metadata = { seat: 4, hand: "up", "hid\u202eden": [1] };
const one = { connection_id: "C0" };
test.each([
  { tool: "", args: {}, stored: metadata, lost: { seat: 4, hand: "up", "hid\\u202eden": [1] } },
  { tool: "", args: {}, stored: null, lost: null },
  { tool: "", args: {}, stored: ["a", 1], lost: ["a", 1] },
  { tool: "_item", args: { key: "hand" }, stored: metadata, lost: { hand: "up" } },
  { tool: "_item", args: { key: "hid\u202eden" }, stored: metadata, lost: { "hid\\u202eden": [1] } },
  { tool: "_item", args: { key: "nothing" }, stored: metadata, lost: {} },
  { tool: "_item", args: { key: "length" }, stored: ["a", 1], lost: {} },
  { tool: "_item", args: { key: "toString" }, stored: metadata, lost: {} },
])("delete metadata$tool $args would lose $lost", async ({ tool, args, stored, lost }) => {
  const name = `sora_delete_signaling_notify_metadata${tool}`;
  const { wouldAffect, next, requests } = await preview(stored, name, { ...one, ...args }, false);
  expect(next).toBe(nextStep(["null", "{}"].includes(JSON.stringify(lost))));
  expect(wouldAffect).toEqual({ metadata: lost });
  expect(requests.map(({ target, text }) => [target, text])).toEqual([
    ["Sora_20201124.GetSignalingNotifyMetadata", '{"channel_id":"sora","connection_id":"C0"}'],
  ]);
});

test.each([
  {
    name: "is refused",
    answer: json({ error_type: "ChannelNotFound", error_reason: "no \u202e channel" }, 400),
    error: {
      code: "sora_error",
      status: 400,
      error_type: "ChannelNotFound",
      error_reason: "no \\u202e channel",
    },
  },
  { name: "fails", answer: json({}, 500), error: { code: "server_error", status: 500 } },
  { name: "is no list", answer: json({}), error: { code: "bad_response" } },
])("when the look-up $name, the tool says so and still refuses", async ({ answer, error }) => {
  const upstream = await startUpstream(answer);
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  const { isError, structuredContent } = await session.call("sora_disconnect_channel", {
    channel_id: "sora",
  });
  expect(isError ?? false).toBe(false);
  expect(structuredContent).toEqual({
    status: "confirmation_required",
    would_affect: { unknown: true, error: expect.objectContaining(error) },
    next: expect.stringMatching(
      /^It could not be looked up .* Nothing was disconnected, deleted or changed\. Look into the error first/,
    ),
  });
  expect(upstream.requests.map(({ target }) => target)).toEqual(["Sora_20201013.ListChannelConnections"]);
});

test("a look-up that the client cancels is no preview in the audit log", async () => {
  const path = join(temporaryFolder(), "audit.jsonl");
  const cancel = new AbortController();
  const upstream = await startUpstream(() => cancel.abort());
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path } });
  const call = session.client.callTool(
    { name: "sora_disconnect_channel", arguments: { channel_id: "sora" } },
    undefined,
    { signal: cancel.signal },
  );
  await expect(call).rejects.toThrow();
  await expect
    .poll(() => auditLinesSoFar(path), { timeout: 10_000 })
    .toMatchObject([{ outcome: "cancelled_by_client", confirmed_by: null }]);
});

test("confirmed, it is sent without a look-up; what Sora refuses then is an error", async () => {
  const upstream = await startUpstream(json({ error_type: "ChannelNotFound" }, 400));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  const call = await session.call("sora_disconnect_channel", { channel_id: "sora", confirm: true });
  expect(errorOf(call)).toMatchObject({ code: "sora_error", error_type: "ChannelNotFound" });
  expect(upstream.requests.map(({ target, text }) => [target, text])).toEqual([
    ["Sora_20151104.DisconnectChannel", '{"channel_id":"sora"}'],
  ]);
});
