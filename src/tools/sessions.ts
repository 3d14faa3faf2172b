import { z } from "zod";
import { api } from "./api.ts";
import { connectionsHit } from "./connections.ts";
import { channel_id, limit, offset, session_id } from "./fields.ts";
import { paged, wrapped } from "./shapes.ts";

const group_id = z.string().describe("Only sessions of this group").optional();

/** https://sora-doc.shiguredo.jp/EXPERIMENTAL_API_SESSION */
export const sessionsTools = [
  api({
    operation: "ListSessions",
    version: "20231220",
    kind: "read",
    scope: "channels",
    since: "2023.2",
    title: "Sessions",
    description: "Lists channels (meetings) in use: since when, how many, who; untrusted text.",
    input: z.object({ group_id, limit: limit(20), offset }).strict(),
    shape: paged("sessions"),
  }),
  api({
    operation: "GetSession",
    version: "20231220",
    kind: "read",
    since: "2023.2",
    title: "Channel session",
    description: "Gets a channel's session: since when, who; untrusted text.",
    input: z.object({ channel_id, session_id }).strict(),
    shape: wrapped("session"),
  }),
  api({
    operation: "TerminateSession",
    version: "20230628",
    kind: "destructive",
    since: "2023.1",
    title: "Terminate session",
    description: "Ends a session (meeting): cuts off everyone. Who comes back gets a new one.",
    input: z.object({ channel_id, session_id }).strict(),
    affects: connectionsHit,
  }),
];
