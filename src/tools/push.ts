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
    title: "Message a channel",
    description: "Pushes a message (announcement) to everyone in a channel.",
    searchHint: "announce broadcast tell",
    input: z.object({ channel_id, data }).strict(),
  }),
  api({
    operation: "PushClient",
    version: "20160711",
    kind: "write",
    repeats: true,
    title: "Message a client",
    description: "Pushes a message to every connection of a client (participant).",
    input: z.object({ channel_id, client_id, data }).strict(),
  }),
  api({
    operation: "PushConnection",
    version: "20160711",
    kind: "write",
    repeats: true,
    title: "Message a connection",
    description: "Pushes a message to one connection.",
    input: z.object({ channel_id, connection_id, data }).strict(),
  }),
  api({
    operation: "PushChannelByRole",
    version: "20201120",
    kind: "write",
    repeats: true,
    title: "Message a role",
    description: "Pushes a message to all of this role, such as viewers.",
    input: z.object({ channel_id, role, data }).strict(),
  }),
];
