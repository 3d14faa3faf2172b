import { describe, expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/index.ts";
import { answering, atPanel, click, clicked, operationsOf, outcomeOf } from "../support/at-panel.ts";
import { afterTest } from "../support/closing.ts";
import { FilteringSora, overHttp } from "../support/filtering-sora.ts";
import { startUpstream } from "../support/upstream.ts";

// What the panel is told of a channel by each renewal.

const release = { SORA_RELEASE: "2025.2" };

async function inSandbox(env: Record<string, string> = release) {
  const sandbox = await startSandbox({ edition: "2025.2" });
  afterTest(() => sandbox.close());
  return atPanel({ SORA_API_URL: sandbox.url.href, ...env });
}

const acts = [
  "sora_push_client",
  "sora_push_connection",
  "sora_push_channel",
  "sora_mute",
  "sora_unmute",
  "sora_disconnect_client",
  "sora_disconnect_connection",
  "sora_disconnect_channel",
];

describe("the channel sora of the sandbox", () => {
  test("has everything that the panel shows, and nothing else", async () => {
    const session = await inSandbox();
    const { isError, content, structuredContent } = await click(session, { act: "refresh" });
    expect(isError ?? false).toBe(false);
    expect(content).toEqual([{ type: "text", text: JSON.stringify(structuredContent) }]);
    expect(structuredContent).toEqual({
      channel_id: "sora",
      sora: expect.stringMatching(/^127\.0\.0\.1/),
      can: acts,
      total: 5,
      by_role: { sendrecv: 2, sendonly: 1, recvonly: 2 },
      people: expect.any(Array),
      report_age_s: { newest: expect.any(Number), oldest: expect.any(Number) },
      filters: { mutes: 0, others: 0 },
      not_measured: [],
    });
    const people: object[] = Array.from(Object(structuredContent).people);
    const known = /^(connection_id|client_id|role|minutes|marks|codecs|mic|verdict|finding|mute_id|act_by)$/;
    expect(people.flatMap(Object.keys).filter((name) => !known.test(name))).toEqual([]);
    expect(people).toMatchObject([
      { client_id: "bob", verdict: "bad", codecs: ["OPUS", "VP9"], minutes: 10, act_by: "client_id" },
      {
        client_id: "alice",
        verdict: "good",
        marks: ["duplicate_client", "simulcast"],
        codecs: ["OPUS", "VP8"],
      },
      { client_id: "alice", role: "sendonly", codecs: ["AV1"] },
      { client_id: "carol", role: "recvonly" },
      { client_id: "mallory", role: "recvonly", minutes: 0, codecs: ["OPUS"] },
    ]);
    expect(people[0]).toMatchObject({
      mic: expect.closeTo(0.92, 1),
      finding: { code: expect.any(String), severity: "bad" },
    });
    expect(JSON.stringify(structuredContent)).not.toMatch(
      /metadata|Mallory|SYSTEM|hand_raised|\d\.\d+\.\d+\.\d+"/,
    );
  });

  test("shows a mute of the panel's, by which it is lifted, and that it was", async () => {
    const session = await inSandbox();
    const muted = await click(session, {
      act: "confirm",
      tool: "sora_mute",
      arguments: { client_id: "alice" },
    });
    const { mute_id } = muted.structuredContent ?? {};
    expect(mute_id).toEqual(expect.any(String));
    const during = await click(session, { act: "refresh" });
    expect(during.structuredContent?.filters).toEqual({ mutes: 1, others: 0 });
    const people: Record<string, unknown>[] = Array.from(Object(during.structuredContent).people);
    const alices = people.filter(({ client_id }) => client_id === "alice");
    expect(alices.map((one) => one.mute_id)).toEqual([mute_id, mute_id]);
    expect(alices.find(({ role }) => role === "sendrecv")?.marks).toContain("muted");
    expect(people.filter((one) => "mute_id" in one)).toHaveLength(2);

    expect(
      outcomeOf(await click(session, { act: "confirm", tool: "sora_unmute", arguments: { mute_id } })),
    ).toMatch(/^(done|unmuted)/);
    const after = await click(session, { act: "refresh" });
    expect(after.structuredContent?.filters).toEqual({ mutes: 0, others: 0 });
    expect(JSON.stringify(after.structuredContent)).not.toMatch(/mute_id|"muted"/);
  });

  test("is empty once it has ended, which is no error", async () => {
    const session = await inSandbox();
    expect(outcomeOf(await clicked(session, "sora_disconnect_channel"))).toBe("done, panel");
    const { structuredContent } = await click(session, { act: "refresh" });
    expect(structuredContent).toMatchObject({ total: 0, people: [], not_measured: [] });
  });
});

describe("filters", () => {
  test("of somebody else: marked as muted, and none of our mutes", async () => {
    const sora = new FilteringSora();
    const rules = [[{ field: "client_id", operator: "is_in", values: ["bob"] } as const]];
    sora.filter = { action: "block", rules };
    const upstream = await startUpstream(overHttp(sora));
    const session = await atPanel({ SORA_API_URL: upstream.url, ...release });
    const { structuredContent } = await click(session, { act: "refresh" });
    expect(structuredContent?.filters).toEqual({ mutes: 0, others: 1 });
    const people: Record<string, unknown>[] = Array.from(Object(structuredContent).people);
    const muted = people.filter(({ marks }) => Array.isArray(marks) && marks.includes("muted"));
    expect(muted.map(({ connection_id }) => connection_id).sort()).toEqual(["B1", "B2"]);
    expect(JSON.stringify(structuredContent)).not.toContain("mute_id");
  });

  test("of ours, changed by somebody: no mute of ours any more", async () => {
    const sora = new FilteringSora();
    const upstream = await startUpstream(overHttp(sora));
    const session = await atPanel({ SORA_API_URL: upstream.url, ...release });
    await click(session, { act: "confirm", tool: "sora_mute", arguments: { connection_id: "A1" } });
    const ours = await click(session, { act: "refresh" });
    expect(ours.structuredContent?.filters).toEqual({ mutes: 1, others: 0 });
    const rules = [[{ field: "client_id", operator: "is_in", values: ["dave"] } as const]];
    if (sora.filter) sora.filter = { ...sora.filter, rules };
    sora.viewerFilters = [{ action: "block", rules, connection_id: "C1" }];
    const { structuredContent } = await click(session, { act: "refresh" });
    expect(structuredContent?.filters).toEqual({ mutes: 0, others: 2 });
    expect(JSON.stringify(structuredContent)).not.toContain("mute_id");
  });
});

describe("whom a button is about", () => {
  test.each<[unknown, string]>([
    ["alice", "client_id"],
    ["日本語 👨‍👩‍👧 می‌خواهم", "client_id"],
    [undefined, "connection_id"],
    ["", "connection_id"],
    [null, "connection_id"],
    [7, "connection_id"],
    [["alice"], "connection_id"],
    ["al\u200bice", "connection_id"],
    ["\u202ealice", "connection_id"],
    ["alice\u0000", "connection_id"],
    ["half \ud83d", "connection_id"],
  ])("of a client_id %j: its %s", async (client_id, act_by) => {
    const upstream = await answering({ ListChannelConnections: [{ connection_id: "C0", client_id }] });
    const session = await atPanel({ SORA_API_URL: upstream.url });
    const { structuredContent } = await click(session, { act: "refresh" });
    expect(structuredContent?.people).toEqual([expect.objectContaining({ connection_id: "C0", act_by })]);
  });
});

test("two renewals at once share reports and counters; nothing but reads is ever sent", async () => {
  const upstream = await answering({
    ListChannelConnections: [{ connection_id: "C0" }, { connection_id: "C1" }],
  });
  const session = await atPanel({ SORA_API_URL: upstream.url, ...release, SORA_READ_ONLY: "true" });
  const first = await click(session, { act: "refresh" });
  expect(first.structuredContent?.can).toEqual([]);
  const after = operationsOf(upstream).sort();
  expect(after).toEqual([
    "GetStatsConnection",
    "GetStatsConnection",
    "ListChannelConnections",
    "ListChannelRtcStats",
    "ListForwardingFilters",
  ]);
  await Promise.all([click(session, { act: "refresh" }), click(session, { act: "refresh" })]);
  expect(operationsOf(upstream).slice(5).sort()).toEqual([
    ...["ListChannelConnections", "ListChannelConnections"],
    ...["ListForwardingFilters", "ListForwardingFilters"],
  ]);
});

test("on Sora Labo, as its page says, there are no filters: it says so and does not ask", async () => {
  const upstream = await answering({ ListChannelConnections: [{ connection_id: "C0" }] });
  const session = await atPanel({ SORA_API_URL: upstream.url });
  const { structuredContent } = await click(session, { act: "refresh" });
  expect(structuredContent).toMatchObject({ not_measured: ["muted"] });
  expect(structuredContent).not.toHaveProperty("filters");
  expect(operationsOf(upstream)).not.toContain("ListForwardingFilters");
  expect(structuredContent?.can).toEqual(acts.filter((name) => !/mute/.test(name)));
});
