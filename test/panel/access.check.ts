import axe from "axe-core";
import type { Frame } from "playwright-core";
import { expect, test } from "vitest";
import { button, openOn, question, renew } from "./looking.ts";
import { loudness, person, stubSora } from "./stub-sora.ts";

// What axe finds, in each theme and language, with the host's colours and without.

declare global {
  interface Window {
    axe: typeof axe;
  }
}

const [ann, ben, cat] = [person("ann"), person("ben"), person("cat")];

/** What is serious or worse, with where it is. */
function faults(view: Frame): Promise<string[]> {
  return view.evaluate(async () => {
    const { violations, incomplete } = await window.axe.run(document, { resultTypes: ["violations"] });
    // A contrast that axe could not tell is not one that is good.
    const untold = incomplete.filter(({ id }) => id === "color-contrast");
    return [...violations, ...untold]
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

test.each(["host", "none"])("nothing serious is found; styles=%s", async (styles) => {
  const sora = await stubSora([ann, ben, cat, person("cat", "cat-2")]);
  sora.reports = [loudness(ann, 0.95), loudness(ben, 0.6), loudness(cat, 0.1)];
  const panel = await openOn(sora, { query: { styles } });
  const { view, page } = panel;
  await view.addScriptTag({ content: axe.source });
  const checked: string[] = [];
  for (const locale of ["en", "ja"]) {
    await page.evaluate((tag) => window.host.setLocale(tag), locale);
    await expect.poll(() => view.locator("html").getAttribute("lang")).toBe(locale);
    const [disconnect, warn, two] =
      locale === "en"
        ? ["Disconnect: cat", "Warn: ann", "Disconnect 1 person (2 connections)"]
        : ["切断: cat", "警告: ann", "1 人を切断 (2 接続)"];
    for (const theme of ["dark", "light"] as const) {
      await page.evaluate((name) => window.host.setTheme(name), theme);
      await expect.poll(() => view.evaluate(() => document.documentElement.style.colorScheme)).toBe(theme);
      expect(await faults(view), `${locale} ${theme}`).toEqual([]);
      await button(view, disconnect).first().click();
      await button(view, two).waitFor();
      expect(await faults(view), `${locale} ${theme}, a question`).toEqual([]);
      checked.push(`${locale} ${theme}`);
    }
    await button(view, warn).click();
    await expect.poll(() => question(view).getAttribute("aria-label")).toBe(warn);
    expect(await faults(view), `${locale}, a message`).toEqual([]);
    await page.keyboard.press("Escape");
  }
  sora.instead = (_asked, response) => {
    response.writeHead(401).end();
    return true;
  };
  await renew(panel);
  expect(await view.getByRole("alert").isVisible()).toBe(true);
  expect(await faults(view), "an error").toEqual([]);
  expect(checked).toEqual(["en dark", "en light", "ja dark", "ja light"]);
});
