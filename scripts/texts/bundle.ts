/** What a person reads before installing the .mcpb bundle. Other texts of its form come from package.json and the settings. */
export const longDescription = [
  "Lets an assistant see and steer what goes on in the channels of a WebRTC SFU [Sora](https://sora.shiguredo.jp/), Shiguredo's media server. Some tools do a moderator's job: who is here, who comes and goes, why a call is bad, mute somebody for everyone and take that back, what was done. The others are one for each HTTP API: to list connections, push messages, steer spotlight and simulcast, record, edit metadata, read statistics and disconnect people. Three prompts put them in order.",
  "**To try it**, turn on *Sandbox*: a Sora that is simulated inside the extension. It needs no key and no network.",
  "**For real**, set *API URL* to your Sora Cloud project or your own Sora, or leave it empty for Sora Labo. Sora Labo and Sora Cloud need an *API key*; the key is sent to that address and nowhere else. *Release of Sora* decides which tools there are: set it to the release of your own Sora, such as 2025.2.",
  "**To stay safe**, *Read only* leaves only the tools that change nothing, and *Toolsets* and *Channels* limit the rest. What disconnects, deletes or ends something changes nothing until it is confirmed, and can be limited in how many people it cuts off at once and how often it is done in an hour. *Audit log* keeps one line for every call that changes something.",
].join("\n\n");

/** The same in Japanese, and what package.json says in English. */
export const japaneseBundle = {
  display_name: "Sora Labo MCP",
  description:
    "WebRTC SFU Sora の HTTP API を使うための MCP サーバーです。接続の一覧、プッシュ通知、スポットライト、サイマルキャスト、メタデータ、統計情報に加え、確認を挟んだうえでの切断に対応しています。",
  long_description: [
    "時雨堂の WebRTC SFU [Sora](https://sora.shiguredo.jp/) のチャネルの様子を、AI アシスタントから確認し、操作できるようにします。モデレーションの仕事をまとめてこなすツールがあり、誰がいるか、誰が出入りしたか、なぜ品質が悪いか、何を行ったかがわかります。全員に対するミュートと、その取り消しもできます。ほかのツールは HTTP API ひとつにつきひとつあり、接続の一覧取得、プッシュ通知の送信、スポットライトとサイマルキャストの操作、録画、メタデータの編集、統計情報の取得、参加者の切断ができます。これらを順序立てて使うプロンプトも 3 つあります。",
    "**試してみるには**、*Sandbox* をオンにしてください。拡張機能の中で動く模擬の Sora が使われます。API キーもネットワークも要りません。",
    "**実際に使うには**、*API URL* に Sora Cloud のプロジェクトまたは自社の Sora の URL を設定してください。空のままにすると Sora Labo に接続します。Sora Labo と Sora Cloud には *API key* が必要です。API キーがこの URL 以外に送られることはありません。使えるツールは *Release of Sora* で決まります。自社の Sora では、2025.2 などのリリースを設定してください。",
    "**安全に使うために**、*Read only* をオンにすると、何も変更しないツールだけが残ります。*Toolsets* と *Channels* では、使えるツールとチャネルを絞り込めます。切断や削除をしたり、何かを終えたりするツールは、確認されるまでは何も変更せず、一度に切断する人数と 1 時間あたりの回数に上限を設けることもできます。*Audit log* には、何かを変更する呼び出しが 1 回につき 1 行ずつ記録されます。",
  ].join("\n\n"),
  keywords: ["mcp", "webrtc", "sfu", "sora", "時雨堂", "モデレーション", "ビデオ会議", "ライブ配信"],
} as const;
