import type { Frame } from "playwright-core";
import { expect, test } from "vitest";
import { forbidden, hostile } from "../support/hostile.ts";
import { button, names, news, openOn, question, renew, row } from "./looking.ts";
import { channel, person, stubSora } from "./stub-sora.ts";

// What participants call themselves stays text, and stays where it belongs.

const inTags = [
  `<img src=x onerror="window.hit = 1">`,
  `</script><script>window.hit = 1</script>`,
  `"><svg onload=window.hit=1><iframe srcdoc="<script>parent.hit=1</script>">`,
  `<style>*{display:none}</style><base href="http://192.0.2.1/">`,
  `<a href="javascript:window.hit=1" autofocus onfocus=window.hit=1 tabindex=1>x</a>`,
];
const known = hostile.map(({ text }) => text).filter((text) => text !== "");
const people = [
  person("ann"),
  ...[...inTags, ...known].map((client_id, at) => person(client_id, `H${at}`)),
  person("", "nameless"),
  { ...person("roly"), role: "<img src=x onerror=window.hit=1>", audio: { codec_type: inTags[1] } },
  person("zoe"),
];

/** Elements that are wider than they have room for. */
function tooWide(view: Frame): Promise<string[]> {
  return view.evaluate(() => {
    const all = [document.documentElement, ...document.querySelectorAll<HTMLElement>("body *")];
    return all
      .filter((one) => one.scrollWidth > Math.max(one.clientWidth, one.offsetWidth) + 1)
      .filter((one) => getComputedStyle(one).display !== "inline")
      .map((one) => `${one.tagName} ${one.textContent.slice(0, 40)}`);
  });
}

test("nothing of it is carried out, fetched or wider than the page; it is told as it must be shown", async () => {
  const sora = await stubSora([]);
  // Not one of the roles that there are.
  Object.assign(sora, { people });
  const panel = await openOn(sora);
  const { view, page, complaints, outside } = panel;
  await expect.poll(async () => (await names(view)).length).toBe(people.length);
  const shown = await names(view);
  for (const text of inTags) expect(shown).toContain(text);
  for (const { text, shown: as } of hostile) {
    if (text.trim() !== "" && text.length < 300) expect(shown).toContain(as);
  }
  expect(shown).toContain("nameless");
  expect(shown.filter((text) => forbidden.test(text))).toEqual([]);

  // A name cannot turn round what stands beside it.
  const isolated = view.locator("#people > li > div:first-child > b > bdi");
  expect(await isolated.count()).toBe(people.length);
  const labels = (name: string) =>
    row(view, name)
      .getByRole("button")
      .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  for (const name of ["ann", "zoe"]) {
    expect(await labels(name)).toEqual([`Warn: ${name}`, `Mute: ${name}`, `Disconnect: ${name}`]);
    expect(await row(view, name).textContent()).toContain("sendrecv · OPUS · VP8");
  }

  const [first = ""] = inTags;
  await button(view, `Disconnect: ${first}`).click();
  await question(view).waitFor();
  expect(await question(view).textContent()).toContain(first);
  for (const width of [320, 800]) {
    await page.evaluate((px) => window.host.setWidth(px), width);
    expect(await view.evaluate(() => document.documentElement.clientWidth)).toBe(width);
    expect(await tooWide(view)).toEqual([]);
  }
  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => news(view)).toBe(`Done: Disconnect: ${first}`);
  expect(sora.writes).toMatchObject([{ operation: "DisconnectClient", body: { client_id: first } }]);

  const made = await view.locator("img, svg, iframe, style, base, a, script").count();
  // Its own style and its own script.
  expect(made).toBe(2);
  expect(await view.evaluate(() => "hit" in window)).toBe(false);
  expect(complaints).toEqual([]);
  expect(outside).toEqual([]);
});

test("who has hidden characters in the name is acted on by the connection", async () => {
  const sora = await stubSora([person("alice"), person("al\u200bice", "fake")]);
  const panel = await openOn(sora);
  const { view, page } = panel;
  const fake = "al\\u200bice";
  await button(view, `Warn: ${fake}`).click();
  await page.keyboard.type("Stop");
  await page.keyboard.press("Enter");
  await expect.poll(() => sora.writes).toHaveLength(1);
  await button(view, `Disconnect: ${fake}`).click();
  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => sora.writes).toHaveLength(2);
  const body = { channel_id: channel, connection_id: "fake" };
  expect(sora.writes).toMatchObject([
    { operation: "PushConnection", body },
    { operation: "DisconnectConnection", body },
  ]);
  await renew(panel);
  expect(await names(view)).toEqual(["alice"]);
});
