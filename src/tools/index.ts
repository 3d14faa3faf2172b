import { audioTools } from "./audio.ts";
import { channelsTools } from "./channels.ts";
import type { Toolset } from "./chapters.ts";
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
import type { Callable } from "./tool.ts";

/** The APIs of Sora, by chapter. */
export const apiTables = {
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
} as const satisfies Readonly<Record<Exclude<Toolset, "moderation">, readonly Callable[]>>;
