import { z } from "zod";
import { api } from "./api.ts";
import {
  channel_id,
  connection_id,
  oneSender,
  recv_connection_id,
  spotlight_focus_rid,
  spotlight_unfocus_rid,
} from "./fields.ts";

const focus = z.object({ channel_id, connection_id }).strict();
const ridRequest = z
  .object({ recv_connection_id, send_connection_id: oneSender, spotlight_focus_rid, spotlight_unfocus_rid })
  .strict();
const item_list = z.array(ridRequest).min(1).describe("Requests");
const spotlight_number = z.number().int().min(1).max(8).describe("Most focused at once");

/** https://sora-doc.shiguredo.jp/API_SPOTLIGHT */
export const spotlightTools = [
  api({
    operation: "FocusSpotlightFixed",
    version: "20200807",
    kind: "write",
    title: "Pin in spotlight",
    description: "Keeps a connection (speaker) in the spotlight until unfocused.",
    input: focus,
  }),
  api({
    operation: "FocusSpotlight",
    version: "20200807",
    kind: "write",
    title: "Put in spotlight",
    description: "Puts a connection in the spotlight until others speak.",
    input: focus,
  }),
  api({
    operation: "UnfocusSpotlight",
    version: "20200807",
    kind: "write",
    title: "Take out of spotlight",
    description: "Takes a connection out of the spotlight, fixed too.",
    input: focus,
  }),
  api({
    operation: "ChangeSpotlightNumber",
    version: "20200807",
    kind: "write",
    title: "Spotlight size",
    description: "Sets how many connections the spotlight holds.",
    input: z.object({ channel_id, spotlight_number }).strict(),
  }),
  api({
    operation: "RequestSpotlightRid",
    version: "20211215",
    kind: "write",
    title: "Spotlight rids",
    description: "Sets the rids (quality) that a viewer gets of focused and other senders.",
    input: z.object({ channel_id }).merge(ridRequest).strict(),
  }),
  api({
    operation: "ResetSpotlightRid",
    version: "20211215",
    kind: "write",
    title: "Reset spotlight rids",
    description: "Undoes spotlight rids of a viewer.",
    input: z.object({ channel_id, recv_connection_id, send_connection_id: oneSender }).strict(),
  }),
  api({
    operation: "BatchRequestSpotlightRid",
    version: "20211215",
    kind: "write",
    title: "Batch spotlight rids",
    description: "Sets spotlight rids for several viewers or senders.",
    input: z.object({ channel_id, item_list }).strict(),
  }),
];
