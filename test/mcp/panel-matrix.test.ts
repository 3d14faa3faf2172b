import { describe, expect, test } from "vitest";
import { type Confirmation, confirmations } from "../../src/confirmations.ts";
import {
  app,
  atPanel,
  click,
  clicked,
  outcomeOf,
  person,
  soraOf,
  ticketIn,
  writesOf,
} from "../support/at-panel.ts";
import { personWho } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";

// SORA_CONFIRM x SORA_READ_ONLY x SORA_CHANNELS x both limits: what comes of a click, and what Sora gets of it.

const end = "sora_disconnect_channel";
const kick = "sora_disconnect_client";
const bob = { client_id: "b" };

interface Bounds {
  readonly env: Record<string, string>;
  /** What refuses a preview or confirmation of all three, and of one. */
  readonly all?: string;
  readonly one?: string;
  /** The limits are told by a preview, which then has no ticket. */
  readonly isTold?: true;
}

const bounds: readonly Bounds[] = [
  { env: {} },
  { env: { SORA_READ_ONLY: "true" }, all: "invalid_arguments", one: "invalid_arguments" },
  { env: { SORA_CHANNELS: "so*" } },
  { env: { SORA_CHANNELS: "team-*" }, all: "channel_not_allowed", one: "channel_not_allowed" },
  { env: { SORA_MAX_AFFECTED: "0" }, all: "limit_reached", one: "limit_reached", isTold: true },
  { env: { SORA_MAX_AFFECTED: "1" }, all: "limit_reached", isTold: true },
  { env: { SORA_MAX_AFFECTED: "3" } },
  { env: { SORA_MAX_DESTRUCTIVE_PER_HOUR: "0" }, all: "limit_reached", one: "limit_reached", isTold: true },
  {
    env: { SORA_MAX_AFFECTED: "1", SORA_MAX_DESTRUCTIVE_PER_HOUR: "0" },
    all: "limit_reached",
    one: "limit_reached",
    isTold: true,
  },
  { env: { SORA_MAX_DESTRUCTIVE_PER_HOUR: "1" } },
];

const unavailable = {
  code: "confirmation_unavailable",
  message: "Here the panel confirms nothing. Nothing was disconnected, deleted or changed.",
  hint: "The operator set SORA_CONFIRM=ask: with ask,panel it would.",
};

describe.each(confirmations)("SORA_CONFIRM=%s", (confirm) => {
  test.each(bounds)("$env", async ({ env, all, one, isTold }) => {
    for (const [tool, args, refused, operation, total] of [
      [end, {}, all, "DisconnectChannel", 3],
      [kick, bob, one, "DisconnectClient", 1],
    ] as const) {
      const upstream = await soraOf(() => ["A", "B", "C"].map((id) => person(id)));
      const session = await atPanel({ SORA_API_URL: upstream.url, SORA_CONFIRM: confirm, ...env });
      const shown = await click(session, { act: "preview", tool, arguments: args });
      const isRefused = refused !== undefined && !isTold;
      const expected = isRefused
        ? refused
        : confirm === "ask"
          ? "confirmation_unavailable"
          : "confirmation_required";
      expect(outcomeOf(shown)).toBe(expected);
      expect(ticketIn(shown) !== undefined).toBe(refused === undefined && confirm !== "ask");
      if (expected === "confirmation_required") {
        expect(shown.structuredContent).toMatchObject({
          would_affect: { total },
          next: expect.stringContaining(
            refused ? "It would be refused now." : "a person confirms it in the panel",
          ),
        });
      } else {
        expect(upstream.requests).toEqual([]);
        if (!isRefused) expect(errorOf(shown)).toEqual(unavailable);
      }

      const done = await click(session, {
        act: "confirm",
        tool,
        arguments: { ...args, ticket: ticketIn(shown) ?? "none" },
      });
      const isDone = refused === undefined && confirm !== "ask";
      const otherwise = env.SORA_MAX_DESTRUCTIVE_PER_HOUR === "0" ? "limit_reached" : "ticket_invalid";
      if (isDone) expect(outcomeOf(done)).toBe("done, panel");
      else if (expected === "confirmation_required") expect(outcomeOf(done)).toBe(otherwise);
      else expect(outcomeOf(done)).toBe(expected);
      expect(ticketIn(done)).toBeUndefined();
      expect(writesOf(upstream)).toEqual(isDone ? [[operation, { channel_id: "sora", ...args }]] : []);
    }
  });

  test("its buttons are those of what could be done", async () => {
    const upstream = await soraOf(() => []);
    const session = await atPanel({
      SORA_API_URL: upstream.url,
      SORA_CONFIRM: confirm,
      SORA_RELEASE: "2025.2",
    });
    const { structuredContent } = await click(session, { act: "refresh" });
    const all = [
      ...["sora_push_client", "sora_push_connection", "sora_push_channel", "sora_mute", "sora_unmute"],
      ...[kick, "sora_disconnect_connection", end],
    ];
    expect(structuredContent?.can).toEqual(
      all.filter((tool) => confirm !== "ask" || !tool.includes("disconnect")),
    );
  });

  test("a push goes at once, whatever confirms the rest and however few may be hit", async () => {
    const upstream = await soraOf(() => [person("A")]);
    const limits = { SORA_MAX_AFFECTED: "0", SORA_MAX_DESTRUCTIVE_PER_HOUR: "0" };
    const session = await atPanel({ SORA_API_URL: upstream.url, SORA_CONFIRM: confirm, ...limits });
    const done = await click(session, { act: "confirm", tool: "sora_push_channel", arguments: { data: {} } });
    expect(outcomeOf(done)).toBe("done");
    expect(writesOf(upstream)).toEqual([["PushChannel", { channel_id: "sora", data: {} }]]);
  });

  test("the client's own form is never put to a person for a click", async () => {
    const upstream = await soraOf(() => [person("A")]);
    const asked = personWho(() => "accept");
    const capabilities = { ...asked.capabilities, extensions: app };
    const env = { SORA_API_URL: upstream.url, SORA_CONFIRM: confirm };
    const session = await inProcess({ env, ...asked, capabilities });
    const outcome = outcomeOf(await clicked(session, end));
    // Without a ticket to bring along, what came is the refusal of a preview or no more than one.
    expect(outcome).toBe(confirm === "ask" ? "confirmation_unavailable" : "done, panel");
    expect(asked.questions).toEqual([]);
  });
});

