import { z } from "zod";
import { api } from "./api.ts";
import {
  channel_id,
  oneSender,
  receiver_connection_id,
  recv_connection_id,
  rid,
  ridOrNone,
} from "./fields.ts";

/** https://sora-doc.shiguredo.jp/API_SIMULCAST */
export const simulcastTools = [
  api({
    operation: "RequestRtpStream",
    version: "20201005",
    kind: "write",
    title: "Set simulcast rid",
    removed: "2027.2",
    description: "Sets the simulcast rid (video quality) that a viewer gets.",
    ending: {
      from: "2025.2",
      text: "Deprecated since Sora 2025.2.0; successor RequestSimulcastRid.",
    },
    input: z.object({ channel_id, recv_connection_id, send_connection_id: oneSender, rid }).strict(),
  }),
  api({
    operation: "ResetRtpStream",
    version: "20201005",
    kind: "write",
    removed: "2027.2",
    title: "Reset simulcast rid",
    description: "Undoes a simulcast rid of a viewer.",
    input: z.object({ channel_id, recv_connection_id, send_connection_id: oneSender }).strict(),
  }),
  api({
    operation: "RequestSimulcastRid",
    version: "20251217",
    kind: "write",
    since: "2025.2",
    title: "Choose simulcast rid",
    description: "Chooses the simulcast rid (video quality) that a viewer gets of one or all senders.",
    input: z
      .object({ channel_id, receiver_connection_id, rid: ridOrNone, sender_connection_id: oneSender })
      .strict(),
  }),
];
