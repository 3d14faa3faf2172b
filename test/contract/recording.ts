import { list, senderHit, viewerHit } from "./connections.ts";
import { type ContractRow, channel_id, done, doneByFlag, wouldAffect } from "./row.ts";

const recording_id = "PQ7Y2M4X9C1D8F3G6H5J0K2N7R";
const everything = {
  channel_id,
  expire_time: 3600,
  split_duration: 360,
  split_only: false,
  metadata: { key: ["値", 1.5, null] },
  format: "mp4",
};
const started = {
  channel_id,
  recording_id,
  created_at: 1700000000,
  expire_time: 3600,
  expired_at: 1700003600,
  split_only: false,
};

export const recording: readonly ContractRow[] = [
  {
    tool: "sora_start_recording",
    kind: "write",
    since: "2023.2",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [
        {
          target: "Sora_20231220.StartRecording",
          body: { channel_id },
          answer: { channel_id, recording_id },
        },
      ],
      gives: done({ channel_id, recording_id }),
    },
    full: {
      args: everything,
      requests: [{ target: "Sora_20231220.StartRecording", body: everything, answer: started }],
      gives: done(started),
    },
  },
  {
    tool: "sora_stop_recording",
    kind: "destructive",
    since: "2023.2",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [list],
      gives: wouldAffect({ total: 2, connections: [senderHit, viewerHit] }),
    },
    confirmed: {
      args: { channel_id, confirm: true },
      requests: [{ target: "Sora_20231220.StopRecording", body: { channel_id }, answer: { channel_id } }],
      gives: doneByFlag({ channel_id }),
    },
  },
];
