import { type ContractRow, channel_id, connection_id, done, doneByFlag, wouldAffect } from "./row.ts";

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
const list = { target: "Sora_20201124.ListSignalingNotifyMetadata", body: { channel_id }, answer: items };
const get = {
  target: "Sora_20201124.GetSignalingNotifyMetadata",
  body: one,
  answer: { abc: 10, def: null },
};

export const metadataRows: readonly ContractRow[] = [
  {
    tool: "sora_list_signaling_notify_metadata",
    kind: "read",
    channel: "channel_id",
    defaultLimit: 50,
    least: {
      args: { channel_id },
      requests: [list],
      gives: { channel_id, total: 2, offset: 0, items },
    },
    full: {
      args: { channel_id, limit: 500, offset: 1 },
      requests: [list],
      gives: { channel_id, total: 2, offset: 1, items: items.slice(1) },
    },
  },
  {
    tool: "sora_get_signaling_notify_metadata",
    kind: "read",
    channel: "channel_id",
    least: { args: one, requests: [get], gives: { metadata: { abc: 10, def: null } } },
  },
  {
    tool: "sora_put_signaling_notify_metadata",
    kind: "write",
    effect: "overwrites",
    channel: "channel_id",
    least: {
      args: { ...one, metadata },
      requests: [
        {
          target: "Sora_20201124.PutSignalingNotifyMetadata",
          body: { ...one, metadata },
          answer: metadata,
        },
      ],
      gives: done(metadata),
    },
    full: {
      args: { ...one, metadata, push: false },
      requests: [
        {
          target: "Sora_20201124.PutSignalingNotifyMetadata",
          body: { ...one, metadata, push: false },
          answer: metadata,
        },
      ],
      gives: done(metadata),
    },
  },
  {
    tool: "sora_delete_signaling_notify_metadata",
    kind: "destructive",
    channel: "channel_id",
    least: {
      args: one,
      requests: [get],
      gives: wouldAffect({ metadata: { abc: 10, def: null } }),
    },
    confirmed: {
      args: { ...one, confirm: true },
      requests: [{ target: "Sora_20201124.DeleteSignalingNotifyMetadata", body: one, answer: {} }],
      gives: doneByFlag({}),
    },
    full: {
      args: { ...one, push: true, confirm: true },
      requests: [
        {
          target: "Sora_20201124.DeleteSignalingNotifyMetadata",
          body: { ...one, push: true },
          answer: {},
        },
      ],
      gives: doneByFlag({}),
    },
  },
  {
    tool: "sora_put_signaling_notify_metadata_item",
    kind: "write",
    effect: "overwrites",
    channel: "channel_id",
    least: {
      args: { ...one, key: "abc", value: null },
      requests: [
        {
          target: "Sora_20201124.PutSignalingNotifyMetadataItem",
          body: { ...one, key: "abc", value: null },
          answer: { abc: null },
        },
      ],
      gives: done({ abc: null }),
    },
    full: {
      args: { ...one, key: "abc", value: "efg", push: true },
      requests: [
        {
          target: "Sora_20201124.PutSignalingNotifyMetadataItem",
          body: { ...one, key: "abc", value: "efg", push: true },
          answer: { abc: "efg" },
        },
      ],
      gives: done({ abc: "efg" }),
    },
  },
  {
    tool: "sora_delete_signaling_notify_metadata_item",
    kind: "destructive",
    channel: "channel_id",
    least: {
      args: { ...one, key: "abc" },
      requests: [get],
      gives: wouldAffect({ metadata: { abc: 10 } }),
    },
    confirmed: {
      args: { ...one, key: "abc", confirm: true },
      requests: [
        {
          target: "Sora_20201124.DeleteSignalingNotifyMetadataItem",
          body: { ...one, key: "abc" },
          answer: {},
        },
      ],
      gives: doneByFlag({}),
    },
    full: {
      args: { ...one, key: "abc", push: false, confirm: true },
      requests: [
        {
          target: "Sora_20201124.DeleteSignalingNotifyMetadataItem",
          body: { ...one, key: "abc", push: false },
          answer: {},
        },
      ],
      gives: doneByFlag({}),
    },
  },
];
