import { z } from "zod";
import { channelId, clientId, connectionId, pushData, role } from "./fields.ts";
import { deriveTools } from "./tool.ts";

/** https://sora-doc.shiguredo.jp/API_PUSH */
export const pushTools = deriveTools("push", [
  {
    operation: "PushChannel",
    version: "20160711",
    kind: "write",
    repeats: true,
    title: "Push to a channel",
    description: "Sends a push message to every connection of a channel.",
    input: z.object({ channel_id: channelId, data: pushData }).strict(),
  },
  {
    operation: "PushClient",
    version: "20160711",
    kind: "write",
    repeats: true,
    title: "Push to a client",
    description: "Sends a push message to every connection of one client id.",
    input: z.object({ channel_id: channelId, client_id: clientId, data: pushData }).strict(),
  },
  {
    operation: "PushConnection",
    version: "20160711",
    kind: "write",
    repeats: true,
    title: "Push to one connection",
    description: "Sends a push message to one connection.",
    input: z.object({ channel_id: channelId, connection_id: connectionId, data: pushData }).strict(),
  },
  {
    operation: "PushChannelByRole",
    version: "20201120",
    kind: "write",
    repeats: true,
    title: "Push to a role",
    description: "Sends a push message to the connections of a channel that have this role.",
    input: z.object({ channel_id: channelId, role, data: pushData }).strict(),
  },
]);
