import { refusal, type SandboxErrorType, type SoraError } from "./errors.ts";
import type { Encoding, Kind, Rid } from "./media.ts";
import { type Channel, findConnection, lastHeard, type Stream } from "./state.ts";

const initialRid = "r1";
export const initialSpotlightRids = { spotlight_focus_rid: "r1", spotlight_unfocus_rid: "r0" } as const;

/** Whether the viewer takes audio or video, and the sender has some to give. */
export function carries({ viewer, sender }: Stream, kind: Kind): boolean {
  return viewer[kind] !== false && sender.sent[kind].length > 0;
}

/** The rid of a simulcast sender that a viewer is meant to get: its own request first, then the spotlight's. */
function wantedRid({ sender, requestedRid, spotlightRids }: Stream): Rid | "none" {
  const { spotlight } = sender.channel;
  if (requestedRid) return requestedRid;
  if (!spotlight) return initialRid;
  const isFocused = spotlight.focused.has(sender.connection_id);
  return isFocused ? spotlightRids.spotlight_focus_rid : spotlightRids.spotlight_unfocus_rid;
}

/** Whether the viewer could get the sender's audio or video, and no forwarding filter cuts it. */
function passes(stream: Stream, kind: Kind): boolean {
  return carries(stream, kind) && stream.cutBy[kind].size === 0;
}

/** The encoding of the sender's audio that is meant for the viewer, if any. */
function chosenAudio(stream: Stream): Encoding | undefined {
  return passes(stream, "audio") ? stream.sender.sent.audio[0] : undefined;
}

/** The encoding of the sender's video that is meant for the viewer, if any. */
function chosenVideo(stream: Stream): Encoding | undefined {
  if (stream.paused || !passes(stream, "video")) return undefined;
  const { simulcast, sent } = stream.sender;
  if (!simulcast) return sent.video[0];
  const rid = wantedRid(stream);
  if (rid === "none") return undefined;
  return sent.video.find((encoding) => encoding.rid === rid) ?? sent.video.at(-1);
}

/** The encoding of the sender's audio that the viewer gets at this moment, if any. */
export function deliveredAudio(stream: Stream): Encoding | undefined {
  return stream.sender.silentSince === undefined ? chosenAudio(stream) : undefined;
}

/** The encoding of the sender's video that the viewer gets at this moment, if any. */
export function deliveredVideo(stream: Stream): Encoding | undefined {
  return stream.sender.silentSince === undefined ? chosenVideo(stream) : undefined;
}

/** Lets a stretch of time flow through one stream, as far as its sender was still heard. */
export function flow(stream: Stream, from: number, to: number): void {
  const { deliveredMs } = stream;
  const ms = Math.max(0, lastHeard(stream.sender, to) - from);
  for (const encoding of [chosenAudio(stream), chosenVideo(stream)]) {
    if (encoding) deliveredMs.set(encoding, (deliveredMs.get(encoding) ?? 0) + ms);
  }
}

/**
 * Who shall see whom otherwise; without a sender, everybody that the viewer sees. Sora's newer APIs spell the members
 * out.
 */
export type StreamSelection =
  | { readonly recv_connection_id: string; readonly send_connection_id?: string | undefined }
  | { readonly receiver_connection_id: string; readonly sender_connection_id?: string | undefined };

/** The viewer and the sender, and both as the request names them. */
function idsIn(selection: StreamSelection) {
  if ("recv_connection_id" in selection) {
    const { recv_connection_id, send_connection_id } = selection;
    const named = { recv_connection_id, send_connection_id };
    return { viewerId: recv_connection_id, senderId: send_connection_id, named };
  }
  const { receiver_connection_id, sender_connection_id } = selection;
  const named = { receiver_connection_id, sender_connection_id };
  return { viewerId: receiver_connection_id, senderId: sender_connection_id, named };
}

function noStream(error_type: SandboxErrorType, channel: Channel, selection: StreamSelection): SoraError {
  return refusal(error_type, { channel_id: channel.channel_id, ...idsIn(selection).named });
}

/** The video streams that a request is about. Throws `ConnectionNotFound` or `StreamNotFound`. */
export function findVideoStreams(channel: Channel, selection: StreamSelection): Stream[] {
  const { viewerId, senderId } = idsIn(selection);
  const viewer = findConnection(channel, viewerId);
  const sender = senderId === undefined ? undefined : findConnection(channel, senderId);
  const streams = viewer.streams.filter(
    (stream) => carries(stream, "video") && (!sender || stream.sender === sender),
  );
  if (streams.length === 0) throw noStream("StreamNotFound", channel, selection);
  return streams;
}

/** As `findVideoStreams`, simulcast senders only. Throws `NotSimulcastStream` when there are none. */
export function findSimulcastStreams(channel: Channel, selection: StreamSelection): Stream[] {
  const streams = findVideoStreams(channel, selection).filter((stream) => stream.sender.simulcast);
  if (streams.length === 0) throw noStream("NotSimulcastStream", channel, selection);
  return streams;
}
