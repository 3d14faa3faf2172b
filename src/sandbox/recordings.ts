import { refusal } from "./errors.ts";
import { soraId } from "./ids.ts";
import type { Channel, RecordingRequest, State } from "./state.ts";

/** Throws `SplitDurationMissing` or `AlreadyRecording`. */
export function startRecording(channel: Channel, values: RecordingRequest, { now, random }: State) {
  const { channel_id, session } = channel;
  const { expire_time, split_duration, split_only = false, metadata, format = "webm" } = values;
  if (split_only && split_duration === undefined) throw refusal("SplitDurationMissing", { channel_id });
  if (session.recording) {
    throw refusal("AlreadyRecording", { channel_id, recording_id: session.recording.recording_id });
  }
  const recording_id = soraId(random);
  const created_at = Math.floor(now / 1000);
  const expired_at = expire_time === undefined ? undefined : created_at + expire_time;
  const times = { created_at, expire_time, expired_at, split_only, split_duration };
  session.recording = { recording_id, ...times, metadata, format };
  return { channel_id, recording_id, ...times };
}

/** Throws `NotRecording`. */
export function stopRecording({ channel_id, session }: Channel): void {
  if (!session.recording) throw refusal("NotRecording", { channel_id });
  session.recording = undefined;
}

/** Ends the recordings whose time is over. */
export function endRecordings({ channels, now }: State): void {
  for (const { session } of channels.values()) {
    const { expired_at = Number.POSITIVE_INFINITY } = session.recording ?? {};
    if (now >= expired_at * 1000) session.recording = undefined;
  }
}
