import { describe, expect, test } from "vitest";
import { mute } from "../../src/moderation/mute.ts";
import { filterOf } from "../../src/moderation/mutes.ts";
import { unmute } from "../../src/moderation/unmute.ts";
import { UnclearFailure } from "../../src/sora/errors.ts";
import type { Content } from "../../src/tools/tool.ts";
import { asSora, FilteringSora } from "../support/filtering-sora.ts";

const channel_id = "room";

async function muting(sora: FilteringSora, args: Content): Promise<Content> {
  return mute.prepare({ channel_id, ...args }, "flag", String).run(asSora(sora));
}

async function unmuting(sora: FilteringSora, mute_id: unknown): Promise<Content> {
  return unmute.prepare({ channel_id, mute_id }, "flag", String).run(asSora(sora));
}

const isSettled = ["ListChannelConnections", "ListForwardingFilters"];

test("somebody is muted for all who would hear them, with the way back", async () => {
  const sora = new FilteringSora();
  const muted = await muting(sora, { client_id: "bob", reason: "noise" });
  expect(muted).toEqual({
    status: "muted",
    mute_id: expect.stringMatching(/^[0-9a-z]{8}$/),
    // Alice, Carol, Dave, and Bob's other connection, which hears the one that only sends.
    blocked_for: 4,
    of: 4,
    not_blocked_for: [],
    note: expect.stringMatching(/not told.*rejoined/),
    undo: { tool: "sora_unmute", arguments: { channel_id, mute_id: muted.mute_id } },
  });
  expect(sora.cut).toEqual(
    ["B1>A1", "B2>A1", "B2>B1", "B1>C1", "B2>C1", "B1>D1", "B2>D1"].map((pair) => `${pair} audio`),
  );
  expect(sora.asked.toSorted()).toEqual(
    [...isSettled, ...isSettled, "CreateChannelForwardingFilter"].toSorted(),
  );
});

test.each([
  [{ client_id: "alice" }, ["A1>B1 audio", "A1>C1 audio", "A1>D1 audio"], 3],
  [{ client_id: "alice", kind: "video" }, ["A1>B1 video", "A1>C1 video"], 2],
  [
    { client_id: "alice", kind: "both" },
    ["A1>B1 audio", "A1>B1 video", "A1>C1 audio", "A1>C1 video", "A1>D1 audio"],
    3,
  ],
  [{ connection_id: "B2" }, ["B2>A1 audio", "B2>B1 audio", "B2>C1 audio", "B2>D1 audio"], 4],
])("%j cuts %j", async (who, cut, of) => {
  const sora = new FilteringSora();
  expect(await muting(sora, who)).toMatchObject({ status: "muted", blocked_for: of, of });
  expect(sora.cut.toSorted()).toEqual(cut);
});

test("several mutes share one filter, and each is lifted alone", async () => {
  const sora = new FilteringSora();
  const bob = await muting(sora, { client_id: "bob" });
  const alice = await muting(sora, { connection_id: "A1", kind: "both" });
  const dave = await muting(sora, { client_id: "dave" });
  expect([bob, alice, dave].map(({ status }) => status)).toEqual(["muted", "muted", "muted"]);
  expect(sora.filter?.rules).toHaveLength(2);
  expect(sora.cut).toHaveLength(7 + 5 + 3);
  expect(await unmuting(sora, alice.mute_id)).toEqual({ status: "unmuted", still_blocked_by: [] });
  expect(sora.cut).toHaveLength(7 + 3);
  await unmuting(sora, bob.mute_id);
  await unmuting(sora, dave.mute_id);
  expect(sora.filter).toBeUndefined();
  expect(sora.writes).toEqual([
    "CreateChannelForwardingFilter",
    "UpdateChannelForwardingFilter",
    "UpdateChannelForwardingFilter",
    "UpdateChannelForwardingFilter",
    "UpdateChannelForwardingFilter",
    "DeleteChannelForwardingFilter",
  ]);
});

