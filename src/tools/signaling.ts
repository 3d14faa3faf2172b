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
    title: "Disconnect channel",
    description: "Cuts off everyone in a channel at once.",
    input: z.object({ channel_id, reason }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectClient",
    version: "20151104",
    kind: "destructive",
    title: "Disconnect client",
    description: "Cuts off every connection of a client at once.",
    input: z.object({ channel_id, client_id, reason }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectConnection",
    version: "20151104",
    kind: "destructive",
    title: "Disconnect connection",
    description: "Cuts off one connection at once.",
    input: z.object({ channel_id, connection_id, reason }).strict(),
    affects: connectionsHit,
  }),
  api({
    operation: "DisconnectChannelByRole",
    version: "20201120",
    kind: "destructive",
    title: "Disconnect role",
    description: "Cuts off every connection that has exactly this role.",
    input: z.object({ channel_id, role }).strict(),
    affects: connectionsHit,
  }),
  listChannelConnections,
];
