import fc from "fast-check";
import { expect, test } from "vitest";
import { compareReleases, editions, isInRelease, releaseOf, releases } from "../src/releases.ts";
import { releases as documented } from "./contract/releases.ts";

test("the releases are those of the documentation, each later than the one before", () => {
  expect(releases).toEqual(documented);
  expect(editions).toEqual(["labo", "cloud", ...documented]);
  for (const [index, release] of releases.entries()) {
    const before = releases[index - 1];
    if (before) expect(compareReleases(before, release)).toBeLessThan(0);
    expect(compareReleases(release, release)).toBe(0);
  }
});

test("releases compare as year, then number", () => {
  const release = fc.tuple(fc.integer({ min: 2000, max: 2099 }), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(release, release, ([year, number], [otherYear, otherNumber]) => {
      const expected = Math.sign(year * 100 + number - (otherYear * 100 + otherNumber));
      const found = compareReleases(`${year}.${number}`, `${otherYear}.${otherNumber}`);
      expect(Math.sign(found)).toBe(expected);
    }),
  );
});

test.each([
  ["2021.2", "2021.2"],
  ["2025.2.0", "2025.2"],
  ["2026.1.2", "2026.1"],
  ["2026.2.0-canary.15", "2026.2"],
])("the version %s belongs to %s", (version, release) => {
  expect(releaseOf(version)).toEqual({ release, isNewer: false });
});

test.each(["2026.3", "2026.10", "2027.1.0", "9999.1"])("%s is newer than all of them", (version) => {
  expect(releaseOf(version)).toEqual({ release: "2026.2", isNewer: true });
});

test.each([
  "",
  "2020.3",
  "2021.1",
  "2025.3",
  "2025",
  "2025.2.",
  "2025.2.0.1",
  "x2025.2",
  "2025.2x",
  "latest",
  " 2025.2",
])("%j is no release", (version) => {
  expect(releaseOf(version)).toBeUndefined();
});

test("something is there from the release that brings it to the one that takes it away", () => {
  const there = releases.filter((release) => isInRelease(release, { since: "2022.1", removed: "2024.2" }));
  expect(there).toEqual(["2022.1", "2022.2", "2023.1", "2023.2", "2024.1"]);
  expect(isInRelease("2026.2", { since: "2021.2", removed: "2027.2" })).toBe(true);
});
