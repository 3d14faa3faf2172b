interface Chapter {
  /** What its tools are about, for the model. */
  readonly subject: string;
}

/**
 * The jobs of who moderates, and then the chapters of the Sora documents, in the order in which tools are listed. Each is a
 * toolset.
 */
export const chapters = {
  moderation: { subject: "moderation" },
  signaling: { subject: "connections" },
  push: { subject: "push messages" },
  spotlight: { subject: "spotlight" },
  simulcast: { subject: "simulcast" },
  metadata: { subject: "metadata" },
  stats: { subject: "statistics" },
  rtp: { subject: "RTP streams" },
  channels: { subject: "all channels" },
  sessions: { subject: "sessions" },
  forwarding: { subject: "forwarding filters" },
  recording: { subject: "recording" },
  audio: { subject: "audio streaming" },
  server: { subject: "the server" },
  cluster: { subject: "the cluster" },
} as const satisfies Readonly<Record<string, Chapter>>;

export type Toolset = keyof typeof chapters;

export const toolsets: readonly Toolset[] = Object.keys(chapters).filter(
  (name): name is Toolset => name in chapters,
);

export const onlyWhenAskedFor: readonly Toolset[] = ["audio", "server", "cluster"];

export const defaultToolsets = toolsets.filter((name) => !onlyWhenAskedFor.includes(name));
