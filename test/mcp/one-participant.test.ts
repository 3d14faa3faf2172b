import { describe, expect, test } from "vitest";
import { soraWith } from "../support/answering-sora.ts";
import { personWho } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { startUpstream } from "../support/upstream.ts";

// What one participant may write so that a call about others fails, hangs or says less.

const look = "Sora_20201013.ListChannelConnections";
const victim = { connection_id: "C1", client_id: "victim", role: "sendrecv", event_metadata: { name: "V" } };
const mallory = { connection_id: "C0", client_id: "mallory", role: "sendrecv" };

function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

/** A list of the two, with JSON text in the place of Mallory's event_metadata. */
function listWith(eventMetadata: string): string {
  const [start, end] = JSON.stringify([{ ...mallory, event_metadata: "?" }, victim]).split('"?"');
  return start + eventMetadata + end;
}

describe.each([300, 1_000_000])("event_metadata nested %i deep", (levels) => {
  test("cuts only itself, in the list", async () => {
    const { session } = await soraWith(listWith(nested(levels)));
    const { structuredContent } = await session.call("sora_list_channel_connections", { channel_id: "sora" });
    expect(structuredContent).toMatchObject({ total: 2, connections: [mallory, victim] });
    const text = JSON.stringify(structuredContent);
    expect(text.match(/nested too deep to show/g)).toHaveLength(1);
  });

  test("in previews nothing is missing", async () => {
    const { session } = await soraWith(listWith(nested(levels)));
    const { structuredContent } = await session.call("sora_disconnect_channel", { channel_id: "sora" });
    expect(structuredContent).toMatchObject({ status: "confirmation_required", would_affect: { total: 2 } });
  });

  test("its owner can be disconnected, by a person too", async () => {
    const { upstream, session } = await soraWith(listWith(nested(levels)), {
      confirm: "ask",
      ...personWho(() => "accept"),
    });
    const args = { channel_id: "sora", client_id: "mallory" };
    const { structuredContent } = await session.call("sora_disconnect_client", args);
    expect(structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
    expect(upstream.requests.at(-1)?.target).toBe("Sora_20151104.DisconnectClient");
  });

  test("as metadata, they can be read and deleted", async () => {
    const { session } = await soraWith(`{"a":${nested(levels)},"b":1}`);
    const one = { channel_id: "sora", connection_id: "C0" };
    const got = await session.call("sora_get_signaling_notify_metadata", one);
    expect(got.structuredContent).toMatchObject({ metadata: { b: 1 } });
    const preview = await session.call("sora_delete_signaling_notify_metadata", one);
    expect(preview.structuredContent).toMatchObject({ would_affect: { metadata: { b: 1 } } });
  });
});

test("an error that is nested too deep keeps its code and type", async () => {
  const upstream = await startUpstream((_request, response) =>
    response.writeHead(400).end(`{"error_type":"A","error_reason":${nested(100_000)}}`),
  );
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  const error = errorOf(await session.call("sora_push_channel", { channel_id: "sora", data: {} }));
  expect(error).toMatchObject({ code: "sora_error", error_type: "A" });
  expect(JSON.stringify(error.error_reason)).toContain("nested too deep to show");
});

test("1,500 member names that read the same are all shown, each under another name", async () => {
  const forms = ["\u200b", "\\u200b"];
  const names = Array.from({ length: 1500 }, (_, index) =>
    Array.from({ length: 11 }, (_, bit) => forms[(index >> bit) & 1]).join(""),
  );
  const event_metadata = Object.fromEntries(names.map((name, index) => [name, index]));
  const { session } = await soraWith(JSON.stringify(event_metadata));
  const one = { channel_id: "sora", connection_id: "C0" };
  const startedAt = performance.now();
  const { structuredContent } = await session.call("sora_get_signaling_notify_metadata", one);
  // It took 12 seconds once, with nothing else going on.
  expect(performance.now() - startedAt).toBeLessThan(3000);
  const { metadata } = structuredContent as { metadata: object };
  expect(Object.values(metadata)).toEqual(names.map((_, index) => index));
});

describe("what one person fills a message with is left out, and nothing else", () => {
  const wide: [string, string][] = [
    ["letters", "x".repeat(7_500_000)],
    ["hidden characters", "\u200b".repeat(900_000)],
    ["Japanese", "あ".repeat(2_400_000)],
    ["quotes and backslashes", '"\\'.repeat(1_500_000)],
    ["line ends", "\n".repeat(2_500_000)],
  ];
  const people = Array.from({ length: 49 }, (_, index) => ({
    ...victim,
    connection_id: `C${index + 1}`,
    event_metadata: { name: "V".repeat(500) },
  }));
  const channel = { channel_id: "sora", limit: 50 };
  const channelOnly = { channel_id: "sora" };
  const tooLarge = "too large to show on this page";

  test.each(wide)("%s, in the list", async (_name, event_metadata) => {
    const { session } = await soraWith(JSON.stringify([{ ...mallory, event_metadata }, ...people]));
    const { structuredContent } = await session.call("sora_list_channel_connections", channel);
    expect(structuredContent).toEqual({
      channel_id: "sora",
      total: 50,
      by_role: { sendrecv: 50, sendonly: 0, recvonly: 0 },
      offset: 0,
      connections: [{ ...mallory, event_metadata: "too large to show on this page" }, ...people],
    });
  });

  test("alone on a page, too", async () => {
    const rows = JSON.stringify([...people, { ...mallory, event_metadata: "あ".repeat(2_400_000) }]);
    const { session } = await soraWith(rows);
    const page = { channel_id: "sora", offset: 49 };
    const { structuredContent } = await session.call("sora_list_channel_connections", page);
    expect(structuredContent?.connections).toEqual([
      { ...mallory, event_metadata: "too large to show on this page" },
    ]);
  });

  test("in several members, none of which would be too much by itself", async () => {
    const much = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name, "x".repeat(1_200_000)]));
    const { session } = await soraWith(JSON.stringify([{ ...mallory, ...much }]));
    const { structuredContent } = await session.call("sora_list_channel_connections", channel);
    const cut = { ...mallory, ...Object.fromEntries(Object.keys(much).map((name) => [name, tooLarge])) };
    expect(structuredContent?.connections).toEqual([cut]);
  });

  test("by many: theirs, and nothing of the others, who stand on the same page", async () => {
    const loud = Array.from({ length: 20 }, (_, index) => ({ ...mallory, connection_id: `M${index}` }));
    const rows = loud.map((entry) => ({ ...entry, event_metadata: "x".repeat(300_000) }));
    const { session } = await soraWith(JSON.stringify([...rows, ...people]));
    const all = { channel_id: "sora", limit: 500 };
    const { structuredContent, content } = await session.call("sora_list_channel_connections", all);
    const cut = loud.map((entry) => ({ ...entry, event_metadata: tooLarge }));
    expect(structuredContent).toMatchObject({ total: 69, connections: [...cut, ...people] });
    expect(structuredContent).not.toHaveProperty("next_offset");
    expect(JSON.stringify(content).length).toBeLessThan(80_000);
  });

  test("by a crowd whose list fills a page, where the list is what has to go", async () => {
    const crowd = Array.from({ length: 1000 }, (_, index) => ({ ...victim, connection_id: `C${index}` }));
    const of = (session_id: string, connections: unknown) => ({
      session_id,
      channel_id: "sora",
      connections,
    });
    const { session } = await soraWith(JSON.stringify([of("S", crowd), of("T", [victim])]));
    const { structuredContent } = await session.call("sora_list_sessions");
    expect(structuredContent).toMatchObject({ total: 2, sessions: [of("S", tooLarge), of("T", [victim])] });
    const one = await session.call("sora_get_session", channelOnly);
    expect(JSON.stringify(one.structuredContent)).toContain('"C999"');
  });

  test("beside what is large, but not in the way", async () => {
    const rows = people.map((person) => ({ ...person, event_metadata: { name: "V".repeat(900) } }));
    const much = { ...mallory, note: "n".repeat(5000), event_metadata: "x".repeat(4_500_000) };
    const { session } = await soraWith(JSON.stringify([much, ...rows]));
    const { structuredContent } = await session.call("sora_list_channel_connections", channel);
    const cut = { ...much, event_metadata: "too large to show on this page" };
    expect(structuredContent?.connections).toEqual([cut, ...rows]);
  });

  const cutMallory = { ...mallory, event_metadata: tooLarge };

  test.each(wide)("%s, among the connections of all channels", async (_name, event_metadata) => {
    const rows = [{ ...mallory, event_metadata }, ...people];
    const { session } = await soraWith(JSON.stringify(rows));
    const { structuredContent } = await session.call("sora_list_connections", { limit: 50 });
    expect(structuredContent).toMatchObject({ total: 50, connections: [cutMallory, ...people] });
  });

  test.each(wide)("%s, in a session", async (_name, event_metadata) => {
    const of = (connections: object[]) => ({ session_id: "S", channel_id: "sora", connections });
    const crowd = of([{ ...mallory, event_metadata }, ...people]);
    const { session } = await soraWith(JSON.stringify(crowd));
    const { structuredContent } = await session.call("sora_get_session", { channel_id: "sora" });
    expect(structuredContent).toEqual({ session: of([cutMallory, ...people]) });
    const other = { ...of([victim]), session_id: "T" };
    const sessions = await soraWith(JSON.stringify([crowd, other]));
    expect((await sessions.session.call("sora_list_sessions")).structuredContent).toMatchObject({
      total: 2,
      sessions: [of([cutMallory, ...people]), other],
    });
  });

  test.each(wide)("%s, kept with a filter that is theirs", async (_name, metadata) => {
    const filter = { action: "block", rules: [] };
    const theirs = { ...filter, connection_id: "C0", metadata };
    const all = { channel_forwarding_filter: filter, connection_forwarding_filters: [theirs] };
    const { session } = await soraWith(JSON.stringify(all));
    const { structuredContent } = await session.call("sora_list_forwarding_filters", channelOnly);
    expect(structuredContent?.forwarding_filters).toEqual({
      ...all,
      connection_forwarding_filters: [{ ...theirs, metadata: tooLarge }],
    });
    const deleted = await session.call("sora_delete_channel_forwarding_filter", channelOnly);
    expect(deleted.structuredContent).toMatchObject({
      would_affect: { total: 1, forwarding_filters: [filter] },
    });
  });

  test("who gets the results of audio streaming", async () => {
    const rows = [{ ...mallory, event_metadata: "x".repeat(6_000_000) }, victim];
    const { session } = await soraWith(JSON.stringify(rows));
    const tool = "sora_list_audio_streaming_result_push_state";
    expect((await session.call(tool, channelOnly)).structuredContent).toEqual({
      state: [cutMallory, victim],
    });
  });

  test("beside very many others, in time", async () => {
    const crowd = Array.from({ length: 20_000 }, (_, index) => ({ ...victim, connection_id: `C${index}` }));
    const of = (connections: object[]) => ({ session_id: "S", channel_id: "sora", connections });
    const loud = { ...mallory, event_metadata: "あ".repeat(1_700_000) };
    const { session } = await soraWith(JSON.stringify(of([...crowd, loud])));
    const { structuredContent } = await session.call("sora_get_session", channelOnly);
    expect(structuredContent).toEqual({ session: of([...crowd, cutMallory]) });
  });

  test("statistics", async () => {
    const report = { connection_id: "C1", stats: [{ type: "codec" }] };
    const { session } = await soraWith(
      JSON.stringify([{ connection_id: "C0", stats: [{ type: "x".repeat(6_000_000) }] }, report]),
    );
    const { structuredContent } = await session.call("sora_list_channel_user_agent_stats", channel);
    expect(structuredContent?.connections).toEqual([
      { connection_id: "C0", stats: "too large to show on this page" },
      report,
    ]);
  });
});

