import { expect, test } from "vitest";
import { asked, button, names, news, openOn, question, renew } from "./looking.ts";
import { channel, person, stubSora } from "./stub-sora.ts";

// What a person pressed last is what is asked about, and nobody of another channel is.

const [ann, ben] = [person("ann"), person("ben")];

test("of two connections with one name, the one that was pressed last is asked about and cut off", async () => {
  const sora = await stubSora([ann, ben, person("ben", "ben-2")]);
  const { view, host } = await openOn(sora);
  const both = button(view, "Disconnect this one: ben");
  await expect.poll(() => both.count()).toBe(2);
  sora.instead = ({ operation }, response) => {
    if (operation !== "ListChannelConnections") return false;
    setTimeout(() => response.end(JSON.stringify(sora.people)), 500);
    return true;
  };
  await both.nth(0).click();
  await both.nth(1).click();
  await question(view).waitFor();
  await expect.poll(() => asked(host, "preview").filter(({ result }) => result).length).toBe(2);
  expect(await view.locator("#people > li").nth(2).locator(".ask").count()).toBe(1);
  expect(await question(view).count()).toBe(1);
  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => news(view)).toBe("Done: Disconnect this one: ben");
  expect(sora.writes.map(({ body }) => body.connection_id)).toEqual(["ben-2"]);
});

test("of more connections than are listed it is not said how many people they are", async () => {
  const sora = await stubSora(Array.from({ length: 21 }, (_, at) => person("ben", `ben-${at}`)));
  const { view } = await openOn(sora);
  await button(view, "Disconnect everyone").click();
  await button(view, "Disconnect 21 connections").waitFor();
  expect(await question(view).textContent()).toContain("and 1 more");
});

test("a host that names another channel later changes nothing", async () => {
  const panel = await openOn(await stubSora([ann, ben]));
  const { view, host, page } = panel;
  await page.evaluate(() => {
    const params = { arguments: { channel_id: "other" } };
    const method = "ui/notifications/tool-input";
    document.querySelector("iframe")?.contentWindow?.postMessage({ jsonrpc: "2.0", method, params }, "*");
  });
  await renew(panel);
  expect(await names(view)).toEqual(["ann", "ben"]);
  expect(new Set(asked(host, "refresh").map(({ arguments: given }) => given.channel_id))).toEqual(
    new Set([channel]),
  );
});

test("what was told of the last deed is gone when the next begins, so that the same is told again", async () => {
  const { view } = await openOn(await stubSora([ann, ben]));
  for (const _time of [1, 2]) {
    await button(view, "Warn: ben").click();
    expect(await news(view)).toBe("");
    await view.getByLabel("Message").fill("quiet, please");
    await button(view, "Send").click();
    await expect.poll(() => news(view)).toBe("Done: Warn: ben");
  }
});

test("taken away, nothing can be pressed any more", async () => {
  const { view, host, page } = await openOn(await stubSora([ann, ben]));
  await page.evaluate(() => window.host.teardown());
  await button(view, "Mute: ben")
    .click({ force: true, timeout: 2_000 })
    .catch(() => {});
  await page.waitForTimeout(300);
  expect(asked(host, "confirm")).toEqual([]);
});
