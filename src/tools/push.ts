import { z } from "zod";
import { api } from "./api.ts";
import { channel_id, client_id, connection_id, data, role } from "./fields.ts";

/** https://sora-doc.shiguredo.jp/API_PUSH */
export const pushTools = [
  api({
    operation: "PushChannel",
    version: "20160711",
    kind: "write",
    repeats: true,
    title: "Push to a channel",
    description: "Sends a push message to every connection of a channel.",
    input: z.object({ channel_id, data }).strict(),
  }),
  api({
    operation: "PushClient",
    version: "20160711",
    kind: "write",
    repeats: true,
    title: "Push to a client",
    description: "Sends a push message to every connection of one client id.",
    input: z.object({ channel_id, client_id, data }).strict(),
  }),
  api({
    operation: "PushConnection",
    version: "20160711",
    kind: "write",
    repeats: true,
    title: "Push to one connection",
    description: "Sends a push message to one connection.",
    input: z.object({ channel_id, connection_id, data }).strict(),
  }),
  api({
    operation: "PushChannelByRole",
    version: "20201120",
    kind: "write",
    repeats: true,
    title: "Push to a role",
    description: "Sends a push message to the connections of a channel that have this role.",
    input: z.object({ channel_id, role, data }).strict(),
  }),
];