test("where filters have names, it is the one without that is used", async () => {
  const sora = new FilteringSora();
  sora.plural = true;
  const first = await muting(sora, { client_id: "bob" });
  expect(first.status).toBe("muted");
  expect(await muting(sora, { client_id: "alice" })).toMatchObject({ status: "muted" });
  expect(await unmuting(sora, first.mute_id)).toMatchObject({ status: "unmuted" });
});

describe("what is muted already", () => {
  test.each([
    [{ client_id: "bob" }, { client_id: "bob" }],
    [
      { client_id: "bob", kind: "both" },
      { client_id: "bob", kind: "video" },
    ],
  ])("by %j, %j writes nothing", async (first, second) => {
    const sora = new FilteringSora();
    const { mute_id } = await muting(sora, first);
    const again = await muting(sora, second);
    expect(again).toMatchObject({ status: "already_muted", mute_id, not_blocked_for: [] });
    expect(sora.writes).toHaveLength(1);
  });

  test("in another kind, or as a connection, is muted anew, and who is muted twice stays so", async () => {
    const sora = new FilteringSora();
    const audio = await muting(sora, { client_id: "bob" });
    const both = await muting(sora, { client_id: "bob", kind: "both" });
    const one = await muting(sora, { connection_id: "B1" });
    expect([both.status, one.status]).toEqual(["muted", "muted"]);
    expect(await unmuting(sora, both.mute_id)).toEqual({
      status: "unmuted",
      still_blocked_by: [{ mute_id: audio.mute_id }, { mute_id: one.mute_id }],
    });
    expect(await unmuting(sora, audio.mute_id)).toEqual({
      status: "unmuted",
      still_blocked_by: [{ mute_id: one.mute_id }],
    });
  });

  test("is told as partly where Sora does not carry it out any more", async () => {
    const sora = new FilteringSora();
    await muting(sora, { client_id: "bob", kind: "both" });
    await muting(sora, { connection_id: "A1", kind: "both" });
    sora.otherWay = true;
    expect(await muting(sora, { client_id: "bob" })).toMatchObject({
      status: "partly",
      blocked_for: 0,
      of: 4,
    });
  });
});

describe("a mute of a connection", () => {
  test("says that it ends with it, and goes with the next writing", async () => {
    const sora = new FilteringSora();
    const { note } = await muting(sora, { connection_id: "A1" });
    expect(note).toMatch(/ends with this connection/);
    sora.people = sora.people.filter(({ connection_id }) => connection_id !== "A1");
    await muting(sora, { client_id: "bob" });
    expect(JSON.stringify(sora.filter)).not.toContain("A1");
  });
});

test.each([
  [{ client_id: "nobody" }, "not_found"],
  [{ connection_id: "X1" }, "not_found"],
  [{ client_id: "A1" }, "not_found"],
])("%j is not in the channel: %s, and nothing is written", async (who, code) => {
  const sora = new FilteringSora();
  await expect(muting(sora, who)).rejects.toMatchObject({ code });
  expect(sora.writes).toEqual([]);
});

test("nobody is in the channel, of which Sora lists no filters", async () => {
  const sora = new FilteringSora();
  sora.people = [];
  sora.before = (operation) =>
    operation === "ListForwardingFilters"
      ? { status: 400, json: { error_type: "CHANNEL-NOT-FOUND" } }
      : undefined;
  await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({ code: "not_found" });
  await expect(unmuting(sora, "m")).rejects.toMatchObject({ code: "not_found" });
});

test.each<[who: Content, which: string]>([
  [{}, "neither"],
  [{ client_id: "bob", connection_id: "B1" }, "both"],
])("%j: %s of the two is no target", async (who) => {
  expect(() => mute.prepare({ channel_id, ...who }, "flag", String)).toThrowError(
    "client_id, connection_id: exactly one of them is needed. Nothing was sent.",
  );
});

