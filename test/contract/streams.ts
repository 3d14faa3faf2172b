import { type ContractRow, channel_id, done, recv_connection_id, send_connection_id } from "./row.ts";

const viewer = { channel_id, recv_connection_id };
const pair = { channel_id, recv_connection_id, send_connection_id };
const rid = "r1";

export const simulcast: readonly ContractRow[] = [
  {
    tool: "sora_request_rtp_stream",
    kind: "write",
    ends: { release: "2025.2.0", successor: "RequestSimulcastRid" },
    channel: "channel_id",
    least: {
      args: { ...viewer, rid },
      requests: [
        { target: "Sora_20201005.RequestRtpStream", body: { ...viewer, rid }, answer: { ...viewer, rid } },
      ],
      gives: done({ ...viewer, rid }),
    },
    full: {
      args: { ...pair, rid },
      requests: [
        { target: "Sora_20201005.RequestRtpStream", body: { ...pair, rid }, answer: { ...pair, rid } },
      ],
      gives: done({ ...pair, rid }),
    },
  },
  {
    tool: "sora_reset_rtp_stream",
    kind: "write",
    channel: "channel_id",
    least: {
      args: viewer,
      requests: [{ target: "Sora_20201005.ResetRtpStream", body: viewer, answer: viewer }],
      gives: done(viewer),
    },
    full: {
      args: pair,
      requests: [{ target: "Sora_20201005.ResetRtpStream", body: pair, answer: pair }],
      gives: done(pair),
    },
  },
];

export const rtp: readonly ContractRow[] = [
  {
    tool: "sora_pause_rtp_stream",
    kind: "write",
    ends: { release: "2025.2.0", successor: "CreateConnectionForwardingFilter" },
    channel: "channel_id",
    least: {
      args: pair,
      requests: [{ target: "Sora_20200401.PauseRtpStream", body: pair, answer: pair }],
      gives: done(pair),
    },
  },
  {
    tool: "sora_resume_rtp_stream",
    kind: "write",
    ends: { release: "2025.2.0", successor: "DeleteConnectionForwardingFilter" },
    channel: "channel_id",
    least: {
      args: pair,
      requests: [{ target: "Sora_20200401.ResumeRtpStream", body: pair, answer: pair }],
      gives: done(pair),
    },
  },
];
