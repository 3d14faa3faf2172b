import { metadataRows } from "./metadata.ts";
import { push } from "./push.ts";
import type { ContractRow } from "./row.ts";
import { signaling } from "./signaling.ts";
import { spotlight } from "./spotlight.ts";
import { stats } from "./stats.ts";
import { rtp, simulcast } from "./streams.ts";

/** The chapters of Sora's documentation, in the order in which clients see their tools. */
const chapters: Readonly<Record<string, readonly ContractRow[]>> = {
  signaling,
  push,
  spotlight,
  simulcast,
  metadata: metadataRows,
  stats,
  rtp,
};
export const toolsets = Object.keys(chapters);

/** All tools, each with the chapter in which it stands and with every call, also where it is one that the row has already. */
export const contract = Object.entries(chapters).flatMap(([toolset, rows]) =>
  rows.map((row) => {
    const { least, confirmed = least, full = confirmed } = row;
    return { ...row, toolset, confirmed, full };
  }),
);

/** The names of the tools of one kind. */
export function toolsOfKind(wanted: ContractRow["kind"]): string[] {
  return contract.filter(({ kind }) => kind === wanted).map(({ tool }) => tool);
}
