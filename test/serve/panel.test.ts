import { join } from "node:path";
import {
  type CallToolResult,
  CallToolResultSchema,
  ClientCapabilitiesSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { app, click, clicked, outcomeOf, person, soraOf, ticketIn, writesOf } from "../support/at-panel.ts";
import { auditLines } from "../support/audit-file.ts";
import { bearer, callersFile, clientInfo, post, serveOverHttp } from "../support/over-http.ts";
import { errorOf } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// The panel over HTTP, where no server is kept between two requests: who shows it, and whose tickets hold.

const sandbox = { SORA_SANDBOX: "true" };
const end = "sora_disconnect_channel";

interface Body {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

function bodyOf(body: unknown): Body {
  return typeof body === "object" && body !== null ? body : {};
}

/** A client that has said what it can do, and what it was answered to that. */
async function connect(url: string, capabilities: unknown, headers: Record<string, string> = {}) {
  const params = { protocolVersion: "2025-06-18", capabilities, clientInfo };
  const first = await post(url, { jsonrpc: "2.0", id: 1, method: "initialize", params }, headers);
  const session = { "mcp-session-id": first.headers.get("mcp-session-id") ?? "" };
  const ask = async (method: string, asked: object = {}): Promise<Body> => {
    const message = { jsonrpc: "2.0", id: 2, method, params: asked };
    return bodyOf((await post(url, message, { ...headers, ...session })).body);
  };
  const call = async (name: string, args: object = {}): Promise<CallToolResult> =>
    CallToolResultSchema.parse((await ask("tools/call", { name, arguments: args })).result);
  return { initialized: bodyOf(first.body), ask, call };
}

const toolsOf = ({ result }: Body) => JSON.stringify(result?.tools);

describe("who shows it", () => {
  const type = "text/html;profile=mcp-app";
  const ui = "io.modelcontextprotocol/ui";
  const odd: readonly unknown[] = [
    undefined,
    null,
    "x",
    [],
    {},
    { extensions: null },
    { extensions: [] },
    { extensions: "x" },
    { extensions: { [ui]: null } },
    { extensions: { [ui]: true } },
    { extensions: { [ui]: "x" } },
    { extensions: { [ui]: [type] } },
    { extensions: { [ui]: { mimeTypes: null } } },
    { extensions: { [ui]: { mimeTypes: type } } },
    { extensions: { [ui]: { mimeTypes: { length: 1, 0: type } } } },
    { extensions: { [ui]: { mimeTypes: [[type], 5, null] } } },
    JSON.parse(`{"extensions": {"__proto__": {"mimeTypes": ["${type}"]}}}`),
    JSON.parse(`{"__proto__": {"extensions": {"${ui}": {}}}}`),
    { extensions: { constructor: {}, toString: {} } },
    { experimental: app },
  ];

  test("whatever capabilities a client sends, initialize fails only where the SDK does not take them", async () => {
    const { url } = await serveOverHttp(sandbox);
    for (const capabilities of odd) {
      const { initialized, ask } = await connect(url, capabilities);
      const isTaken = ClientCapabilitiesSchema.safeParse(capabilities).success;
      const name = JSON.stringify(capabilities);
      expect(initialized.result !== undefined, name).toBe(isTaken);
      if (!isTaken) continue;
      // What is told first and what is there later is the same.
      const isTold = JSON.stringify(initialized.result?.capabilities).includes(ui);
      expect(toolsOf(await ask("tools/list")).includes("sora_panel"), name).toBe(isTold);
      expect(JSON.stringify(initialized.result?.capabilities).includes("resources"), name).toBe(isTold);
    }
  });

  test("two clients of one caller, one of which shows it, do not mix", async () => {
    const upstream = await soraOf(() => [person("A")]);
    const { path, tokens } = callersFile({ alice: {} });
    const { url } = await serveOverHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path });
    const [plain, panel] = [
      await connect(url, {}, bearer(tokens.alice)),
      await connect(url, { extensions: app }, bearer(tokens.alice)),
    ];
    expect(panel.initialized.result?.capabilities).toMatchObject({ resources: {}, extensions: { [ui]: {} } });
    expect(plain.initialized.result?.capabilities).toEqual({ tools: {}, prompts: {} });
    for (let times = 0; times < 3; times++) {
      expect(toolsOf(await panel.ask("tools/list"))).toContain("ui://sora/channel");
      expect(toolsOf(await plain.ask("tools/list"))).not.toMatch(/ui:\/\/|sora_panel/);
      const read = { uri: "ui://sora/channel" };
      expect((await panel.ask("resources/read", read)).result).toHaveProperty("contents");
      expect((await plain.ask("resources/read", read)).error?.code).toBe(-32601);
      const refresh = { name: "sora_panel", arguments: { channel_id: "sora", act: "refresh" } };
      expect((await panel.ask("tools/call", refresh)).result?.structuredContent).toMatchObject({ total: 1 });
      expect((await plain.ask("tools/call", refresh)).error?.code).toBe(-32602);
    }
  });

  test("one that comes without its session shows nothing of it", async () => {
    const { url } = await serveOverHttp(sandbox);
    await connect(url, { extensions: app });
    for (const session of [{}, { "mcp-session-id": "x" }]) {
      const { body } = await post(url, { jsonrpc: "2.0", id: 2, method: "tools/list" }, session);
      expect(toolsOf(bodyOf(body))).not.toContain("sora_panel");
    }
  });
});

