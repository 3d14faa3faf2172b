import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Connection, channelsOf, rowsOf } from "../../src/moderation/present.ts";
import { anyJson, anyJsonObject } from "../support/any-json.ts";

const now = Date.UTC(2026, 10, 1, 12);
const nobody: ReadonlySet<string> = new Set();

function row(connection: Connection, { all = [connection], muted = nobody, isChannelNamed = true } = {}) {
  return rowsOf([connection], isChannelNamed, { all, muted, now })[0];
}

describe("channels", () => {
  test("the largest first, then by id, each with its roles", () => {
    const connections = [
      { channel_id: "b", role: "sendonly" },
      { channel_id: "c", role: "recvonly" },
      { channel_id: "a", role: "recvonly" },
      { channel_id: "c", role: "sendrecv" },
      { channel_id: "c", role: "sendrecv" },
    ];
    expect(channelsOf(connections)).toEqual([
      { channel_id: "c", total: 3, by_role: { sendrecv: 2, sendonly: 0, recvonly: 1 } },
      { channel_id: "a", total: 1, by_role: { sendrecv: 0, sendonly: 0, recvonly: 1 } },
      { channel_id: "b", total: 1, by_role: { sendrecv: 0, sendonly: 1, recvonly: 0 } },
    ]);
  });

  test("who is in none that Sora names is in none of these", () => {
    const connections = [
      { channel_id: 7 },
      { channel_id: null },
      {},
      { channel_id: "__proto__", role: "boss" },
    ];
    expect(channelsOf(connections)).toEqual([
      { channel_id: "__proto__", total: 1, by_role: { sendrecv: 0, sendonly: 0, recvonly: 0 } },
    ]);
  });
});

describe("a row", () => {
  const entry = { channel_id: "sora", connection_id: "C1", client_id: "alice", role: "sendrecv" };

  test("holds what the next step needs, and nothing else of what Sora lists", () => {
    const listed = {
      ...entry,
      event_metadata: { name: "Mallory" },
      audio: { codec_type: "OPUS" },
      session_id: "S",
    };
    expect(row(listed)).toEqual({ connection_id: "C1", client_id: "alice", role: "sendrecv" });
    expect(row(listed, { isChannelNamed: false })).toEqual(entry);
  });

  test.each([
    [0, 0],
    [59_999, 0],
    [60_000, 1],
    [60 * 60_000 - 1, 59],
    [90 * 60_000, 90],
    [-5_000, 0],
  ])("%i ms after its beginning it says %i minutes", (ms, minutes) => {
    expect(row({ ...entry, created_time: (now - ms) * 1000 })).toMatchObject({ minutes });
  });

  test.each([[undefined], [null], ["1644316214314590"], [[1]], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    "since %j says no minutes",
    (created_time) => {
      expect(row({ ...entry, created_time })).not.toHaveProperty("minutes");
    },
  );

  test.each<[Connection, string[] | undefined]>([
    [{}, undefined],
    [{ simulcast: false, spotlight: false }, undefined],
    [{ simulcast: true }, ["simulcast"]],
    [{ spotlight: true }, ["spotlight"]],
    [{ simulcast: true, spotlight: true }, ["simulcast", "spotlight"]],
    [{ simulcast: "true", spotlight: 1 }, undefined],
  ])("with %j has the marks %j", (members, marks) => {
    expect(row({ ...entry, ...members })?.marks).toEqual(marks);
  });

  test("is muted by its connection id alone", () => {
    expect(row(entry, { muted: new Set(["C1"]) })?.marks).toEqual(["muted"]);
    expect(row(entry, { muted: new Set(["alice", "C10", "c1"]) })).not.toHaveProperty("marks");
  });

  test.each<[string, Connection, string[] | undefined]>([
    ["of the same client in the same channel", { ...entry, connection_id: "C2" }, ["duplicate_client"]],
    ["of the same client in another channel", { ...entry, connection_id: "C2", channel_id: "b" }, undefined],
    ["of another client", { ...entry, connection_id: "C2", client_id: "bob" }, undefined],
    [
      "whose ids put together read the same",
      { ...entry, channel_id: 'sora","alice', client_id: "" },
      undefined,
    ],
  ])("beside another connection %s has the marks %j", (_which, other, marks) => {
    expect(row(entry, { all: [other, entry] })?.marks).toEqual(marks);
  });

  test("without a client id is nobody's second", () => {
    for (const client_id of [undefined, null, 7, {}]) {
      const anonymous = { ...entry, client_id };
      expect(row(anonymous, { all: [anonymous, { ...anonymous, connection_id: "C2" }] })).not.toHaveProperty(
        "marks",
      );
    }
  });

  test("keeps numbers for ids, and leaves out what is no id", () => {
    expect(
      row({ channel_id: 1, connection_id: 2, client_id: 3, role: 4 }, { isChannelNamed: false }),
    ).toEqual({
      channel_id: 1,
      connection_id: 2,
      client_id: 3,
      role: 4,
    });
    expect(row({ channel_id: null, connection_id: [1], client_id: { a: 1 }, role: true })).toEqual({});
  });
});

test("whatever Sora lists, a row holds these members of these types and nothing else", () => {
  const connection = fc.tuple(
    anyJsonObject,
    fc.dictionary(fc.constantFrom("client_id", "role", "created_time"), anyJson),
  );
  fc.assert(
    fc.property(fc.array(connection.map(([any, some]) => ({ ...any, ...some }))), (all) => {
      for (const shown of rowsOf(all, false, { all, muted: nobody, now })) {
        for (const [name, value] of Object.entries(shown)) {
          expect(["channel_id", "connection_id", "client_id", "role", "minutes", "marks"]).toContain(name);
          if (name === "marks") expect(value).not.toEqual([]);
          else expect(["string", "number"]).toContain(typeof value);
        }
      }
    }),
  );
});
