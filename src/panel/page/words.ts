/** How something is said, with what it is about. */
type Phrase = (...about: readonly (string | number)[]) => string;

const many = (count: string | number, one: string, several = `${one}s`) =>
  `${count} ${Number(count) === 1 ? one : several}`;

const english = {
  loading: "Loading ...",
  empty: "Nobody is here.",
  left: "Everybody has left.",
  gone: (at) => `The server does not answer. This is of ${at}.`,
  silent: "The server does not answer.",
  choose: "Choose a channel:",
  totals: (total, both, sending, watching) =>
    `${many(total, "connection")}: ${both} sendrecv, ${sending} sendonly, ${watching} recvonly`,
  reports: (newest, oldest) => `Client reports: ${newest} to ${oldest} s old`,
  filters: (mutes, others) => `Filters in force: ${many(mutes, "mute")}, ${many(others, "other")}`,
  rest: (count) => `and ${count} more`,
  minutes: (count) => `${count} min`,
  mic: "Microphone",
  warn: "Warn",
  warnAll: "Warn everyone",
  mute: "Mute",
  unmute: "Unmute",
  disconnect: "Disconnect",
  disconnectOne: "Disconnect this one",
  disconnectAll: "Disconnect everyone",
  message: "Message",
  send: "Send",
  cancel: "Cancel",
  cutOff: (sora) => `On ${sora} these will be cut off:`,
  people: (people, connections) =>
    `Disconnect ${many(people, "person", "people")}${people === connections ? "" : ` (${many(connections, "connection")})`}`,
  noneHit: "They have left.",
  changed: "Not done, it has changed. Look again:",
  done: (act) => `Done: ${act}`,
  partly: (blocked, of) => `only for ${blocked} of ${of}`,
  unsure: "It may be done. Look before you do it again.",
  failed: "Error:",
  said: {
    bad: "bad",
    duplicate_client: "here twice",
    not_responding: "not responding",
  } as Readonly<Record<string, string>>,
} satisfies Record<string, string | Phrase | object>;

export type Words = {
  readonly [Name in keyof typeof english]: (typeof english)[Name] extends Phrase
    ? Phrase
    : (typeof english)[Name];
};

const japanese: Words = {
  loading: "読み込み中…",
  empty: "誰もいません。",
  left: "全員が退出しました。",
  gone: (at) => `サーバーが応答しません。表示は ${at} のものです。`,
  silent: "サーバーが応答しません。",
  choose: "チャネルを選んでください:",
  totals: (total, both, sending, watching) =>
    `接続 ${total}: sendrecv ${both}、sendonly ${sending}、recvonly ${watching}`,
  reports: (newest, oldest) => `クライアント統計: ${newest}〜${oldest} 秒前`,
  filters: (mutes, others) => `有効なフィルター: ミュート ${mutes}、その他 ${others}`,
  rest: (count) => `ほか ${count} 接続`,
  minutes: (count) => `${count} 分`,
  mic: "マイク",
  warn: "警告",
  warnAll: "全員に警告",
  mute: "ミュート",
  unmute: "ミュート解除",
  disconnect: "切断",
  disconnectOne: "この接続だけ切断",
  disconnectAll: "全員を切断",
  message: "メッセージ",
  send: "送信",
  cancel: "キャンセル",
  cutOff: (sora) => `${sora} で次の接続を切断します:`,
  people: (people, connections) =>
    `${people} 人を切断${people === connections ? "" : ` (${connections} 接続)`}`,
  noneHit: "対象はすでに退出しています。",
  changed: "表示した内容が変わったため、実行していません。再確認してください:",
  done: (act) => `完了: ${act}`,
  partly: (blocked, of) => `${of} 人中 ${blocked} 人にだけ有効`,
  unsure: "実行された可能性があります。再実行の前に確認してください。",
  failed: "エラー:",
  said: {
    bad: "悪い",
    fair: "やや悪い",
    good: "良好",
    unknown: "不明",
    duplicate_client: "重複",
    muted: "ミュート中",
    not_responding: "応答なし",
  },
};

export const words = { en: english, ja: japanese } satisfies Record<string, Words>;
