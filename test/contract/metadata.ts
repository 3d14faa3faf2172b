import { type ContractRow, channel_id, confirmed, connection_id, done } from "./row.ts";

const one = { channel_id, connection_id };
const metadata = { example_key_1: "example_value_1", example_key_2: ["値", null, { deep: 1 }] };
const items = [
  { client_id: "V3Q452QQBD5TQ6ZQDMTEDKA07C", connection_id, metadata: { abc: 10 } },
  {
    client_id: "V3Q452QQBD5TQ6ZQDMTEDKA07C",
    bundle_id: "V3Q452QQBD5TQ6ZQDMTEDKA07C",
    connection_id: "V3Q452QQBD5TQ6ZQDMTEDKA07C",
    metadata: "text",
  },
];
const lookUp = {
  target: "Sora_20201124.GetSignalingNotifyMetadata",
  body: one,
  answer: { abc: 10, def: null },
};

export const metadataRows: readonly ContractRow[] = [
  {
    tool: "sora_list_signaling_notify_metadata",
    target: "Sora_20201124.ListSignalingNotifyMetadata",
    kind: "read",
    least: { channel_id },
    ours: { limit: 500, offset: 1 },
    defaultLimit: 50,
    answer: items,
    gives: { channel_id, total: 2, offset: 0, items },
    givesWithOurs: { channel_id, total: 2, offset: 1, items: items.slice(1) },
  },
  {
    tool: "sora_get_signaling_notify_metadata",
    target: "Sora_20201124.GetSignalingNotifyMetadata",
    kind: "read",
    least: one,
    answer: { abc: 10 },
    gives: { metadata: { abc: 10 } },
  },
  {
    tool: "sora_put_signaling_notify_metadata",
    target: "Sora_20201124.PutSignalingNotifyMetadata",
    kind: "write",
    effect: "overwrites",
    least: { ...one, metadata },
    full: { ...one, metadata, push: false },
    answer: metadata,
    gives: done(metadata),
  },
  {
    tool: "sora_delete_signaling_notify_metadata",
    target: "Sora_20201124.DeleteSignalingNotifyMetadata",
    kind: "destructive",
    least: one,
    full: { ...one, push: true },
    ours: { confirm: true },
    answer: {},
    gives: confirmed({}),
    preview: { ...lookUp, would_affect: { metadata: { abc: 10, def: null } } },
  },
  {
    tool: "sora_put_signaling_notify_metadata_item",
    target: "Sora_20201124.PutSignalingNotifyMetadataItem",
    kind: "write",
    effect: "overwrites",
    least: { ...one, key: "abc", value: null },
    full: { ...one, key: "abc", value: "efg", push: true },
    answer: { abc: "efg" },
    gives: done({ abc: "efg" }),
  },
  {
    tool: "sora_delete_signaling_notify_metadata_item",
    target: "Sora_20201124.DeleteSignalingNotifyMetadataItem",
    kind: "destructive",
    least: { ...one, key: "abc" },
    full: { ...one, key: "abc", push: false },
    ours: { confirm: true },
    answer: {},
    gives: confirmed({}),
    preview: { ...lookUp, would_affect: { metadata: { abc: 10 } } },
  },
];
