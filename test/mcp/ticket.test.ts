import { describe, expect, test } from "vitest";
import { Tickets } from "../../src/mcp/ticket.ts";

// For which calls a ticket holds: the same call, by the same caller, that hits no more than was shown.

const key = Buffer.alloc(32, 7);
const call = { tool: "sora_disconnect_channel", given: { channel_id: "sora" }, caller: "alice" };

function ids(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_unused, index) => `C${from + index}`);
}

/** Arguments as they come over the wire: `__proto__` is a key like any other. */
function givenIn(json: string): Record<string, unknown> {
  return JSON.parse(json);
}

test.each([
  ["the same", '{"a":1,"b":2}', '{"a":1,"b":2}'],
  ["none", "{}", "{}"],
  ["in another order", '{"a":1,"b":2}', '{"b":2,"a":1}'],
  ["in another order, further in", '{"a":{"b":1,"c":{"d":2,"e":3}}}', '{"a":{"c":{"e":3,"d":2},"b":1}}'],
  ["in another order, within a list", '{"a":[{"b":1,"c":2}]}', '{"a":[{"c":2,"b":1}]}'],
  ["__proto__ in another place", '{"__proto__":{"a":1},"b":2}', '{"b":2,"__proto__":{"a":1}}'],
])("arguments that are %s: it holds", (_name, shown, now) => {
  const tickets = new Tickets(key, () => 0);
  const ticket = tickets.make({ ...call, given: givenIn(shown) }, ["C0"]);
  expect(tickets.flaw(ticket, { ...call, given: givenIn(now) }, ["C0"])).toBeUndefined();
});

test.each([
  ['{"a":"x"}', '{"a":"y"}'],
  ['{"a":"x"}', '{"a":"X"}'],
  ['{"a":"x"}', '{"a":"x "}'],
  ['{"a":"x"}', '{"b":"x"}'],
  ['{"a":"\u00e9"}', '{"a":"e\u0301"}'],
  ['{"a":1}', '{"a":"1"}'],
  ['{"a":true}', '{"a":"true"}'],
  ['{"a":false}', '{"a":0}'],
  ['{"a":null}', "{}"],
  ['{"a":""}', "{}"],
  ['{"a":null}', '{"a":false}'],
  ['{"a":{}}', '{"a":[]}'],
  ['{"a":["b"]}', '{"a":{"0":"b"}}'],
  ['{"a":[1,2]}', '{"a":[2,1]}'],
  ['{"a":{"b":{"c":1}}}', '{"a":{"b":{"c":2}}}'],
  ['{"a":[{"b":1}]}', '{"a":[{"b":2}]}'],
  ['{"a":{"b":1},"c":2}', '{"a":{"b":1,"c":2}}'],
  ['{"a":"1\\",\\"b\\":\\"2"}', '{"a":"1","b":"2"}'],
  ['{"__proto__":{"a":1}}', "{}"],
  ['{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}'],
  ['{"a":{"__proto__":1}}', '{"a":{"__proto__":2}}'],
  ['{"a":{"__proto__":null}}', '{"a":{}}'],
  ['{"constructor":1}', '{"constructor":2}'],
  ['{"constructor":null}', "{}"],
  ['{"toJSON":1}', '{"toJSON":2}'],
])("a ticket for %s is none for %s, nor the other way round", (one, other) => {
  const tickets = new Tickets(key, () => 0);
  const [first, second] = [one, other].map((json) => ({ ...call, given: givenIn(json) }));
  if (!first || !second) throw new Error("two calls");
  expect(tickets.flaw(tickets.make(first, ["C0"]), second, ["C0"])).toBe("not for this call");
  expect(tickets.flaw(tickets.make(second, ["C0"]), first, ["C0"])).toBe("not for this call");
});

test.each([
  ["of another tool", { tool: "sora_disconnect_client" }],
  ["by another caller", { caller: "bob" }],
  ["by a caller whose name begins alike", { caller: "alice2" }],
  ["by nobody", { caller: "" }],
])("a ticket does not hold for the same call %s", (_name, other) => {
  const tickets = new Tickets(key, () => 0);
  expect(tickets.flaw(tickets.make(call, ["C0"]), { ...call, ...other }, ["C0"])).toBe("not for this call");
});

test("a ticket holds where the key is the same, and not where it is another", () => {
  const ticket = new Tickets(key, () => 0).make(call, ["C0"]);
  expect(new Tickets(key, () => 0).flaw(ticket, call, ["C0"])).toBeUndefined();
  expect(new Tickets(Buffer.alloc(32, 8), () => 0).flaw(ticket, call, ["C0"])).toBe("not for this call");
  expect(new Tickets(undefined, () => 0).flaw(ticket, call, ["C0"])).toBe("not for this call");
  const random = new Tickets(undefined, () => 0).make(call, ["C0"]);
  expect(new Tickets(undefined, () => 0).flaw(random, call, ["C0"])).toBe("not for this call");
});

