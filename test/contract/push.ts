import { type ContractRow, channel_id, client_id, connection_id, done } from "./row.ts";

const data = {
  spam: "egg",
  text: "ようこそ 👋",
  nested: { "": [true, null, 1.5e-7], confirm: true, limit: 3 },
};
const answer = { type: "push", data };
const gives = done(answer);

export const push: readonly ContractRow[] = [
  {
    tool: "sora_push_channel",
    target: "Sora_20160711.PushChannel",
    kind: "write",
    effect: "repeats",
    least: { channel_id, data },
    answer,
    gives,
  },
  {
    tool: "sora_push_client",
    target: "Sora_20160711.PushClient",
    kind: "write",
    effect: "repeats",
    least: { channel_id, client_id, data },
    answer,
    gives,
  },
  {
    tool: "sora_push_connection",
    target: "Sora_20160711.PushConnection",
    kind: "write",
    effect: "repeats",
    least: { channel_id, connection_id, data },
    answer,
    gives,
  },
  {
    tool: "sora_push_channel_by_role",
    target: "Sora_20201120.PushChannelByRole",
    kind: "write",
    effect: "repeats",
    least: { channel_id, role: "sendonly", data },
    answer,
    gives,
  },
];
