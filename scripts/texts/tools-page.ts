/** What TOOLS.md says in one language beside the names of tools and releases. */
export interface ToolsPage {
  readonly before: (example: ToolsPageExample) => string;
  /** The head of the columns beside those that are named after a release. */
  readonly heads: { readonly tool: string; readonly scope: string };
  /** What a tool reaches where that is more than one channel. */
  readonly scopes: { readonly channels: string; readonly server: string };
}

/** What follows from the code: an answer of the doctor and one to a call of a tool that is not there. */
export interface ToolsPageExample {
  readonly advice: string;
  readonly unknownTool: string;
  readonly newestRelease: string;
  readonly oldestRelease: string;
}

export const englishToolsPage: ToolsPage = {
  heads: { tool: "tool", scope: "reaches" },
  scopes: { channels: "all channels", server: "the server" },
  before: ({ advice, unknownTool, newestRelease, oldestRelease }) => `# Which tools on which Sora

[日本語](TOOLS.ja.md). What each tool does stands in the [README](README.md#tools).

A Sora of your own, of which you do not know the release? Ask it:

\`\`\`
$ SORA_API_URL=http://127.0.0.1:3000/ node dist/cli.js doctor
...
  advice   release   ${advice}
\`\`\`

Then set \`SORA_RELEASE\`. It decides which tools there are:

- \`labo\`, the default: the APIs on Sora Labo's page, a document of 2022. It is the choice for a Sora of ${oldestRelease} to 2024.2 of which nothing newer is needed; in later ones some of these APIs are gone, as the tables show. \`sora_overview\` needs a \`channel_id\` here: these APIs do not list all channels.
- \`cloud\`, the default on Sora Cloud's host: what Sora 2025.2 has, without what concerns the whole server.
- a release, from ${oldestRelease} to ${newestRelease}: what that release has. A patch number is ignored: \`2025.2.1\` counts as 2025.2. What is newer than ${newestRelease} counts as ${newestRelease}, and a line on stderr says so.

A tool that is not there is not listed, and a call of it is JSON-RPC error -32602:

\`\`\`
${unknownTool}
\`\`\`

The doctor asks for the release with GetStatsReport, else with ListClusterNodes. Sora Cloud seems to offer neither; the doctor then says that this Sora does not tell.

Other settings leave tools out too:

- Chapters marked *only when asked for* need \`SORA_TOOLSETS=all\`, or a list such as \`SORA_TOOLSETS=default,server\`.
- \`SORA_READ_ONLY=true\` leaves only tools that change nothing.
- With \`SORA_CHANNELS\`, tools that reach *the server* do not exist. Those that read *all channels* do, but entries that are of other channels, or that do not say of which they are, are dropped before anything is counted.

**How sure this is.** The releases come from public documents and public code. They were not tried on a live Sora. These are conclusions, not statements of a document: that Sora Cloud offers what 2025.2 does, less the server's; that \`sora_list_channel_user_agent_stats\` and \`sora_get_user_agent_stats\` ended with 2025.1; and that the removal of \`sora_request_rtp_stream\` and \`sora_reset_rtp_stream\`, planned for December 2027, will come with a release 2027.2. How the rules of a forwarding filter combine, by which \`sora_mute\` mutes, and that \`version\` refuses an update of another version, is concluded too. If your Sora has an API that you do not see, or lacks one that you see, set another release and tell us.`,
};

export const japaneseToolsPage: ToolsPage = {
  heads: { tool: "ツール", scope: "対象" },
  scopes: { channels: "全チャネル", server: "サーバー" },
  before: ({ advice, unknownTool, newestRelease, oldestRelease }) => `# どの Sora でどのツールが使えるか

[English](TOOLS.md)。各ツールの内容は [README](README.ja.md#ツール) にあります。

自社の Sora のリリースがわからないときは、聞いてみてください。

\`\`\`
$ SORA_API_URL=http://127.0.0.1:3000/ node dist/cli.js doctor
...
  advice   release   ${advice}
\`\`\`

わかったら \`SORA_RELEASE\` を設定します。これで使えるツールが決まります。

- \`labo\` (既定値): Sora Labo のページにある API です。2022 年のドキュメントです。${oldestRelease} から 2024.2 までの Sora で、新しい API が要らない場合に選びます。それより新しいリリースでは、表のとおり、なくなった API があります。全チャネルの一覧を取得する API がないので、\`sora_overview\` には \`channel_id\` が必要です。
- \`cloud\` (Sora Cloud のホストでの既定値): Sora 2025.2 の API のうち、サーバー全体に関わるものを除いたものです。
- ${oldestRelease} から ${newestRelease} までのリリース: そのリリースの API です。パッチ番号は無視します。\`2025.2.1\` は 2025.2 として扱います。${newestRelease} より新しいものは ${newestRelease} として扱い、stderr で知らせます。

使えないツールは一覧に出ません。呼び出すと JSON-RPC エラー -32602 になります。

\`\`\`
${unknownTool}
\`\`\`

doctor は GetStatsReport で、だめなら ListClusterNodes でリリースを調べます。Sora Cloud はどちらも提供していないようです。その場合、doctor はリリースがわからないと答えます。

ほかの設定で使えなくなるツールもあります。

- 「指定したときだけ」とある章は、\`SORA_TOOLSETS=all\`、または \`SORA_TOOLSETS=default,server\` のような一覧で指定したときだけ使えます。
- \`SORA_READ_ONLY=true\` では、何も変更しないツールだけになります。
- \`SORA_CHANNELS\` を設定すると、対象が「サーバー」のツールはなくなります。「全チャネル」を読むツールは残りますが、ほかのチャネルの項目と、どのチャネルのものかわからない項目は、数える前に取り除かれます。

**どこまで確かか。** リリースの情報は、公開されているドキュメントとコードによるものです。実際の Sora では試していません。次のことはドキュメントに書かれておらず、推測です。Sora Cloud の API が 2025.2 からサーバー全体のものを除いたものであること、\`sora_list_channel_user_agent_stats\` と \`sora_get_user_agent_stats\` が 2025.1 でなくなったこと、2027 年 12 月に予定されている \`sora_request_rtp_stream\` と \`sora_reset_rtp_stream\` の廃止が 2027.2 というリリースになること。\`sora_mute\` も使う転送フィルターのルールの組み合わせ方と、\`version\` が異なる更新が拒否されることも推測です。お使いの Sora にあるはずの API が見えない、またはない API が見える場合は、別のリリースを設定し、ぜひ知らせてください。`,
};
