import type { Frame } from "playwright-core";
import { expect, test } from "vitest";
import { asked, button, openOn, question, renew } from "./looking.ts";
import { person, stubSora } from "./stub-sora.ts";

// What a script in the page does is not a person's doing: it makes no call.

/** Presses all that there is to press, in every way that a script has. */
function pressAll(view: Frame): Promise<number> {
  return view.evaluate(() => {
    const buttons = [...document.querySelectorAll("button")];
    for (const button of buttons) {
      // Cancel is as good as Escape: nothing to be kept from.
      if (button.textContent === "Cancel") continue;
      button.click();
      for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
        button.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, composed: true }));
      }
      for (const key of ["Enter", " "]) {
        button.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        button.dispatchEvent(new KeyboardEvent("keyup", { key, bubbles: true, cancelable: true }));
      }
    }
    for (const field of document.querySelectorAll("input")) {
      const enter = { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true };
      for (const type of ["keydown", "keypress", "keyup"])
        field.dispatchEvent(new KeyboardEvent(type, enter));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.form?.requestSubmit();
    }
    for (const form of document.forms) form.requestSubmit();
    return buttons.length;
  });
}

test("scripted clicks, keys and submissions make no call, wherever the page stands", async () => {
  const sora = await stubSora([person("ann"), person("ann", "ann-2")]);
  const panel = await openOn(sora);
  const { view, host, page } = panel;
  const made = () => host.calls.filter(({ arguments: given }) => given.act !== "refresh").length;
  // Two for all, four for each: warn, mute, disconnect, and one of the two.
  expect(await pressAll(view)).toBe(10);
  await renew(panel);
  expect(made()).toBe(0);
  expect(await question(view).count()).toBe(0);

  await button(view, "Disconnect: ann").first().click();
  await question(view).waitFor();
  await pressAll(view);
  await renew(panel);
  expect(made()).toBe(1);
  expect(asked(host, "preview")).toHaveLength(1);
  await button(view, "Cancel").click();

  await button(view, "Warn everyone").click();
  await page.keyboard.type("Attention");
  await pressAll(view);
  await renew(panel);
  expect(made()).toBe(1);
  expect(sora.writes).toEqual([]);
  // It was all there to be pressed: a person does it with one key.
  await page.keyboard.press("Enter");
  await expect.poll(() => sora.writes).toMatchObject([{ operation: "PushChannel" }]);
});
