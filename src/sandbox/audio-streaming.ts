import { refusal } from "./errors.ts";
import type { Channel, Connection } from "./state.ts";

/** Throws `AlreadyAudioStreaming`. */
export function startAudioStreaming({ channel_id, session }: Channel): void {
  if (session.isAudioStreaming) throw refusal("AlreadyAudioStreaming", { channel_id });
  session.isAudioStreaming = true;
}

/** Throws `NotAudioStreaming`. */
export function stopAudioStreaming({ channel_id, session }: Channel): void {
  if (!session.isAudioStreaming) throw refusal("NotAudioStreaming", { channel_id });
  session.isAudioStreaming = false;
}

/** Whether a connection's audio is streamed, and whether it is told the results. Not a group of Sora's. */
export function audioStreamingGroup({ channel, sent, receivesAudioStreamingResults }: Connection) {
  const streaming = channel.session.isAudioStreaming && sent.audio.length > 0;
  return { streaming, result_push: receivesAudioStreamingResults };
}

/** One entry of ListAudioStreamingResultPushState. */
export function resultPushState(connection: Connection) {
  const { client_id, bundle_id, connection_id, receivesAudioStreamingResults } = connection;
  return { client_id, bundle_id, connection_id, result_push: receivesAudioStreamingResults };
}
