import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { applyFilters, createFilter } from "../../src/sandbox/filters.ts";
import { seed } from "../../src/sandbox/seed.ts";
import type { Filter } from "../../src/sandbox/state.ts";
import { findChannel } from "../../src/sandbox/state.ts";
import { type Json, lounge, openSandbox, repeatable, startTime, type TestSandbox } from "./client.ts";

const channel_id = "sora";
let sandbox: TestSandbox;
/** alice, bob, alice's screen, carol and mallory; the last two only receive, mallory no video. */
let ids: string[];
async function open(edition: "2024.1" | "2025.2"): Promise<void> {
  sandbox = await openSandbox({ edition });
  ids = await sandbox.ids(channel_id);
}
beforeEach(() => open("2024.1"));
afterEach(() => sandbox.close());

const id = (index: number): string => ids[index] ?? "";
const is = (field: string, ...values: string[]) => ({ field, operator: "is_in", values });
const isNot = (field: string, ...values: string[]) => ({ field, operator: "is_not_in", values });
const block = (...rules: object[][]) => ({ channel_id, action: "block", rules });
const allow = (...rules: object[][]) => ({ channel_id, action: "allow", rules });
const toward = (index: number, filter: object) => ({ ...filter, connection_id: id(index) });

const listed = (blocked?: boolean) =>
  sandbox.call("ListForwardingFilters", { channel_id, ...(blocked !== undefined && { blocked }) });

/** Who does not get what of whom, as `receiver kind senders`, with the places of the connections as names. */
async function blocked(): Promise<string[]> {
  const { blocked: pairs } = await listed(true);
  return pairs.map((pair: Json) => {
    const senders = pair.source_connection_id_list.map((sender: string) => ids.indexOf(sender));
    return `${ids.indexOf(pair.destination_connection_id)} ${pair.kind} ${senders.join(",")}`;
  });
}

async function stream(receiver: number, sender: number): Promise<Json> {
  const body = { channel_id, connection_id: id(receiver) };
  const { rtp_streams } = await sandbox.call("GetStatsConnection", body);
  return rtp_streams.find((entry: Json) => entry.send_connection_id === id(sender));
}

/** What the receiver's client reports of a sender. */
async function inbound(receiver: number, sender: number, kind: string): Promise<Json> {
  const report = async (connection_id: string) =>
    (await sandbox.call("GetRtcStats", { channel_id, connection_id })).rtc_stats;
  const source = (await report(id(sender))).find(
    (entry: Json) => entry.type === "media-source" && entry.kind === kind,
  );
  const received = await report(id(receiver));
  return received.find(
    (entry: Json) => entry.type === "inbound-rtp" && entry.trackIdentifier === source.trackIdentifier,
  );
}

