import { type ContractRow, channel_id, done, recv_connection_id, send_connection_id } from "./row.ts";

const pair = { channel_id, recv_connection_id, send_connection_id };

export const simulcast: readonly ContractRow[] = [
  {
    tool: "sora_request_rtp_stream",
    target: "Sora_20201005.RequestRtpStream",
    kind: "write",
    ends: { release: "2025.2.0", successor: "RequestSimulcastRid" },
    least: { channel_id, recv_connection_id, rid: "r1" },
    full: { ...pair, rid: "r1" },
    answer: { ...pair, rid: "r1" },
    gives: done({ ...pair, rid: "r1" }),
  },
  {
    tool: "sora_reset_rtp_stream",
    target: "Sora_20201005.ResetRtpStream",
    kind: "write",
    least: { channel_id, recv_connection_id },
    full: pair,
    answer: pair,
    gives: done(pair),
  },
];

export const rtp: readonly ContractRow[] = [
  {
    tool: "sora_pause_rtp_stream",
    target: "Sora_20200401.PauseRtpStream",
    kind: "write",
    ends: { release: "2025.2.0", successor: "CreateConnectionForwardingFilter" },
    least: pair,
    answer: pair,
    gives: done(pair),
  },
  {
    tool: "sora_resume_rtp_stream",
    target: "Sora_20200401.ResumeRtpStream",
    kind: "write",
    ends: { release: "2025.2.0", successor: "DeleteConnectionForwardingFilter" },
    least: pair,
    answer: pair,
    gives: done(pair),
  },
];
