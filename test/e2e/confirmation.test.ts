import { expect, test } from "vitest";
import { personWho } from "../support/person.ts";
import { handshake, line, startRaw } from "../support/raw-server.ts";
import { errorOf, overStdio, type Session } from "../support/session.ts";

// The built server, over stdio and on the sandbox, confirms destructive calls in each way, and keeps to its limits.

const channel_id = "sora";

async function totalOf(session: Session): Promise<unknown> {
  return (await session.call("sora_list_channel_connections", { channel_id })).structuredContent?.total;
}

test("ask: no keeps everybody in, an empty form too, yes empties the channel", async () => {
  const answers = ["decline", { action: "accept", content: {} }, "accept"] as const;
  const person = personWho((_question, count) => answers[count - 1] ?? "cancel");
  const session = await overStdio({ args: ["--sandbox", "--confirm=ask"], ...person });
  const disconnect = { channel_id, confirm: true };

  for (const message of [/^The answer was no\./, /^The form came back without a yes\./]) {
    const refused = errorOf(await session.call("sora_disconnect_channel", disconnect));
    expect(refused).toMatchObject({ code: "declined", message: expect.stringMatching(message) });
    expect(await totalOf(session)).toBe(5);
  }
  const accepted = await session.call("sora_disconnect_channel", disconnect);
  expect(accepted.structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
  expect(await totalOf(session)).toBe(0);

  expect(person.questions).toHaveLength(3);
  for (const question of person.questions) {
    expect(question.split("\n")).toEqual([
      "End a meeting (sora_disconnect_channel)?",
      'Connections hit: 5. Channel: "sora".',
      expect.stringMatching(/^Clients: ("[^"]+", ){3}"[^"]+"\.$/),
      expect.stringMatching(
        /^Answer by \d\d:\d\d:\d\d \S+, not later\. Sora: 127\.0\.0\.1 \(sandbox: simulated, nobody is hit\)$/,
      ),
    ]);
  }
});

test("ask: a client that cannot ask disconnects nobody", async () => {
  const session = await overStdio({ args: ["--sandbox", "--confirm=ask"] });
  const result = await session.call("sora_disconnect_channel", { channel_id, confirm: true });
  expect(errorOf(result)).toEqual({
    code: "confirmation_unavailable",
    message: "This client cannot ask a person. Nothing was disconnected, deleted or changed.",
    hint: "The operator set SORA_CONFIRM=ask: use a client that supports MCP elicitation, or SORA_CONFIRM=preview.",
  });
  expect(await totalOf(session)).toBe(5);
});

test("ask: no request of the server has the id 0, by which some clients cannot cancel", async () => {
  const server = startRaw(["--sandbox", "--confirm=ask"]);
  server.write(line("initialize", { ...handshake, capabilities: { elicitation: {} } }, 0));
  await server.answerTo(0);
  server.write(line("notifications/initialized"));
  const args = { name: "sora_disconnect_channel", arguments: { channel_id } };
  server.write(line("tools/call", args, 1));
  server.write(line("tools/call", args, 2));
  const asked = () => server.messages.filter(({ method }) => method === "elicitation/create");
  await server.message(() => asked().length === 2);
  expect(asked().map(({ id }) => id)).toEqual([1, 2]);
  // The SDK's client takes an id of 0 in notifications/cancelled for none, and leaves the question on the screen.
  server.write(line("notifications/cancelled", { requestId: 1 }));
  const cancelled = await server.message(({ method }) => method === "notifications/cancelled");
  expect(cancelled).toMatchObject({ params: { requestId: 1 } });
  server.child.stdin.end();
  await server.ended;
});

test("preview: a ticket does what its preview showed, to those who are still there, and once", async () => {
  const session = await overStdio({ args: ["--sandbox", "--confirm=preview"] });
  const call = (name: string, args: object = {}) => session.call(`sora_${name}`, { channel_id, ...args });

  const { structuredContent: shown } = await call("disconnect_channel");
  expect(shown).toEqual({
    status: "confirmation_required",
    would_affect: { total: 5, connections: expect.any(Array) },
    ticket: expect.stringMatching(/^[\w-]{1,72}$/),
    next: "Nothing was disconnected, deleted or changed. To go on, call again with the same arguments and the ticket given here, within 120 seconds.",
  });
  const ticket = String(shown?.ticket);
  expect(await totalOf(session)).toBe(5);

  const other = errorOf(await call("disconnect_client", { client_id: "alice", ticket }));
  expect(other).toMatchObject({
    code: "ticket_invalid",
    message:
      "This is no ticket for this call with these arguments. Nothing was disconnected, deleted or changed.",
    hint: "If would_affect is still what was asked for, call again with the same arguments and the ticket given here, within 120 seconds.",
    would_affect: { total: 2 },
  });
  const alice = await call("disconnect_client", { client_id: "alice", ticket: other.ticket });
  expect(alice.structuredContent).toMatchObject({ status: "done", confirmed_by: "ticket" });
  expect(await totalOf(session)).toBe(3);

  const all = await call("disconnect_channel", { ticket: `\`${ticket}\`.` });
  expect(all.structuredContent).toMatchObject({ status: "done", confirmed_by: "ticket" });
  expect(await totalOf(session)).toBe(0);
  expect(errorOf(await call("disconnect_channel", { ticket }))).toMatchObject({
    code: "ticket_invalid",
    message: "This ticket was used already, and its call may have been carried out. This one was not.",
    hint: "Nothing would be hit: check the ids, and that what they name is still there.",
    would_affect: { total: 0 },
  });
});

test("preview: a ticket is no use to another client of the same process", async () => {
  const server = startRaw(["--sandbox", "--confirm=preview"]);
  const hello = (name: string) =>
    server.ask("initialize", { ...handshake, clientInfo: { name, version: "1" } });
  const disconnect = async (more: object) => {
    const args = { name: "sora_disconnect_channel", arguments: { channel_id, ...more } };
    const { result } = await server.ask("tools/call", args);
    return result?.structuredContent ?? result?.content;
  };
  await hello("one");
  const shown = await disconnect({});
  expect(shown).toMatchObject({ ticket: expect.any(String) });
  const { ticket } = { ticket: "", ...(shown as object) };
  await hello("another");
  expect(JSON.stringify(await disconnect({ ticket }))).toContain("ticket_invalid");
  await hello("one");
  expect(await disconnect({ ticket })).toMatchObject({ status: "done", confirmed_by: "ticket" });
});

test("limits: not too many at once, not too often, and a preview says so before", async () => {
  const args = ["--sandbox", "--max-affected=2", "--max-destructive-per-hour=1"];
  const session = await overStdio({ args });
  const call = (name: string, given: object = {}) => session.call(`sora_${name}`, { channel_id, ...given });

  const { structuredContent: shown } = await call("disconnect_channel");
  const tooMany = "This would cut off 5 connections, and SORA_MAX_AFFECTED allows 2 at once.";
  const hint = "That is 3 too many. Only the operator of this server can raise the limit.";
  const nothing = "Nothing was disconnected, deleted or changed.";
  expect(shown?.next).toBe(`${nothing} It would be refused now. ${tooMany} ${hint}`);
  expect(errorOf(await call("disconnect_channel", { confirm: true }))).toEqual({
    code: "limit_reached",
    message: `${tooMany} ${nothing}`,
    hint,
  });
  expect(await totalOf(session)).toBe(5);

  const alice = await call("disconnect_client", { client_id: "alice", confirm: true });
  expect(alice.structuredContent).toMatchObject({ status: "done" });
  expect(await totalOf(session)).toBe(3);
  expect(errorOf(await call("disconnect_client", { client_id: "bob", confirm: true }))).toEqual({
    code: "limit_reached",
    message: `SORA_MAX_DESTRUCTIVE_PER_HOUR allows 1 destructive call in any 60 minutes, and so many were carried out or are under way. ${nothing}`,
    hint: "The next may come in 60 minutes.",
  });
  expect(await totalOf(session)).toBe(3);
});
