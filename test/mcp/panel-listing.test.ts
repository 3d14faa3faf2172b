import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { showsApps } from "../../src/mcp/apps.ts";
import { app } from "../support/at-panel.ts";
import { inProcess, type Session } from "../support/session.ts";

// The panel is there for clients that say that they show MCP Apps, and for nobody else.

const nowhere = { SORA_API_URL: "http://127.0.0.1:9/" };
const extension = "io.modelcontextprotocol/ui";
const ofTypes = (mimeTypes: unknown) => ({ [extension]: { mimeTypes } });
const uri = "ui://sora/channel";

async function listed({ client }: Session): Promise<Tool[]> {
  return (await client.listTools()).tools;
}

const withExtensions = (extensions: Record<string, object> | undefined, env = {}) =>
  inProcess({ env: { ...nowhere, ...env }, capabilities: extensions ? { extensions } : {} });

/** What a request about resources, or any other, is answered; the code of the error, if it is one. */
async function ask({ client }: Session, method: string, params: object = {}): Promise<unknown> {
  const anything = {
    parse: (value: unknown) => value,
    safeParse: (data: unknown) => ({ success: true, data }),
  };
  const request: Promise<unknown> = Reflect.apply(client.request, client, [{ method, params }, anything]);
  return request.catch(({ code }) => code);
}

const resources = ["resources/list", "resources/templates/list", "resources/read", "resources/subscribe"];

/** That a session shows nothing of the panel, and is as it is without. */
async function expectNothing(session: Session, env = {}): Promise<void> {
  const plain = await withExtensions(undefined, env);
  expect(session.client.getServerCapabilities()).toEqual(plain.client.getServerCapabilities());
  expect(session.client.getServerCapabilities()).not.toHaveProperty("resources");
  expect(session.client.getServerCapabilities()).not.toHaveProperty("extensions");
  const tools = await listed(session);
  expect(tools).toEqual(await listed(plain));
  expect(tools.filter(({ name }) => name === "sora_panel")).toEqual([]);
  expect(tools.filter(({ _meta }) => _meta && "ui" in _meta)).toEqual([]);
  for (const method of resources) expect(await ask(session, method, { uri }), method).toBe(-32601);
  for (const name of ["sora_panel", "sora_pane"]) {
    await expect(session.call(name, { channel_id: "sora", act: "refresh" })).rejects.toMatchObject({
      code: -32602,
      message: `MCP error -32602: Unknown tool: "${name}"`,
    });
  }
}

describe("a client that shows no apps sees nothing of it", () => {
  test.each<[string, Record<string, object> | undefined]>([
    ["no extensions", undefined],
    ["none of them", {}],
    ["another", { "io.modelcontextprotocol/other": ofTypes(["text/html;profile=mcp-app"])[extension] }],
    ["the name in other letters", { "io.modelcontextprotocol/UI": app[extension] }],
    ["another type", ofTypes(["text/html"])],
    ["other types", ofTypes(["text/html", "application/json", "text/html;profile=mcp-app2"])],
    ["the type in other letters", ofTypes(["text/html; profile=mcp-app", "TEXT/HTML;profile=mcp-app"])],
    ["the type as a text", ofTypes("text/html;profile=mcp-app")],
    ["types that are none", ofTypes([null, 5, ["text/html;profile=mcp-app"], {}])],
    ["types that are an object", ofTypes({ 0: "text/html;profile=mcp-app" })],
    ["a list", { [extension]: ["text/html;profile=mcp-app"] }],
  ])("it declares %s", async (_name, extensions) => {
    await expectNothing(await withExtensions(extensions));
  });

  test.each([{ SORA_TOOLSETS: "signaling,stats,push" }, { SORA_TOOLSETS: "stats", SORA_READ_ONLY: "true" }])(
    "nor does one that shows them where there is no overview: %j",
    async (env) => {
      const session = await withExtensions(app, env);
      const tools = await listed(session);
      expect(tools.map(({ name }) => name)).not.toContain("sora_panel");
      expect(JSON.stringify(tools)).not.toContain(uri);
      for (const method of resources) expect(await ask(session, method, { uri }), method).toBe(-32601);
      await expect(session.call("sora_panel", { channel_id: "sora", act: "refresh" })).rejects.toMatchObject({
        code: -32602,
      });
      expect(session.client.getServerCapabilities()).not.toHaveProperty("resources");
      expect(session.client.getServerCapabilities()).not.toHaveProperty("extensions");
    },
  );
});

