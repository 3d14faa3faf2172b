import { expect, test } from "vitest";
import { asked, names, openOn, renew } from "./looking.ts";
import { type Connection, loudness, person, stubSora } from "./stub-sora.ts";

// Five hundred people, as many as the panel shows.

const crowd: readonly Connection[] = Array.from({ length: 500 }, (_, at) => person(`person-${at}`));

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string } }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** How long script ran, with the collection of what it left behind: neither idle nor the browser's own work. */
function scriptMs({ nodes, samples = [], timeDeltas = [] }: Profile): number {
  const others = new Set(["(idle)", "(program)", "(root)"]);
  const script = new Set(
    nodes.filter(({ callFrame }) => !others.has(callFrame.functionName)).map(({ id }) => id),
  );
  return samples.reduce((sum, id, at) => sum + (script.has(id) ? (timeDeltas[at] ?? 0) : 0), 0) / 1_000;
}

test("all of them are shown, without a freeze, and a renewal takes less than 100 ms of script", async () => {
  const sora = await stubSora(crowd);
  sora.reports = crowd.map((one, at) => loudness(one, (at % 10) / 10));
  const panel = await openOn(sora);
  const { view, page, host } = panel;
  await expect.poll(async () => (await names(view)).length).toBe(500);
  expect(new Set(await names(view)).size).toBe(500);
  expect(await view.locator("#people > li button").count()).toBe(1_500);
  expect(await view.locator("#totals").textContent()).toMatch(/^500 connections/);

  const freezes = await view.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().map(({ duration }) => duration))).observe(
          { type: "longtask", buffered: true },
        );
        setTimeout(() => resolve([]), 500);
      }),
  );
  expect(Math.max(0, ...freezes)).toBeLessThan(1_000);

  const session = await page.context().newCDPSession(view);
  await session.send("Profiler.enable");
  const rounds: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const role = round % 2 === 0 ? "sendonly" : "sendrecv";
    // Everybody has something new to show, and stands elsewhere.
    sora.people = crowd.map((one, at) => ({ ...one, role, created_time: (at * 7 * (round + 1)) % 500 }));
    const before = asked(host, "refresh").length;
    await session.send("Profiler.start");
    await renew(panel);
    const { profile } = await session.send("Profiler.stop");
    rounds.push(scriptMs(profile) / (asked(host, "refresh").length - before));
  }
  expect(median(rounds)).toBeGreaterThan(0.5);
  expect(median(rounds)).toBeLessThan(100);
  expect((await names(view)).length).toBe(500);
});

test("of more, the rest is counted", async () => {
  const sora = await stubSora([...crowd, person("one-more"), person("another")]);
  const { view } = await openOn(sora);
  await expect.poll(async () => (await names(view)).length).toBe(500);
  expect(await view.locator("#rest").textContent()).toBe("and 2 more");
});