describe("whose tickets hold", () => {
  const env = { SORA_TICKET_KEY: "0123456789abcdef0123456789abcdef" };

  test("those of the same caller, whichever replica and session: of nobody else", async () => {
    const upstream = await soraOf(() => [person("A"), person("B")]);
    const { path, tokens } = callersFile({ alice: {}, bob: {} });
    const audit = join(temporaryFolder(), "audit.jsonl");
    const settings = { SORA_API_URL: upstream.url, SORA_CALLERS: path, ...env };
    const one = await serveOverHttp({ ...settings, SORA_AUDIT_LOG: audit });
    const other = await serveOverHttp(settings);
    const open = ({ url }: { url: string }, name: string) =>
      connect(url, { extensions: app }, bearer(tokens[name]));
    const [alice, again, bob] = [
      await open(one, "alice"),
      await open(other, "alice"),
      await open(one, "bob"),
    ];

    const ticket = ticketIn(await click(alice, { act: "preview", tool: end }));
    const stolen = await click(bob, { act: "confirm", tool: end, arguments: { ticket } });
    expect(errorOf(stolen)).toMatchObject({ code: "ticket_invalid", would_affect: { total: 2 } });
    expect(ticketIn(stolen)).toEqual(expect.any(String));
    expect(writesOf(upstream)).toEqual([]);
    expect(outcomeOf(await click(again, { act: "confirm", tool: end, arguments: { ticket } }))).toBe(
      "done, panel",
    );
    expect(outcomeOf(await clicked(bob, end))).toBe("done, panel");
    expect(auditLines(audit)).toMatchObject([
      { caller: "alice", outcome: "confirmation_required" },
      { caller: "bob", outcome: "ticket_invalid", confirmed_by: null },
      { caller: "bob", outcome: "confirmation_required" },
      { caller: "bob", tool: end, outcome: "done", confirmed_by: "panel" },
    ]);
  });
});

test("callers narrow it by confirm: the stricter of two holds, and ask is stricter than ask,panel", async () => {
  const upstream = await soraOf(() => [person("A")]);
  const { path, tokens } = callersFile({
    flag: { confirm: "flag" },
    panel: { confirm: "ask,panel" },
    ask: { confirm: "ask" },
    reader: { read_only: true },
  });
  for (const [confirm, expected] of [
    [
      "flag",
      {
        flag: "done, panel",
        panel: "done, panel",
        ask: "confirmation_unavailable",
        reader: "invalid_arguments",
      },
    ],
    ["ask,panel", { flag: "done, panel", ask: "confirmation_unavailable" }],
    ["ask", { flag: "confirmation_unavailable", panel: "confirmation_unavailable" }],
  ] as const) {
    const { url } = await serveOverHttp({
      SORA_API_URL: upstream.url,
      SORA_CALLERS: path,
      SORA_CONFIRM: confirm,
    });
    for (const [name, outcome] of Object.entries(expected)) {
      const session = await connect(url, { extensions: app }, bearer(tokens[name]));
      const before = upstream.requests.length;
      expect(outcomeOf(await clicked(session, end)), `${confirm}, ${name}`).toBe(outcome);
      if (outcome !== "done, panel") expect(upstream.requests).toHaveLength(before);
      const outside = outcomeOf(
        await session.call(end, { channel_id: "sora", confirm: true }).catch(() => notThere),
      );
      const isFlag = confirm === "flag" && name === "flag";
      expect(outside).toBe(isFlag ? "done, flag" : name === "reader" ? "" : "confirmation_unavailable");
    }
  }
});

/** Of a tool that does not exist for a caller, there is no result. */
const notThere: CallToolResult = { content: [] };
