import type { Release } from "../releases.ts";

export const thisNode = "sandbox@127.0.0.1";

export function versionOf(release: Release): string {
  return `${release}.0`;
}
