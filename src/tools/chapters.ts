interface Chapter {
  /** What its tools are about, for the model. */
  readonly subject: string;
  /** Its headings in docs/tools.md and docs/tools.ja.md. */
  readonly english: string;
  readonly japanese: string;
}

/**
 * The jobs of who moderates, and then the chapters of the Sora documents, in the order in which tools are listed. Each is a
 * toolset.
 */
export const chapters = {
  moderation: { subject: "moderation", english: "Moderation", japanese: "モデレーション" },
  signaling: { subject: "connections", english: "Signaling", japanese: "シグナリング" },
  push: { subject: "push messages", english: "Push", japanese: "プッシュ通知" },
  spotlight: { subject: "spotlight", english: "Spotlight", japanese: "スポットライト" },
  simulcast: { subject: "simulcast", english: "Simulcast", japanese: "サイマルキャスト" },
  metadata: { subject: "metadata", english: "Notify metadata", japanese: "シグナリング通知メタデータ拡張" },
  stats: { subject: "statistics", english: "Statistics", japanese: "統計情報" },
  rtp: { subject: "RTP streams", english: "RTP streams", japanese: "RTP ストリーム" },
  channels: { subject: "all channels", english: "All channels", japanese: "全チャネル" },
  sessions: { subject: "sessions", english: "Sessions", japanese: "セッション" },
  forwarding: {
    subject: "forwarding filters",
    english: "Forwarding filters",
    japanese: "転送フィルター",
  },
  recording: { subject: "recording", english: "Recording", japanese: "録画" },
  audio: { subject: "audio streaming", english: "Audio streaming", japanese: "音声ストリーミング" },
  server: { subject: "the server", english: "Server", japanese: "サーバー" },
  cluster: { subject: "the cluster", english: "Cluster", japanese: "クラスター" },
} as const satisfies Readonly<Record<string, Chapter>>;

export type Toolset = keyof typeof chapters;

export const toolsets: readonly Toolset[] = Object.keys(chapters).filter(
  (name): name is Toolset => name in chapters,
);

export const onlyWhenAskedFor: readonly Toolset[] = ["audio", "server", "cluster"];

export const defaultToolsets = toolsets.filter((name) => !onlyWhenAskedFor.includes(name));
