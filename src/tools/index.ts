import { audioTools } from "./audio.ts";
import { channelsTools } from "./channels.ts";
import { type Toolset, toolsets } from "./chapters.ts";
import { clusterTools } from "./cluster.ts";
import { forwardingTools } from "./forwarding.ts";
import { metadataTools } from "./metadata.ts";
import { pushTools } from "./push.ts";
import { recordingTools } from "./recording.ts";
import { rtpTools } from "./rtp.ts";
import { serverTools } from "./server.ts";
import { sessionsTools } from "./sessions.ts";
import { signalingTools } from "./signaling.ts";
import { simulcastTools } from "./simulcast.ts";
import { spotlightTools } from "./spotlight.ts";
import { statsTools } from "./stats.ts";
import type { Callable, Tool } from "./tool.ts";

const tables = {
  signaling: signalingTools,
  push: pushTools,
  spotlight: spotlightTools,
  simulcast: simulcastTools,
  metadata: metadataTools,
  stats: statsTools,
  rtp: rtpTools,
  channels: channelsTools,
  sessions: sessionsTools,
  forwarding: forwardingTools,
  recording: recordingTools,
  audio: audioTools,
  server: serverTools,
  cluster: clusterTools,
} as const satisfies Readonly<Record<Toolset, readonly Callable[]>>;

/** The operations of all tools: what is to be said of each of them is missed by its type. */
export type Operation = (typeof tables)[Toolset][number]["operation"];

/** All tools, in the order in which clients see them. */
export const allTools: readonly Tool<Operation>[] = toolsets.flatMap((toolset) =>
  tables[toolset].map((tool) => ({ ...tool, toolset })),
);
