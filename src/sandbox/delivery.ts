import { refusal } from "./errors.ts";
import type { Encoding, Rid } from "./media.ts";
import { type Channel, type Connection, findConnection, type State, type Stream } from "./state.ts";

/** What a viewer gets before anybody asks for something else. */
export const initialRid = "r1";
export const initialSpotlightRids = { focus: "r1", unfocus: "r0" } as const;

/** Whether the viewer takes video and the sender has some to give. */
function hasVideo(viewer: Connection, stream: Stream): boolean {
  return viewer.video !== false && stream.sender.sentVideo.length > 0;
}

/** The streams that reach a viewer now. */
export function liveStreams(viewer: Connection): Stream[] {
  return viewer.streams.filter((stream) => !stream.ended);
}

/** The rid of a simulcast sender that a viewer is meant to get: its own request first, then the spotlight's. */
function wantedRid(channel: Channel, stream: Stream): Rid | "none" {
  if (stream.requestedRid) return stream.requestedRid;
  if (!channel.spotlight) return initialRid;
  const isFocused = channel.spotlight.focused.has(stream.sender.connection_id);
  return isFocused ? stream.spotlightRids.focus : stream.spotlightRids.unfocus;
}

/** The encoding of the sender's video that the viewer gets at this moment, if any. */
export function deliveredVideo(channel: Channel, viewer: Connection, stream: Stream): Encoding | undefined {
  if (stream.ended || stream.paused || !hasVideo(viewer, stream)) return undefined;
  const { simulcast, sentVideo } = stream.sender;
  if (!simulcast) return sentVideo[0];
  const rid = wantedRid(channel, stream);
  if (rid === "none") return undefined;
  return sentVideo.find((encoding) => encoding.rid === rid) ?? sentVideo.at(-1);
}

/** Lets a stretch of time flow through one stream. */
export function flow(channel: Channel, viewer: Connection, stream: Stream, ms: number): void {
  if (!stream.ended && viewer.audio && stream.sender.sentAudio) stream.audioMs += ms;
  const encoding = deliveredVideo(channel, viewer, stream);
  if (encoding) stream.videoMs.set(encoding, (stream.videoMs.get(encoding) ?? 0) + ms);
}

/**
 * Moves the clock on. Run before each operation, so that the time since the last one is counted under the state that
 * held then; a clock that is set back stands still instead.
 */
export function advance(state: State, now: number): void {
  const ms = Math.max(0, now - state.now);
  for (const channel of state.channels.values()) {
    for (const viewer of channel.connections.values()) {
      for (const stream of viewer.streams) flow(channel, viewer, stream, ms);
    }
  }
  state.now += ms;
}

/** Who shall see whom otherwise; without a sender, everybody that the viewer sees. */
export interface StreamSelection {
  readonly recv_connection_id: string;
  readonly send_connection_id?: string | undefined;
}

/** The video streams that a request is about. Throws `ConnectionNotFound` or `StreamNotFound`. */
export function findVideoStreams(channel: Channel, selection: StreamSelection): Stream[] {
  const { recv_connection_id, send_connection_id } = selection;
  const viewer = findConnection(channel, recv_connection_id);
  const sender = send_connection_id === undefined ? undefined : findConnection(channel, send_connection_id);
  const streams = liveStreams(viewer).filter(
    (stream) => hasVideo(viewer, stream) && (!sender || stream.sender === sender),
  );
  if (streams.length === 0) {
    throw refusal("StreamNotFound", {
      channel_id: channel.channel_id,
      recv_connection_id,
      send_connection_id,
    });
  }
  return streams;
}

/** As `findVideoStreams`, simulcast senders only. Throws `NotSimulcastStream` when there are none. */
export function findSimulcastStreams(channel: Channel, selection: StreamSelection): Stream[] {
  const streams = findVideoStreams(channel, selection).filter((stream) => stream.sender.simulcast);
  if (streams.length === 0) {
    const { recv_connection_id, send_connection_id } = selection;
    throw refusal("NotSimulcastStream", {
      channel_id: channel.channel_id,
      recv_connection_id,
      send_connection_id,
    });
  }
  return streams;
}
