import { cloudRelease, compareReleases, type Edition, isInRelease, oldestRelease } from "../releases.ts";
import type { Dated, Tool } from "../tools/tool.ts";

/** Whether a Sora of that edition has a tool's API. */
export function isOffered({ scope, since, removed }: Dated, edition: Edition): boolean {
  switch (edition) {
    case "labo":
      return since === undefined;
    case "cloud":
      return scope !== "server" && isOffered({ since, removed }, cloudRelease);
    default:
      return isInRelease(edition, { since: since ?? oldestRelease, removed });
  }
}

/** A description with what matters under that edition and no more. */
export function descriptionIn(description: string, ending: Tool["ending"], edition: Edition): string {
  const release = edition === "cloud" ? cloudRelease : edition;
  const isEnding = ending && (release === "labo" || compareReleases(ending.from, release) <= 0);
  return isEnding ? `${description} ${ending.text}` : description;
}

/** In which releases a tool's API is, for a sentence: `exists in Sora 2021.2 and later, no longer since 2025.2`. */
export function whenOffered({ scope, since, removed }: Dated): string {
  const end = removed === undefined ? "" : `, no longer since ${removed}`;
  const where = scope === "server" ? ", not on Sora Cloud" : "";
  return `exists in Sora ${since ?? oldestRelease} and later${end}${where}`;
}
