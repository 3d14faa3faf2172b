const root = document.documentElement;

/** English or Japanese, whichever the page is in. */
export function say<Said>([english, japanese]: readonly [english: Said, japanese: Said]): Said {
  return root.lang === "ja" ? japanese : english;
}

/** From here on the page is in Japanese, or in English, by a BCP 47 tag. */
export function speak(tag: string): void {
  root.lang = /^ja\b/i.test(tag) ? "ja" : "en";
}

type Text = readonly [english: string, japanese: string];

const many = (count: number, one: string, several = `${one}s`) => `${count} ${count === 1 ? one : several}`;

export const words = {
  loading: ["Loading ...", "読み込み中…"],
  empty: ["Nobody is here.", "誰もいません。"],
  left: ["Everybody has left.", "全員が退出しました。"],
  silent: ["The server does not answer.", "サーバーが応答しません。"],
  choose: ["Choose a channel:", "チャネルを選んでください:"],
  mic: ["Microphone", "マイク"],
  limit: ["limit", "しきい値"],
  warn: ["Warn", "警告"],
  warnAll: ["Warn everyone", "全員に警告"],
  mute: ["Mute", "ミュート"],
  unmute: ["Unmute", "ミュート解除"],
  disconnect: ["Disconnect", "切断"],
  disconnectOne: ["Disconnect this one", "この接続だけ切断"],
  disconnectAll: ["Disconnect everyone", "全員を切断"],
  message: ["Message", "メッセージ"],
  send: ["Send", "送信"],
  cancel: ["Cancel", "キャンセル"],
  noneHit: ["They have left.", "対象はすでに退出しています。"],
  changed: ["Not done. Look again:", "実行していません。もう一度確認してください:"],
  unsure: [
    "It may be done. Look before you do it again.",
    "実行された可能性があります。まず確認してください。",
  ],
  failed: ["Error:", "エラー:"],
} as const satisfies Record<string, Text>;

export const shownAsOf = (at: string): Text => [`Shown as of ${at}.`, `表示は ${at} のものです。`];
export const more = (count: number): Text => [`and ${count} more`, `ほか ${count}`];
export const minutes = (count: string): Text => [`${count} min`, `${count} 分`];
export const done = (act: string): Text => [`Done: ${act}`, `「${act}」を実行しました`];
export const cutOff = (sora: string): Text => [
  `On ${sora} these will be cut off:`,
  `${sora} で次の接続を切断します:`,
];
export const partly = (blocked: number, of: number): Text => [
  `only for ${blocked} of ${of}`,
  `${of} 人中 ${blocked} 人にだけ有効`,
];
export const totals = (total: number, both: number, sending: number, watching: number): Text => [
  `${many(total, "connection")}: ${both} sendrecv, ${sending} sendonly, ${watching} recvonly`,
  `接続 ${total}: sendrecv ${both}、sendonly ${sending}、recvonly ${watching}`,
];
export const reports = (newest: number, oldest: number): Text => [
  `Client reports: ${newest} to ${oldest} s old`,
  `クライアント統計: ${newest}〜${oldest} 秒前`,
];
export const filters = (mutes: number, others: number): Text => [
  `Filters in force: ${many(mutes, "mute")}, ${many(others, "other")}`,
  `有効な転送フィルター: ミュート ${mutes}、その他 ${others}`,
];

/** `people` is 0 where it is not known how many they are. */
export const disconnected = (people: number, connections: number): Text => {
  const [all, japanese] = [many(connections, "connection"), `${connections} 接続`];
  if (people === 0) return [`Disconnect ${all}`, `${japanese}を切断`];
  const isSame = people === connections;
  return [
    `Disconnect ${many(people, "person", "people")}${isSame ? "" : ` (${all})`}`,
    `${people} 人を切断${isSame ? "" : ` (${japanese})`}`,
  ];
};

/** Words of the server, where they are others for people; none where it is the same in English. */
const told: Readonly<Record<string, Text>> = {
  bad: ["", "悪い"],
  fair: ["", "やや悪い"],
  good: ["", "良好"],
  unknown: ["", "不明"],
  duplicate_client: ["here twice", "重複"],
  muted: ["", "ミュート中"],
  not_responding: ["not responding", "応答なし"],
  uplink_loss: ["sends with loss", "送信でパケット損失"],
  downlink_loss: ["receives with loss", "受信でパケット損失"],
  high_rtt: ["long round trip", "往復遅延が大きい"],
  high_jitter: ["jitter", "ジッターが大きい"],
  bandwidth_limited: ["too little bandwidth", "帯域不足"],
  cpu_limited: ["too slow a device", "CPU 性能不足"],
  low_fps: ["low frame rate", "フレームレートが低い"],
  freezes: ["picture freezes", "映像が止まる"],
  concealment: ["sound has gaps", "音が途切れる"],
  loud_mic: ["loud microphone", "マイクの音が大きい"],
  no_media_up: ["sends nothing", "何も送信していない"],
  no_media_down: ["receives nothing", "何も受信していない"],
  layer_missing: ["layers missing", "送信されないレイヤーがある"],
};

/** A verdict, a mark or a finding in the language of the person. */
export function said(word: string): string {
  const text = told[word];
  return (text && say(text)) || word;
}