describe("who cannot be seen to be cut is not claimed to be", () => {
  test("nobody would get anything", async () => {
    const sora = new FilteringSora();
    expect(await muting(sora, { client_id: "carol" })).toMatchObject({
      status: "partly",
      blocked_for: 0,
      of: 0,
      note: expect.stringMatching(/no effect could be seen/),
    });
  });

  test("some still get it", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      if (operation !== "ListForwardingFilters" || sora.filter === undefined) return undefined;
      const blocked = [{ destination_connection_id: "A1", kind: "audio", source_connection_id_list: ["D1"] }];
      return { status: 200, json: { channel_forwarding_filter: sora.filter, blocked } };
    };
    expect(await muting(sora, { client_id: "dave" })).toMatchObject({
      status: "partly",
      blocked_for: 1,
      of: 3,
      not_blocked_for: [
        { connection_id: "B1", client_id: "bob" },
        { connection_id: "C1", client_id: "carol" },
      ],
    });
  });

  test("Sora takes a moment: it is looked once more", async () => {
    const sora = new FilteringSora();
    let looks = 0;
    sora.before = (operation) => {
      if (operation !== "ListForwardingFilters" || sora.filter === undefined) return undefined;
      looks += 1;
      return looks > 1
        ? undefined
        : { status: 200, json: { channel_forwarding_filter: sora.filter, blocked: [] } };
    };
    expect(await muting(sora, { client_id: "dave" })).toMatchObject({ status: "muted", blocked_for: 3 });
  });
});

describe("a Sora that combines filters the other way round", () => {
  test.each(["audio", "video"])("cuts all %s of everybody: that is taken back at once", async (kind) => {
    const sora = new FilteringSora();
    sora.otherWay = true;
    await expect(muting(sora, { client_id: "alice", kind })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/^More was cut off.*It was taken back, and all is as before\.$/),
    });
    expect(sora.filter).toBeUndefined();
    expect(sora.cut).toEqual([]);
    expect(sora.writes).toEqual(["CreateChannelForwardingFilter", "DeleteChannelForwardingFilter"]);
  });

  test("cuts what was asked for, of who is muted whole", async () => {
    const sora = new FilteringSora();
    sora.otherWay = true;
    expect(await muting(sora, { client_id: "alice", kind: "both" })).toMatchObject({ status: "muted" });
    expect(await muting(sora, { client_id: "bob", kind: "both" })).toMatchObject({ status: "muted" });
  });

  test("lets go of others who are muted: that is taken back too", async () => {
    const sora = new FilteringSora();
    sora.otherWay = true;
    await muting(sora, { client_id: "alice", kind: "both" });
    const { filter, cut } = sora;
    await expect(muting(sora, { connection_id: "D1", kind: "both" })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/^Other mutes lost their hold.*as before\.$/),
    });
    expect(sora.filter).toEqual(filter);
    expect(sora.cut).toEqual(cut);
  });
});

describe("when it cannot be taken back", () => {
  test("that is said, and what to look at", async () => {
    const sora = new FilteringSora();
    sora.otherWay = true;
    sora.before = (operation) => (operation.startsWith("Delete") ? { status: 500, json: {} } : undefined);
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/could NOT be taken back/),
      details: { hint: expect.stringMatching(/sora_list_forwarding_filters/) },
    });
  });
});

describe("somebody else", () => {
  const theirs = {
    action: "block" as const,
    rules: [[{ field: "client_id" as const, operator: "is_in" as const, values: ["carol"] }]],
  };

  test("has set a filter: it is left alone", async () => {
    const sora = new FilteringSora();
    sora.filter = theirs;
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({ code: "conflict" });
    await expect(unmuting(sora, "m")).rejects.toMatchObject({ code: "conflict" });
    expect(sora.writes).toEqual([]);
    expect(sora.filter).toBe(theirs);
  });

  test("has changed ours since: it is theirs now", async () => {
    const sora = new FilteringSora();
    const { mute_id } = await muting(sora, { client_id: "bob" });
    sora.filter = { ...theirs, metadata: sora.filter?.metadata };
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({ code: "conflict" });
    await expect(unmuting(sora, mute_id)).rejects.toMatchObject({ code: "conflict" });
  });

  test.each([
    ["CreateChannelForwardingFilter", "before it is written"],
    ["ListForwardingFilters", "once it is written"],
  ])("sets one meanwhile (%s): %s", async (when) => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      const isTime = operation === when && (operation.startsWith("Create") || sora.filter !== undefined);
      if (isTime) sora.filter = theirs;
      return undefined;
    };
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/same moment/),
    });
    expect(sora.filter).toBe(theirs);
    expect(sora.writes).toEqual(["CreateChannelForwardingFilter"]);
  });

  test("blocks the unmuted too: it is named", async () => {
    const sora = new FilteringSora();
    const { mute_id } = await muting(sora, { client_id: "alice" });
    const rules = [[{ field: "client_id" as const, operator: "is_in" as const, values: ["alice"] }]];
    sora.viewerFilters = [{ connection_id: "B1", action: "block", rules }];
    expect(await unmuting(sora, mute_id)).toEqual({
      status: "unmuted",
      still_blocked_by: [{ filter: "default", connection_id: "B1" }],
    });
  });

  test("who comes in between brings a filter of their own: it is no harm of ours", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      if (operation.startsWith("Create")) {
        sora.people.push({ connection_id: "E1", client_id: "erin", role: "sendrecv" });
        const rules = [[{ field: "kind" as const, operator: "is_in" as const, values: ["audio"] }]];
        sora.viewerFilters = [{ connection_id: "E1", action: "block", rules }];
      }
      return undefined;
    };
    expect(await muting(sora, { client_id: "alice" })).toMatchObject({ status: "muted", of: 3 });
  });
});

