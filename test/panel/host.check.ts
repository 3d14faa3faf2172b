import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { afterTest } from "../support/closing.ts";
import { openHost } from "./host/server.ts";
import { openPanel } from "./open-panel.ts";

// The host itself, with a view that is not the server's: what a test of the real page may rely on.

declare global {
  interface Window {
    /** Of the stub view: the answer to ui/initialize, what the host said by method, and how it asks. */
    initialized: { result: { hostContext: Record<string, unknown> } };
    received: Record<string, Record<string, unknown>>;
    request(method: string, params: object): Promise<Record<string, unknown>>;
  }
}

const view = readFileSync("test/panel/stub-view.html", "utf8");
const channel = "sandbox_0_stage";

test("theme, locale and size arrive, and the call that the view belongs to", async () => {
  const query = { theme: "dark", locale: "ja", width: "400" };
  const { view: stub, ...panel } = await openPanel({ view, query });
  const { result } = await stub.evaluate(() => window.initialized);
  expect(result.hostContext).toMatchObject({
    theme: "dark",
    locale: "ja",
    displayMode: "inline",
    containerDimensions: { width: 400 },
    toolInfo: { tool: { name: "sora_overview" } },
    styles: { variables: { "--font-sans": expect.any(String) } },
  });
  const received = () => stub.evaluate(() => window.received);
  await expect.poll(received).toMatchObject({
    "ui/notifications/tool-input": { arguments: { channel_id: channel } },
    "ui/notifications/tool-result": {
      content: [{ type: "text", text: expect.stringContaining("connection_id") }],
    },
  });
  expect(await panel.page.evaluate(() => window.host.view())).toEqual({ name: "stub", version: "1.2.3" });
  expect(panel.host.calls).toEqual([]);
  expect(panel.complaints).toEqual([]);
  expect(panel.outside).toEqual([]);
});

test("without a channel, the tool is called without one", async () => {
  const { view: stub } = await openPanel({ view, query: { channel: "" } });
  const input = () => stub.evaluate(() => window.received["ui/notifications/tool-input"]);
  await expect.poll(input).toEqual({ arguments: {} });
});

test("the host follows the height of the view, and tells it what changes", async () => {
  const { view: stub, page } = await openPanel({ view, query: { theme: "light", locale: "en" } });
  await expect.poll(async () => (await page.locator("iframe").boundingBox())?.height).toBe(321);
  const changed = () => stub.evaluate(() => window.received["ui/notifications/host-context-changed"]);
  await page.evaluate(() => window.host.setTheme("dark"));
  await expect.poll(changed).toEqual({ theme: "dark" });
  await page.evaluate(() => window.host.setLocale("ja"));
  await expect.poll(changed).toEqual({ locale: "ja" });
  await page.evaluate(() => window.host.setWidth(320));
  await expect.poll(changed).toMatchObject({ containerDimensions: { width: 320 } });
});

test("a call of the view comes back with all that the server answered, _meta included", async () => {
  const { view: stub, host, complaints } = await openPanel({ view });
  const meta = { "example.com/meta": { kept: [1, "二", null], "<b>": true } };
  const { transport } = host.client;
  const deliver = transport?.onmessage;
  if (!transport || !deliver) throw new Error("The host is not connected.");
  // As if the server had sent it: from here on, all that comes with a result passes it on.
  transport.onmessage = (message, extra) =>
    deliver(
      "result" in message ? { ...message, result: { ...message.result, _meta: meta } } : message,
      extra,
    );
  const params = { name: "sora_overview", arguments: { channel_id: channel } };
  const answer = await stub.evaluate((call) => window.request("tools/call", call), params);
  expect(answer.result).toMatchObject({ _meta: meta, content: [{ type: "text" }] });
  expect(host.calls).toEqual([{ ...params, result: answer.result }]);
  expect(complaints).toEqual([]);
});

test("what the server refuses is told to the view as an error of JSON-RPC", async () => {
  const { view: stub, host } = await openPanel({ view });
  const params = { name: "sora_nothing", arguments: {} };
  const { error } = await stub.evaluate((call) => window.request("tools/call", call), params);
  expect(error).toMatchObject({ code: -32602, message: expect.stringContaining("sora_nothing") });
  expect(host.calls).toEqual([{ ...params, error }]);
});

