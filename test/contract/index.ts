import { metadataRows } from "./metadata.ts";
import { push } from "./push.ts";
import type { ContractRow } from "./row.ts";
import { signaling } from "./signaling.ts";
import { spotlight } from "./spotlight.ts";
import { stats } from "./stats.ts";
import { rtp, simulcast } from "./streams.ts";

/** All 30 APIs, in the order in which clients see their tools. */
export const contract: readonly ContractRow[] = [
  ...signaling,
  ...push,
  ...spotlight,
  ...simulcast,
  ...metadataRows,
  ...stats,
  ...rtp,
];
