import { z } from "zod";
import { api } from "./api.ts";
import { connectionsHit, listChannelConnections } from "./connections.ts";
import { channel_id, client_id, connection_id, reason, role } from "./fields.ts";

/** https://sora-doc.shiguredo.jp/API_SIGNALING */
export const signalingTools = [
  api({
    operation: "DisconnectChannel",
    version: "20151104",
    kind: "destructive",
    title: "End a meeting",
    description: "Disconnects everyone in a channel (room).",
    searchHint: "kick all close call",
    input: z.object({ channel_id, reason }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectClient",
    version: "20151104",
    kind: "destructive",
    title: "Kick a participant",
    description: "Removes (kicks) every connection of a client.",
    searchHint: "remove ban drop user",
    input: z.object({ channel_id, client_id, reason }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectConnection",
    version: "20151104",
    kind: "destructive",
    title: "Kick a connection",
    description: "Removes (kicks) one connection.",
    input: z.object({ channel_id, connection_id, reason }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectChannelByRole",
    version: "20201120",
    kind: "destructive",
    title: "Kick a role",
    description: "Removes all of exactly this role, such as viewers.",
    input: z.object({ channel_id, role }).strict(),
    affects: connectionsHit,
  }),
  listChannelConnections,
];
