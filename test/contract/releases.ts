import { everyTool } from "./index.ts";

/** The releases of Sora, from the oldest on. */
export const releases: readonly string[] = [
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
];

/** What decides which tools there are. */
export interface Setup {
  /** `labo`, `cloud` or a release. */
  readonly edition: string;
  readonly toolsets: readonly string[];
  readonly readOnly: boolean;
  /** Whether it is limited to some channels. */
  readonly channelsSet: boolean;
}

type Row = (typeof everyTool)[number];

/** Releases as numbers that compare as they do: by year, then by number. */
function rank(release: string): number {
  const [year = Number.NaN, number = Number.NaN] = release.split(".").map(Number);
  return year * 100 + number;
}

function exists({ since, removed, scope }: Row, edition: string): boolean {
  if (edition === "labo") return since === undefined;
  if (edition === "cloud" && scope === "server") return false;
  const release = rank(edition === "cloud" ? "2025.2" : edition);
  return (
    (since === undefined || rank(since) <= release) && (removed === undefined || release < rank(removed))
  );
}

/** The names of the tools that are listed, in their order. */
export function listedTools({ edition, toolsets, readOnly, channelsSet }: Setup): string[] {
  return everyTool
    .filter(
      (row) =>
        exists(row, edition) &&
        toolsets.includes(row.toolset) &&
        (!readOnly || row.kind === "read") &&
        (!channelsSet || row.scope !== "server"),
    )
    .map(({ tool }) => tool);
}