describe("what was written and not answered", () => {
  const unclear = () => {
    throw new UnclearFailure("timeout", "no answer");
  };

  test("is looked at: it was carried out", async () => {
    const sora = new FilteringSora();
    sora.before = (operation, body) => {
      if (!operation.startsWith("Create")) return undefined;
      sora.filter = { action: "block", rules: body.rules as never, metadata: body.metadata };
      return unclear();
    };
    expect(await muting(sora, { client_id: "bob" })).toMatchObject({ status: "muted" });
    expect(sora.writes).toHaveLength(1);
  });

  test("is looked at: it was not", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => (operation.startsWith("Create") ? unclear() : undefined);
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({ code: "timeout" });
    expect(sora.writes).toHaveLength(1);
  });

  test("and cannot be looked at: nothing more is written, and that it is not known is said", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      if (operation.startsWith("Create")) return unclear();
      return sora.writes.length > 0 ? { status: 500, json: {} } : undefined;
    };
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({ code: "timeout" });
    expect(sora.writes).toEqual(["CreateChannelForwardingFilter"]);
  });

  test("is carried out a moment later, the other way round: it is taken back", async () => {
    const sora = new FilteringSora();
    sora.otherWay = true;
    let looks = 0;
    let late: () => void = () => {};
    sora.before = (operation, body) => {
      if (operation === "ListForwardingFilters" && sora.writes.length > 0) {
        looks += 1;
        if (looks === 2) late();
      }
      if (!operation.startsWith("Create")) return undefined;
      late = () => {
        sora.filter = { action: "block", rules: body.rules as never, metadata: body.metadata };
      };
      return unclear();
    };
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({ code: "unsupported" });
    expect(sora.cut).toEqual([]);
  });

  test("is refused although it was carried out: it is seen", async () => {
    const sora = new FilteringSora();
    sora.before = (operation, body) => {
      if (!operation.startsWith("Create")) return undefined;
      sora.filter = { action: "block", rules: body.rules as never, metadata: body.metadata };
      return { status: 400, json: { error_type: "SOMETHING" } };
    };
    expect(await muting(sora, { client_id: "bob" })).toMatchObject({ status: "muted" });
  });

  test("could not be looked at once: it is taken back", async () => {
    const sora = new FilteringSora();
    let looks = 0;
    sora.before = (operation) => {
      if (operation !== "ListForwardingFilters" || !sora.filter) return undefined;
      looks += 1;
      return looks === 1 ? { status: 500, json: {} } : undefined;
    };
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({
      code: "bad_response",
      message: expect.stringMatching(/could not be seen \(server_error\).*It was taken back/),
    });
    expect(sora.filter).toBeUndefined();
  });

  test("cannot be looked at: nothing is written blindly, and that it is not known is said", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) =>
      operation === "ListForwardingFilters" && sora.filter ? { status: 500, json: {} } : undefined;
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({
      code: "bad_response",
      message: expect.stringMatching(/could not be seen \(server_error\).*could NOT be taken back/),
      details: { hint: expect.stringMatching(/sora_list_forwarding_filters/) },
    });
    expect(sora.writes).toEqual(["CreateChannelForwardingFilter"]);
  });

  test("could not be looked at, and then somebody else's filter stands there: it is left alone", async () => {
    const sora = new FilteringSora();
    const theirs = { action: "block" as const, rules: [[]] };
    let looks = 0;
    sora.before = (operation) => {
      if (operation !== "ListForwardingFilters" || !sora.filter) return undefined;
      looks += 1;
      if (looks > 1) return undefined;
      sora.filter = theirs;
      return { status: 500, json: {} };
    };
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({
      message: expect.stringMatching(/could NOT be taken back/),
    });
    expect(sora.filter).toBe(theirs);
    expect(sora.writes).toHaveLength(1);
  });
});

