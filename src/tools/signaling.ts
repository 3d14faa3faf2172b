import { z } from "zod";
import { channelId, clientId, confirm, connectionId, limit, offset, reason, role } from "./fields.ts";
import { connectionsHit } from "./previews.ts";
import { countByRole, paged } from "./shapes.ts";
import { deriveTools } from "./tool.ts";

/** https://sora-doc.shiguredo.jp/API_SIGNALING */
export const signalingTools = deriveTools("signaling", [
  {
    operation: "DisconnectChannel",
    version: "20151104",
    kind: "destructive",
    title: "Disconnect a whole channel",
    description: "Disconnects every connection of a channel. Participants are cut off at once.",
    input: z.object({ channel_id: channelId, reason, confirm }).strict(),
    preview: connectionsHit,
  },
  {
    operation: "DisconnectClient",
    version: "20151104",
    kind: "destructive",
    title: "Disconnect a client",
    description: "Disconnects every connection of a channel that carries this client id.",
    input: z.object({ channel_id: channelId, client_id: clientId, reason, confirm }).strict(),
    preview: connectionsHit,
  },
  {
    operation: "DisconnectConnection",
    version: "20151104",
    kind: "destructive",
    title: "Disconnect one connection",
    description: "Disconnects one connection. That participant is cut off at once.",
    input: z.object({ channel_id: channelId, connection_id: connectionId, reason, confirm }).strict(),
    preview: connectionsHit,
  },
  {
    operation: "DisconnectChannelByRole",
    version: "20201120",
    kind: "destructive",
    title: "Disconnect a role",
    description: "Disconnects every connection of a channel that has exactly this role.",
    input: z.object({ channel_id: channelId, role, confirm }).strict(),
    preview: connectionsHit,
  },
  {
    operation: "ListChannelConnections",
    version: "20201013",
    kind: "read",
    title: "List connections of a channel",
    description: "Lists who is connected to a channel: ids, role, codecs, time, event_metadata.",
    input: z.object({ channel_id: channelId, limit: limit(50), offset }).strict(),
    ...paged("connections", { by_role: countByRole }),
  },
]);
