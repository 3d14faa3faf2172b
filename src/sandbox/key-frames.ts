import { refusal } from "./errors.ts";
import type { Rid } from "./media.ts";
import type { Connection } from "./state.ts";

/** Has a sender encode one more key frame, of all its rids unless one is named. Throws `VideoNotSent`. */
export function requestKeyFrame(connection: Connection, { rid }: { readonly rid: Rid | undefined }): void {
  const { channel, connection_id, sent, keyFrameRequests } = connection;
  const encodings = sent.video.filter((encoding) => rid === undefined || encoding.rid === rid);
  if (encodings.length === 0) {
    throw refusal("VideoNotSent", { channel_id: channel.channel_id, connection_id, rid });
  }
  for (const encoding of encodings) keyFrameRequests.set(encoding, (keyFrameRequests.get(encoding) ?? 0) + 1);
}
