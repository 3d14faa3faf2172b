import { z } from "zod";
import { api } from "./api.ts";
import { channel_id, oneSender, recv_connection_id, rid } from "./fields.ts";

/** https://sora-doc.shiguredo.jp/API_SIMULCAST */
export const simulcastTools = [
  api({
    operation: "RequestRtpStream",
    version: "20201005",
    kind: "write",
    title: "Request a simulcast rid",
    description:
      "Sets the simulcast rid that a viewer receives. Deprecated since Sora 2025.2.0, removal planned for December 2027; successor RequestSimulcastRid.",
    input: z.object({ channel_id, recv_connection_id, send_connection_id: oneSender, rid }).strict(),
  }),
  api({
    operation: "ResetRtpStream",
    version: "20201005",
    kind: "write",
    title: "Reset a simulcast rid",
    description: "Returns the simulcast rid that a viewer receives to its initial value.",
    input: z.object({ channel_id, recv_connection_id, send_connection_id: oneSender }).strict(),
  }),
];
