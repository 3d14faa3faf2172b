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
const item_list = z.array(ridRequest).min(1).describe("One entry per request");
const spotlight_number = z.number().int().min(1).max(8).describe("Maximum number of focused connections");

/** https://sora-doc.shiguredo.jp/API_SPOTLIGHT */
export const spotlightTools = [
  api({
    operation: "FocusSpotlightFixed",
    version: "20200807",
    kind: "write",
    title: "Fix the spotlight focus",
    description: "Keeps a connection of a spotlight channel focused until it is unfocused.",
    input: focus,
  }),
  api({
    operation: "FocusSpotlight",
    version: "20200807",
    kind: "write",
    title: "Focus a connection",
    description: "Focuses a connection of a spotlight channel once; voice activity may move the focus on.",
    input: focus,
  }),
  api({
    operation: "UnfocusSpotlight",
    version: "20200807",
    kind: "write",
    title: "Unfocus a connection",
    description: "Takes the focus away from a connection of a spotlight channel, fixed or not.",
    input: focus,
  }),
  api({
    operation: "ChangeSpotlightNumber",
    version: "20200807",
    kind: "write",
    title: "Change the spotlight number",
    description: "Sets how many connections of a spotlight channel can be focused at once.",
    input: z.object({ channel_id, spotlight_number }).strict(),
  }),
  api({
    operation: "RequestSpotlightRid",
    version: "20211215",
    kind: "write",
    title: "Request spotlight rids",
    description: "Sets the simulcast rids that a viewer receives from focused and unfocused senders.",
    input: z.object({ channel_id }).merge(ridRequest).strict(),
  }),
  api({
    operation: "ResetSpotlightRid",
    version: "20211215",
    kind: "write",
    title: "Reset spotlight rids",
    description: "Returns a viewer's spotlight rids to their initial values.",
    input: z.object({ channel_id, recv_connection_id, send_connection_id: oneSender }).strict(),
  }),
  api({
    operation: "BatchRequestSpotlightRid",
    version: "20211215",
    kind: "write",
    title: "Request spotlight rids in a batch",
    description: "Sets spotlight rids for several viewers or senders in one call.",
    input: z.object({ channel_id, item_list }).strict(),
  }),
];