describe("a Sora that lists later than it writes", () => {
  /** For its first looks after a write, lists as `listed` says. */
  function lagging(sora: FilteringSora, looks: number, listed: () => object) {
    let left = 0;
    sora.before = (operation) => {
      if (!operation.startsWith("List")) left = looks;
      if (operation !== "ListForwardingFilters" || left === 0) return undefined;
      left -= 1;
      return { status: 200, json: listed() };
    };
  }

  test("who is cut: it is looked again, and what cuts too much is taken back", async () => {
    const sora = new FilteringSora();
    sora.otherWay = true;
    lagging(sora, 1, () => ({ channel_forwarding_filter: sora.filter, blocked: [] }));
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({ code: "unsupported" });
    expect(sora.cut).toEqual([]);
  });

  test("the filter itself: it is looked again, for a mute and for its end", async () => {
    const sora = new FilteringSora();
    let listed: object = { blocked: [] };
    lagging(sora, 2, () => listed);
    const { status, mute_id } = await muting(sora, { client_id: "alice" });
    expect(status).toBe("muted");
    listed = { channel_forwarding_filter: sora.filter, blocked: [] };
    expect(await unmuting(sora, mute_id)).toEqual({ status: "unmuted", still_blocked_by: [] });
  });

  test("too long: it is not claimed", async () => {
    const sora = new FilteringSora();
    lagging(sora, 9, () => ({ blocked: [] }));
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({
      code: "bad_response",
      message: expect.stringMatching(/is not known/),
    });
  });

  test("and whose filter somebody else replaces meanwhile: that is said", async () => {
    const sora = new FilteringSora();
    const theirs = { action: "block" as const, rules: [[]] };
    let looks = 0;
    sora.before = (operation) => {
      if (operation !== "ListForwardingFilters" || !sora.filter) return undefined;
      looks += 1;
      if (looks > 1) sora.filter = theirs;
      return looks > 1
        ? undefined
        : { status: 200, json: { channel_forwarding_filter: sora.filter, blocked: [] } };
    };
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({ code: "conflict" });
    expect(sora.filter).toBe(theirs);
  });
});

describe("people who come and go while somebody else is muted", () => {
  const everything = [[{ field: "kind" as const, operator: "is_in" as const, values: ["audio", "video"] }]];

  test.each(["ListChannelConnections", "ListForwardingFilters"])(
    "leave and come back with a filter of their own before each %s: no failure, and nothing is taken back",
    async (when) => {
      const sora = new FilteringSora();
      await muting(sora, { client_id: "bob" });
      let visits = 0;
      sora.before = (operation) => {
        if (operation !== when) return undefined;
        visits += 1;
        sora.people = sora.people.filter(({ client_id }) => client_id !== "mallory" && client_id !== "bob");
        const connection_id = `M${visits}`;
        sora.people.push(
          { connection_id, client_id: "mallory", role: "sendrecv" },
          { connection_id: `B${visits + 10}`, client_id: "bob", role: "sendrecv" },
        );
        sora.viewerFilters = [{ connection_id, action: "block", rules: everything }];
        return undefined;
      };
      const muted = await muting(sora, { client_id: "alice" });
      expect(muted).toMatchObject({ status: "muted" });
      expect(await unmuting(sora, muted.mute_id)).toMatchObject({ status: "unmuted" });
    },
  );

  test("the application gives a viewer a filter at the same moment: it is not ours to take back", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      if (operation.startsWith("Create")) {
        sora.viewerFilters = [{ connection_id: "C1", action: "block", rules: everything }];
      }
      return undefined;
    };
    expect(await muting(sora, { client_id: "alice" })).toMatchObject({ status: "muted", blocked_for: 3 });
  });

  test("all leave once somebody is unmuted: the mute is not written again", async () => {
    const sora = new FilteringSora();
    const { mute_id } = await muting(sora, { client_id: "alice" });
    sora.before = (operation) => {
      if (operation.startsWith("Delete")) sora.people = [];
      const isGone = operation === "ListForwardingFilters" && sora.people.length === 0;
      return isGone ? { status: 400, json: { error_type: "CHANNEL-NOT-FOUND" } } : undefined;
    };
    expect(await unmuting(sora, mute_id)).toEqual({ status: "unmuted", still_blocked_by: [] });
    expect(sora.writes.slice(1)).toEqual(["DeleteChannelForwardingFilter"]);
  });
});

