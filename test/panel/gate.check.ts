import { join } from "node:path";
import type { Frame } from "playwright-core";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { asked, button, names, news, openOn, question, renew, ticketOf } from "./looking.ts";
import { channel, person, stubSora } from "./stub-sora.ts";

// Nobody is cut off but by two clicks of a person, the second of which says how many.

const [ann, ben] = [person("ann"), person("ben")];
const disconnectBen = { tool: "sora_disconnect_client", arguments: { client_id: "ben" } };

/** A call as the page itself would send it: whatever runs there can. */
function sendFrom(view: Frame, args: object): Promise<Record<string, unknown>> {
  return view.evaluate(
    (sent) =>
      new Promise<Record<string, unknown>>((resolve) => {
        addEventListener("message", ({ data }) => {
          if (data.id === "test") resolve(data.result);
        });
        const params = { name: "sora_panel", arguments: sent };
        parent.postMessage({ jsonrpc: "2.0", id: "test", method: "tools/call", params }, "*");
      }),
    { channel_id: channel, ...args },
  );
}

test("one click asks and cuts off nobody; the second button says how many, and does it once", async () => {
  const sora = await stubSora([ann, ben]);
  const path = join(temporaryFolder(), "audit.jsonl");
  const { view, host, complaints, outside } = await openOn(sora, {
    env: { SORA_AUDIT_LOG: path, SORA_LOG_LEVEL: "debug" },
  });
  await button(view, "Disconnect: ben").click();
  await expect.poll(() => question(view).count()).toBe(1);
  expect(await question(view).textContent()).toMatch(
    /^On 127\.0\.0\.1:\d+ these will be cut off:ben sendrecvDisconnect 1 personCancel$/,
  );
  expect(sora.writes).toEqual([]);
  expect(asked(host, "confirm")).toEqual([]);

  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => news(view)).toBe("Done: Disconnect: ben");
  await expect.poll(() => names(view)).toEqual(["ann"]);
  expect(sora.writes).toEqual([
    { operation: "DisconnectClient", body: { channel_id: channel, client_id: "ben" } },
  ]);
  const [preview, ...morePreviews] = asked(host, "preview");
  const [confirm, ...moreConfirms] = asked(host, "confirm");
  expect([morePreviews, moreConfirms]).toEqual([[], []]);
  expect(preview?.arguments).toEqual({ channel_id: channel, act: "preview", ...disconnectBen });
  const ticket = ticketOf(preview);
  expect(confirm?.arguments).toEqual({
    channel_id: channel,
    act: "confirm",
    tool: disconnectBen.tool,
    arguments: { ...disconnectBen.arguments, ticket },
  });

  // The ticket stood in _meta, and nowhere that a model or a log would keep it.
  expect(ticket.length).toBeGreaterThan(20);
  for (const { result } of host.calls) {
    expect(JSON.stringify([result?.content, result?.structuredContent])).not.toContain(ticket);
  }
  expect(host.stderr()).toContain("sora_disconnect_client");
  expect(host.stderr()).not.toContain(ticket);
  const lines = auditLines(path);
  expect(JSON.stringify(lines)).not.toContain(ticket);
  const done = lines.filter(({ confirmed_by }) => confirmed_by !== null);
  expect(done).toMatchObject([
    { tool: "sora_disconnect_client", channel_id: channel, confirmed_by: "panel", outcome: "done" },
  ]);
  expect(complaints).toEqual([]);
  expect(outside).toEqual([]);
});

test("two clicks on the second button are one", async () => {
  const sora = await stubSora([ann, ben]);
  const panel = await openOn(sora);
  const { view, host } = panel;
  sora.instead = ({ operation }, response) => {
    if (operation !== "DisconnectClient") return false;
    setTimeout(() => response.end("{}"), 500);
    return true;
  };
  await button(view, "Disconnect: ben").dblclick();
  await button(view, "Disconnect 1 person").dblclick();
  await expect.poll(() => news(view)).toBe("Done: Disconnect: ben");
  await renew(panel);
  expect(asked(host, "confirm")).toHaveLength(1);
  expect(sora.writes).toHaveLength(1);
});

