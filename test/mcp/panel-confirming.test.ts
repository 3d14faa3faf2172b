import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  atPanel,
  click,
  clicked,
  outcomeOf,
  type Present,
  person,
  soraOf,
  ticketIn,
  writesOf,
} from "../support/at-panel.ts";
import { auditLines, sha256 } from "../support/audit-file.ts";
import { errorOf, type Session } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { Upstream } from "../support/upstream.ts";

// What is clicked in the panel: a preview, whose ticket no model sees, and one confirmation by it.

const end = "sora_disconnect_channel";
const kick = "sora_disconnect_client";
const nothingDone = "Nothing was disconnected, deleted or changed.";
const shape = /^[\w-]{37,180}$/;

let people: Present[];
let upstream: Upstream;
let session: Session;
const preview = (tool: string, args: object = {}) =>
  click(session, { act: "preview", tool, arguments: args });
const confirm = (tool: string, args: object = {}) =>
  click(session, { act: "confirm", tool, arguments: args });

async function open(env: Record<string, string> = {}): Promise<Session> {
  return atPanel({ SORA_API_URL: upstream.url, ...env });
}

beforeEach(async () => {
  people = ["A", "B", "C"].map((id) => person(id));
  upstream = await soraOf(() => people);
  session = await open();
});

describe("a preview", () => {
  test.each<[string, object, number]>([
    [end, {}, 3],
    [kick, { client_id: "b" }, 1],
    ["sora_disconnect_connection", { connection_id: "C" }, 1],
  ])("of %s %j tells who would be hit, and sends nothing else", async (tool, args, total) => {
    const shown = await preview(tool, args);
    expect(shown.structuredContent).toEqual({
      status: "confirmation_required",
      would_affect: { total, connections: expect.any(Array) },
      next: `${nothingDone} To go on, a person confirms it in the panel, within 120 seconds.`,
    });
    expect(ticketIn(shown)).toMatch(shape);
    expect(Object.keys(shown).sort()).toEqual(["_meta", "content", "structuredContent"]);
    expect(shown._meta).toEqual({ ticket: ticketIn(shown) });
    expect(upstream.requests.map(({ text }) => text)).toEqual(['{"channel_id":"sora"}']);
  });

  test("of what hits nobody gives no ticket", async () => {
    const shown = await preview(kick, { client_id: "nobody" });
    expect(shown.structuredContent).toMatchObject({
      would_affect: { total: 0 },
      next: expect.stringContaining("Nothing would be hit"),
    });
    expect(shown).not.toHaveProperty("_meta.ticket");
  });

  test("of what cannot be looked up gives no ticket", async () => {
    upstream.answer((_request, response) => response.writeHead(500).end());
    const shown = await preview(end);
    expect(shown.structuredContent).toMatchObject({ would_affect: { unknown: true } });
    expect(shown).not.toHaveProperty("_meta.ticket");
  });

  test("of what is too large to show gives no ticket, and neither does a refusal of it", async () => {
    const { _meta } = await preview(end);
    people.push({ ...person("D"), client_id: "x".repeat(6_000_000) });
    const shown = await preview(end);
    const refused = await confirm(end, { ticket: _meta?.ticket });
    expect(shown.structuredContent).toMatchObject({ would_affect: { too_large_to_show: true } });
    expect(errorOf(refused)).toMatchObject({
      code: "ticket_invalid",
      would_affect: { too_large_to_show: true },
    });
    expect([ticketIn(shown), ticketIn(refused)]).toEqual([undefined, undefined]);
  });
});