describe("what a filter cuts", () => {
  test("nothing without filters", async () => {
    expect(await listed()).toEqual({ connection_forwarding_filters: [] });
    expect(await listed(false)).toEqual({ connection_forwarding_filters: [] });
    expect(await blocked()).toEqual([]);
    expect(await stream(3, 0)).toMatchObject({ audio: true, video: true });
  });

  test("a sender's audio, for everybody, until the filter is deleted", async () => {
    const filter = block([is("client_id", "bob"), is("kind", "audio")]);
    const before = await inbound(3, 1, "audio");
    expect(before.audioLevel).toBeGreaterThan(0.9);
    expect(await sandbox.call("CreateChannelForwardingFilter", filter)).toEqual(filter);
    const { channel_id: _, ...shown } = filter;
    expect(await listed()).toEqual({ channel_forwarding_filter: shown, connection_forwarding_filters: [] });
    expect(await blocked()).toEqual(["0 audio 1", "3 audio 1", "4 audio 1"]);

    const video = await inbound(3, 1, "video");
    sandbox.clock.now += 10_000;
    expect(await stream(3, 1)).toMatchObject({ audio: false, video: true });
    const during = await inbound(3, 1, "audio");
    expect(during).toMatchObject({ audioLevel: 0, packetsReceived: before.packetsReceived });
    expect(during.totalSamplesDuration).toBe(before.totalSamplesDuration);
    expect((await inbound(3, 1, "video")).packetsReceived).toBeGreaterThan(video.packetsReceived);
    expect((await inbound(3, 0, "audio")).audioLevel).toBeGreaterThan(0);

    expect(await sandbox.call("DeleteChannelForwardingFilter", { channel_id })).toEqual({ channel_id });
    expect(await listed(true)).toEqual({ connection_forwarding_filters: [], blocked: [] });
    sandbox.clock.now += 10_000;
    expect(await stream(3, 1)).toMatchObject({ audio: true, video: true });
    const after = await inbound(3, 1, "audio");
    expect(after.totalSamplesDuration - during.totalSamplesDuration).toBeCloseTo(10, 6);
    expect(after.audioLevel).toBe(before.audioLevel);
  });

  test("a sender's video, for one receiver", async () => {
    const filter = toward(3, block([is("connection_id", id(0)), is("kind", "video")]));
    const before = await inbound(3, 0, "video");
    expect(await sandbox.call("CreateConnectionForwardingFilter", filter)).toEqual(filter);
    expect(await blocked()).toEqual(["3 video 0"]);
    sandbox.clock.now += 10_000;
    const during = await inbound(3, 0, "video");
    expect(during).toMatchObject({ framesPerSecond: 0, framesDecoded: before.framesDecoded });
    expect(during.packetsReceived).toBe(before.packetsReceived);
    expect(await stream(3, 0)).toMatchObject({ audio: true, video: false, rid: null, paused: false });
    expect(await stream(1, 0)).toMatchObject({ audio: true, video: true });
    await sandbox.call("DeleteConnectionForwardingFilter", { channel_id, connection_id: id(3) });
    expect(await stream(3, 0)).toMatchObject({ video: true, rid: "r1" });
    expect(await blocked()).toEqual([]);
  });

  test("Sora sends less", async () => {
    const sent = async () => (await stream(3, 0)).total_sent_rtp;
    await sandbox.call("CreateChannelForwardingFilter", block([is("connection_id", id(0))]));
    const before = await sent();
    sandbox.clock.now += 60_000;
    expect(await sent()).toBe(before);
    await sandbox.call("DeleteChannelForwardingFilter", { channel_id });
    sandbox.clock.now += 1000;
    expect(await sent()).toBeGreaterThan(before);
  });

  test.each<[string, object, string[]]>([
    ["no rule blocks nothing", block(), []],
    ["no part blocks all", block([]), ["0 audio 1", "0 video 1,2", "1 audio 0", "1 video 0,2"]],
    ["no rule allows nothing", allow(), ["0 audio 1", "0 video 1,2", "1 audio 0", "1 video 0,2"]],
    ["no part allows all", allow([]), []],
    [
      "all parts of a rule",
      block([is("client_id", "alice"), is("kind", "video")]),
      ["0 video 2", "1 video 0,2"],
    ],
    [
      "any of the rules",
      block([is("client_id", "bob")], [is("kind", "video")]),
      ["0 audio 1", "0 video 1,2", "1 video 0,2"],
    ],
    [
      "any of the values",
      block([is("client_id", "bob", "alice"), is("kind", "audio")]),
      ["0 audio 1", "1 audio 0"],
    ],
    ["what is not in", block([isNot("client_id", "bob")]), ["0 video 2", "1 audio 0", "1 video 0,2"]],
    ["not in nothing", block([isNot("kind")]), ["0 audio 1", "0 video 1,2", "1 audio 0", "1 video 0,2"]],
    ["allow keeps what matches", allow([is("kind", "audio")]), ["0 video 1,2", "1 video 0,2"]],
    ["allow cuts what does not", allow([is("client_id", "alice")]), ["0 audio 1", "0 video 1"]],
    ["nobody's name", block([is("client_id", "__proto__", "constructor", "toString")]), []],
  ])("%s", async (_, filter, expected) => {
    await sandbox.call("CreateChannelForwardingFilter", filter);
    expect((await blocked()).filter((pair) => /^[01]/.test(pair))).toEqual(expected);
  });

  test("only pairs that would be there are blocked", async () => {
    await sandbox.call("CreateChannelForwardingFilter", block([]));
    // The screen has no sound, receives nothing, and mallory takes no video.
    expect(await blocked()).toEqual([
      "0 audio 1",
      "0 video 1,2",
      "1 audio 0",
      "1 video 0,2",
      "3 audio 0,1",
      "3 video 0,1,2",
      "4 audio 0,1",
    ]);
    await sandbox.call("DisconnectConnection", { channel_id, connection_id: id(0) });
    expect(await blocked()).toEqual(["1 video 2", "3 audio 1", "3 video 1,2", "4 audio 1"]);
  });

  test("a filter of the channel and one of the receiver add up, and go one by one", async () => {
    await sandbox.call("CreateChannelForwardingFilter", block([is("client_id", "bob")]));
    await sandbox.call("CreateConnectionForwardingFilter", toward(3, block([is("kind", "audio")])));
    await sandbox.call("CreateConnectionForwardingFilter", toward(4, allow([is("kind", "video")])));
    const expected = ["0 audio 1", "0 video 1", "3 audio 0,1", "3 video 1", "4 audio 0,1"];
    expect(await blocked()).toEqual(expected);
    await sandbox.call("DeleteConnectionForwardingFilter", { channel_id, connection_id: id(3) });
    expect(await blocked()).toEqual(["0 audio 1", "0 video 1", "3 audio 1", "3 video 1", "4 audio 0,1"]);
    await sandbox.call("DeleteChannelForwardingFilter", { channel_id });
    expect(await blocked()).toEqual(["4 audio 0,1"]);
  });

  test("a spotlight channel's as well", async () => {
    const [dave = ""] = await sandbox.ids(lounge);
    const filter = { channel_id: lounge, action: "block", rules: [[is("client_id", "erin")]] };
    await sandbox.call("CreateChannelForwardingFilter", filter);
    const body = { channel_id: lounge, connection_id: dave };
    const { rtp_streams } = await sandbox.call("GetStatsConnection", body);
    expect(rtp_streams.map(({ audio, video }: Json) => [audio, video])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(await blocked(), "in the other channel").toEqual([]);
  });
});

test("a stream that comes later is under the filters that are there", () => {
  const state = seed(startTime, repeatable(1), "2025.2");
  const channel = findChannel(state, channel_id);
  const carol = [...channel.connections.values()][3];
  const [ofAlice, ofBob] = carol?.streams ?? [];
  if (!carol || !ofAlice || !ofBob) throw new Error("carol receives nothing");
  const { connection_id } = carol;
  const kindIs = (kind: string) => [[{ field: "kind", operator: "is_in", values: [kind] } as const]];
  const bob = [[{ field: "client_id", operator: "is_in", values: ["bob"] } as const]];
  const request = { channel_id, action: "block", version: undefined, metadata: undefined } as const;
  createFilter(channel, { ...request, rules: bob });
  createFilter(channel, { ...request, connection_id, rules: kindIs("video") });
  const later = [ofAlice, ofBob].map((stream) => ({
    ...stream,
    cutBy: { audio: new Set<Filter>(), video: new Set<Filter>() },
  }));
  for (const stream of later) applyFilters(stream);
  expect(later.map(({ cutBy }) => [cutBy.audio.size, cutBy.video.size])).toEqual([
    [0, 1],
    [1, 2],
  ]);
  expect(later.map(({ cutBy }) => cutBy)).toEqual([ofAlice.cutBy, ofBob.cutBy]);
});

describe("the life of a filter", () => {
  const filter = block([is("client_id", "bob")]);

  test("an update replaces it", async () => {
    const first = { ...filter, version: "1", metadata: { by: "me" } };
    expect(await sandbox.call("CreateChannelForwardingFilter", first)).toEqual(first);
    const second = { ...allow([is("client_id", "bob")]), version: "1" };
    expect(await sandbox.call("UpdateChannelForwardingFilter", second)).toEqual(second);
    const { channel_id: _, ...shown } = second;
    expect((await listed()).channel_forwarding_filter).toEqual(shown);
    expect(await blocked()).toEqual([
      "0 video 2",
      "1 audio 0",
      "1 video 0,2",
      "3 audio 0",
      "3 video 0,2",
      "4 audio 0",
    ]);
  });

  test("a receiver's is updated alone, and shown with the receiver", async () => {
    await sandbox.call("CreateConnectionForwardingFilter", toward(3, filter));
    await sandbox.call("CreateConnectionForwardingFilter", toward(4, filter));
    await sandbox.call(
      "UpdateConnectionForwardingFilter",
      toward(4, { ...filter, rules: [], metadata: null }),
    );
    const { action, rules } = filter;
    expect((await listed()).connection_forwarding_filters).toEqual([
      { action, connection_id: id(3), rules },
      { action, connection_id: id(4), rules: [], metadata: null },
    ]);
    expect(await blocked()).toEqual(["3 audio 1", "3 video 1"]);
  });

  test("there is one at most, and one has to be there to be changed", async () => {
    for (const [of, reason] of [
      ["Channel", { channel_id }],
      ["Connection", { channel_id, connection_id: id(3) }],
    ] as const) {
      const missing = { error_type: "FilterNotFound", error_reason: reason };
      const body = { ...filter, ...reason };
      expect(await sandbox.refused(`Update${of}ForwardingFilter`, body)).toEqual(missing);
      expect(await sandbox.refused(`Delete${of}ForwardingFilter`, reason)).toEqual(missing);
      await sandbox.call(`Create${of}ForwardingFilter`, body);
      const other = { ...body, rules: [] };
      expect(await sandbox.refused(`Create${of}ForwardingFilter`, other)).toEqual({
        error_type: "FilterExists",
        error_reason: reason,
      });
      expect(await blocked()).toContain("3 audio 1");
      await sandbox.call(`Delete${of}ForwardingFilter`, reason);
      expect(await blocked()).toEqual([]);
      expect(await sandbox.refused(`Delete${of}ForwardingFilter`, reason)).toEqual(missing);
    }
  });

  test("an update of another version changes nothing", async () => {
    await sandbox.call("CreateChannelForwardingFilter", { ...filter, version: "1" });
    const other = { ...filter, rules: [], version: "2" };
    expect(await sandbox.refused("UpdateChannelForwardingFilter", other)).toEqual({
      error_type: "FilterVersionMismatch",
      error_reason: { channel_id, version: "1" },
    });
    expect((await listed()).channel_forwarding_filter).toMatchObject({ version: "1", rules: filter.rules });
    expect(await blocked()).toContain("3 audio 1");
  });

  test("without a version on either side, an update is taken", async () => {
    await sandbox.call("CreateChannelForwardingFilter", filter);
    await sandbox.call("UpdateChannelForwardingFilter", { ...filter, version: "1" });
    await sandbox.call("UpdateChannelForwardingFilter", { ...filter, rules: [] });
    expect((await listed()).channel_forwarding_filter).toEqual({ action: "block", rules: [] });
  });

  test("unknown channels and receivers are refused", async () => {
    const refused = async (operation: string, change: object) =>
      (await sandbox.refused(operation, { ...toward(3, filter), ...change })).error_type;
    for (const verb of ["Create", "Update"]) {
      const operation = `${verb}ConnectionForwardingFilter`;
      expect(await refused(operation, { channel_id: "nowhere" })).toBe("ChannelNotFound");
      expect(await refused(operation, { connection_id: "nobody" })).toBe("ConnectionNotFound");
      const { error_type } = await sandbox.refused(`${verb}ChannelForwardingFilter`, {
        ...filter,
        channel_id: "nowhere",
      });
      expect(error_type).toBe("ChannelNotFound");
    }
    const deletion = { channel_id, connection_id: "nobody" };
    expect((await sandbox.refused("DeleteConnectionForwardingFilter", deletion)).error_type).toBe(
      "ConnectionNotFound",
    );
    const list = await sandbox.refused("ListForwardingFilters", { channel_id: "nowhere" });
    expect(list.error_type).toBe("ChannelNotFound");
  });

  test("a receiver's ends with the receiver", async () => {
    await sandbox.call("CreateConnectionForwardingFilter", toward(3, filter));
    await sandbox.call("DisconnectConnection", { channel_id, connection_id: id(3) });
    expect(await listed(true)).toEqual({ connection_forwarding_filters: [], blocked: [] });
  });

  test.each([
    [{ action: "mute" }, "action", "not_in_enum"],
    [{ rules: {} }, "rules", "wrong_type"],
    [{ rules: [{}] }, "rules.0", "wrong_type"],
    [{ rules: [[is("role", "sendrecv")]] }, "rules.0.0.field", "not_in_enum"],
    [{ rules: [[{ ...is("kind"), operator: "in" }]] }, "rules.0.0.operator", "not_in_enum"],
    [{ rules: [[{ ...is("kind"), values: [1] }]] }, "rules.0.0.values.0", "wrong_type"],
    [{ rules: [[{ ...is("kind"), colour: "red" }]] }, "rules.0.0.colour", "no_extra_properties_allowed"],
    [{ version: 1 }, "version", "wrong_type"],
  ])("%j is no filter", async (change, path, error) => {
    const { error_reason } = await sandbox.refused("CreateChannelForwardingFilter", { ...filter, ...change });
    expect(error_reason.map((reason: Json) => [reason.path.join("."), reason.error])).toEqual([
      [path, error],
    ]);
  });
});

describe("several filters, by name and priority", () => {
  beforeEach(async () => {
    await sandbox.close();
    await open("2025.2");
  });
  const named = (name: string, priority: number, ...rules: object[][]) => ({
    ...block(...rules),
    name,
    priority,
  });

  test("the usual name and priority leave the session as it is", async () => {
    await sandbox.call("CreateChannelForwardingFilter", named("default", 32_767, [is("kind", "audio")]));
    const { channel_id: _, ...shown } = block([is("kind", "audio")]);
    expect(await listed()).toEqual({ channel_forwarding_filter: shown, connection_forwarding_filters: [] });
    await sandbox.call("DeleteChannelForwardingFilter", { channel_id, name: "default" });
    expect(await listed()).toEqual({ connection_forwarding_filters: [] });
  });

  test("another name makes the lists plural, higher priority first", async () => {
    await sandbox.call("CreateChannelForwardingFilter", block([is("client_id", "bob")]));
    await sandbox.call("CreateChannelForwardingFilter", named("silence", 10, [is("kind", "audio")]));
    await sandbox.call("CreateConnectionForwardingFilter", toward(3, named("own", 7, [is("kind", "video")])));
    expect(await listed()).toEqual({
      channel_forwarding_filters: [
        { name: "silence", priority: 10, action: "block", rules: [[is("kind", "audio")]] },
        { name: "default", priority: 32_767, action: "block", rules: [[is("client_id", "bob")]] },
      ],
      connection_forwarding_filters: [
        { name: "own", priority: 7, connection_id: id(3), action: "block", rules: [[is("kind", "video")]] },
      ],
    });
    expect(await blocked()).toEqual([
      "0 audio 1",
      "0 video 1",
      "1 audio 0",
      "3 audio 0,1",
      "3 video 0,1,2",
      "4 audio 0,1",
    ]);
  });

  test("each is updated and deleted by its name", async () => {
    await sandbox.call("CreateChannelForwardingFilter", named("one", 1, [is("client_id", "bob")]));
    await sandbox.call("CreateChannelForwardingFilter", named("two", 2, [is("client_id", "bob")]));
    await sandbox.call("UpdateChannelForwardingFilter", named("one", 3, [is("client_id", "alice")]));
    const { channel_forwarding_filters } = await listed();
    expect(channel_forwarding_filters.map(({ name, priority }: Json) => [name, priority])).toEqual([
      ["two", 2],
      ["one", 3],
    ]);
    expect(await sandbox.call("DeleteChannelForwardingFilter", { channel_id, name: "two" })).toEqual({
      channel_id,
      name: "two",
    });
    expect((await blocked()).filter((pair) => pair.startsWith("3"))).toEqual(["3 audio 0", "3 video 0,2"]);
    expect(await sandbox.refused("DeleteChannelForwardingFilter", { channel_id })).toEqual({
      error_type: "FilterNotFound",
      error_reason: { channel_id },
    });
    const unknown = { error_type: "FilterNotFound", error_reason: { channel_id, name: "two" } };
    expect(await sandbox.refused("UpdateChannelForwardingFilter", named("two", 2))).toEqual(unknown);
    const exists = { error_type: "FilterExists", error_reason: { channel_id, name: "one" } };
    expect(await sandbox.refused("CreateChannelForwardingFilter", named("one", 9))).toEqual(exists);
  });

  test("another priority alone makes them plural, until the session ends", async () => {
    await sandbox.call("CreateChannelForwardingFilter", block());
    await sandbox.call("UpdateChannelForwardingFilter", named("default", 32_766));
    await sandbox.call("DeleteChannelForwardingFilter", { channel_id });
    expect(await listed()).toEqual({ channel_forwarding_filters: [], connection_forwarding_filters: [] });
  });

  test("a refused filter switches nothing", async () => {
    await sandbox.refused("UpdateChannelForwardingFilter", named("other", 1));
    expect(await listed()).toEqual({ connection_forwarding_filters: [] });
  });

  test.each([{ name: "mine" }, { priority: 1 }])("%j alone is incomplete", async (half) => {
    for (const verb of ["Create", "Update"]) {
      expect(await sandbox.refused(`${verb}ChannelForwardingFilter`, { ...block(), ...half })).toEqual({
        error_type: "FilterNameIncomplete",
        error_reason: { channel_id, ...half },
      });
    }
  });

  test.each([
    [{ name: "" }, "wrong_length"],
    [{ name: "x".repeat(256) }, "wrong_length"],
    [{ priority: -1 }, "not_in_range"],
    [{ priority: 65_536 }, "not_in_range"],
    [{ priority: 1.5 }, "wrong_type"],
  ])("%j is neither a name nor a priority", async (change, error) => {
    const body = { ...named("mine", 1), ...change };
    const { error_reason } = await sandbox.refused("CreateChannelForwardingFilter", body);
    expect(error_reason).toMatchObject([{ error }]);
  });

  test.each(["__proto__", "constructor", "x".repeat(255)])("a filter may be named %s", async (name) => {
    await sandbox.call("CreateChannelForwardingFilter", named(name, 1, [is("kind", "audio")]));
    expect((await listed()).channel_forwarding_filters).toMatchObject([{ name }]);
    await sandbox.call("DeleteChannelForwardingFilter", { channel_id, name });
    expect((await listed()).channel_forwarding_filters).toEqual([]);
    expect(await blocked()).toEqual([]);
  });
});
