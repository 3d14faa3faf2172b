import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { asked, button, names, news, openOn, question } from "./looking.ts";
import { channel, person, stubSora } from "./stub-sora.ts";

// What the operator has set holds in the panel; and what is said when it is not known what came of a click.

const [ann, ben] = [person("ann"), person("ben")];

test("SORA_READ_ONLY: there is nothing to press", async () => {
  const { view } = await openOn(await stubSora([ann, ben]), { env: { SORA_READ_ONLY: "true" } });
  await expect.poll(() => names(view)).toEqual(["ann", "ben"]);
  expect(await view.locator("button, input, form").count()).toBe(0);
});

test("SORA_CONFIRM=ask: nobody is disconnected here, and the rest is there", async () => {
  const sora = await stubSora([ann]);
  const { view } = await openOn(sora, { env: { SORA_CONFIRM: "ask" } });
  await expect.poll(() => names(view)).toEqual(["ann"]);
  const labels = await view.getByRole("button").evaluateAll((all) => all.map((one) => one.textContent));
  expect(labels).toEqual(["Warn everyone", "Warn", "Mute"]);
});

test.each(["preview", "ask,panel"])("SORA_CONFIRM=%s: the panel confirms", async (confirm) => {
  const sora = await stubSora([ann, ben]);
  const path = join(temporaryFolder(), "audit.jsonl");
  const { view } = await openOn(sora, { env: { SORA_CONFIRM: confirm, SORA_AUDIT_LOG: path } });
  await button(view, "Disconnect: ben").click();
  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => news(view)).toBe("Done: Disconnect: ben");
  expect(sora.writes).toHaveLength(1);
  expect(auditLines(path).at(-1)).toMatchObject({ confirmed_by: "panel", outcome: "done" });
});

test("SORA_MAX_AFFECTED: what would cut off more has no second button, and says so", async () => {
  const sora = await stubSora([ann, ben]);
  const { view, host } = await openOn(sora, { env: { SORA_MAX_AFFECTED: "1" } });
  await button(view, "Disconnect everyone").click();
  await expect.poll(() => news(view)).toContain("SORA_MAX_AFFECTED");
  expect(await question(view).count()).toBe(0);
  expect(asked(host, "preview")[0]?.result?._meta).toBeUndefined();
  await button(view, "Disconnect: ben").click();
  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => sora.writes).toMatchObject([{ body: { channel_id: channel, client_id: "ben" } }]);
});

test("a confirmation whose answer is lost: it is not known what came of it", async () => {
  const sora = await stubSora([ann, ben]);
  const { view, page } = await openOn(sora);
  await page.route("**/call", async (route) => {
    const isConfirm = route.request().postData()?.includes('"confirm"');
    if (!isConfirm) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await button(view, "Disconnect: ben").click();
  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => news(view)).toBe("It may be done. Look before you do it again.");
  expect(sora.writes).toHaveLength(1);
  expect(await question(view).count()).toBe(0);
});

test("Sora that does not answer to a disconnect: it is not said that nothing was done", async () => {
  const sora = await stubSora([ann, ben]);
  sora.instead = ({ operation }) => operation === "DisconnectClient";
  const { view } = await openOn(sora, { env: { SORA_TIMEOUT_MS: "1000" } });
  await button(view, "Disconnect: ben").click();
  await button(view, "Disconnect 1 person").click();
  await expect.poll(() => news(view)).toContain("(timeout)");
  expect(sora.writes).toHaveLength(1);
  expect(await news(view)).not.toContain("Not done");
});

test("who has left since is not asked about", async () => {
  const sora = await stubSora([ann, ben]);
  const { view, host } = await openOn(sora);
  // Between two renewals.
  await view.evaluate(() => Object.defineProperty(document, "hidden", { get: () => true }));
  await expect.poll(() => asked(host, "refresh").every(({ result }) => result)).toBe(true);
  sora.people = [ann];
  await button(view, "Disconnect: ben").click();
  await expect.poll(() => news(view)).toBe("They have left.");
  expect(await question(view).count()).toBe(0);
  expect(sora.writes).toEqual([]);
});