describe("what another review found", () => {
  test("who is blocked cannot be read once it is written: it is taken back all the same", async () => {
    const sora = new FilteringSora();
    sora.otherWay = true;
    sora.before = (operation, body) =>
      operation === "ListForwardingFilters" && sora.filter && body.blocked
        ? { status: 200, json: { channel_forwarding_filter: sora.filter, blocked: [null] } }
        : undefined;
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({ code: "bad_response" });
    expect(sora.cut).toEqual([]);
  });

  test("connections without ids are not nobody: it is taken back", async () => {
    const sora = new FilteringSora();
    sora.otherWay = true;
    sora.before = (operation) =>
      operation === "ListChannelConnections" && sora.filter ? { status: 200, json: [{}] } : undefined;
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({ code: "bad_response" });
  });

  test("a Sora that lists values otherwise than they were written: ours by its revision, and taken back", async () => {
    const sora = new FilteringSora();
    sora.before = (operation, body) => {
      if (!operation.startsWith("Create")) return undefined;
      const rules = [[{ field: "client_id" as const, operator: "is_in" as const, values: ["ALICE"] }]];
      sora.filter = { action: "block", rules, metadata: body.metadata };
      return { status: 200, json: {} };
    };
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/taken back, and all is as before/),
    });
    expect(sora.filter).toBeUndefined();
  });

  test("another server that adds its own mute at once: both are in force, and both are told so", async () => {
    const sora = new FilteringSora();
    let hasAdded = false;
    sora.before = (operation) => {
      if (operation !== "ListForwardingFilters" || !sora.filter || hasAdded) return undefined;
      hasAdded = true;
      const { metadata } = sora.filter as { metadata: { sora_labo_mcp: { mutes: object[] } } };
      const { mutes } = metadata.sora_labo_mcp;
      const other = { mute_id: "other", client_id: "dave", kind: "audio", at: "2026-01-01T00:00:00Z" };
      sora.filter = {
        ...filterOf({ mutes: [...mutes, other] as never, revision: "another" }),
      } as never;
      return undefined;
    };
    expect(await muting(sora, { client_id: "alice" })).toMatchObject({ status: "muted" });
  });

  test("a refused mute in a channel that empties is no mute", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      if (!operation.startsWith("Create")) return undefined;
      sora.people = [];
      return { status: 400, json: { error_type: "REFUSED" } };
    };
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({ code: "sora_error" });
  });

  test("everybody leaves as it is written: there is no mute any more", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      if (operation.startsWith("Create")) sora.people = [];
      return undefined;
    };
    await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({ code: "not_found" });
  });

  test("who is muted already, and a viewer leaves between the reads: nobody is missed", async () => {
    const sora = new FilteringSora();
    await muting(sora, { client_id: "alice" });
    let looks = 0;
    sora.before = (operation) => {
      if (operation === "ListForwardingFilters") looks += 1;
      if (looks === 1) sora.people = sora.people.filter(({ client_id }) => client_id !== "carol");
      return undefined;
    };
    expect(await muting(sora, { client_id: "alice" })).toMatchObject({
      status: "already_muted",
      not_blocked_for: [],
    });
  });

  test("who is muted rejoins as it is written: it is looked again", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      if (!operation.startsWith("Create")) return undefined;
      sora.people = sora.people.filter(({ client_id }) => client_id !== "alice");
      sora.people.push({ connection_id: "A2", client_id: "alice", role: "sendrecv" });
      return undefined;
    };
    expect(await muting(sora, { client_id: "alice" })).toMatchObject({
      status: "muted",
      blocked_for: 3,
      of: 3,
    });
  });

  test("somebody else's filter is not advised to be deleted", async () => {
    const sora = new FilteringSora();
    sora.before = (operation) => {
      if (operation.startsWith("Create")) sora.filter = { action: "block", rules: [[]] };
      return undefined;
    };
    await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({
      code: "conflict",
      details: { hint: expect.not.stringMatching(/delete/) },
    });
  });
});

