import { expect, test } from "vitest";
import { asked, button, names, openOn, pointAway, renew, row } from "./looking.ts";
import { loudness, person, stubSora } from "./stub-sora.ts";

// When the panel looks, and in which order it shows whom.

const [ann, ben, cat] = [person("ann"), person("ben"), person("cat")];

test("it is renewed every two seconds", async () => {
  const { host } = await openOn(await stubSora([ann]));
  const count = () => asked(host, "refresh").length;
  const before = count();
  const next = async (times: number) => {
    await expect.poll(count, { interval: 20 }).toBeGreaterThanOrEqual(before + times);
    return performance.now();
  };
  const first = await next(1);
  const took = (await next(3)) - first;
  expect(took).toBeGreaterThan(3_800);
  expect(took).toBeLessThan(8_000);
});

test("a renewal waits for the one before, however often there is cause for one", async () => {
  const sora = await stubSora([ann]);
  const { host, page, view } = await openOn(sora);
  let held = 0;
  sora.instead = ({ operation }, response) => {
    if (operation !== "ListChannelConnections") return false;
    held += 1;
    setTimeout(() => response.end(JSON.stringify([ann])), 700);
    return true;
  };
  const cause = () => view.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
  for (let times = 0; times < 20; times += 1) {
    await cause();
    await page.waitForTimeout(100);
  }
  await expect.poll(() => held).toBeGreaterThanOrEqual(2);
  const messages = await page.evaluate(() => window.host.messages.map((one) => JSON.stringify(one)));
  const turns = messages.flatMap((text) => {
    if (text.includes('"method":"tools/call"')) return ["asked"];
    return text.includes('"by_role"') && text.includes('"id":') ? ["answered"] : [];
  });
  expect(turns.join(" ")).toMatch(/^(asked answered ?){2,}(asked)?$/);
  expect(asked(host, "refresh").length).toBeGreaterThanOrEqual(3);
});

test("nothing is asked while the page is scrolled out of view, nor while its window is hidden", async () => {
  const { host, page, view } = await openOn(await stubSora([ann]));
  const count = () => asked(host, "refresh").length;
  const expectStill = async () => {
    // One may be under way.
    await page.waitForTimeout(400);
    const before = count();
    await page.waitForTimeout(2_500);
    expect(count()).toBe(before);
  };
  const moveView = (down: number) =>
    page.locator("iframe").evaluate((frame, px) => frame.style.setProperty("margin-top", `${px}px`), down);
  await moveView(5_000);
  await expectStill();
  let before = count();
  await moveView(0);
  await expect.poll(count).toBeGreaterThan(before);

  // A window without a screen cannot be hidden: the page is told that it were.
  const hide = (isHidden: boolean) =>
    view.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await hide(true);
  await expectStill();
  before = count();
  await hide(false);
  await expect.poll(count).toBeGreaterThan(before);
});

test("the worst stands first, also who came last", async () => {
  const sora = await stubSora([ann, ben, cat]);
  sora.reports = [loudness(ann, 0.01), loudness(ben, 0.6), loudness(cat, 0.95)];
  const { view } = await openOn(sora);
  await expect.poll(() => names(view)).toEqual(["cat", "ben", "ann"]);
  expect(await row(view, "cat").getAttribute("data-verdict")).toBe("bad");
  expect(await row(view, "ben").getAttribute("data-verdict")).toBe("fair");
});

test("under the pointer and around the focus nobody moves; afterwards the order is right again", async () => {
  const at = (created_time: number, one: typeof ann) => ({ ...one, created_time });
  const sora = await stubSora([at(1, ann), at(2, ben), at(3, cat)]);
  const panel = await openOn(sora);
  const { view } = panel;
  await expect.poll(() => names(view)).toEqual(["ann", "ben", "cat"]);
  await pointAway(view);

  await row(view, "ben").hover();
  sora.people = [at(1, cat), at(2, person("dan")), at(3, ben), at(4, ann)];
  await renew(panel);
  expect(await names(view)).toEqual(["ann", "ben", "cat", "dan"]);
  await pointAway(view);
  await renew(panel);
  expect(await names(view)).toEqual(["cat", "dan", "ben", "ann"]);

  await button(view, "Mute: ben").focus();
  sora.people = [at(1, { ...ben, role: "sendonly" }), at(2, person("eve")), at(3, person("dan")), at(4, ann)];
  await renew(panel);
  expect(await names(view)).toEqual(["dan", "ben", "ann", "eve"]);
  expect(await row(view, "ben").textContent()).toContain("sendonly");
  const focused = () => view.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  expect(await focused()).toBe("Mute: ben");
  await view.locator("h1").focus();
  await renew(panel);
  expect(await names(view)).toEqual(["ben", "eve", "dan", "ann"]);
});