test("metadata of one connection that are a list are no page, whatever they hold", async () => {
  const { session } = await soraWith(JSON.stringify([{ large: "x".repeat(6_000_000) }]));
  const one = { channel_id: "sora", connection_id: "C0" };
  const error = errorOf(await session.call("sora_get_signaling_notify_metadata", one));
  expect(error.message).toBe("The answer is too large to pass on.");
});

test.each([
  ["sora_get_signaling_notify_metadata", {}, /The answer is too large to pass on|gave no answer in time/],
  ["sora_put_signaling_notify_metadata", { metadata: 1 }, /Sora carried the call out|gave no answer in time/],
])("what is not shown before the deadline is not shown at all: %s", async (tool, args, told) => {
  const body = `[${Array(1_500_000).fill("[]").join(",")}]`;
  const upstream = await startUpstream((_request, response) => setTimeout(() => response.end(body), 700));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_TIMEOUT_MS: "800" } });
  const one = { channel_id: "sora", connection_id: "C0", ...args };
  // In what is left of the time it is either received or not; to show it takes longer in any case.
  const { isError, content } = await session.call(tool, one);
  expect(isError).toBe(true);
  expect(JSON.stringify(content).slice(0, 200)).toMatch(told);
});

test("what is too large to show is still asked about, and nothing is deleted meanwhile", async () => {
  const { session, upstream } = await soraWith(`{"a":"${"x".repeat(6_000_000)}"}`);
  const one = { channel_id: "sora", connection_id: "C0" };
  const { structuredContent } = await session.call("sora_delete_signaling_notify_metadata", one);
  expect(structuredContent).toEqual({
    status: "confirmation_required",
    would_affect: { too_large_to_show: true },
    next: expect.stringMatching(/^Nothing was disconnected, deleted or changed\. To go on/),
  });
  expect(upstream.requests).toHaveLength(1);
});

test("a list has no keys, whatever its entries are counted by", async () => {
  const { session } = await soraWith('["a","b"]');
  const item = { channel_id: "sora", connection_id: "C0", key: "0" };
  const { structuredContent } = await session.call("sora_delete_signaling_notify_metadata_item", item);
  expect(structuredContent).toMatchObject({ would_affect: { metadata: {} } });
  expect(structuredContent?.next).toContain("Nothing would be hit");
});

test("a Sora that lists a row without an id, or one twice, is no reason to refuse", async () => {
  const { session, upstream } = await soraWith(JSON.stringify([victim, victim, {}]), {
    confirm: "ask",
    ...personWho(() => "accept"),
  });
  const { structuredContent } = await session.call("sora_disconnect_channel", { channel_id: "sora" });
  expect(structuredContent).toMatchObject({ status: "done" });
  expect(upstream.requests.map(({ target }) => target).slice(0, 2)).toEqual([look, look]);
});
