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
    kind: "write",
    effect: "repeats",
    channel: "channel_id",
    least: {
      args: { channel_id, data },
      requests: [{ target: "Sora_20160711.PushChannel", body: { channel_id, data }, answer }],
      gives,
    },
  },
  {
    tool: "sora_push_client",
    kind: "write",
    effect: "repeats",
    channel: "channel_id",
    least: {
      args: { channel_id, client_id, data },
      requests: [{ target: "Sora_20160711.PushClient", body: { channel_id, client_id, data }, answer }],
      gives,
    },
  },
  {
    tool: "sora_push_connection",
    kind: "write",
    effect: "repeats",
    channel: "channel_id",
    least: {
      args: { channel_id, connection_id, data },
      requests: [
        { target: "Sora_20160711.PushConnection", body: { channel_id, connection_id, data }, answer },
      ],
      gives,
    },
  },
  {
    tool: "sora_push_channel_by_role",
    kind: "write",
    effect: "repeats",
    channel: "channel_id",
    least: {
      args: { channel_id, role: "sendonly", data },
      requests: [
        { target: "Sora_20201120.PushChannelByRole", body: { channel_id, role: "sendonly", data }, answer },
      ],
      gives,
    },
  },
];
