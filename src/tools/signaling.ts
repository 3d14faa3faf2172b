import { z } from "zod";
import { api } from "./api.ts";
import { connectionsHit, listChannelConnections } from "./connections.ts";
import { channel_id, client_id, confirm, connection_id, reason, role } from "./fields.ts";

/** https://sora-doc.shiguredo.jp/API_SIGNALING */
export const signalingTools = [
  api({
    operation: "DisconnectChannel",
    version: "20151104",
    kind: "destructive",
    title: "Disconnect a whole channel",
    description: "Disconnects every connection of a channel. Participants are cut off at once.",
    input: z.object({ channel_id, reason, confirm }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectClient",
    version: "20151104",
    kind: "destructive",
    title: "Disconnect a client",
    description: "Disconnects every connection of a channel that carries this client id.",
    input: z.object({ channel_id, client_id, reason, confirm }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectConnection",
    version: "20151104",
    kind: "destructive",
    title: "Disconnect one connection",
    description: "Disconnects one connection. That participant is cut off at once.",
    input: z.object({ channel_id, connection_id, reason, confirm }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectChannelByRole",
    version: "20201120",
    kind: "destructive",
    title: "Disconnect a role",
    description: "Disconnects every connection of a channel that has exactly this role.",
    input: z.object({ channel_id, role, confirm }).strict(),
    affects: connectionsHit,
  }),
  listChannelConnections,
];
