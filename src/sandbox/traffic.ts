import { type Encoding, type Kind, kinds, sum, survivors, type Volume, volume } from "./media.ts";
import { type Connection, lastHeard, type Stream } from "./state.ts";

/** How long a connection has been up, in milliseconds. */
export function uptime(connection: Connection, now: number): number {
  return Math.floor(now - connection.created_time / 1000);
}

/** For how much of that it was heard of. */
export function timeHeard(connection: Connection, now: number): number {
  return uptime(connection, lastHeard(connection, now));
}

/** What a client has sent of these of its encodings. */
export function sentByClient(connection: Connection, encodings: readonly Encoding[], now: number): Volume {
  return sum(encodings.map((encoding) => volume(encoding, timeHeard(connection, now))));
}

/** What of it reached Sora. */
export function receivedBySora(connection: Connection, encodings: readonly Encoding[], now: number): Volume {
  const { loss } = connection.conditions;
  return sum(encodings.map((encoding) => survivors(sentByClient(connection, [encoding], now), loss)));
}

/** The encodings that a viewer has been given of a sender's audio or video, and for how long each. */
function delivered({ deliveredMs }: Stream, kind: Kind): [Encoding, number][] {
  return [...deliveredMs].filter(([encoding]) => encoding.kind === kind);
}

/** How long a sender's audio or video has been delivered to a viewer, in milliseconds. */
export function timeDelivered(stream: Stream, kind: Kind): number {
  return delivered(stream, kind).reduce((total, [, ms]) => total + ms, 0);
}

/** What came out of a sender's microphone or camera for a viewer, before any loss. */
export function madeFor(stream: Stream, kind: Kind): Volume {
  return sum(delivered(stream, kind).map(([encoding, ms]) => volume(encoding, ms)));
}

/** What of it Sora sent on to the viewer. */
function sentOn(stream: Stream, kind: Kind): Volume {
  return survivors(madeFor(stream, kind), stream.sender.conditions.unrepairedLoss);
}

/** What of it reached the viewer. */
export function receivedByClient(stream: Stream, kind: Kind): Volume {
  return survivors(sentOn(stream, kind), stream.viewer.conditions.loss);
}

/** What Sora has sent to a viewer of both kinds. */
export function sentBySora(stream: Stream): Volume {
  return sum(kinds.map((kind) => sentOn(stream, kind)));
}

/** What Sora has sent to a viewer in all, of senders who left too. */
export function sentToViewer({ past, streams }: Connection): Volume {
  return sum([past.sent, ...streams.map(sentBySora)]);
}

function receivedOf(stream: Stream): Volume {
  return sum(kinds.map((kind) => receivedByClient(stream, kind)));
}

/** What has reached a viewer in all, of senders who left too. */
export function receivedByViewer({ past, streams }: Connection): Volume {
  return sum([past.received, ...streams.map(receivedOf)]);
}

/** Takes a sender who left out of what a viewer receives; the totals stay. */
export function endStream(viewer: Connection, gone: Connection): void {
  for (const stream of viewer.streams.filter(({ sender }) => sender === gone)) {
    const { streams, sent, received } = viewer.past;
    viewer.past = {
      streams: streams + 1,
      sent: sum([sent, sentBySora(stream)]),
      received: sum([received, receivedOf(stream)]),
    };
  }
  viewer.streams = viewer.streams.filter(({ sender }) => sender !== gone);
}
