import { expect, test } from "vitest";
import { openStage, row } from "./looking.ts";

// What the panel shows of the sandbox's stage.

test("people are shown with role, time, codecs, microphone, verdict and marks", async () => {
  const { view, host, complaints, outside } = await openStage();
  const textOf = (name: string) => row(view, name).textContent();
  await expect.poll(() => textOf("grace")).toMatch(/sendrecv · \d+ min · OPUS · VP9/);
  await expect.poll(() => textOf("grace")).toMatch(/bad sends with loss 1\d(\.\d)? % \(limit 8\)/);
  await expect.poll(() => textOf("heidi")).toMatch(/heidi not responding/);
  await expect.poll(() => textOf("heidi")).toMatch(/bad sends nothing/);
  await expect.poll(() => textOf("ivan")).toMatch(/bad too little bandwidth \d+(\.\d)? % \(limit 70\)/);
  await expect.poll(() => textOf("frank")).toMatch(/bad loud microphone 0\.9 \(limit 0\.8\)/);
  await expect.poll(() => textOf("judy")).toMatch(/judy simulcast.*good/);
  expect(await textOf("leo")).toMatch(/recvonly · \d+ min/);

  const meter = row(view, "frank").getByRole("meter", { name: "Microphone" });
  expect(await meter.getAttribute("aria-valuenow")).toBe("90");
  const drawn = (name: string) =>
    row(view, name)
      .locator(".mic")
      .evaluate((bar) => getComputedStyle(bar).backgroundSize);
  expect(await drawn("frank")).toMatch(/^90%/);
  expect(Number.parseInt(await drawn("grace"), 10)).toBeLessThan(20);
  expect(await row(view, "leo").locator(".mic").count()).toBe(0);

  expect(await view.locator("h1").textContent()).toBe("sandbox_0_stage");
  expect(await view.locator("#totals").textContent()).toMatch(
    /^\d+ connections: \d sendrecv, 0 sendonly, \d recvonly$/,
  );
  expect(await view.locator("#sources").textContent()).toMatch(
    /^127\.0\.0\.1 \(sandbox: .*\) · Client reports: \d+ to \d+ s old · Filters in force: 0 mutes, 0 others$/,
  );
  expect(host.calls.every(({ name }) => name === "sora_panel")).toBe(true);
  expect(complaints).toEqual([]);
  expect(outside).toEqual([]);
});
