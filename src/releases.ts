/** The releases of Sora that are told apart, oldest first. The first stands for those before it too. */
export const releases = [
  "2021.2",
  "2022.1",
  "2022.2",
  "2023.1",
  "2023.2",
  "2024.1",
  "2024.2",
  "2025.1",
  "2025.2",
  "2026.1",
  "2026.2",
] as const;
export type Release = (typeof releases)[number];

/** What SORA_RELEASE may say: the APIs of Sora Labo's page, those that Sora Cloud offers, or those of a release. */
export type Edition = "labo" | "cloud" | Release;
export const editions: readonly Edition[] = ["labo", "cloud", ...releases];

export const oldestRelease: Release = releases[0];
export const newestRelease: Release = releases.at(-1) ?? oldestRelease;
/** The release whose APIs Sora Cloud has, but for those of the whole server. */
export const cloudRelease: Release = "2025.2";

/** When something came, and when it went. A removal may be announced for a release that is not there yet. */
export interface Lifetime {
  readonly since: Release;
  readonly removed?: Release | "2027.2" | undefined;
}

/** Releases compare as year, then number: negative when the first is the earlier one. */
export function compareReleases(one: string, other: string): number {
  const [year = 0, number = 0] = one.split(".").map(Number);
  const [otherYear = 0, otherNumber = 0] = other.split(".").map(Number);
  return year - otherYear || number - otherNumber;
}

export function isInRelease(release: Release, { since, removed }: Lifetime): boolean {
  const hasCome = compareReleases(since, release) <= 0;
  return hasCome && (removed === undefined || compareReleases(release, removed) < 0);
}

/**
 * The release that a version such as `2025.2`, `2025.2.1` or `2026.2.0-canary.15` belongs to; of one that is newer than
 * all of them, the newest, and `isNewer`. Undefined for what is no release of Sora.
 */
export function releaseOf(version: string): { release: Release; isNewer: boolean } | undefined {
  const [, named] = /^(\d{4}\.\d{1,2})(?:\.\d+(?:-[\w.]+)?)?$/.exec(version) ?? [];
  if (named === undefined) return undefined;
  const release = releases.find((known) => known === named);
  if (release) return { release, isNewer: false };
  const isNewer = compareReleases(named, newestRelease) > 0;
  return isNewer ? { release: newestRelease, isNewer } : undefined;
}