describe("the hour", () => {
  test("counts what is done in the panel and outside of it together", async () => {
    const upstream = await soraOf(() => ["A", "B"].map((id) => person(id)));
    const session = await atPanel({ SORA_API_URL: upstream.url, SORA_MAX_DESTRUCTIVE_PER_HOUR: "2" });
    expect(outcomeOf(await clicked(session, kick, bob))).toBe("done, panel");
    const early = await click(session, { act: "preview", tool: kick, arguments: bob });
    expect(ticketIn(early)).toEqual(expect.any(String));
    expect(outcomeOf(await session.call(kick, { channel_id: "sora", ...bob, confirm: true }))).toBe(
      "done, flag",
    );
    const late = await click(session, { act: "preview", tool: kick, arguments: bob });
    expect(late.structuredContent).toMatchObject({
      next: expect.stringContaining("It would be refused now."),
    });
    expect(ticketIn(late)).toBeUndefined();
    const refused = await click(session, {
      act: "confirm",
      tool: kick,
      arguments: { ...bob, ticket: ticketIn(early) },
    });
    expect(outcomeOf(refused)).toBe("limit_reached");
    expect(writesOf(upstream)).toHaveLength(2);
  });

  test("a refusal of more than SORA_MAX_AFFECTED has no ticket", async () => {
    const people = [person("A")];
    const upstream = await soraOf(() => people);
    const session = await atPanel({ SORA_API_URL: upstream.url, SORA_MAX_AFFECTED: "1" });
    const refused = await clicked(session, end, {}, () => people.push(person("B")));
    expect(errorOf(refused)).toMatchObject({
      code: "ticket_invalid",
      would_affect: { total: 2 },
      hint: expect.stringContaining("It would be refused now."),
    });
    expect(ticketIn(refused)).toBeUndefined();
  });
});

describe("outside of the panel, a client that shows it confirms as any other", () => {
  test.each<[Confirmation, string, number]>([
    ["flag", "done, flag", 0],
    ["preview", "invalid_arguments", 0],
    ["ask", "done, user", 1],
    ["ask,panel", "done, user", 1],
  ])("%s: confirm: true comes to %s", async (confirm, outcome, questions) => {
    const upstream = await soraOf(() => [person("A")]);
    const asked = personWho(() => "accept");
    const capabilities = { ...asked.capabilities, extensions: app };
    const session = await inProcess({
      env: { SORA_API_URL: upstream.url, SORA_CONFIRM: confirm },
      ...asked,
      capabilities,
    });
    expect(outcomeOf(await session.call(end, { channel_id: "sora", confirm: true }))).toBe(outcome);
    expect(asked.questions).toHaveLength(questions);
    expect(writesOf(upstream)).toHaveLength(outcome.startsWith("done") ? 1 : 0);
  });

  test("a ticket of the panel does nothing under ask,panel", async () => {
    const upstream = await soraOf(() => [person("A")]);
    const session = await atPanel({ SORA_API_URL: upstream.url, SORA_CONFIRM: "ask,panel" });
    const ticket = ticketIn(await click(session, { act: "preview", tool: end }));
    expect(ticket).toEqual(expect.any(String));
    expect(outcomeOf(await session.call(end, { channel_id: "sora", ticket }))).toBe("invalid_arguments");
    const unasked = await session.call(end, { channel_id: "sora", confirm: true });
    expect(outcomeOf(unasked)).toBe("confirmation_unavailable");
    expect(writesOf(upstream)).toEqual([]);
  });
});
