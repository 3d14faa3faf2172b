import { list, sender, senderHit, viewer, viewerHit } from "./connections.ts";
import { type ContractRow, channel_id, client_id, connection_id, doneByFlag, wouldAffect } from "./row.ts";

const reason = { spam: "egg", count: 2, nested: { list: [1, null, "理由"] } };

const client = { channel_id, client_id };
const connection = { channel_id, connection_id };
const viewers = { channel_id, role: "recvonly" };

export const signaling: readonly ContractRow[] = [
  {
    tool: "sora_disconnect_channel",
    kind: "destructive",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [list],
      gives: wouldAffect({ total: 2, connections: [senderHit, viewerHit] }),
    },
    confirmed: {
      args: { channel_id, confirm: true },
      requests: [{ target: "Sora_20151104.DisconnectChannel", body: { channel_id }, answer: { channel_id } }],
      gives: doneByFlag({ channel_id }),
    },
    full: {
      args: { channel_id, reason, confirm: true },
      requests: [
        { target: "Sora_20151104.DisconnectChannel", body: { channel_id, reason }, answer: { channel_id } },
      ],
      gives: doneByFlag({ channel_id }),
    },
  },
  {
    tool: "sora_disconnect_client",
    kind: "destructive",
    channel: "channel_id",
    least: {
      args: client,
      requests: [list],
      gives: wouldAffect({ total: 1, connections: [senderHit] }),
    },
    confirmed: {
      args: { ...client, confirm: true },
      requests: [{ target: "Sora_20151104.DisconnectClient", body: client, answer: client }],
      gives: doneByFlag(client),
    },
    full: {
      args: { ...client, reason, confirm: true },
      requests: [{ target: "Sora_20151104.DisconnectClient", body: { ...client, reason }, answer: client }],
      gives: doneByFlag(client),
    },
  },
  {
    tool: "sora_disconnect_connection",
    kind: "destructive",
    channel: "channel_id",
    least: {
      args: connection,
      requests: [list],
      gives: wouldAffect({ total: 1, connections: [senderHit] }),
    },
    confirmed: {
      args: { ...connection, confirm: true },
      requests: [{ target: "Sora_20151104.DisconnectConnection", body: connection, answer: connection }],
      gives: doneByFlag(connection),
    },
    full: {
      args: { ...connection, reason, confirm: true },
      requests: [
        {
          target: "Sora_20151104.DisconnectConnection",
          body: { ...connection, reason },
          answer: connection,
        },
      ],
      gives: doneByFlag(connection),
    },
  },
  {
    tool: "sora_disconnect_channel_by_role",
    kind: "destructive",
    channel: "channel_id",
    least: {
      args: viewers,
      requests: [list],
      gives: wouldAffect({ total: 1, connections: [viewerHit] }),
    },
    confirmed: {
      args: { ...viewers, confirm: true },
      requests: [{ target: "Sora_20201120.DisconnectChannelByRole", body: viewers, answer: viewers }],
      gives: doneByFlag(viewers),
    },
  },
  {
    tool: "sora_list_channel_connections",
    kind: "read",
    channel: "channel_id",
    defaultLimit: 50,
    least: {
      args: { channel_id },
      requests: [list],
      gives: {
        channel_id,
        total: 2,
        by_role: { sendrecv: 1, sendonly: 0, recvonly: 1 },
        offset: 0,
        connections: [sender, viewer],
      },
    },
    full: {
      args: { channel_id, limit: 1, offset: 0 },
      requests: [list],
      gives: {
        channel_id,
        total: 2,
        by_role: { sendrecv: 1, sendonly: 0, recvonly: 1 },
        offset: 0,
        connections: [sender],
        next_offset: 1,
      },
    },
  },
];
