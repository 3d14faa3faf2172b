// One call of every tool that is valid as it stands, written from Sora's documentation and not from src/tools.

export interface ValidCall {
  readonly tool: string;
  readonly toolset: string;
  readonly kind: "read" | "write" | "destructive";
  readonly target: string;
  /** Without `channel_id`. */
  readonly args: Readonly<Record<string, unknown>>;
}

const one = { connection_id: "7QSNT842FS0J9E6BZDBC2DRYY8" };
const client = { client_id: "E2APPNQ9P97Q32V2ABW546SWW8" };
const role = { role: "recvonly" };
const viewer = { recv_connection_id: "VTGYC92AZX6M72K860BPREFTMC" };
const pair = { ...viewer, send_connection_id: "3X0W1C23KS1TQAAYMKA9TXJS4G" };
const rids = { spotlight_focus_rid: "r2", spotlight_unfocus_rid: "none" };
const data = { data: { spam: "egg" } };

type Row = readonly [
  operation: string,
  version: string,
  kind: ValidCall["kind"],
  args: Readonly<Record<string, unknown>>,
];

const rows: Readonly<Record<string, readonly Row[]>> = {
  signaling: [
    ["DisconnectChannel", "20151104", "destructive", {}],
    ["DisconnectClient", "20151104", "destructive", client],
    ["DisconnectConnection", "20151104", "destructive", one],
    ["DisconnectChannelByRole", "20201120", "destructive", role],
    ["ListChannelConnections", "20201013", "read", {}],
  ],
  push: [
    ["PushChannel", "20160711", "write", data],
    ["PushClient", "20160711", "write", { ...client, ...data }],
    ["PushConnection", "20160711", "write", { ...one, ...data }],
    ["PushChannelByRole", "20201120", "write", { ...role, ...data }],
  ],
  spotlight: [
    ["FocusSpotlightFixed", "20200807", "write", one],
    ["FocusSpotlight", "20200807", "write", one],
    ["UnfocusSpotlight", "20200807", "write", one],
    ["ChangeSpotlightNumber", "20200807", "write", { spotlight_number: 3 }],
    ["RequestSpotlightRid", "20211215", "write", { ...viewer, ...rids }],
    ["ResetSpotlightRid", "20211215", "write", viewer],
    ["BatchRequestSpotlightRid", "20211215", "write", { item_list: [{ ...pair, ...rids }] }],
  ],
  simulcast: [
    ["RequestRtpStream", "20201005", "write", { ...viewer, rid: "r1" }],
    ["ResetRtpStream", "20201005", "write", viewer],
  ],
  metadata: [
    ["ListSignalingNotifyMetadata", "20201124", "read", {}],
    ["GetSignalingNotifyMetadata", "20201124", "read", one],
    ["PutSignalingNotifyMetadata", "20201124", "write", { ...one, metadata: { abc: 10 } }],
    ["DeleteSignalingNotifyMetadata", "20201124", "destructive", one],
    ["PutSignalingNotifyMetadataItem", "20201124", "write", { ...one, key: "abc", value: 10 }],
    ["DeleteSignalingNotifyMetadataItem", "20201124", "destructive", { ...one, key: "abc" }],
  ],
  stats: [
    ["GetStatsConnection", "20170529", "read", one],
    ["GetStatsClient", "20170529", "read", client],
    ["ListChannelUserAgentStats", "20211215", "read", {}],
    ["GetUserAgentStats", "20211215", "read", one],
  ],
  rtp: [
    ["PauseRtpStream", "20200401", "write", pair],
    ["ResumeRtpStream", "20200401", "write", pair],
  ],
};

export const validCalls: readonly ValidCall[] = Object.entries(rows).flatMap(([toolset, chapter]) =>
  chapter.map(([operation, version, kind, args]) => ({
    tool: `sora${operation.replace(/([A-Z])/g, "_$1").toLowerCase()}`,
    toolset,
    kind,
    target: `Sora_${version}.${operation}`,
    args,
  })),
);
