import { z } from "zod";
import { channelId, receiverId, senderId } from "./fields.ts";
import { deriveTools } from "./tool.ts";

const pair = z
  .object({ channel_id: channelId, recv_connection_id: receiverId, send_connection_id: senderId })
  .strict();
const removed = "Removed in Sora 2025.2.0; successor";

/** https://sora-doc.shiguredo.jp/EXPERIMENTAL_API_RTP_STREAM_PAUSE_RESUME */
export const rtpTools = deriveTools("rtp", [
  {
    operation: "PauseRtpStream",
    version: "20200401",
    kind: "write",
    title: "Pause a video stream",
    description: `Stops one sender's video for one viewer; audio goes on. ${removed} CreateConnectionForwardingFilter.`,
    input: pair,
  },
  {
    operation: "ResumeRtpStream",
    version: "20200401",
    kind: "write",
    title: "Resume a video stream",
    description: `Resumes a video stream that was paused for one viewer. ${removed} DeleteConnectionForwardingFilter.`,
    input: pair,
  },
]);