describe("a confirmation", () => {
  test("does what was shown; who confirmed it is told in the answer, the audit file and the list of actions", async () => {
    const path = join(temporaryFolder(), "audit.jsonl");
    session = await open({ SORA_AUDIT_LOG: path });
    const done = await clicked(session, kick, { client_id: "b" });
    expect(done.structuredContent).toMatchObject({ status: "done", confirmed_by: "panel" });
    expect(done).not.toHaveProperty("_meta");
    expect(writesOf(upstream)).toEqual([["DisconnectClient", { channel_id: "sora", client_id: "b" }]]);
    const [asked, told] = auditLines(path);
    expect(asked).toMatchObject({ tool: kick, outcome: "confirmation_required", confirmed_by: null });
    expect(asked?.args_sha256).toBe(sha256('{"channel_id":"sora","client_id":"b"}'));
    expect(told).toMatchObject({
      tool: kick,
      target: "Sora_20151104.DisconnectClient",
      channel_id: "sora",
      outcome: "done",
      confirmed_by: "panel",
    });
    const { structuredContent } = await session.call("sora_list_actions");
    expect(structuredContent?.actions).toEqual([
      expect.objectContaining({
        tool: kick,
        channel_id: "sora",
        target: { client_id: "b" },
        confirmed_by: "panel",
      }),
    ]);
  });

  test("is no matter of who has left meanwhile", async () => {
    const done = await clicked(session, end, {}, () => people.splice(0, 2));
    expect(outcomeOf(done)).toBe("done, panel");
  });

  test("works once, whatever became of it", async () => {
    const ticket = ticketIn(await preview(end));
    upstream.answer((request, response) =>
      request.target.includes("List")
        ? response.end(JSON.stringify(people))
        : response.writeHead(400).end('{"error_type":"X"}'),
    );
    expect(outcomeOf(await confirm(end, { ticket }))).toBe("sora_error");
    const again = await confirm(end, { ticket });
    expect(errorOf(again)).toMatchObject({
      code: "ticket_invalid",
      message: "This ticket was used already, and its call may have been carried out. This one was not.",
    });
    // Whoever pressed twice is to look first.
    expect(errorOf(again)).not.toHaveProperty("would_affect");
    expect(again._meta).toBeUndefined();
    expect(writesOf(upstream)).toHaveLength(1);
  });

  test("of two at once with one ticket, one is carried out", async () => {
    const ticket = ticketIn(await preview(end));
    const results = await Promise.all([1, 2, 3].map(() => confirm(end, { ticket })));
    expect(results.map(outcomeOf).sort()).toEqual(["done, panel", "ticket_invalid", "ticket_invalid"]);
    expect(writesOf(upstream)).toHaveLength(1);
  });

  test("somebody came in between: the fresh preview with a ticket of its own, which then does it", async () => {
    const refused = await clicked(session, end, {}, () => people.push(person("D")));
    expect(errorOf(refused)).toEqual({
      code: "ticket_invalid",
      message: `Something would be hit now that this ticket was not made for. ${nothingDone}`,
      hint: "If would_affect is still what was asked for, a person confirms it in the panel, within 120 seconds.",
      would_affect: { total: 4, connections: expect.any(Array) },
    });
    expect(writesOf(upstream)).toEqual([]);
    const done = await confirm(end, { ticket: ticketIn(refused) });
    expect(outcomeOf(done)).toBe("done, panel");
  });

  test("without a ticket it is a preview", async () => {
    for (const args of [{}, { ticket: null }, { ticket: "" }]) {
      const shown = await confirm(end, args);
      expect(outcomeOf(shown)).toBe("confirmation_required");
      expect(ticketIn(shown)).toMatch(shape);
    }
    expect(writesOf(upstream)).toEqual([]);
  });
});

