import {
  type ContractRow,
  channel_id,
  connection_id,
  done,
  recv_connection_id,
  send_connection_id,
} from "./row.ts";

const viewer = { channel_id, recv_connection_id };
const pair = { channel_id, recv_connection_id, send_connection_id };
const rid = "r1";
const receiver = { channel_id, receiver_connection_id: recv_connection_id };
const sender_connection_id = send_connection_id;
const one = { channel_id, connection_id };

export const simulcast: readonly ContractRow[] = [
  {
    tool: "sora_request_rtp_stream",
    kind: "write",
    ends: { release: "2025.2.0", successor: "RequestSimulcastRid" },
    removed: "2027.2",
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
    removed: "2027.2",
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
  {
    tool: "sora_request_simulcast_rid",
    kind: "write",
    since: "2025.2",
    channel: "channel_id",
    least: {
      args: { ...receiver, rid: "none" },
      requests: [
        {
          target: "Sora_20251217.RequestSimulcastRid",
          body: { ...receiver, rid: "none" },
          answer: { ...receiver, rid: "none" },
        },
      ],
      gives: done({ ...receiver, rid: "none" }),
    },
    full: {
      args: { ...receiver, rid: "r2", sender_connection_id },
      requests: [
        {
          target: "Sora_20251217.RequestSimulcastRid",
          body: { ...receiver, rid: "r2", sender_connection_id },
          answer: { ...receiver, rid: "r2", sender_connection_id },
        },
      ],
      gives: done({ ...receiver, rid: "r2", sender_connection_id }),
    },
  },
];

export const rtp: readonly ContractRow[] = [
  {
    tool: "sora_pause_rtp_stream",
    kind: "write",
    ends: { release: "2025.2.0", successor: "CreateConnectionForwardingFilter" },
    removed: "2025.2",
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
    removed: "2025.2",
    channel: "channel_id",
    least: {
      args: pair,
      requests: [{ target: "Sora_20200401.ResumeRtpStream", body: pair, answer: pair }],
      gives: done(pair),
    },
  },
  {
    tool: "sora_request_key_frame",
    kind: "write",
    since: "2024.2",
    channel: "channel_id",
    least: {
      args: one,
      requests: [{ target: "Sora_20241218.RequestKeyFrame", body: one, answer: one }],
      gives: done(one),
    },
    full: {
      args: { ...one, rid },
      requests: [{ target: "Sora_20241218.RequestKeyFrame", body: { ...one, rid }, answer: one }],
      gives: done(one),
    },
  },
];
