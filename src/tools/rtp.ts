import { z } from "zod";
import { api } from "./api.ts";
import { channel_id, connection_id, recv_connection_id, rid, send_connection_id } from "./fields.ts";

const pair = z.object({ channel_id, recv_connection_id, send_connection_id }).strict();
const removed = "2025.2";
const oneLayer = rid.describe("Only this rid; Sora 2026.2 or later").optional();

function replacedBy(successor: string) {
  return { from: removed, text: `Removed in Sora 2025.2.0; successor ${successor}.` } as const;
}

/**
 * https://sora-doc.shiguredo.jp/EXPERIMENTAL_API_RTP_STREAM_PAUSE_RESUME and https://sora-doc.shiguredo.jp/API_CONNECTION
 */
export const rtpTools = [
  api({
    operation: "PauseRtpStream",
    version: "20200401",
    kind: "write",
    title: "Pause video stream",
    removed,
    description: "Stops one sender's video for one viewer; audio goes on.",
    ending: replacedBy("CreateConnectionForwardingFilter"),
    input: pair,
  }),
  api({
    operation: "ResumeRtpStream",
    version: "20200401",
    kind: "write",
    title: "Resume video stream",
    removed,
    description: "Resumes a video stream that was paused for one viewer.",
    ending: replacedBy("DeleteConnectionForwardingFilter"),
    input: pair,
  }),
  api({
    operation: "RequestKeyFrame",
    version: "20241218",
    kind: "write",
    since: "2024.2",
    title: "Request key frame",
    description: "Asks a sender for a key frame: repairs frozen video.",
    input: z.object({ channel_id, connection_id, rid: oneLayer }).strict(),
  }),
];