describe("what is no ticket for a click", () => {
  const refusals: readonly (readonly [string, (session: Session) => Promise<unknown> | unknown])[] = [
    ["a guess", () => "ticket"],
    ["one that looks like one", () => "A".repeat(71)],
    ["one for another client", async () => ticketIn(await preview(kick, { client_id: "a" }))],
    ["one of another tool", async () => ticketIn(await preview(end))],
    [
      "one for another channel",
      async () =>
        ticketIn(
          await click(session, {
            act: "preview",
            tool: kick,
            channel_id: "other",
            arguments: { client_id: "b" },
          }),
        ),
    ],
    [
      "one of another process",
      async () =>
        ticketIn(await click(await open(), { act: "preview", tool: kick, arguments: { client_id: "b" } })),
    ],
    [
      "a changed one",
      async () =>
        String(ticketIn(await preview(kick, { client_id: "b" }))).replace(
          /^.(.)/,
          (all, second) => `${second === "A" ? "B" : "A"}${all[0]}`,
        ),
    ],
  ];
  test.each(refusals)("%s: refused, with what it would hit now and a ticket for that", async (_name, get) => {
    const refused = await confirm(kick, { client_id: "b", ticket: await get(session) });
    expect(errorOf(refused)).toEqual({
      code: "ticket_invalid",
      message: `This is no ticket for this call with these arguments. ${nothingDone}`,
      hint: expect.stringContaining("in the panel"),
      would_affect: { total: 1, connections: [{ connection_id: "B", client_id: "b", role: "sendrecv" }] },
    });
    expect(ticketIn(refused)).toMatch(shape);
    expect(writesOf(upstream)).toEqual([]);
    expect(outcomeOf(await confirm(kick, { client_id: "b", ticket: ticketIn(refused) }))).toBe("done, panel");
  });

  test("a refused one of what hits nobody any more comes with none", async () => {
    people = [];
    const refused = await confirm(kick, { client_id: "b", ticket: "x" });
    expect(errorOf(refused)).toMatchObject({ code: "ticket_invalid", would_affect: { total: 0 } });
    expect(ticketIn(refused)).toBeUndefined();
  });

  describe("by the clock", () => {
    afterEach(() => void vi.useRealTimers());
    test.each([
      [119_000, "done, panel"],
      [121_000, "ticket_invalid"],
    ])("after %d ms: %s", async (ms, outcome) => {
      vi.useFakeTimers({ toFake: ["Date"] });
      const result = await clicked(session, end, {}, () => vi.setSystemTime(Date.now() + ms));
      expect(outcomeOf(result)).toBe(outcome);
      if (result.isError) expect(errorOf(result).message).toContain("older than 120 seconds");
      expect(writesOf(upstream)).toHaveLength(result.isError ? 0 : 1);
    });
  });

  test("one of SORA_CONFIRM=preview in the panel, one of the panel outside of it", async () => {
    session = await open({ SORA_CONFIRM: "preview" });
    const args = { client_id: "b" };
    const outside = (await session.call(kick, { channel_id: "sora", ...args })).structuredContent?.ticket;
    expect(outside).toMatch(shape);
    expect(outcomeOf(await confirm(kick, { ...args, ticket: outside }))).toBe("ticket_invalid");
    const inside = ticketIn(await preview(kick, args));
    const refused = await session.call(kick, { channel_id: "sora", ...args, ticket: inside });
    expect(outcomeOf(refused)).toBe("ticket_invalid");
    // Outside, the fresh one is for the model.
    expect([errorOf(refused).ticket, ticketIn(refused)]).toEqual([expect.stringMatching(shape), undefined]);
    expect(writesOf(upstream)).toEqual([]);
    // Both still hold where they are from.
    expect(outcomeOf(await confirm(kick, { ...args, ticket: inside }))).toBe("done, panel");
    expect(outcomeOf(await session.call(kick, { channel_id: "sora", ...args, ticket: outside }))).toBe(
      "done, ticket",
    );
  });
});

test("a ticket stands in _meta alone: neither content, nor log, nor audit file has it", async () => {
  const path = join(temporaryFolder(), "audit.jsonl");
  session = await open({ SORA_AUDIT_LOG: path, SORA_LOG_LEVEL: "debug" });
  const shown = await preview(end);
  people.push(person("D"));
  const refused = await confirm(end, { ticket: ticketIn(shown) });
  const done = await confirm(end, { ticket: ticketIn(refused) });
  const used = await confirm(end, { ticket: ticketIn(refused) });
  const actions = await session.call("sora_list_actions");
  const results = [shown, refused, done, used, actions];
  const tickets = results.flatMap((result) => ticketIn(result) ?? []);
  expect(tickets).toHaveLength(2);
  const seen = [
    ...results.map(({ _meta, ...rest }) => JSON.stringify(rest)),
    session.stderr(),
    readFileSync(path, "utf8"),
  ].join("\n");
  expect(session.stderr()).toContain(`${end}: done`);
  expect(auditLines(path)).toHaveLength(4);
  for (const ticket of tickets) {
    const text = String(ticket);
    expect(seen).not.toContain(text);
    expect(seen).not.toContain(text.slice(0, 20));
    expect(seen).not.toContain(text.slice(-20));
  }
  expect(seen).not.toContain('ticket":');
});
