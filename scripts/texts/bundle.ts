import { timeoutRange } from "../../src/settings/settings.ts";
import { soraCloud } from "../../src/sora/url.ts";
import { onlyWhenAskedFor, toolsets } from "../../src/tools/chapters.ts";
import type { StdioSettingName } from "../over-stdio.ts";

/** One field of the form that asks for the settings. */
interface Field {
  readonly title: string;
  readonly description: string;
  /** What stands in it before anybody touches it, where that is not the setting's own default. */
  readonly filledIn?: string;
  /** A picker of folders instead of files. */
  readonly isFolder?: true;
}

/** The form of the .mcpb bundle, in the order in which somebody new fills it in; what is seldom needed comes last. */
export const form: Readonly<Record<StdioSettingName, Field>> = {
  apiUrl: {
    title: "API URL",
    description:
      "Where your Sora's HTTP API is. Sora Cloud: leave it as it is. Your own Sora: its API address, such as http://127.0.0.1:3000/. Sora Labo: https://sora-api.sora-labo.shiguredo.app/.",
    filledIn: soraCloud,
  },
  apiKey: {
    title: "API key",
    description:
      "Sora Cloud: the API key of your project. Paste the key alone, without quotes and without Bearer. It is kept in your system's keychain and sent to the API URL only. Your own Sora and the sandbox need none.",
  },
  release: {
    title: "Release of Sora",
    description:
      "Which tools there are. Your own Sora: its release, such as 2025.2. Left empty: what Sora Cloud offers on Sora Cloud, what Sora Labo offers everywhere else.",
  },
  sandbox: {
    title: "Sandbox",
    description:
      "Try it without risk: a Sora that is simulated on this computer, with made-up people. Needs no key and no network. Turn it off to reach your Sora. Default: off.",
  },
  readOnly: {
    title: "Read only",
    description:
      "Only look: leaves out every tool that sends, mutes, disconnects, deletes or changes something. Default: off.",
  },
  channels: {
    title: "Channels",
    description:
      "The channels that may be looked at and changed, separated by commas; * stands for any characters. Example: lobby,room-*. Left empty: all channels.",
  },
  confirm: {
    title: "Confirmation",
    description:
      "What it takes before anybody is disconnected or anything deleted. flag: the assistant decides, and can show first who would be hit. preview: it must show that first, and then nobody else is hit. ask: a question is put to you; Claude Desktop cannot show it, so everything of that kind is refused there. ask,panel: the same, or you decide in the panel, where it is shown. Default: flag.",
  },
  maxAffected: {
    title: "Most connections cut at once",
    description:
      "How many connections one call may disconnect at most. Example: 5. 0: none. Left empty: no limit.",
  },
  maxDestructivePerHour: {
    title: "Most destructive calls per hour",
    description:
      "How many calls that disconnect, delete or end something may be carried out in any 60 minutes. Example: 10. 0: none. Left empty: no limit.",
  },
  toolsets: {
    title: "Toolsets",
    description: `Which groups of tools there are, separated by commas: ${toolsets.join(", ")}. default: all but ${onlyWhenAskedFor.join(", ")}. all: every one. Example: moderation,signaling,push. Default: default.`,
  },
  auditLog: {
    title: "Audit log",
    description:
      "A folder in which a record is kept of every call that could change something: a line each in sora-labo-mcp-audit.jsonl, without messages and keys. Left empty: no record.",
    isFolder: true,
  },
  apiKeyFile: {
    title: "API key file",
    description:
      "Instead of the API key: a text file that holds the key and nothing else. Used when the field API key is empty.",
  },
  timeoutMs: {
    title: "Timeout (ms)",
    description: `How long one call may take, in milliseconds, retries included: ${timeoutRange.join(" to ")}. Default: 10000, which is 10 seconds.`,
  },
  releaseChannel: {
    title: "Release channel",
    description:
      "Of Sora Labo only: canary or stable. Left empty: canary on Sora Labo, and nothing is sent elsewhere.",
  },
  logLevel: {
    title: "Log level",
    description:
      "How much goes into the log that your app keeps of this extension: debug, info, warn or error. Default: warn.",
  },
};