describe("what is hit when it is used", () => {
  const more = "more is hit";
  const otherwise = "something else is hit";
  test.each<[string, string[], string[], string | undefined]>([
    ["none, and still none", [], [], undefined],
    ["none, then one", [], ["C0"], more],
    ["one left", ["C0", "C1"], ["C1"], undefined],
    ["all left", ["C0", "C1"], [], undefined],
    ["one came", ["C0"], ["C0", "C1"], more],
    ["one came, one left", ["C0", "C1"], ["C1", "C2"], more],
    ["as many, all others", ["C0", "C1"], ["C2", "C3"], more],
    ["in another order", ["C0", "C1"], ["C1", "C0"], undefined],
    ["one twice, then once", ["C0", "C0"], ["C0"], undefined],
    ["one twice, and still twice", ["C0", "C0"], ["C0", "C0"], undefined],
    ["one once, then twice", ["C0"], ["C0", "C0"], more],
    ["one twice, then three times", ["C0", "C0"], ["C0", "C0", "C0"], more],
    ["one twice, then another in its place", ["C0", "C0"], ["C0", "C1"], more],
    ["a name that looks numbered", ["0 C0"], ["C0"], more],
    ["a name as if numbered before, then one twice", ["C0", "1 C0"], ["C0", "C0"], more],
    ["a name as if numbered behind, then one twice", ["C0", "C01"], ["C0", "C0"], more],
    ["a name as if numbered apart, then one twice", ["C0", "C0 1"], ["C0", "C0"], more],
    ["one twice, then a name as if numbered before", ["C0", "C0"], ["1 C0"], more],
    ["one twice, then a name as if numbered behind", ["C0", "C0"], ["C01"], more],
    ["two names run together", ["C0C1"], ["C0", "C1"], more],
    ["20, and still 20", ids(20), ids(20).reverse(), undefined],
    ["20, all but one left", ids(20), ["C7"], undefined],
    ["20, the first left and another came", ids(20), ids(20, 1), more],
    ["20, then one more", ids(20), ids(21), more],
    ["20, then 500", ids(20), ids(500), more],
    ["16, of which the marks are a multiple of the digest", ids(16), ids(17), more],
    ["21, and still 21", ids(21), ids(21), undefined],
    ["21 in another order", ids(21), ids(21).reverse(), undefined],
    ["21, one left", ids(21), ids(20), otherwise],
    ["21, all left", ids(21), [], otherwise],
    ["21, one came", ids(21), ids(22), otherwise],
    ["21, one came, one left", ids(21), ids(21, 1), otherwise],
    ["21, of which two look alike", [...ids(20), "C0"], ["C0", ...ids(20)], undefined],
    ["21, of which others look alike", [...ids(20), "C0"], [...ids(20), "C1"], otherwise],
    ["5000, and still 5000", ids(5000), ids(5000).reverse(), undefined],
    ["5000, another in place of the last", ids(5000), [...ids(4999), "D"], otherwise],
  ])("%s", (_name, shown, now, flaw) => {
    const tickets = new Tickets(key, () => 0);
    expect(tickets.flaw(tickets.make(call, shown), call, now)).toBe(flaw);
  });
});

test.each([
  ["of another call", { ...call, caller: "bob" }, ["C0", "C1"]],
  ["of another call, expired", { ...call, tool: "other" }, ["C0"]],
])("what is said first: %s", (_name, other, units) => {
  let now = 0;
  const tickets = new Tickets(key, () => now);
  const ticket = tickets.make(call, ["C0"]);
  now = 200_000;
  expect(tickets.flaw(ticket, other, units)).toBe("not for this call");
});

/** As long as an id may be: 255 bytes. */
const longIds = (count: number) => ids(count).map((id) => `${"あ".repeat(83)}${id.padStart(6, "x")}`);

test.each([
  [0, 72],
  [1, 72],
  [2, 72],
  [3, 72],
  [4, 72],
  [5, 72],
  [6, 180],
  [19, 180],
  [20, 180],
  [21, 180],
  [500, 180],
  [5000, 180],
])("a ticket for %d units has at most %d characters", (count, most) => {
  const tickets = new Tickets(key, Date.now);
  for (const units of [ids(count), longIds(count)]) {
    expect(new Set(units.map((unit) => Buffer.byteLength(unit) <= 255))).not.toContain(false);
    const ticket = tickets.make(call, units);
    expect(ticket.length).toBeLessThanOrEqual(most);
    expect(ticket).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(tickets.flaw(ticket, call, units)).toBeUndefined();
  }
});
