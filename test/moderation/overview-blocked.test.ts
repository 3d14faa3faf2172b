import fc from "fast-check";
import { expect, test } from "vitest";
import { blockedIn } from "../../src/moderation/blocked.ts";
import { anyJson } from "../support/any-json.ts";

const entry = (receiver: unknown, kind: unknown, senders: unknown) => ({
  destination_connection_id: receiver,
  kind,
  source_connection_id_list: senders,
});

test("each sender of each entry is one", () => {
  const blocked = [entry("A", "audio", ["B", "C"]), entry("A", "video", ["C"]), entry("B", "audio", [])];
  expect(blockedIn({ connection_forwarding_filters: [], blocked })).toEqual([
    { receiver: "A", sender: "B", kind: "audio" },
    { receiver: "A", sender: "C", kind: "audio" },
    { receiver: "A", sender: "C", kind: "video" },
  ]);
});

test.each([
  [null],
  ["blocked"],
  [[]],
  [[{ blocked: [] }]],
  [{}],
  [{ blocked: null }],
  [{ blocked: {} }],
  [{ blocked: "A" }],
])("%j does not say who is blocked", (answer) => {
  expect(blockedIn(answer)).toBeUndefined();
});

test("nobody is blocked where the list is empty", () => {
  expect(blockedIn({ blocked: [] })).toEqual([]);
});

test.each([
  [null],
  [7],
  ["A"],
  [["A", "audio", ["B"]]],
  [{}],
  [entry(7, "audio", ["B"])],
  [entry("A", null, ["B"])],
  [entry("A", ["audio"], ["B"])],
  [entry("A", "audio", "B")],
  [entry("A", "audio", null)],
  [entry("A", "audio", [7, null, ["B"], { connection_id: "B" }])],
])("%j is not understood, and so it is not known who is blocked", (odd) => {
  const good = entry("X", "video", ["Y"]);
  expect(blockedIn({ blocked: [good] })).toEqual([{ receiver: "X", sender: "Y", kind: "video" }]);
  expect(blockedIn({ blocked: [good, odd] })).toBeUndefined();
});

test("whatever Sora answers, nothing but texts comes out, and nothing is thrown", () => {
  const part = fc.oneof(fc.string(), anyJson);
  const some = fc.tuple(part, part, fc.oneof(fc.array(part), anyJson)).map((three) => entry(...three));
  const answer = fc.record({ blocked: fc.array(fc.oneof(anyJson, some)) });
  fc.assert(
    fc.property(fc.oneof(anyJson, answer), (value) => {
      const all = blockedIn(value) ?? [];
      const texts = all.flatMap(({ receiver, sender, kind }) => [receiver, sender, kind]);
      expect(texts.filter((text) => typeof text !== "string")).toEqual([]);
    }),
  );
});
