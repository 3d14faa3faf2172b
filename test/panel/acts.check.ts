import { expect, test } from "vitest";
import { asked, button, news, openOn, openStage, question, renew, row } from "./looking.ts";
import { channel, person, stubSora } from "./stub-sora.ts";

// What the buttons do that can be taken back, or cut nobody off.

const [ann, ben] = [person("ann"), person("ben")];

test("a warning is written and sent, by Enter or by its button; nothing is sent of an empty one", async () => {
  const sora = await stubSora([ann, ben]);
  const { view, page, host } = await openOn(sora);
  const sent = (message: string, operation: string, whom: object) => ({
    operation,
    body: { channel_id: channel, ...whom, data: { type: "warning", message } },
  });
  const toBen = sent("Mind your <b>words</b>", "PushClient", { client_id: "ben" });
  await button(view, "Warn: ben").click();
  const field = view.getByRole("textbox", { name: "Message" });
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await page.keyboard.type("   ");
  await page.keyboard.press("Enter");
  await button(view, "Send").click();
  await field.fill("  Mind your <b>words</b> ");
  await field.press("Enter");
  await expect.poll(() => news(view)).toBe("Done: Warn: ben");
  expect(sora.writes).toEqual([toBen]);
  expect(await question(view).count()).toBe(0);

  await button(view, "Warn everyone").click();
  await page.keyboard.type("Quiet, please");
  await button(view, "Send").click();
  await expect.poll(() => news(view)).toBe("Done: Warn everyone");
  expect(sora.writes).toEqual([toBen, sent("Quiet, please", "PushChannel", {})]);
  expect(asked(host, "preview")).toEqual([]);
  expect(asked(host, "confirm")).toHaveLength(2);
});

test("Enter that ends a composition sends nothing yet", async () => {
  const sora = await stubSora([ann]);
  const panel = await openOn(sora);
  const { view, page } = panel;
  await button(view, "Warn: ann").click();
  const field = view.getByRole("textbox", { name: "Message" });
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "けいこく", selectionStart: 4, selectionEnd: 4 });
  await expect.poll(() => field.inputValue()).toBe("けいこく");
  await page.keyboard.press("Enter");
  await renew(panel);
  expect(sora.writes).toEqual([]);
  await session.send("Input.insertText", { text: "警告" });
  await expect.poll(() => field.inputValue()).toBe("警告");
  await page.keyboard.press("Enter");
  await expect.poll(() => sora.writes).toMatchObject([{ body: { data: { message: "警告" } } }]);
});

test("somebody is muted and heard again, for real on the sandbox", async () => {
  const panel = await openStage();
  const { view, host } = panel;
  const marks = () => row(view, "frank").locator("small").allTextContents();
  const filters = async () => (await view.locator("#sources").textContent())?.match(/Filters.*/)?.[0];
  await button(view, "Mute: frank").click();
  await expect.poll(() => news(view)).toBe("Done: Mute: frank");
  await renew(panel);
  expect(await marks()).toEqual(["muted"]);
  expect(await filters()).toBe("Filters in force: 1 mute, 0 others");
  expect(await button(view, "Mute: frank").count()).toBe(0);
  // Who only watches has nothing to mute.
  expect(await button(view, "Mute: leo").count()).toBe(0);
  expect(await button(view, "Warn: leo").count()).toBe(1);

  await button(view, "Unmute: frank").click();
  await expect.poll(() => news(view)).toBe("Done: Unmute: frank");
  await renew(panel);
  expect(await marks()).toEqual([]);
  expect(await filters()).toBe("Filters in force: 0 mutes, 0 others");
  expect(asked(host, "confirm").map((call) => call.arguments.tool)).toEqual(["sora_mute", "sora_unmute"]);
  expect(asked(host, "preview")).toEqual([]);
});

test("two clicks on Mute are one", async () => {
  const panel = await openStage();
  const { view, host } = panel;
  await button(view, "Mute: frank").dblclick();
  await expect.poll(() => news(view)).toBe("Done: Mute: frank");
  await renew(panel);
  expect(asked(host, "confirm")).toHaveLength(1);
});

test("what Sora refuses is told, and is not said to be done", async () => {
  const sora = await stubSora([ann]);
  sora.instead = ({ operation }, response) => {
    if (operation !== "PushClient") return false;
    response.writeHead(400, { "content-type": "application/json" });
    response.end(JSON.stringify({ error_type: "CLIENT-NOT-FOUND" }));
    return true;
  };
  const { view, page } = await openOn(sora);
  await button(view, "Warn: ann").click();
  await page.keyboard.type("Hey");
  await page.keyboard.press("Enter");
  await expect.poll(() => news(view)).toMatch(/Warn: ann\. Sora refused .*\. \(sora_error\)$/);
});
