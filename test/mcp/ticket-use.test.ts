import { expect, test } from "vitest";
import { Tickets } from "../../src/mcp/ticket.ts";

// How long a ticket holds, that it does so once, and what may stand around it.

const key = Buffer.alloc(32, 7);
const call = { tool: "sora_disconnect_channel", given: { channel_id: "sora" }, caller: "alice" };
const units = ["C0", "C1"];

/** Tickets and their clock. */
function clocked() {
  const clock = { now: Date.UTC(2026, 0, 1) };
  return { clock, tickets: new Tickets(key, () => clock.now) };
}

test.each([
  [0, undefined],
  [1, undefined],
  [119_999, undefined],
  [120_000, undefined],
  [120_001, "expired"],
  [86_400_000, "expired"],
])("after %d ms: %s", (ms, flaw) => {
  const { clock, tickets } = clocked();
  const ticket = tickets.make(call, units);
  clock.now += ms;
  expect(tickets.flaw(ticket, call, units)).toBe(flaw);
});

test("to look at it does not use it; to use it does, for any units", () => {
  const { tickets } = clocked();
  const ticket = tickets.make(call, units);
  expect(tickets.flaw(ticket, call, units)).toBeUndefined();
  expect(tickets.flaw(ticket, call, units)).toBeUndefined();
  tickets.use(ticket);
  for (const now of [units, [], ["C2"]]) expect(tickets.flaw(ticket, call, now)).toBe("used");
});

test("a used one does not hold again, whenever another is used", () => {
  const { clock, tickets } = clocked();
  const ticket = tickets.make(call, units);
  tickets.use(ticket);
  for (const ms of [0, 60_000, 59_999, 1, 1, 86_400_000]) {
    clock.now += ms;
    tickets.use(tickets.make(call, units));
    expect(tickets.flaw(ticket, call, units)).toBe("used");
  }
});

test("nor when the clock is set back; nor does one then that was not used", () => {
  const { clock, tickets } = clocked();
  const [used, unused] = [tickets.make(call, units), tickets.make(call, units)];
  tickets.use(used);
  clock.now += 121_000;
  tickets.use(tickets.make(call, units));
  clock.now -= 121_000;
  expect(tickets.flaw(used, call, units)).toBe("used");
  clock.now -= 3_600_000;
  expect(tickets.flaw(unused, call, units)).toBe("expired");
});

test("so many that were used are kept in mind, and no more", () => {
  const { tickets } = clocked();
  const first = tickets.make(call, []);
  tickets.use(first);
  for (let count = 1; count < 10_000; count++) tickets.use(tickets.make(call, []));
  expect(tickets.wasUsed(first)).toBe(true);
  tickets.use(tickets.make(call, []));
  expect(tickets.wasUsed(first)).toBe(false);
});

test("use of one uses no other, use of none nothing", () => {
  const { tickets } = clocked();
  const [first, second] = [tickets.make(call, units), tickets.make(call, units)];
  for (const text of ["", "ticket", second.slice(1), "x".repeat(5000)]) tickets.use(text);
  expect(tickets.flaw(first, call, units)).toBeUndefined();
  tickets.use(first);
  expect(tickets.flaw(first, call, units)).toBe("used");
  expect(tickets.flaw(second, call, units)).toBeUndefined();
});

test("used with blanks around it, it is used without them too", () => {
  const { tickets } = clocked();
  const ticket = tickets.make(call, units);
  tickets.use(` \`${ticket}\`. `);
  expect(tickets.flaw(ticket, call, units)).toBe("used");
});

test("1000 made in the same millisecond differ, also in what they show of the same units", () => {
  const { tickets } = clocked();
  const made = Array.from({ length: 1000 }, () => tickets.make(call, units));
  expect(new Set(made).size).toBe(1000);
  expect(new Set(made.map((ticket) => ticket.slice(-6))).size).toBe(1000);
});

test.each([
  ["blanks", "  ", "  "],
  ["a newline", "\n", "\r\n"],
  ["tabs", "\t", "\t"],
  ["a blank that does not break", "\u00a0", "\u00a0"],
  ["backticks", "`", "`"],
  ["a fence", "```\n", "\n```"],
  ["a full stop", "", "."],
  ["full stops", "...", "..."],
  ["a Japanese full stop", "", "。"],
  ["all together", " \n`", "`.\t\n"],
])("%s around it are forgiven", (_name, before, after) => {
  const { tickets } = clocked();
  const ticket = tickets.make(call, units);
  for (const text of [before + ticket + after, before + ticket, ticket + after]) {
    expect(tickets.flaw(text, call, units)).toBeUndefined();
  }
});

test.each([
  ['"', '"'],
  ["'", "'"],
  ["", "="],
  ["", "=="],
  ["", ","],
  ["", "!"],
  ["<", ">"],
  ["(", ")"],
  ["**", "**"],
  ["ticket: ", ""],
  ["ticket=", ""],
  ["\u200b", ""],
  ["", "\u0000"],
  ["", "、"],
])("%j and %j around it are not", (before, after) => {
  const { tickets } = clocked();
  const ticket = tickets.make(call, units);
  expect(tickets.flaw(before + ticket + after, call, units)).toBe("not for this call");
});

test.each([" ", "\n", "\r\n", "\t", "`", ".", "=", "-\n", "\u00a0", "\u200b", "%20", "…"])(
  "%j within it is not, wherever it stands",
  (between) => {
    const { tickets } = clocked();
    const ticket = tickets.make(call, units);
    for (let at = 1; at < ticket.length; at++) {
      const text = ticket.slice(0, at) + between + ticket.slice(at);
      expect(tickets.flaw(text, call, units)).toBe("not for this call");
    }
  },
);

test("the letters of plain base64 are not", () => {
  const { tickets } = clocked();
  const made = Array.from({ length: 50 }, () => tickets.make(call, units));
  const plain = made.filter((ticket) => /[-_]/.test(ticket));
  expect(plain.length).toBeGreaterThan(10);
  for (const ticket of plain) {
    const text = ticket.replaceAll("-", "+").replaceAll("_", "/");
    expect(tickets.flaw(text, call, units)).toBe("not for this call");
  }
});

test("what is far too long takes no time", () => {
  const { tickets } = clocked();
  const ticket = tickets.make(call, units);
  const blanks = " ".repeat(80_000);
  const startedAt = performance.now();
  for (const text of [`${ticket}${blanks}${ticket}`, `${blanks}${ticket}`, ticket.repeat(10_000)]) {
    expect(tickets.flaw(text, call, units)).toBe("not for this call");
    tickets.use(text);
  }
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