/** What the MCP registry shows: at most 100 characters. */
export const shortDescription =
  "WebRTC SFU Sora: see who is in a call and why it is bad; push, mute, record; disconnect, confirmed.";

/** What a person reads before installing the .mcpb bundle. */
export const longDescription = [
  "Lets an assistant see and steer what goes on in the channels of a WebRTC SFU [Sora](https://sora.shiguredo.jp/), Shiguredo's media server. Some tools do a moderator's job: who is here, who comes and goes, why a call is bad, mute somebody for everyone and take that back, what was done. The others are one for each HTTP API: to list connections, push messages, steer spotlight and simulcast, record, edit metadata, read statistics and disconnect people. Three prompts put them in order.",
  "**To try it**, turn on *Sandbox*: a Sora that is simulated inside the extension. It needs no key and no network.",
  "**For real**, give it an *API key*. *API URL* is Sora Cloud's; put the address of your own Sora there, which as a rule needs no key. The key is sent to that address and nowhere else. *Release of Sora* decides which tools there are: leave it empty on Sora Cloud, and set it to the release of your own Sora, such as 2025.2.",
  "**To stay safe**, *Read only* leaves only the tools that change nothing, and *Toolsets* and *Channels* limit the rest. What disconnects, deletes or ends something changes nothing until it is confirmed, and can be limited in how many people it cuts off at once and how often it is done in an hour. *Audit log* is a folder, in which one line is kept for every call that could change something.",
].join("\n\n");

/** The same in Japanese, and what package.json says in English. */
export const japaneseBundle = {
  display_name: "Sora Labo MCP",
  description:
    "WebRTC SFU Sora の HTTP API を使うための MCP サーバーです。接続の一覧、プッシュ通知、スポットライト、サイマルキャスト、メタデータ、統計情報に加え、確認を挟んだうえでの切断に対応しています。",
  long_description: [
    "時雨堂の WebRTC SFU [Sora](https://sora.shiguredo.jp/) のチャネルの様子を、AI アシスタントから確認し、操作できるようにします。モデレーションの仕事をまとめてこなすツールがあり、誰がいるか、誰が出入りしたか、なぜ品質が悪いか、何を行ったかがわかります。全員に対するミュートと、その取り消しもできます。ほかのツールは HTTP API ひとつにつきひとつあり、接続の一覧取得、プッシュ通知の送信、スポットライトとサイマルキャストの操作、録画、メタデータの編集、統計情報の取得、参加者の切断ができます。これらを順序立てて使うプロンプトも 3 つあります。",
    "**試してみるには**、*Sandbox* をオンにしてください。拡張機能の中で動く模擬 Sora が使われます。API キーもネットワークも要りません。",
    "**実際に使うには**、*API key* に API キーを設定してください。*API URL* には Sora Cloud の URL が入っています。自社の Sora ではその URL に書き換えてください。通常、API キーは要りません。API キーがこの URL 以外に送られることはありません。使えるツールは *Release of Sora* で決まります。Sora Cloud では空のままにし、自社の Sora では 2025.2 などのリリースを設定してください。",
    "**安全に使うために**、*Read only* をオンにすると、何も変更しないツールだけが残ります。*Toolsets* と *Channels* では、使えるツールとチャネルを絞り込めます。切断や削除をしたり、何かを終えたりするツールは、確認されるまでは何も変更せず、一度に切断する人数と 1 時間あたりの回数に上限を設けることもできます。*Audit log* に設定したフォルダーには、何かを変更しうる呼び出しが 1 回につき 1 行ずつ記録されます。",
  ].join("\n\n"),
  keywords: ["mcp", "webrtc", "sfu", "sora", "時雨堂", "モデレーション", "ビデオ会議", "ライブ配信"],
} as const;
