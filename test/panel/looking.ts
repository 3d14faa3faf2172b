import type { Frame, Locator } from "playwright-core";
import { expect } from "vitest";
import type { Host, ViewCall } from "./host/server.ts";
import { openPanel, type Panel, type PanelOptions } from "./open-panel.ts";
import { channel, type StubSora } from "./stub-sora.ts";

// What a person looks at and does in the panel, for the checks of its page.

/** In English on the sandbox's stage, once somebody is shown. */
export async function openStage({ query, ...options }: PanelOptions = {}): Promise<Panel> {
  const panel = await openPanel({ query: { locale: "en", ...query }, ...options });
  await panel.view.waitForSelector("#people > li");
  return panel;
}

/** In English on a Sora of the test's own, once the channel is shown in whatever state. */
export async function openOn(sora: StubSora, { env, query, ...options }: PanelOptions = {}): Promise<Panel> {
  const panel = await openPanel({
    env: { ...sora.env, ...env },
    query: { locale: "en", channel, ...query },
    ...options,
  });
  await panel.view.waitForSelector("body:not([data-state=loading])");
  return panel;
}

export function row(view: Frame, name: string): Locator {
  return view.locator("#people > li").filter({ has: view.locator(`xpath=./div[1]/b/bdi[text()="${name}"]`) });
}

/** In the order in which they stand. */
export async function names(view: Frame): Promise<string[]> {
  return view.locator("#people > li > div:first-child > b").allTextContents();
}

/** The button with exactly this label. */
export function button(view: Frame, label: string): Locator {
  return view.getByRole("button", { name: label, exact: true });
}

/** The open question. */
export function question(view: Frame): Locator {
  return view.locator(".ask");
}

export function news(view: Frame): Promise<string | null> {
  return view.locator("#news").textContent();
}

export function trouble(view: Frame): Promise<string | null> {
  return view.locator("#trouble").textContent();
}

/** The calls of one kind that the page made. */
export function asked(host: Host, act: "refresh" | "preview" | "confirm"): readonly ViewCall[] {
  return host.calls.filter((call) => call.name === "sora_panel" && call.arguments.act === act);
}

/** Has the panel look again at once. Resolves when what Sora says by now is shown. */
export async function renew({ view, host }: Panel): Promise<void> {
  const before = asked(host, "refresh").length;
  // One may be under way, and is of before; once there is another after the next, that has been shown.
  await expect
    .poll(async () => {
      await view.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
      return asked(host, "refresh").length;
    })
    .toBeGreaterThanOrEqual(before + 2);
}

/** The pointer rests on the heading. Out of the frame, what moves it here would leave no trace in the frame. */
export async function pointAway(view: Frame): Promise<void> {
  await view.locator("h1").hover();
}

/** The ticket that came with the last preview. */
export function ticketOf(call: ViewCall | undefined): string {
  const ticket = call?.result?._meta?.ticket;
  if (typeof ticket !== "string") throw new Error(`no ticket: ${JSON.stringify(call)}`);
  return ticket;
}
