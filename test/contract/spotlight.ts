import {
  type ContractRow,
  channel_id,
  connection_id,
  done,
  recv_connection_id,
  send_connection_id,
} from "./row.ts";

const one = { channel_id, connection_id };
const viewer = { channel_id, recv_connection_id };
const pair = { channel_id, recv_connection_id, send_connection_id };
const rids = { spotlight_focus_rid: "r1", spotlight_unfocus_rid: "none" };
const otherRids = { spotlight_focus_rid: "r2", spotlight_unfocus_rid: "r0" };

const oneItem = { channel_id, item_list: [{ recv_connection_id, ...rids }] };
const twoItems = {
  channel_id,
  item_list: [
    { recv_connection_id, send_connection_id, ...rids },
    { recv_connection_id: connection_id, ...otherRids },
  ],
};

export const spotlight: readonly ContractRow[] = [
  {
    tool: "sora_focus_spotlight_fixed",
    kind: "write",
    channel: "channel_id",
    least: {
      args: one,
      requests: [{ target: "Sora_20200807.FocusSpotlightFixed", body: one, answer: one }],
      gives: done(one),
    },
  },
  {
    tool: "sora_focus_spotlight",
    kind: "write",
    channel: "channel_id",
    least: {
      args: one,
      requests: [{ target: "Sora_20200807.FocusSpotlight", body: one, answer: one }],
      gives: done(one),
    },
  },
  {
    tool: "sora_unfocus_spotlight",
    kind: "write",
    channel: "channel_id",
    least: {
      args: one,
      requests: [{ target: "Sora_20200807.UnfocusSpotlight", body: one, answer: one }],
      gives: done(one),
    },
  },
  {
    tool: "sora_change_spotlight_number",
    kind: "write",
    channel: "channel_id",
    least: {
      args: { channel_id, spotlight_number: 3 },
      requests: [
        {
          target: "Sora_20200807.ChangeSpotlightNumber",
          body: { channel_id, spotlight_number: 3 },
          answer: { channel_id, spotlight_number: 3 },
        },
      ],
      gives: done({ channel_id, spotlight_number: 3 }),
    },
  },
  {
    tool: "sora_request_spotlight_rid",
    kind: "write",
    channel: "channel_id",
    least: {
      args: { ...viewer, ...rids },
      requests: [
        {
          target: "Sora_20211215.RequestSpotlightRid",
          body: { ...viewer, ...rids },
          answer: { ...viewer, ...rids },
        },
      ],
      gives: done({ ...viewer, ...rids }),
    },
    full: {
      args: { ...pair, ...rids },
      requests: [
        {
          target: "Sora_20211215.RequestSpotlightRid",
          body: { ...pair, ...rids },
          answer: { ...viewer, ...rids },
        },
      ],
      gives: done({ ...viewer, ...rids }),
    },
  },
  {
    tool: "sora_reset_spotlight_rid",
    kind: "write",
    channel: "channel_id",
    least: {
      args: viewer,
      requests: [{ target: "Sora_20211215.ResetSpotlightRid", body: viewer, answer: viewer }],
      gives: done(viewer),
    },
    full: {
      args: pair,
      requests: [{ target: "Sora_20211215.ResetSpotlightRid", body: pair, answer: viewer }],
      gives: done(viewer),
    },
  },
  {
    tool: "sora_batch_request_spotlight_rid",
    kind: "write",
    channel: "channel_id",
    least: {
      args: oneItem,
      requests: [{ target: "Sora_20211215.BatchRequestSpotlightRid", body: oneItem, answer: oneItem }],
      gives: done(oneItem),
    },
    full: {
      args: twoItems,
      requests: [{ target: "Sora_20211215.BatchRequestSpotlightRid", body: twoItems, answer: twoItems }],
      gives: done(twoItems),
    },
  },
];
