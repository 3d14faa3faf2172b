import { z } from "zod";
import { api } from "./api.ts";
import { channel_id, recv_connection_id, send_connection_id } from "./fields.ts";

const pair = z.object({ channel_id, recv_connection_id, send_connection_id }).strict();
const removed = "Removed in Sora 2025.2.0; successor";

/** https://sora-doc.shiguredo.jp/EXPERIMENTAL_API_RTP_STREAM_PAUSE_RESUME */
export const rtpTools = [
  api({
    operation: "PauseRtpStream",
    version: "20200401",
    kind: "write",
    title: "Pause a video stream",
    description: `Stops one sender's video for one viewer; audio goes on. ${removed} CreateConnectionForwardingFilter.`,
    input: pair,
  }),
  api({
    operation: "ResumeRtpStream",
    version: "20200401",
    kind: "write",
    title: "Resume a video stream",
    description: `Resumes a video stream that was paused for one viewer. ${removed} DeleteConnectionForwardingFilter.`,
    input: pair,
  }),
];
