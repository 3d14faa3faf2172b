import { z } from "zod";
import { channelId, oneSenderId, receiverId, rid } from "./fields.ts";
import { deriveTools } from "./tool.ts";

/** https://sora-doc.shiguredo.jp/API_SIMULCAST */
export const simulcastTools = deriveTools("simulcast", [
  {
    operation: "RequestRtpStream",
    version: "20201005",
    kind: "write",
    title: "Request a simulcast rid",
    description:
      "Sets the simulcast rid that a viewer receives. Deprecated since Sora 2025.2.0, removal planned for December 2027; successor RequestSimulcastRid.",
    input: z
      .object({ channel_id: channelId, recv_connection_id: receiverId, send_connection_id: oneSenderId, rid })
      .strict(),
  },
  {
    operation: "ResetRtpStream",
    version: "20201005",
    kind: "write",
    title: "Reset a simulcast rid",
    description: "Returns the simulcast rid that a viewer receives to its initial value.",
    input: z
      .object({ channel_id: channelId, recv_connection_id: receiverId, send_connection_id: oneSenderId })
      .strict(),
  },
]);
