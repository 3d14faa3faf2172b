import type { Browser, BrowserContextOptions, Frame, Page } from "playwright-core";
import { afterAll } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { afterTest } from "../support/closing.ts";
import { type Host, type HostOptions, openHost } from "./host/server.ts";

export interface PanelOptions extends HostOptions {
  /** What the address of the host's page asks for: channel, theme, locale, width, styles. */
  readonly query?: Readonly<Record<string, string>>;
  /** Size of the window, whether motion is reduced and so on. */
  readonly browser?: BrowserContextOptions;
  /** Done with the host's page before it is opened. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export interface Panel {
  readonly host: Host;
  /** That of the host. */
  readonly page: Page;
  /** What it embeds. */
  readonly view: Frame;
  /** Warnings and errors on the console, and uncaught errors, of both. */
  readonly complaints: readonly string[];
  /** Whatever was requested from anywhere but the host. */
  readonly outside: readonly string[];
}

/** One for all tests of a file: each has a context of its own, with nothing in it. */
let chromium: Promise<Browser> | undefined;
afterAll(async () => {
  await (await chromium)?.close();
});

/** The view in a host in Chromium, once it has been sent the result of the tool. All of it is ended after the test. */
export async function openPanel(asked: PanelOptions = {}): Promise<Panel> {
  const { query = {}, browser = {}, prepare, ...options } = asked;
  chromium ??= launchChromium();
  const [host, launched] = await Promise.all([openHost(options), chromium]);
  afterTest(() => host.close());
  const page = await launched.newPage({ viewport: { width: 800, height: 900 }, ...browser });
  afterTest(() => page.close());
  // A check that fails is to say so before it runs out of time.
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const outside: string[] = [];
  page.context().on("request", (request) => {
    if (!request.url().startsWith(host.url) && !request.url().startsWith("data:"))
      outside.push(request.url());
  });
  await prepare?.(page);
  await page.goto(`${host.url}?${new URLSearchParams(query)}`);
  const view = await (await page.waitForSelector("iframe")).contentFrame();
  if (!view) throw new Error("The view has no frame.");
  await page.waitForFunction(() => window.host.isShown(), undefined, { timeout: 20_000 });
  return { host, page, view, complaints, outside };
}
