import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { button, openStage, question, row } from "./looking.ts";

// The pictures of the panel that the README shows: `PICTURES=1 npm run panel-check -- pictures` makes them anew. Who is on
// the stage goes by the clock, so that no two are the same: what is held to the page is what they say in words.

const isAsked = process.env.PICTURES === "1";
const width = 640;
const largest = 120_000;

/** Width of a PNG, as its first part says it. */
function widthOf(png: Buffer): number {
  expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
  return png.readUInt32BE(16);
}

test.each(["light", "dark"])("docs/panel-%s.png shows the panel as it is", async (theme) => {
  const { view, page } = await openStage({
    query: { theme, width: `${width}` },
    browser: { viewport: { width: 700, height: 1_200 }, deviceScaleFactor: 1 },
  });
  await expect.poll(() => row(view, "grace").textContent()).toContain("bad sends with loss");
  // It takes two readings of the counters to tell this.
  if (isAsked) await expect.poll(() => row(view, "heidi").textContent()).toContain("bad sends nothing");
  await button(view, "Disconnect: grace").click();
  await button(view, "Disconnect 1 person").waitFor();
  // What has just come is not to stand half drawn.
  await expect
    .poll(async () => (await page.locator("iframe").boundingBox())?.height)
    .toBe(await view.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height)));
  const picture = await page.locator("iframe").screenshot();

  const path = `docs/panel-${theme}.png`;
  if (isAsked) writeFileSync(path, picture);
  const kept = readFileSync(path);
  expect(widthOf(kept)).toBe(width);
  expect(widthOf(picture)).toBe(width);
  expect(kept.length).toBeLessThan(largest);

  expect(await view.locator("h1").textContent()).toBe("sandbox_0_stage");
  expect(await view.locator("#totals").textContent()).toMatch(/^\d connections: /);
  expect(await view.locator("#sources").textContent()).toMatch(
    /^127\.0\.0\.1 \(sandbox: simulated, nobody is hit\) · Client reports: .* · Filters in force: 0 mutes, 0 others$/,
  );
  expect(await view.locator("#everyone").textContent()).toBe("Warn everyoneDisconnect everyone");
  expect(await row(view, "grace").textContent()).toMatch(
    /^gracesendrecv · \d+ min · OPUS · VP9bad sends with loss 1\d.* % \(limit 8\)WarnMuteDisconnect/,
  );
  expect(await question(view).textContent()).toBe(
    "On 127.0.0.1 (sandbox: simulated, nobody is hit) these will be cut off:grace sendrecvDisconnect 1 personCancel",
  );
});
