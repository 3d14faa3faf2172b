import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { app, click, clicked, outcomeOf, ticketIn } from "../support/at-panel.ts";
import { auditLines } from "../support/audit-file.ts";
import { handshake, line, startRaw } from "../support/raw-server.ts";
import { errorOf, overStdio } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// The built server over stdio, on the sandbox, and a client that shows MCP Apps.

const uri = "ui://sora/channel";
const capabilities = { extensions: app };
const sandbox = ["--sandbox", "--release=2025.2", "--confirm=ASK,panel"];

test("its page is in the package, and a click in it does what was shown, once", async () => {
  const path = join(temporaryFolder(), "audit.jsonl");
  const session = await overStdio({ args: [...sandbox, `--audit-log=${path}`], capabilities });
  const { tools } = await session.client.listTools();
  expect(tools.at(-1)).toMatchObject({ name: "sora_panel", _meta: { ui: { visibility: ["app"] } } });
  expect(tools.find(({ name }) => name === "sora_overview")?._meta?.ui).toEqual({ resourceUri: uri });
  const { contents } = await session.client.readResource({ uri });
  expect(contents).toMatchObject([{ uri, mimeType: "text/html;profile=mcp-app" }]);
  const page = JSON.stringify(contents);
  expect(Buffer.byteLength(String(Object(contents[0]).text))).toBeLessThanOrEqual(16_000);
  expect(page).not.toMatch(/<(link|script|img|iframe)[^>]*(src|href)=/);

  const before = await click(session, { act: "refresh" });
  expect(before.structuredContent).toMatchObject({ total: 5, not_measured: [], people: expect.any(Array) });
  const kick = { client_id: "mallory" };
  const shown = await click(session, { act: "preview", tool: "sora_disconnect_client", arguments: kick });
  expect(shown.structuredContent).toMatchObject({ would_affect: { total: 1 } });
  const asked = {
    act: "confirm",
    tool: "sora_disconnect_client",
    arguments: { ...kick, ticket: ticketIn(shown) },
  };
  expect(outcomeOf(await click(session, asked))).toBe("done, panel");
  expect(errorOf(await click(session, asked)).code).toBe("ticket_invalid");
  expect((await click(session, { act: "refresh" })).structuredContent).toMatchObject({ total: 4 });

  // Outside of the panel a person would have to be asked.
  const outside = await session.call("sora_disconnect_channel", { channel_id: "sora", confirm: true });
  expect(errorOf(outside).code).toBe("confirmation_unavailable");
  expect(outcomeOf(await clicked(session, "sora_disconnect_channel"))).toBe("done, panel");
  expect((await click(session, { act: "refresh" })).structuredContent).toMatchObject({
    total: 0,
    people: [],
  });
  expect(auditLines(path).map(({ outcome, confirmed_by }) => [outcome, confirmed_by])).toEqual([
    ["confirmation_required", null],
    ["done", "panel"],
    ["ticket_invalid", null],
    ["confirmation_unavailable", null],
    ["confirmation_required", null],
    ["done", "panel"],
  ]);
  expect(session.stderr()).not.toContain(String(ticketIn(shown)));
});

/** Again, should it fail: on a machine that is busy elsewhere, the moment for answers can pass unused. */
const patiently = { retry: 3 };

describe("requests that come in one piece with the end of stdin are answered", () => {
  test.each<[method: string, params: Record<string, unknown>, member: string, says: string]>([
    ["tools/list", {}, "tools", "sora_panel"],
    ["resources/list", {}, "resources", uri],
    ["resources/read", { uri }, "contents", "<!doctype html>"],
    [
      "tools/call",
      {
        name: "sora_panel",
        arguments: { channel_id: "sora", act: "preview", tool: "sora_disconnect_channel" },
      },
      "structuredContent",
      '"total":5',
    ],
  ])("%s", patiently, async (method, params, member, says) => {
    const server = startRaw(sandbox);
    const first = line("initialize", { ...handshake, capabilities }, 1);
    server.child.stdin.end(first + line("notifications/initialized") + line(method, params, 2));
    expect(await server.ended).toEqual({ code: 0, signal: null });
    const answer = server.messages.find(({ id }) => id === 2);
    expect(JSON.stringify(answer?.result?.[member])).toContain(says);
  });
});
