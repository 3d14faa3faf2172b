import type { Operation } from "../../src/tools/index.ts";

const experimental = "実験的機能です。sora.conf の signaling_notify_metadata_ext が必要です。";

/** What each tool does, in Japanese, in the order in which they are listed. A new one is missed here by its type. */
export const japaneseTools: Readonly<Record<Operation, string>> = {
  DisconnectChannel: "チャネルのすべての接続を切断します。参加者はただちに切断されます。",
  DisconnectClient: "チャネルの接続のうち、指定したクライアント ID を持つものをすべて切断します。",
  DisconnectConnection: "接続をひとつ切断します。その参加者はただちに切断されます。",
  DisconnectChannelByRole: "チャネルの接続のうち、指定したロールのものをすべて切断します。",
  ListChannelConnections:
    "チャネルに接続しているクライアントの一覧を取得します。ID、ロール、コーデック、接続日時、event_metadata がわかります。",
  PushChannel: "チャネルのすべての接続にプッシュ通知を送信します。",
  PushClient: "指定したクライアント ID のすべての接続にプッシュ通知を送信します。",
  PushConnection: "ひとつの接続にプッシュ通知を送信します。",
  PushChannelByRole: "チャネルの接続のうち、指定したロールの接続にプッシュ通知を送信します。",
  FocusSpotlightFixed: "スポットライトのチャネルで、解除されるまで接続のフォーカスを固定します。",
  FocusSpotlight:
    "スポットライトのチャネルで、接続に一度フォーカスを当てます。その後、フォーカスは発話によって移ることがあります。",
  UnfocusSpotlight:
    "スポットライトのチャネルで、接続のフォーカスを外します。固定されているフォーカスも外れます。",
  ChangeSpotlightNumber: "スポットライトのチャネルで、同時にフォーカスされる接続の数を設定します。",
  RequestSpotlightRid:
    "視聴者が受信するサイマルキャストの rid を、フォーカス中の送信者とそれ以外の送信者のそれぞれについて設定します。",
  ResetSpotlightRid: "視聴者のスポットライトの rid を初期値に戻します。",
  BatchRequestSpotlightRid: "複数の視聴者や送信者のスポットライトの rid を、1 回の呼び出しで設定します。",
  RequestRtpStream:
    "視聴者が受信するサイマルキャストの rid を設定します。Sora 2025.2.0 で非推奨になり、2027 年 12 月に廃止予定です。後継は RequestSimulcastRid です。",
  ResetRtpStream: "視聴者が受信するサイマルキャストの rid を初期値に戻します。",
  ListSignalingNotifyMetadata: `チャネルのすべての接続のシグナリング通知メタデータを一覧で取得します。${experimental}`,
  GetSignalingNotifyMetadata: `ひとつの接続のシグナリング通知メタデータを取得します。${experimental}`,
  PutSignalingNotifyMetadata: `ひとつの接続のシグナリング通知メタデータ全体を置き換えます。${experimental}`,
  DeleteSignalingNotifyMetadata: `ひとつの接続のシグナリング通知メタデータ全体を削除します。${experimental}`,
  PutSignalingNotifyMetadataItem: `ひとつの接続のシグナリング通知メタデータのキーをひとつ設定します。${experimental}`,
  DeleteSignalingNotifyMetadataItem: `ひとつの接続のシグナリング通知メタデータのキーをひとつ削除します。${experimental}`,
  GetStatsConnection: "ひとつの接続について、サーバー側の統計情報 (RTP、DTLS、ネットワーク) を取得します。",
  GetStatsClient: "ひとつのクライアント ID のすべての接続について、サーバー側の統計情報を取得します。",
  ListChannelUserAgentStats:
    "クライアントが最後に送信した getStats() の統計情報を一覧で取得します。types を指定しないと大きくなります。非推奨です。Sora 2024.1.0 で ListChannelRtcStats に改名され、以降のリリースには含まれない可能性があります。",
  GetUserAgentStats:
    "ひとつのクライアントが最後に送信した getStats() の統計情報を取得します。非推奨です。Sora 2024.1.0 で GetRtcStats に改名され、以降のリリースには含まれない可能性があります。",
  PauseRtpStream:
    "ひとりの視聴者に対して、ひとりの送信者の映像を止めます。音声は続きます。Sora 2025.2.0 で廃止されました。後継は CreateConnectionForwardingFilter です。",
  ResumeRtpStream:
    "ひとりの視聴者に対して止めた映像を再開します。Sora 2025.2.0 で廃止されました。後継は DeleteConnectionForwardingFilter です。",
};
