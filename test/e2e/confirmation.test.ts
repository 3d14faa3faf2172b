import { expect, test } from "vitest";
import { personWho } from "../support/person.ts";
import { errorOf, overStdio, type Session } from "../support/session.ts";

// The built server asks a person over stdio, on the sandbox.

async function totalOf(session: Session): Promise<unknown> {
  return (await session.call("sora_list_channel_connections", { channel_id: "sora" })).structuredContent
    ?.total;
}

test("a person is asked through the client: no keeps everybody in, yes empties the channel", async () => {
  const person = personWho((_question, count) => (count === 1 ? "decline" : "accept"));
  const session = await overStdio({ args: ["--sandbox", "--confirm=ask"], ...person });
  const disconnect = { channel_id: "sora", confirm: true };

  const refused = errorOf(await session.call("sora_disconnect_channel", disconnect));
  expect(refused.code).toBe("declined");
  expect(await totalOf(session)).toBe(5);

  const accepted = await session.call("sora_disconnect_channel", disconnect);
  expect(accepted.structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
  expect(await totalOf(session)).toBe(0);

  const [first] = person.questions;
  expect(first?.split("\n").slice(0, 3)).toEqual([
    "Disconnect channel (sora_disconnect_channel)?",
    'Channel: "sora"',
    "Connections hit: 5",
  ]);
  expect(first).toMatch(/^Clients: ("[^"]+", ){3}"[^"]+"$/m);
  expect(person.questions).toEqual([first, first]);
});

test("a client that cannot ask disconnects nobody", async () => {
  const session = await overStdio({ args: ["--sandbox", "--confirm=ask"] });
  const result = await session.call("sora_disconnect_channel", { channel_id: "sora", confirm: true });
  expect(errorOf(result)).toMatchObject({
    code: "confirmation_unavailable",
    hint: expect.stringContaining("SORA_CONFIRM=ask"),
  });
  expect(await totalOf(session)).toBe(5);
});