test("a Sora that names pairs of which the viewer does not take that kind: it is what was asked for", async () => {
  const sora = new FilteringSora();
  sora.before = (operation) => {
    if (operation !== "ListForwardingFilters" || !sora.filter) return undefined;
    const pairs = ["audio", "video"].flatMap((kind) =>
      ["B1", "C1", "D1"].map((destination_connection_id) => ({
        destination_connection_id,
        kind,
        source_connection_id_list: ["A1"],
      })),
    );
    return { status: 200, json: { channel_forwarding_filter: sora.filter, blocked: pairs } };
  };
  expect(await muting(sora, { client_id: "alice", kind: "both" })).toMatchObject({ status: "muted", of: 3 });
});

test("a Sora whose list of who is blocked cannot be understood: what it cuts cannot be seen, and nothing is written", async () => {
  const sora = new FilteringSora();
  sora.otherWay = true;
  sora.before = (operation) =>
    operation === "ListForwardingFilters" ? { status: 200, json: { blocked: [{ from: "A1" }] } } : undefined;
  await expect(muting(sora, { client_id: "alice" })).rejects.toMatchObject({ code: "unsupported" });
  expect(sora.writes).toEqual([]);
});

test("what is muted already tells since when, and that its undo lifts that", async () => {
  const sora = new FilteringSora();
  await muting(sora, { client_id: "bob", kind: "both" });
  expect((await muting(sora, { client_id: "bob", kind: "video" })).note).toMatch(
    /^Muted since \d{4}-.*Z \(both\): undo lifts that\. /,
  );
});

test.each([
  ["no metadata", {}],
  ["null for it", { metadata: null }],
  ["it as text", { metadata: "{}" }],
])("a Sora that keeps %s: the mute could not be lifted again, and is taken back", async (_how, kept) => {
  const sora = new FilteringSora();
  sora.before = (operation, body) => {
    if (!operation.startsWith("Create")) return undefined;
    sora.filter = { action: "block", rules: body.rules as never, ...kept };
    return { status: 200, json: {} };
  };
  await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({ code: "unsupported" });
  expect(sora.filter).toBeUndefined();
});

test.each([
  ["lacks the API", { status: 400, json: { error_type: "SchemaNotFound" } }],
  ["does not tell who is blocked", { status: 200, json: { channel_forwarding_filter: null } }],
])("a Sora that %s: unsupported, and nothing is written", async (_how, answer) => {
  const sora = new FilteringSora();
  sora.before = (operation) => (operation === "ListForwardingFilters" ? answer : undefined);
  await expect(muting(sora, { client_id: "bob" })).rejects.toMatchObject({ code: "unsupported" });
  expect(sora.writes).toEqual([]);
});

test("mutes of one channel are made one after the other", async () => {
  const sora = new FilteringSora();
  const all = await Promise.all(["alice", "bob", "dave"].map((client_id) => muting(sora, { client_id })));
  expect(all.map(({ status }) => status)).toEqual(["muted", "muted", "muted"]);
  expect(sora.cut).toHaveLength(3 + 7 + 3);
  expect(sora.writes).toEqual([
    "CreateChannelForwardingFilter",
    "UpdateChannelForwardingFilter",
    "UpdateChannelForwardingFilter",
  ]);
});
