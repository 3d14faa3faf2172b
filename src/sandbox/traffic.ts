import { type Encoding, sum, survivors, type Volume, volume } from "./media.ts";
import type { Connection, Stream } from "./state.ts";

/** How long a connection has been up, in milliseconds. */
export function uptime(connection: Connection, now: number): number {
  return Math.floor(now - connection.created_time / 1000);
}

/** What a client has sent of one of its encodings. */
export function sentByClient(connection: Connection, encoding: Encoding, now: number): Volume {
  return volume(encoding, uptime(connection, now));
}

/** What of it reached Sora. */
export function receivedBySora(connection: Connection, encoding: Encoding, now: number): Volume {
  return survivors(sentByClient(connection, encoding, now), connection.conditions.loss);
}

/** What came out of a sender's microphone for a viewer, before any loss. */
export function audioOf({ sender, audioMs }: Stream): Volume {
  return sender.sentAudio ? volume(sender.sentAudio, audioMs) : sum([]);
}

/** What came out of a sender's camera for a viewer, before any loss. */
export function videoOf({ videoMs }: Stream): Volume {
  return sum([...videoMs].map(([encoding, ms]) => volume(encoding, ms)));
}

/** What Sora has sent to a viewer, of streams that ended too. */
export function sentBySora(stream: Stream): Volume {
  return sum(
    [audioOf(stream), videoOf(stream)].map((made) => survivors(made, stream.sender.conditions.loss)),
  );
}

/** What of it reached the viewer. */
export function receivedByClient(viewer: Connection, stream: Stream, made: Volume): Volume {
  return survivors(survivors(made, stream.sender.conditions.loss), viewer.conditions.loss);
}
