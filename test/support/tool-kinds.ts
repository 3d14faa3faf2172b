/** One tool of each kind, with arguments that are sent: what the matrices of errors call. */
export const calls = {
  read: {
    tool: "sora_list_channel_connections",
    target: "Sora_20201013.ListChannelConnections",
    args: { channel_id: "c" },
  },
  write: {
    tool: "sora_push_channel",
    target: "Sora_20160711.PushChannel",
    args: { channel_id: "c", data: { n: 1 } },
  },
  destructive: {
    tool: "sora_disconnect_channel",
    target: "Sora_20151104.DisconnectChannel",
    args: { channel_id: "c", confirm: true },
  },
} as const;

export const toolKinds = ["read", "write", "destructive"] as const;
export type ToolKind = (typeof toolKinds)[number];
export type PerKind<Value> = Readonly<Record<ToolKind, Value>>;

/** The same for each kind. */
export function each<Value>(value: Value): PerKind<Value> {
  return { read: value, write: value, destructive: value };
}

/** One value for reads, another for all else. */
export function readsAndOthers<Value>(read: Value, other: Value): PerKind<Value> {
  return { read, write: other, destructive: other };
}