test("a click in Chromium is that of a person", async () => {
  const { view: stub, host, complaints } = await openPanel({ view });
  await stub.getByRole("button").click();
  await expect.poll(() => stub.locator("output").textContent()).toBe("a person");
  expect(host.calls).toMatchObject([{ name: "sora_overview", result: {} }]);
  expect(complaints).toEqual([]);
});

test("teardown is answered; the view is there until it is removed", async () => {
  const { view: stub, page } = await openPanel({ view });
  expect(await page.evaluate(() => window.host.teardown())).toEqual({});
  const received = await stub.evaluate(() => window.received);
  expect(received["ui/resource-teardown"]).toEqual({});
  await page.evaluate(() => window.host.remove());
  expect(await page.locator("iframe").count()).toBe(0);
});

test("a view that wants out gets nowhere, not even to the host by itself", async () => {
  const reached: (string | undefined)[] = [];
  const elsewhere = createServer(({ url }, response) => {
    reached.push(url);
    response.setHeader("access-control-allow-origin", "*").end();
  });
  await once(elsewhere.listen(0, "127.0.0.1"), "listening");
  afterTest(() => elsewhere.close());
  const address = elsewhere.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  const { view: stub, host, page } = await openPanel({ view });
  const targets = { host: `${host.url}call`, elsewhere: `http://127.0.0.1:${address.port}/` };
  const outcome = await stub.evaluate(async (to) => {
    const tried = async (url: string) => fetch(url, { method: "POST" }).then(() => "sent", String);
    const image = new Image();
    image.src = `${to.elsewhere}image`;
    const loaded = await image.decode().then(() => "loaded", String);
    const opened = window.open(`${to.elsewhere}window`);
    return { host: await tried(to.host), elsewhere: await tried(`${to.elsewhere}fetch`), loaded, opened };
  }, targets);
  expect(outcome).toEqual({
    host: expect.stringContaining("TypeError"),
    elsewhere: expect.stringContaining("TypeError"),
    loaded: expect.stringContaining("EncodingError"),
    opened: null,
  });
  expect(await stub.evaluate(() => window.origin)).toBe("null");
  expect(await page.evaluate(() => window.host.isShown())).toBe(true);
  expect(reached).toEqual([]);
  expect(host.calls).toEqual([]);
});

test("only the host's own page can call", async () => {
  const host = await openHost({ view });
  afterTest(() => host.close());
  const own = { origin: host.url.slice(0, -1), "content-type": "application/json" };
  const call = { by: "view", name: "sora_overview", arguments: {} };
  const status = async (headers: Record<string, string>, body: unknown = call) =>
    (await fetch(`${host.url}call`, { method: "POST", headers, body: JSON.stringify(body) })).status;
  expect(await status({ ...own, origin: "null" })).toBe(403);
  expect(await status({ ...own, origin: "http://127.0.0.1:1" })).toBe(403);
  expect(await status({ "content-type": "application/json" })).toBe(403);
  expect(await status({ ...own, "content-type": "text/plain" })).toBe(415);
  expect(await status(own, { ...call, by: "somebody" })).toBe(400);
  expect(await status(own, { ...call, arguments: { long: "x".repeat(1_000_000) } })).toBe(413);
  expect((await fetch(`${host.url}call`)).status).toBe(405);
  expect((await fetch(host.url, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${host.url}package.json`)).status).toBe(404);
  expect(host.calls).toEqual([]);
  expect(await status(own)).toBe(200);
  expect(host.calls).toMatchObject([{ name: "sora_overview", result: {} }]);
});

test("where there is no Chromium, one sentence says so", async () => {
  const before = process.env.CHROMIUM;
  afterTest(() => {
    if (before === undefined) delete process.env.CHROMIUM;
    else process.env.CHROMIUM = before;
  });
  process.env.CHROMIUM = "/nowhere/chromium";
  await expect(launchChromium()).rejects.toThrow(
    "There is no Chromium at /nowhere/chromium: install Debian's package chromium, or name another by CHROMIUM.",
  );
});
