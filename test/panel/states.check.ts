import type { Page, Route } from "playwright-core";
import { expect, test } from "vitest";
import { asked, button, names, openOn, renew, trouble } from "./looking.ts";
import { openPanel } from "./open-panel.ts";
import { channel, person, stubSora } from "./stub-sora.ts";

// What the panel says when there is nobody, nothing or no answer to show.

const ann = person("ann");

/** What is done with the calls of the view, from now on. */
async function routeCalls(page: Page, handle: (route: Route) => unknown): Promise<void> {
  await page.route("**/call", async (route) => {
    if (route.request().postData()?.includes('"by":"view"')) await handle(route);
    else await route.continue();
  });
}

test("loading, until there is an answer", async () => {
  const held: Route[] = [];
  const { view } = await openPanel({
    env: (await stubSora([ann])).env,
    query: { locale: "en", channel },
    prepare: (page) => routeCalls(page, (route) => held.push(route)),
  });
  const text = () => view.locator("main").textContent();
  await expect.poll(text).toContain("Loading ...");
  await expect.poll(() => held.length).toBe(1);
  await held[0]?.continue();
  await expect.poll(() => names(view)).toEqual(["ann"]);
  expect(await text()).not.toContain("Loading");
});

test("nobody is there, somebody comes, everybody leaves", async () => {
  const sora = await stubSora([]);
  const panel = await openOn(sora);
  const { view } = panel;
  const totals = () => view.locator("#totals").textContent();
  expect(await totals()).toBe("Nobody is here.");
  expect(await view.getByRole("button").count()).toBe(0);
  sora.people = [ann];
  await renew(panel);
  expect(await totals()).toBe("1 connection: 1 sendrecv, 0 sendonly, 0 recvonly");
  sora.people = [];
  await renew(panel);
  expect(await totals()).toBe("Everybody has left.");
  expect(await names(view)).toEqual([]);
  expect(await view.getByRole("button").count()).toBe(0);
});

test("a channel that is not allowed: says so, and shows nobody", async () => {
  const { view } = await openOn(await stubSora([ann]), { env: { SORA_CHANNELS: "another" } });
  await expect.poll(() => trouble(view)).toMatch(/channel.*\(channel_not_allowed\)$/i);
  expect(await names(view)).toEqual([]);
  expect(await view.locator("main").textContent()).not.toContain("Loading");
});

test("Sora refuses the key: says so, beside what was shown before; once it answers, all is well", async () => {
  const sora = await stubSora([ann]);
  const panel = await openOn(sora);
  const { view } = panel;
  sora.instead = ({ operation }, response) => {
    if (operation !== "ListChannelConnections") return false;
    response.writeHead(401).end();
    return true;
  };
  await renew(panel);
  expect(await trouble(view)).toMatch(/key.*\(unauthorized\)$/i);
  expect(await view.getByRole("alert").isVisible()).toBe(true);
  expect(await names(view)).toEqual(["ann"]);
  sora.instead = () => false;
  await renew(panel);
  expect(await trouble(view)).toBe("");
});

test("the server is gone: says so with the time, tries on, and recovers", async () => {
  const { view, page, host } = await openOn(await stubSora([ann]));
  const before = new Date();
  await routeCalls(page, (route) => route.abort());
  const pattern = /^The server does not answer\. Shown as of (\d+:\d+:\d+ [AP]M)\.$/;
  await expect.poll(() => trouble(view)).toMatch(pattern);
  const [, time = ""] = (await trouble(view))?.match(pattern) ?? [];
  const shownOf = new Date(`${before.toDateString()} ${time}`);
  expect(Math.abs(shownOf.getTime() - before.getTime())).toBeLessThan(20_000);
  expect(await names(view)).toEqual(["ann"]);
  await page.unroute("**/call");
  await expect.poll(() => trouble(view)).toBe("");
  expect(asked(host, "refresh").at(-1)?.result).toBeDefined();
});

test("the server has ended: says so", async () => {
  const { view, host } = await openOn(await stubSora([ann]));
  await host.client.close();
  await expect.poll(() => trouble(view)).toContain("The server does not answer. Shown as of ");
  expect(asked(host, "refresh").at(-1)?.error).toBeDefined();
});

test("about no channel in particular, one is chosen first", async () => {
  const sora = await stubSora([ann]);
  const held: Route[] = [];
  const { view, host } = await openOn(sora, {
    query: { channel: "" },
    prepare: (page) => routeCalls(page, (route) => held.push(route)),
  });
  const text = () => view.locator("main").textContent();
  await expect.poll(text).toContain("Choose a channel:");
  expect(held).toEqual([]);
  await button(view, channel).click();
  await expect.poll(() => held.length).toBe(1);
  expect(await text()).toContain("Loading ...");
  expect(await text()).not.toContain("Choose");
  await held[0]?.continue();
  await expect.poll(() => names(view)).toEqual(["ann"]);
  expect(host.calls[0]?.arguments).toEqual({ channel_id: channel, act: "refresh" });
  expect(await view.locator("h1").textContent()).toBe(channel);
});

test("told that it will be taken away, it answers and asks nothing more", async () => {
  const { view, host, page } = await openOn(await stubSora([ann]));
  expect(await page.evaluate(() => window.host.teardown())).toEqual({});
  // One may be under way.
  await page.waitForTimeout(200);
  const before = host.calls.length;
  await view.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForTimeout(5_000);
  expect(host.calls.length).toBe(before);
});
