import type { Frame, Page } from "playwright-core";
import { expect, test } from "vitest";
import { button, names, news, openOn, openStage, question, renew } from "./looking.ts";
import { person, stubSora } from "./stub-sora.ts";

// All of it by the keyboard alone.

const [ann, ben] = [person("ann"), person("ben")];

/** The label, or what else tells what has the focus. */
function focused(view: Frame): Promise<string | undefined> {
  return view.evaluate(() => {
    const { activeElement: at } = document;
    return at?.getAttribute("aria-label") ?? at?.id ?? at?.tagName;
  });
}

async function tabTo(page: Page, view: Frame, label: string): Promise<void> {
  for (let steps = 0; steps < 30; steps += 1) {
    await page.keyboard.press("Tab");
    if ((await focused(view)) === label) return;
  }
  throw new Error(`Tab does not lead to ${label}.`);
}

test("from the top of the page, somebody is disconnected", async () => {
  const sora = await stubSora([ann, ben]);
  const panel = await openOn(sora);
  const { view, page } = panel;
  await page.locator("iframe").focus();
  await tabTo(page, view, "Disconnect: ben");
  await page.keyboard.press("Enter");
  await question(view).waitFor();
  // The question is a group with the name of what is asked, and has the focus.
  expect(await question(view).evaluate((box) => box === document.activeElement)).toBe(true);
  expect(await question(view).getAttribute("aria-label")).toBe("Disconnect: ben");
  await page.keyboard.press("Tab");
  expect(await focused(view)).toBe("Disconnect 1 person");
  await page.keyboard.press("Enter");
  await expect.poll(() => news(view)).toBe("Done: Disconnect: ben");
  expect(sora.writes).toHaveLength(1);
  await renew(panel);
  expect(await names(view)).toEqual(["ann"]);
});

test("after a disconnect the focus is on the page, although the button that it came from is gone", async () => {
  const sora = await stubSora([ann, ben]);
  const panel = await openOn(sora);
  const { view, page } = panel;
  for (const label of ["Disconnect: ben", "Disconnect everyone"]) {
    await button(view, label).focus();
    await page.keyboard.press("Enter");
    await question(view).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => news(view)).toBe(`Done: ${label}`);
    await renew(panel);
    expect(await view.evaluate(() => document.activeElement === document.body), label).toBe(false);
  }
  expect(await names(view)).toEqual([]);
});

test("Escape leads back to the button that was pressed last", async () => {
  const { view, page } = await openOn(await stubSora([ann, ben]));
  await button(view, "Disconnect: ann").focus();
  await page.keyboard.press("Enter");
  await question(view).waitFor();
  await page.keyboard.press("Escape");
  expect(await question(view).count()).toBe(0);
  expect(await focused(view)).toBe("Disconnect: ann");

  await page.keyboard.press("Enter");
  await question(view).waitFor();
  await button(view, "Warn: ben").focus();
  await page.keyboard.press(" ");
  await expect.poll(() => question(view).getAttribute("aria-label")).toBe("Warn: ben");
  await page.keyboard.press("Escape");
  expect(await focused(view)).toBe("Warn: ben");
});

test("a warning is written and sent; afterwards the focus is where it came from", async () => {
  const sora = await stubSora([ann, ben]);
  const { view, page } = await openOn(sora);
  await page.locator("iframe").focus();
  await tabTo(page, view, "Warn: ann");
  await page.keyboard.press("Enter");
  await expect.poll(() => focused(view)).toBe("Message");
  await page.keyboard.type("Hello");
  await page.keyboard.press("Enter");
  await expect.poll(() => news(view)).toBe("Done: Warn: ann");
  expect(sora.writes).toMatchObject([{ body: { data: { message: "Hello" } } }]);
  expect(await focused(view)).toBe("Warn: ann");
});

test("after a mute the focus is on what takes it back", async () => {
  const panel = await openStage();
  const { view, page } = panel;
  await button(view, "Mute: frank").focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => news(view)).toBe("Done: Mute: frank");
  await renew(panel);
  expect(await focused(view)).toBe("Unmute: frank");
});

test("what has the focus can be seen to have it", async () => {
  const { view, page } = await openOn(await stubSora([ann]));
  await page.locator("iframe").focus();
  await tabTo(page, view, "Mute: ann");
  const outline = () => button(view, "Mute: ann").evaluate((one) => getComputedStyle(one).outlineStyle);
  expect(await outline()).toBe("solid");
});
