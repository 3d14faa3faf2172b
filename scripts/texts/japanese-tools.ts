import type { Operation } from "../../src/mcp/all-tools.ts";

const needsSetting = "signaling_notify_metadata_ext が必要です。";
const untrusted = "参加者の書いた文字列を含みます。";
const gateway = "実験的機能です。音声ストリーミングゲートウェイが必要です。";

/** What each tool does, in Japanese, in the order in which they are listed. A new one is missed here by its type. */
export const japaneseTools: Readonly<Record<Operation, string>> = {
  Overview: `すべてのチャネル、ひとつのチャネルの参加者、または参加者のいる場所を示します。${untrusted}`,
  Wait: `誰が入室し、誰が退室したかを知らせます。誰かが来るまで、またはいなくなるまで待つこともできます (最大 50 秒)。${untrusted}確認の合間に入ってすぐ出た参加者はわかりません。`,
  Diagnose: `映像や音声が悪い理由と、音の大きい参加者を、悪いものから順に示します。5 秒かかります。${untrusted}`,
  Mute: "参加者を全員に対してミュートし、効いたことを確かめます。本人は解除できず、本人への通知もありません。",
  Unmute:
    "sora_mute によるミュートを解除し、ふたたび話せるようにします。マイクをオンにすることはありません。",
  ListActions: `ここで行った操作、その理由、取り消し方と、有効なミュートを一覧で示します。channel_id を渡すと、そのチャネルのミュートはすべて載ります。${untrusted}`,
  DisconnectChannel: "チャネル (ルーム) の参加者全員を切断します。",
  DisconnectClient: "参加者を退室させます。ひとつのクライアント ID のすべての接続を切断します。",
  DisconnectConnection: "ひとつの接続を切断します。",
  DisconnectChannelByRole:
    "指定したロールの接続 (たとえば視聴者全員) をすべて切断します。ロールは完全に一致するものだけです。",
  ListChannelConnections: `チャネルの参加者を一覧で取得します。ID、ロール、コーデック、接続日時、event_metadata がわかります。${untrusted}`,
  PushChannel: "チャネルの参加者全員にプッシュ通知 (お知らせ) を送信します。",
  PushClient: "ひとつのクライアント ID のすべての接続にプッシュ通知を送信します。",
  PushConnection: "ひとつの接続にプッシュ通知を送信します。",
  PushChannelByRole: "指定したロールのすべての接続にプッシュ通知を送信します。",
  FocusSpotlightFixed: "解除されるまで、接続をスポットライトに固定します。",
  FocusSpotlight: "ほかの参加者が話すまで、接続にスポットライトを当てます。",
  UnfocusSpotlight: "接続からスポットライトを外します。固定されていても外れます。",
  ChangeSpotlightNumber: "同時にスポットライトを当てる接続の数を設定します。",
  RequestSpotlightRid:
    "視聴者が受信する rid を、フォーカス中の送信者とそれ以外の送信者のそれぞれについて設定します。",
  ResetSpotlightRid: "視聴者のスポットライトの rid の設定を取り消します。",
  BatchRequestSpotlightRid: "複数の視聴者や送信者のスポットライトの rid をまとめて設定します。",
  RequestRtpStream: "視聴者が受信するサイマルキャストの rid を設定します。",
  ResetRtpStream: "視聴者のサイマルキャストの rid の設定を取り消します。",
  RequestSimulcastRid:
    "視聴者が受信するサイマルキャストの rid を、ひとりの送信者またはすべての送信者について選びます。",
  ListSignalingNotifyMetadata: `チャネルのシグナリング通知メタデータを一覧で取得します。${untrusted}${needsSetting}`,
  GetSignalingNotifyMetadata: `ひとつの接続のシグナリング通知メタデータを取得します。${untrusted}${needsSetting}`,
  PutSignalingNotifyMetadata: `ひとつの接続のシグナリング通知メタデータを置き換えます。${needsSetting}`,
  DeleteSignalingNotifyMetadata: `ひとつの接続のシグナリング通知メタデータを削除します。${needsSetting}`,
  PutSignalingNotifyMetadataItem: `ひとつの接続のシグナリング通知メタデータのキーをひとつ設定します。${needsSetting}`,
  DeleteSignalingNotifyMetadataItem: `ひとつの接続のシグナリング通知メタデータのキーをひとつ削除します。${needsSetting}`,
  GetStatsConnection: `ひとつの接続のサーバー側の統計情報を取得します。${untrusted}`,
  GetStatsClient: `ひとつのクライアント ID のすべての接続について、サーバー側の統計情報を取得します。${untrusted}`,
  ListChannelUserAgentStats: `クライアントが最後に送信した getStats() の統計情報を一覧で取得します。types を指定しないと大きくなります。${untrusted}`,
  GetUserAgentStats: `ひとつのクライアントが最後に送信した getStats() の統計情報を取得します。${untrusted}`,
  ListChannelRtcStats: `チャネルのクライアントが最後に送信した getStats() のレポートを一覧で取得します。types を指定しないと大きくなります。${untrusted}`,
  GetRtcStats: `ひとつのクライアントが最後に送信した getStats() のレポートを取得します。${untrusted}`,
  ListRtcStats: `すべてのチャネルのクライアントが最後に送信した getStats() のレポートを一覧で取得します。types を指定しないと大きくなります。${untrusted}`,
  GetStatsAllConnections: `すべての接続のサーバー側の統計情報を取得します。${untrusted}`,
  PauseRtpStream: "ひとりの視聴者に対して、ひとりの送信者の映像を止めます。音声は続きます。",
  ResumeRtpStream: "ひとりの視聴者に対して止めた映像を再開します。",
  RequestKeyFrame: "送信者にキーフレームを要求します。止まった映像が直ります。",
  ListConnections: `すべてのチャネルの参加者を一覧で取得します。${untrusted}`,
  ListSessions: `使われているチャネルを一覧で取得します。開始日時、接続数、参加者がわかります。${untrusted}`,
  GetSession: `チャネルのセッションを取得します。開始日時と参加者がわかります。${untrusted}`,
  TerminateSession:
    "参加者全員を切断し、セッションを終了します。戻ってきた参加者には新しいセッションが始まります。",
  ListForwardingFilters: `チャネルの転送フィルターを一覧で取得します。誰が誰に対してミュートされているかがわかります。${untrusted}`,
  CreateChannelForwardingFilter:
    "視聴者全員が受信するものに転送フィルターをかけます。全員に対して送信者をミュートできます。",
  UpdateChannelForwardingFilter: "チャネルの転送フィルターを置き換えます。",
  DeleteChannelForwardingFilter: "チャネルの転送フィルターを削除します。そのミュートは解除されます。",
  CreateConnectionForwardingFilter:
    "ひとりの視聴者が受信するものに転送フィルターをかけます。その視聴者に対して送信者をミュートできます。",
  UpdateConnectionForwardingFilter: "ひとりの視聴者の転送フィルターを置き換えます。",
  DeleteConnectionForwardingFilter:
    "ひとりの視聴者の転送フィルターを削除します。そのミュートは解除されます。",
  StartRecording: "セッションが終わるまでチャネルを録画します。Sora Cloud ではストレージの設定が必要です。",
  StopRecording: "チャネルの録画を停止します。",
  StartAudioStreaming: `チャネルの音声を、音声認識などの外部サービスに送ります。${gateway}`,
  StopAudioStreaming: `チャネルの音声を外部サービスに送るのを停止します。${gateway}`,
  SubscribeAudioStreamingResultPush: `ひとつの接続が、音声ストリーミングの結果をプッシュ通知で受け取るようにします。${gateway}`,
  UnsubscribeAudioStreamingResultPush: `ひとつの接続が、音声ストリーミングの結果を受け取るのをやめます。${gateway}`,
  ListAudioStreamingResultPushState: `チャネルのどの接続が音声ストリーミングの結果を受け取るかを一覧で取得します。${untrusted}${gateway}`,
  GetStatsReport: "ノードのバージョン、負荷、状態の数値を取得します。",
  GetMode: "ノードが新しいセッションや接続を受け付けるかどうかを取得します。",
  ChangeMode:
    "ノードが新しいセッション、または新しい接続をすべて断るようにします。再び受け付けるようにもできます。切断される参加者はいません。",
  GetLicense: "使用中のライセンスを取得します。期限、最大同時接続数、最大ノード数がわかります。",
  UpdateLicense: "sora.conf のライセンスファイルを読み直します。切断される参加者はいません。",
  ListClusterNodes:
    "クラスターのノードを一覧で取得します。バージョン、モード、接続しているかどうかがわかります。",
  ListClusterChannels: `クラスターのチャネルと、それぞれがあるノードを一覧で取得します。${untrusted}`,
  PurgeClusterNode: "ノードをクラスターから取り除きます。",
  InitCluster: "ノードの一覧からクラスターを作ります。最初に一度だけ行い、再び行うのは障害のあとだけです。",
  RegisterClusterNode:
    "API に応答するノードをクラスターに追加します。クラスターの過半数のノードが動いている必要があります。",
};

function renamed(name: string): string {
  return `非推奨です。Sora 2024.1.0 で ${name} に改名され、以降のリリースには含まれない可能性があります。`;
}

function replacedBy(successor: string): string {
  return `Sora 2025.2.0 で廃止されました。後継は ${successor} です。`;
}

/** What some descriptions go on to say: of those, and only those, of which the tool's own has an `ending`. */
export const japaneseEndings: Readonly<Partial<Record<Operation, string>>> = {
  RequestRtpStream: "Sora 2025.2.0 で非推奨になり、2027 年に廃止予定です。後継は RequestSimulcastRid です。",
  ListChannelUserAgentStats: renamed("ListChannelRtcStats"),
  GetUserAgentStats: renamed("GetRtcStats"),
  PauseRtpStream: replacedBy("CreateConnectionForwardingFilter"),
  ResumeRtpStream: replacedBy("DeleteConnectionForwardingFilter"),
};

/** Both, as on Sora Labo, where every ending is told. */
export function japaneseDescription(operation: Operation): string {
  return japaneseTools[operation] + (japaneseEndings[operation] ?? "");
}