describe("a client that shows apps", () => {
  test.each<[string, Record<string, object>]>([
    ["the type", app],
    ["the type among others", ofTypes(["text/html", "text/html;profile=mcp-app"])],
    ["no types", { [extension]: {} }],
    ["another extension beside it", { "com.example/x": {}, ...app }],
  ])("it declares %s", async (_name, extensions) => {
    const session = await withExtensions(extensions);
    expect(session.client.getServerCapabilities()).toEqual({
      tools: {},
      prompts: {},
      resources: {},
      extensions: { [extension]: {} },
    });
    const tools = await listed(session);
    const plain = await listed(await withExtensions(undefined));
    expect(tools.slice(0, -1)).toEqual(
      plain.map((tool) =>
        tool.name === "sora_overview"
          ? { ...tool, _meta: { ...tool._meta, ui: { resourceUri: uri } } }
          : tool,
      ),
    );
    expect(tools.find(({ name }) => name === "sora_overview")?._meta).toMatchObject({
      ui: { resourceUri: uri },
      "anthropic/searchHint": expect.any(String),
    });
    expect(tools.at(-1)).toMatchObject({
      name: "sora_panel",
      _meta: { ui: { visibility: ["app"] } },
      annotations: { readOnlyHint: false, destructiveHint: true },
      inputSchema: { required: ["channel_id", "act"], additionalProperties: false },
    });
  });

  test("where all is read only, the tool behind the panel is too", async () => {
    const tools = await listed(await withExtensions(app, { SORA_READ_ONLY: "true" }));
    expect(tools.at(-1)).toMatchObject({ name: "sora_panel", annotations: { readOnlyHint: true } });
  });

  test.each(["flag", "preview", "ask", "ask,panel"])("its schema is the same under %s", async (confirm) => {
    const tools = await listed(await withExtensions(app, { SORA_CONFIRM: confirm }));
    expect(Object.keys(tools.at(-1)?.inputSchema.properties ?? {})).toEqual([
      "channel_id",
      "act",
      "tool",
      "arguments",
    ]);
  });
});

describe("the page", () => {
  test("is one resource, whole, small, and asks for nothing from outside", async () => {
    const { client } = await withExtensions(app);
    const { contents } = await client.readResource({ uri });
    expect(contents).toHaveLength(1);
    const [page] = contents;
    if (!page || !("text" in page) || typeof page.text !== "string") throw new Error("no page");
    const { text } = page;
    expect(page).toMatchObject({ uri, mimeType: "text/html;profile=mcp-app" });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16_000);
    expect(text).toMatch(/^<!doctype html>/i);
    expect(text).toContain("</html>");
    // Names of namespaces are asked for by nobody.
    const addresses = text.match(/[a-z][a-z+.-]*:\/\/[^\s"'`<>)]*/gi) ?? [];
    expect(addresses.filter((one) => !one.startsWith("http://www.w3.org/"))).toEqual([]);
    expect(text).not.toMatch(/\b(src|href|action|srcset|poster)\s*=\s*["']?(?!["'])\S/i);
    expect(text).not.toMatch(
      /@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(/,
    );
    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
  });

  test("is all there is to list", async () => {
    const session = await withExtensions(app);
    expect(await session.client.listResources()).toEqual({
      resources: [
        {
          uri,
          name: "channel",
          title: expect.any(String),
          mimeType: "text/html;profile=mcp-app",
          _meta: { ui: { prefersBorder: true } },
        },
      ],
    });
    expect(await session.client.listResourceTemplates()).toEqual({ resourceTemplates: [] });
  });

  test.each<[string, object, number]>([
    ["read", {}, -32002],
    ["read", { uri: "" }, -32002],
    ["read", { uri: "ui://sora/channel/" }, -32002],
    ["read", { uri: "UI://sora/channel" }, -32002],
    ["read", { uri: "file:///etc/passwd" }, -32002],
    ["read", { uri: [uri] }, -32002],
    ["subscribe", { uri }, -32601],
    ["unsubscribe", { uri }, -32601],
    ["__proto__", { uri }, -32601],
  ])("resources/%s %j: %d", async (method, params, code) => {
    expect(await ask(await withExtensions(app), `resources/${method}`, params)).toBe(code);
  });
});

test.each([undefined, null, true, "x", [], { extensions: null }, { extensions: [app] }, { extensions: "x" }])(
  "capabilities that are %j tell of no apps",
  (capabilities) => {
    expect(showsApps(capabilities)).toBe(false);
  },
);
