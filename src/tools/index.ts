import { metadataTools } from "./metadata.ts";
import { pushTools } from "./push.ts";
import { rtpTools } from "./rtp.ts";
import { signalingTools } from "./signaling.ts";
import { simulcastTools } from "./simulcast.ts";
import { spotlightTools } from "./spotlight.ts";
import { statsTools } from "./stats.ts";
import type { Tool } from "./tool.ts";

/** All tools, in the order in which clients see them. */
export const allTools: readonly Tool[] = [
  ...signalingTools,
  ...pushTools,
  ...spotlightTools,
  ...simulcastTools,
  ...metadataTools,
  ...statsTools,
  ...rtpTools,
];