test.each(["Escape", "Cancel"])("%s takes the question away, and nothing is done", async (way) => {
  const sora = await stubSora([ann, ben]);
  const panel = await openOn(sora);
  const { view, host, page } = panel;
  await button(view, "Disconnect: ben").click();
  await question(view).waitFor();
  if (way === "Escape") await page.keyboard.press("Escape");
  else await button(view, "Cancel").click();
  expect(await question(view).count()).toBe(0);
  await renew(panel);
  expect(asked(host, "confirm")).toEqual([]);
  expect(sora.writes).toEqual([]);
  expect(await names(view)).toEqual(["ann", "ben"]);
});

test("somebody who is here twice is one person; one of the two can be cut off alone", async () => {
  const sora = await stubSora([ann, ben, person("ben", "ben-2")]);
  const { view } = await openOn(sora);
  await button(view, "Disconnect: ben").first().click();
  await expect.poll(() => button(view, "Disconnect 1 person (2 connections)").count()).toBe(1);
  await button(view, "Cancel").click();
  expect(await button(view, "Disconnect this one: ann").count()).toBe(0);
  const ones = button(view, "Disconnect this one: ben");
  expect(await ones.count()).toBe(2);
  await ones.nth(1).click();
  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => sora.writes).toMatchObject([{ operation: "DisconnectConnection" }]);
  expect(sora.people).toHaveLength(2);
  expect(sora.people).toContainEqual(ann);
});

test("who came after the preview is shown in a new one, and nobody is cut off before that is pressed", async () => {
  const sora = await stubSora([ann, ben]);
  const { view, host } = await openOn(sora);
  await button(view, "Disconnect everyone").click();
  await question(view).waitFor();
  sora.people = [...sora.people, person("eve")];
  await button(view, "Disconnect 2 people").click();
  await button(view, "Disconnect 3 people").waitFor();
  expect(await question(view).textContent()).toMatch(
    /^Not done\. Look again:ann sendrecvben sendrecveve sendrecvDisconnect 3/,
  );
  expect(sora.writes).toEqual([]);
  const fresh = ticketOf(asked(host, "confirm")[0]);
  expect(fresh).not.toBe(ticketOf(asked(host, "preview")[0]));
  expect(JSON.stringify(asked(host, "confirm")[0]?.result?.content)).not.toContain(fresh);

  await button(view, "Disconnect 3 people").click();
  await expect.poll(() => news(view)).toBe("Done: Disconnect everyone");
  expect(sora.writes.map(({ operation }) => operation)).toEqual(["DisconnectChannel"]);
  await expect.poll(() => view.locator("#totals").textContent()).toBe("Everybody has left.");
});

test("a ticket that was used, guessed or made for another opens nothing", async () => {
  const sora = await stubSora([ann, ben]);
  const { view, host } = await openOn(sora);
  const preview = await sendFrom(view, { act: "preview", ...disconnectBen });
  expect(preview).toMatchObject({ structuredContent: { status: "confirmation_required" } });
  const ticket = ticketOf(asked(host, "preview")[0]);
  const confirm = (given: object) =>
    sendFrom(view, { act: "confirm", tool: disconnectBen.tool, arguments: given });
  const refused = { isError: true, content: [{ text: expect.stringContaining("ticket_invalid") }] };
  expect(await confirm({ client_id: "ann", ticket })).toMatchObject(refused);
  expect(await confirm({ client_id: "ben", ticket: `${ticket.slice(0, -4)}AAAA` })).toMatchObject(refused);
  expect(await confirm({ client_id: "ben", ticket: "x" })).toMatchObject({ isError: true });
  expect(await confirm({ client_id: "ben" })).toMatchObject({
    structuredContent: { status: "confirmation_required" },
  });
  expect(await confirm({ client_id: "ben", confirm: true })).toMatchObject({ isError: true });
  // Nor does a model get anywhere with it.
  const named = { channel_id: channel, client_id: "ben" };
  await host.client.callTool({ name: disconnectBen.tool, arguments: { ...named, ticket } });
  expect(sora.writes).toEqual([]);
  expect(await confirm({ client_id: "ben", ticket })).toMatchObject({
    structuredContent: { status: "done" },
  });
  expect(await confirm({ client_id: "ben", ticket })).toMatchObject(refused);
  expect(sora.writes).toHaveLength(1);
});
