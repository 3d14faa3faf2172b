import type { Frame } from "playwright-core";
import { expect, test } from "vitest";
import { button, names, news, openOn, openStage, question, row } from "./looking.ts";
import { person, stubSora } from "./stub-sora.ts";

// The host's theme, language and width.

function coloursOf(view: Frame): Promise<{ back: string; text: string; scheme: string }> {
  return view.evaluate(() => {
    const { backgroundColor: back, color: text } = getComputedStyle(document.body);
    return { back, text, scheme: getComputedStyle(document.documentElement).colorScheme };
  });
}

const ofHost = {
  light: { back: "rgb(255, 255, 255)", text: "rgb(20, 20, 19)", scheme: "light" },
  dark: { back: "rgb(38, 38, 36)", text: "rgb(250, 249, 245)", scheme: "dark" },
};
const ofItsOwn = {
  light: { back: "rgb(255, 255, 255)", text: "rgb(23, 23, 23)", scheme: "light" },
  dark: { back: "rgb(28, 28, 28)", text: "rgb(245, 245, 245)", scheme: "dark" },
};

test.each([
  ["those of the host", {}, ofHost],
  ["its own", { styles: "none" }, ofItsOwn],
])("colours of both themes, and from one to the other: %s", async (_whose, query, colours) => {
  const { view, page } = await openOn(await stubSora([person("ann")]), {
    query: { theme: "dark", ...query },
  });
  expect(await coloursOf(view)).toEqual(colours.dark);
  await page.evaluate(() => window.host.setTheme("light"));
  await expect.poll(() => coloursOf(view)).toEqual(colours.light);
  await page.evaluate(() => window.host.setTheme("dark"));
  await expect.poll(() => coloursOf(view)).toEqual(colours.dark);
  expect(await names(view)).toEqual(["ann"]);
});

test("Japanese, from the beginning", async () => {
  const { view } = await openStage({ query: { locale: "ja-JP" } });
  expect(await view.locator("html").getAttribute("lang")).toBe("ja");
  const text = () => view.locator("main").textContent();
  await expect.poll(text).toMatch(/切断: |接続 \d+: sendrecv \d+、sendonly 0、recvonly \d+/);
  await expect.poll(text).toContain("クライアント統計: ");
  expect(await text()).toContain("有効な転送フィルター: ミュート 0、その他 0");
  await expect
    .poll(() => row(view, "grace").textContent())
    .toMatch(/悪い 送信でパケット損失 1\d.* % \(しきい値 8\)/);
  expect(await row(view, "leo").textContent()).toMatch(/recvonly · \d+ 分 .*警告切断$/);
  await button(view, "切断: frank").click();
  await expect.poll(() => button(view, "1 人を切断").count()).toBe(1);
  await button(view, "1 人を切断").click();
  await expect.poll(() => news(view)).toBe("「切断: frank」を実行しました");
  // All that a person reads is Japanese, but for names, words of Sora and units.
  const english = /\b(warn|mute|disconnect|cancel|min|done|person|people|good|bad|reports?|filters?)\b/i;
  expect(await text()).not.toMatch(english);
});

test("another language that it does not speak is English", async () => {
  const { view } = await openOn(await stubSora([person("ann")]), { query: { locale: "de-DE" } });
  expect(await view.locator("html").getAttribute("lang")).toBe("en");
  expect(await view.locator("#totals").textContent()).toContain("1 connection");
});

test("the language changes while people are shown: they stay, and a question is taken away", async () => {
  const sora = await stubSora([person("ann"), person("ben")]);
  const { view, page } = await openOn(sora);
  await button(view, "Disconnect: ben").click();
  await question(view).waitFor();
  await page.evaluate(() => window.host.setLocale("ja"));
  await expect.poll(() => view.locator("html").getAttribute("lang")).toBe("ja");
  expect(await names(view)).toEqual(["ann", "ben"]);
  expect(await question(view).count()).toBe(0);
  expect(await button(view, "切断: ben").count()).toBe(1);
  await page.evaluate(() => window.host.setLocale("en"));
  await expect.poll(() => button(view, "Disconnect: ben").count()).toBe(1);
  expect(await names(view)).toEqual(["ann", "ben"]);
  expect(sora.writes).toEqual([]);
});

test("in 320 px all is there, one below the other; in 760 beside each other", async () => {
  const { view, page } = await openStage({ query: { width: "320" } });
  const boxes = async () => {
    const parts = row(view, "grace").locator("xpath=./div");
    return Promise.all([0, 1, 2].map((at) => parts.nth(at).boundingBox()));
  };
  const fits = () =>
    view.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { clientWidth, fits: scrollWidth <= clientWidth };
    });
  expect(await fits()).toEqual({ clientWidth: 320, fits: true });
  const [who, verdict, acts] = await boxes();
  expect(verdict?.y).toBeGreaterThanOrEqual((who?.y ?? 0) + (who?.height ?? 0));
  expect(acts?.y).toBeGreaterThanOrEqual((verdict?.y ?? 0) + (verdict?.height ?? 0));
  const height = async () => (await page.locator("iframe").boundingBox())?.height;
  const before = (await height()) ?? 0;

  await page.evaluate(() => window.host.setWidth(760));
  await expect.poll(fits).toEqual({ clientWidth: 760, fits: true });
  const [left, middle, right] = await boxes();
  expect(middle?.x).toBeGreaterThanOrEqual((left?.x ?? 0) + (left?.width ?? 0));
  expect(right?.x).toBeGreaterThanOrEqual((middle?.x ?? 0) + (middle?.width ?? 0));
  // The host is told that less room is needed.
  await expect.poll(height).toBeLessThan(before);
});
