import { timeoutRange } from "../../src/settings/settings.ts";
import { onlyWhenAskedFor, toolsets } from "../../src/tools/chapters.ts";
import type { Texts } from "../pages.ts";
import { japaneseDescription } from "./japanese-tools.ts";

const names = (toolsets: readonly string[]) => toolsets.map((name) => `\`${name}\``).join(", ");

const units: Readonly<Record<string, (value: number) => string>> = {
  "%": (value) => `${value} %`,
  "% of time": (value) => `時間の ${value} %`,
  "% of samples": (value) => `サンプルの ${value} %`,
  ms: (value) => `${value} ms`,
  fps: (value) => `${value} fps`,
  "0..1": (value) => `${value}`,
};

/** The same in Japanese. */
export const japanese: Texts = {
  heads: {
    tools: ["ツール", "内容", "種別", "追加", "廃止"],
    settings: ["環境変数", "フラグ", "既定値", "意味"],
    errors: ["コード", "何が起きたか", "どうすればよいか"],
    findings: ["所見", "観測されたこと", "fair", "bad"],
  },
  kinds: { read: "読み取り", write: "書き込み", destructive: "破壊的" },
  scopes: { channel: "", channels: "、全チャネル", server: "、サーバー" },
  tool: ({ operation }) => japaneseDescription(operation),
  chapters: {
    moderation: "モデレーション",
    signaling: "シグナリング",
    push: "プッシュ通知",
    spotlight: "スポットライト",
    simulcast: "サイマルキャスト",
    metadata: "シグナリング通知メタデータ拡張",
    stats: "統計情報",
    rtp: "RTP ストリーム",
    channels: "全チャネル",
    sessions: "セッション",
    forwarding: "転送フィルター",
    recording: "録画",
    audio: "音声ストリーミング",
    server: "サーバー",
    cluster: "クラスター",
  },
  onlyWhenAskedFor: "指定したときだけ",
  settings: {
    apiKey: { help: "Sora API の Bearer トークン。自社の Sora では不要です" },
    apiKeyFile: { help: "API キーを書いたファイル。API キーが設定されていないときに使われます" },
    apiUrl: {
      help: "Sora API の URL。Sora Labo、Sora Cloud、自社の Sora のいずれか。クラスターでは、そのノードの URL をカンマ区切りで指定できます",
    },
    release: {
      help: "使える API を決めます。`labo` (Sora Labo のページ)、`cloud` (Sora Cloud)、または `2025.2` などのリリース",
      fallback: "Sora Cloud のホストでは cloud、それ以外では labo",
    },
    releaseChannel: {
      help: "`x-sora-release-channel` ヘッダーの値。`stable` または `canary`",
      fallback: "既定の URL では `canary`、それ以外では未設定",
    },
    readOnly: { help: "何かを変更するツールをすべて除きます" },
    toolsets: {
      help: `使うツールセットをカンマ区切りで指定します: ${names(toolsets)}。\`default\` は ${names(onlyWhenAskedFor)} を除くすべて、\`all\` はすべてです`,
    },
    channels: {
      help: "操作と読み取りの対象にしてよいチャネル ID を、カンマ区切りで書きます。`*` は任意の文字列に一致します",
    },
    confirm: {
      help: "破壊的な呼び出しを何で確定するか。`flag`: 引数 `confirm`。`preview`: プレビューで発行されるチケット。`ask`: クライアントを通じた人への確認。`ask,panel`: それに加えてパネルでの確定",
    },
    maxAffected: {
      help: "1 回の破壊的な呼び出しで切断してよい接続の数。`0`: 切断できません",
      fallback: "上限なし",
    },
    maxDestructivePerHour: {
      help: "任意の 60 分間に実行してよい破壊的な呼び出しの回数。`0`: 実行できません",
      fallback: "上限なし",
    },
    timeoutMs: {
      help: `1 回の呼び出しの制限時間 (ミリ秒)。${timeoutRange.join(" から ")} まで。再試行を含みます`,
    },
    auditLog: {
      help: "JSON Lines ファイル。書き込みと破壊的な呼び出しを 1 回につき 1 行記録します。フォルダーを指定すると、その中の sora-labo-mcp-audit.jsonl に記録します。HTTP では `-` で stdout に出力できます",
    },
    logLevel: { help: "stderr への出力: `debug`, `info`, `warn`, `error`" },
    sandbox: { help: "内蔵の模擬 Sora を使います。API キーもネットワークも不要です" },
    http: {
      help: "HTTP で呼び出しを受け付ける `ホスト:ポート`。ポート 0 では空いているポートを使います",
      fallback: "stdio で動作",
    },
    callers: {
      help: "HTTP 用。呼び出し元と、それぞれに許すことを書いた JSON ファイル。これがないと誰も呼び出せません (このマシンだけで待ち受ける模擬 Sora を除く)",
    },
    httpUrl: {
      help: "HTTP 用。クライアントが使う URL。`Host` ヘッダーはこのホストを指す必要があり、アクセストークンの audience にもなります",
      fallback: "SORA_HTTP の /mcp",
    },
    oauthIssuer: {
      help: "HTTP 用。アクセストークン (JWT) の発行者。呼び出し元のトークンに加えて、この発行者のアクセストークンも使えるようになります",
    },
    metrics: { help: "HTTP 用。Prometheus 向けの `/metrics` を公開する `ホスト:ポート`" },
    ticketKey: {
      help: "プレビューのチケットの署名に使う秘密の値。32 バイト以上とし、すべてのレプリカに同じ値を設定します",
      fallback: "ランダム",
    },
    ticketKeyFile: {
      help: "チケットの署名に使う値を書いたファイル。`SORA_TICKET_KEY` が設定されていないときに使われます",
    },
  },
  errors: {
    invalid_arguments: {
      happened: "引数が足りない、綴りが違う、型が違う、または範囲外です。何も送信されていません。",
      todo: "メッセージに引数の名前が、ヒントに使える引数の一覧があります。",
    },
    not_configured: {
      happened:
        "API キーがない、設定が解釈できない、または監査ログに書き込めません。呼び出しの結果がメッセージにある場合を除き、何も送信されていません。",
      todo: "ヒントにある環境変数を設定し、サーバーを再起動してください。",
    },
    channel_not_allowed: {
      happened:
        "`SORA_CHANNELS` (HTTP では caller のエントリーも) で許可されていないチャネルです。何も送信されていません。",
      todo: "別のチャネルを指定するか、運用者が設定を変えてください。",
    },
    limit_reached: {
      happened:
        "`SORA_MAX_AFFECTED` または `SORA_MAX_DESTRUCTIVE_PER_HOUR` (HTTP では caller のエントリーも) の上限を超えます。切断も削除も変更もされていません。",
      todo: "いくつ超えているか、または次に呼び出せるまでの時間がヒントにあります。上限が 0 の場合は、運用者が設定を変えるしかありません。",
    },
    declined: {
      happened:
        "`SORA_CONFIRM=ask` で、確認への回答が「いいえ」だったか、「はい」のないフォームが返ってきました。答えたのが人か、クライアント自身の方針かはわかりません。切断も削除も変更もされていません。",
      todo: "そのままにしてください。",
    },
    cancelled: {
      happened:
        "`SORA_CONFIRM=ask` で、確認が閉じられたか、時間内に回答がなかったか、確認中に対象が増え続けました。切断も削除も変更もされていません。",
      todo: "誰かが改めて求めないかぎり、そのままにしてください。",
    },
    confirmation_unavailable: {
      happened:
        "`SORA_CONFIRM=ask` ですが、クライアントが人に確認できません。HTTP では、どのクライアントも確認できません。または、パネルで切断しようとしました。パネルでの確定は `ask,panel` でだけできます。",
      todo: "MCP の elicitation に対応したクライアントを使うか、運用者が `SORA_CONFIRM=preview` に変えてください。どこでも使えます。",
    },
    ticket_invalid: {
      happened:
        "`SORA_CONFIRM=preview` またはパネルで、チケットが別の呼び出しのもの、発行から 120 秒を過ぎたもの、写し間違い、使用済みのいずれかであるか、チケットの発行時になかった対象が含まれています (対象が 20 を超えるチケットでは、減っただけでも無効です)。切断も削除も変更もされていません。",
      todo: "現在の対象である `would_affect` と新しい `ticket` がエラーに入っています。内容を確かめてから、新しいチケットで呼び出してください。",
    },
    unsupported: {
      happened:
        "モデレーションのツールを実行できません。必要な API が Sora にないか、Sora が依頼どおりに動きませんでした。それまでの変更は元に戻されます。元に戻ったか確実でない場合は、メッセージに書かれます。",
      todo: "`SORA_RELEASE` が Sora のリリースと合っているか確認してください。代わりにできることはヒントにあります。変更が残っているかもしれない場合は、すぐに確認してください。",
    },
    not_found: {
      happened:
        "その ID の参加者がチャネルにいない、チャネルに誰もいない、またはその ID のミュートがありません。何も変更されていません。",
      todo: "参加者は `sora_overview` で、有効なミュートはチャネルを指定した `sora_list_actions` でわかります。",
    },
    conflict: {
      happened:
        "ほかの誰か (たいていはアプリケーション) がチャネルの転送フィルターを設定しているか、同時に変更しました。依頼した内容は有効になっていません。",
      todo: "フィルターは `sora_list_forwarding_filters` でわかります。変更できるのは設定した側です。プッシュ通知で頼むか、アプリケーション側でミュートしてください。",
    },
    unauthorized: {
      happened: "API キーが受け付けられませんでした (HTTP 401)。",
      todo: "`SORA_API_KEY` と、それが `SORA_API_URL` のものであることを確認してください。",
    },
    forbidden: {
      happened: "その API キーでは許可されていません (HTTP 403)。",
      todo: "チャネルが API キーのプロジェクトのものであること、その API が提供されていることを確認してください。",
    },
    sora_error: {
      happened: "Sora が呼び出しを拒否しました (その他の 4xx)。",
      todo: "`error_type` と `error_reason` は Sora の返した値です。`SchemaNotFound` などは、その API がこのリリースの Sora にないことを示します。Sora がリリースを返す場合は、クライアントと同じ設定を渡した `doctor` で、`SORA_RELEASE` に設定する値がわかります。",
    },
    rate_limited: {
      happened:
        "呼び出しが多すぎます (HTTP 429、再試行後も)。または、すでに 4 件の `sora_wait` (HTTP では、この caller のもの) が待っているときの 5 件目です。",
      todo: "時間をおいて呼び出してください。",
    },
    server_error: {
      happened: "Sora または手前のプロキシで障害が起きました (HTTP 5xx、再試行後も)。",
      todo: "時間をおいてください。書き込みの場合は、反映されたかどうかを先に確認してください。",
    },
    timeout: {
      happened:
        "`SORA_TIMEOUT_MS` 以内に応答がありませんでした。または、同じチャネルの先のミュートに 20 秒以上かかりました。",
      todo: "時間をおくか、制限時間を延ばしてください。書き込みの場合は、反映されたかどうかを先に確認してください。",
    },
    unreachable: {
      happened: "ホストが見つからない、接続が拒否または切断された、または証明書を検証できませんでした。",
      todo: "`SORA_API_URL`、ネットワーク、プロキシを、プライベート CA の場合は `NODE_EXTRA_CA_CERTS` を確認してください。クライアントと同じ設定を渡した `doctor` で、どの段階の問題かがわかります。",
    },
    bad_response: {
      happened:
        "Sora の応答ではありません。JSON でない、途中で切れている、8 MB を超えている、または従えないリダイレクトです。あるいは、大きすぎてクライアントに渡せません。または、Sora はミュートを受け付けましたが、効いていることを確かめられません (元に戻したかどうかはメッセージに書かれます)。",
      todo: "`SORA_API_URL` が Web ページや別のサービスではなく、Sora API であることを確認してください。大きすぎてクライアントに渡せない場合は `limit` や `types` で減らし、8 MB を超える場合は接続をひとつずつ指定してください。",
    },
    cancelled_by_client: {
      happened: "クライアントが呼び出しを取り消しました。HTTP リクエストは中断されました。",
      todo: "書き込みの場合は、反映されたかどうかを確認してください。",
    },
  },
  findings: {
    meanings: ({ staleAfterSeconds }) => ({
      uplink_loss: "クライアントから Sora への途中で失われたパケット",
      downlink_loss: "Sora からクライアントへの途中で失われたパケット",
      high_rtt: "クライアントと Sora の間の往復時間",
      high_jitter: "パケットの届く間隔のばらつき",
      relay: "TURN サーバー経由で接続しています (info)",
      relay_tcp: "TCP または TLS の TURN サーバー経由で接続しています (info)",
      bandwidth_limited: "帯域が足りず、クライアントが映像の品質を落として送っています",
      cpu_limited: "マシンの性能が足りず、クライアントが映像の品質を落として送っています",
      low_fps: "カメラの映像より少ないフレームしか送っていません",
      freezes: "受信した映像が止まっていました",
      concealment: "受信した音声の途切れを、作った音で補っています",
      loud_mic: "マイクの音量。0 から 1 (全員に対してミュートされていれば info)",
      silent_mic: "マイクからまったく音が来ません。たいていは本人がミュートしています (info)",
      no_media_up:
        "クライアントが送るはずのものが Sora に何も届きません (bad。何もキャプチャーしていないとクライアントが報告していれば info)",
      no_media_down:
        "クライアントに何も送られていません (ほかの参加者が送っていれば bad、この参加者宛てかどうかわからなければ fair)",
      not_responding: "ICE の確認にまったく応答がなく、ほかに何も届きません (bad)",
      duplicate_client: "同じクライアント ID の接続が複数あります (info)",
      layer_missing: "有効なサイマルキャストのレイヤーが何も送っていません (fair)",
      muted: "転送フィルターがこの数の視聴者に対して遮っています (info)",
      stale_report: `クライアントの最後のレポートが ${staleAfterSeconds} 秒より古く、現在のことはわかりません (info)`,
    }),
    limit: (value, unit, isLowBad) => {
      const amount = units[unit]?.(value);
      if (amount === undefined) throw new Error(`No Japanese for ${unit}`);
      return `${amount} ${isLowBad ? "未満" : "以上"}`;
    },
  },
};
