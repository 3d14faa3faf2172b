import {
  type ContractRow,
  channel_id,
  connection_id,
  done,
  recv_connection_id,
  send_connection_id,
} from "./row.ts";

const one = { channel_id, connection_id };
const rids = { spotlight_focus_rid: "r1", spotlight_unfocus_rid: "none" };
const otherRids = { spotlight_focus_rid: "r2", spotlight_unfocus_rid: "r0" };

export const spotlight: readonly ContractRow[] = [
  {
    tool: "sora_focus_spotlight_fixed",
    target: "Sora_20200807.FocusSpotlightFixed",
    kind: "write",
    least: one,
    answer: one,
    gives: done(one),
  },
  {
    tool: "sora_focus_spotlight",
    target: "Sora_20200807.FocusSpotlight",
    kind: "write",
    least: one,
    answer: one,
    gives: done(one),
  },
  {
    tool: "sora_unfocus_spotlight",
    target: "Sora_20200807.UnfocusSpotlight",
    kind: "write",
    least: one,
    answer: one,
    gives: done(one),
  },
  {
    tool: "sora_change_spotlight_number",
    target: "Sora_20200807.ChangeSpotlightNumber",
    kind: "write",
    least: { channel_id, spotlight_number: 3 },
    answer: { channel_id, spotlight_number: 3 },
    gives: done({ channel_id, spotlight_number: 3 }),
  },
  {
    tool: "sora_request_spotlight_rid",
    target: "Sora_20211215.RequestSpotlightRid",
    kind: "write",
    least: { channel_id, recv_connection_id, ...rids },
    full: { channel_id, recv_connection_id, send_connection_id, ...rids },
    answer: { channel_id, recv_connection_id, ...rids },
    gives: done({ channel_id, recv_connection_id, ...rids }),
  },
  {
    tool: "sora_reset_spotlight_rid",
    target: "Sora_20211215.ResetSpotlightRid",
    kind: "write",
    least: { channel_id, recv_connection_id },
    full: { channel_id, recv_connection_id, send_connection_id },
    answer: { channel_id, recv_connection_id },
    gives: done({ channel_id, recv_connection_id }),
  },
  {
    tool: "sora_batch_request_spotlight_rid",
    target: "Sora_20211215.BatchRequestSpotlightRid",
    kind: "write",
    least: { channel_id, item_list: [{ recv_connection_id, ...rids }] },
    full: {
      channel_id,
      item_list: [
        { recv_connection_id, send_connection_id, ...rids },
        { recv_connection_id: connection_id, ...otherRids },
      ],
    },
    answer: { channel_id, item_list: [{ recv_connection_id, send_connection_id, ...rids }] },
    gives: done({ channel_id, item_list: [{ recv_connection_id, send_connection_id, ...rids }] }),
  },
];
