import { largest, middle } from "./quantity.ts";
import {
  type ClientReport,
  type Counts,
  type Inbound,
  type LimitationReason,
  limitationReasons,
  type Outbound,
  type Path,
} from "./report.ts";
import { ratio, type Span, type StreamSpan, spanOf, spansOf } from "./spans.ts";

/** So few packets are too few to tell a share of them. */
const fewestPackets = 50;
/** So short a time is too short to tell a share of it, or a silence. */
const shortestSeconds = 5;
/** One second of sound at 48 kHz. */
const fewestSamples = 48_000;

/** Every value is undefined when it was not measured. */
interface Stream {
  readonly kbps: number | undefined;
  readonly packetsPerSecond: number | undefined;
  readonly lossPercent: number | undefined;
  readonly jitterMs: number | undefined;
}

interface Sent extends Stream {
  readonly retransmittedPercent: number | undefined;
}

interface SentVideo extends Sent {
  /** Of the layer that has most. */
  readonly fps: number | undefined;
  /** Of the camera or screen. */
  readonly sourceFps: number | undefined;
  readonly encodeMsPerFrame: number | undefined;
  /** Share of the time in which quality was limited so. */
  readonly limitedPercent: Readonly<Record<LimitationReason, number | undefined>>;
  /** What limited it at the moment of the report. */
  readonly limitedBy: LimitationReason | undefined;
  /** Layers of simulcast that should be sent and are not, while others are. */
  readonly missingLayers: number | undefined;
}

interface Received extends Stream {
  readonly jitterBufferMs: number | undefined;
}

interface ReceivedAudio extends Received {
  /** Made up, as packets were missing, where there was no silence. */
  readonly concealedPercent: number | undefined;
  /** Played slower or faster to fill or empty the buffer. */
  readonly stretchedPercent: number | undefined;
}

interface ReceivedVideo extends Received {
  readonly frozenPercent: number | undefined;
  readonly droppedPercent: number | undefined;
}

/** What a client's report says. Streams of a kind are taken together, so that one bad sender makes no bad viewer. */
export interface Measurements {
  readonly sentAudio: Sent;
  readonly sentVideo: SentVideo;
  readonly receivedAudio: ReceivedAudio;
  readonly receivedVideo: ReceivedVideo;
  /** How loud the microphone is, 0 to 1, linear: root of energy over time. */
  readonly loudness: number | undefined;
  /** The same at the moment of the report. */
  readonly momentaryLoudness: number | undefined;
  /** Not a sound in all the time. */
  readonly isSilent: boolean | undefined;
  /** There are streams, but no microphone, camera or screen is captured for them, or all are switched off. */
  readonly capturesNothing: boolean;
  readonly rttMs: number | undefined;
  readonly availableKbps: number | undefined;
  readonly path: Pick<Path, "type" | "protocol"> | undefined;
}

/**
 * Measures by the definitions of https://www.w3.org/TR/webrtc-stats/: what happened since the earlier report, and without
 * one since each stream began.
 */
export function measure(report: ClientReport, earlier: ClientReport | undefined): Measurements {
  const sent = spansOf(report.outbound, earlier?.outbound);
  const received = spansOf(report.inbound, earlier?.inbound);
  const sentVideo = sent.filter(({ kind }) => kind === "video");
  const receivedAudio = received.filter(({ kind }) => kind === "audio");
  const receivedVideo = received.filter(({ kind }) => kind === "video");
  const { microphone, camera, path } = report;
  const available = path?.counts.availableOutgoingBitrate;
  return {
    sentAudio: measureSent(sent.filter(({ kind }) => kind === "audio")),
    sentVideo: {
      ...measureSent(sentVideo),
      ...frameRates(sentVideo, camera && spanOf(camera, earlier?.camera)),
      encodeMsPerFrame: milliseconds(ratio(sentVideo, of("totalEncodeTime"), of("framesEncoded"))),
      limitedPercent: {
        bandwidth: largest(sentVideo.map((span) => limitedPercent(span, "bandwidth"))),
        cpu: largest(sentVideo.map((span) => limitedPercent(span, "cpu"))),
      },
      // When several hold, bandwidth is named before the processor.
      limitedBy: limitationReasons.find((reason) => sentVideo.some(({ limitedBy }) => limitedBy === reason)),
      missingLayers: missingLayers(sentVideo),
    },
    receivedAudio: {
      ...measureReceived(receivedAudio),
      concealedPercent: percent(
        receivedAudio,
        // Without the second, mere silence would count.
        ({ concealedSamples: all, silentConcealedSamples: silent }) =>
          all === undefined || silent === undefined ? undefined : all - silent,
        of("totalSamplesReceived"),
        fewestSamples,
      ),
      stretchedPercent: percent(
        receivedAudio,
        ({ insertedSamplesForDeceleration: inserted, removedSamplesForAcceleration: removed }) =>
          inserted === undefined || removed === undefined ? undefined : inserted + removed,
        of("totalSamplesReceived"),
        fewestSamples,
      ),
    },
    receivedVideo: {
      ...measureReceived(receivedVideo),
      frozenPercent: percent(
        receivedVideo,
        of("totalFreezesDuration"),
        // Since the beginning, the time between frames is all the time there was.
        ({ totalInterFrameDelay }, { seconds }) => seconds ?? totalInterFrameDelay,
        shortestSeconds,
      ),
      droppedPercent: percent(receivedVideo, of("framesDropped"), of("framesReceived"), 1),
    },
    ...measureMicrophone(microphone && spanOf(microphone, earlier?.microphone)),
    capturesNothing:
      report.outbound.length > 0 &&
      ((!microphone && !camera) || report.outbound.every(({ active }) => active === false)),
    rttMs: roundTripMs(sent, earlier, path),
    availableKbps: available === undefined ? undefined : available / 1000,
    path: path && { type: path.type, protocol: path.protocol },
  };
}

function of(name: keyof Counts): (counts: Counts) => number | undefined {
  return (counts) => counts[name];
}

function percent(...[spans, part, whole, atLeast]: Parameters<typeof ratio>): number | undefined {
  const share = ratio(spans, part, whole, atLeast);
  return share === undefined ? undefined : 100 * Math.min(1, share);
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : 1000 * seconds;
}

/** Per second, of all streams together. */
function rate(spans: readonly Span[], name: keyof Counts, factor: number): number | undefined {
  const rates = spans.map(({ counts, seconds }) =>
    counts[name] === undefined || seconds === undefined ? undefined : (counts[name] * factor) / seconds,
  );
  const known = rates.filter((value) => value !== undefined);
  return known.length > 0 ? known.reduce((left, right) => left + right) : undefined;
}

function measureSent(spans: readonly StreamSpan<Outbound>[]): Sent {
  const lossPercent = percent(spans, of("packetsLost"), of("packetsSent"), fewestPackets);
  const isEnough = spans.some(({ counts }) => (counts.packetsSent ?? 0) >= fewestPackets);
  const isCounted = spans.some(({ counts }) => counts.packetsLost !== undefined);
  const fraction = largest(spans.map(({ counts }) => counts.fractionLost));
  return {
    kbps: rate(spans, "bytesSent", 8 / 1000),
    packetsPerSecond: rate(spans, "packetsSent", 1),
    lossPercent:
      isCounted || !isEnough || fraction === undefined ? lossPercent : Math.min(100, 100 * fraction),
    jitterMs: milliseconds(middle(spans.map(({ counts }) => counts.jitter))),
    retransmittedPercent: percent(spans, of("retransmittedPacketsSent"), of("packetsSent"), fewestPackets),
  };
}

function measureReceived(spans: readonly StreamSpan<Inbound>[]): Received {
  return {
    kbps: rate(spans, "bytesReceived", 8 / 1000),
    packetsPerSecond: rate(spans, "packetsReceived", 1),
    lossPercent: percent(
      spans,
      of("packetsLost"),
      // Duplicates can make the number of lost packets negative.
      ({ packetsLost = 0, packetsReceived }) =>
        packetsReceived === undefined ? undefined : Math.max(0, packetsLost) + packetsReceived,
      fewestPackets,
    ),
    jitterMs: milliseconds(middle(spans.map(({ counts }) => counts.jitter))),
    jitterBufferMs: milliseconds(ratio(spans, of("jitterBufferDelay"), of("jitterBufferEmittedCount"))),
  };
}

/** Of both over the same time, or of both at the same moment: a camera may be on for a part of the time only. */
function frameRates(sent: readonly Span[], camera: Span | undefined): Pick<SentVideo, "fps" | "sourceFps"> {
  const average = ({ seconds }: Span, frames: number | undefined) =>
    seconds === undefined || frames === undefined ? undefined : frames / seconds;
  const sourceFps = camera && average(camera, camera.counts.frames);
  const fps = largest(sent.map((span) => average(span, span.counts.framesEncoded)));
  if (sourceFps !== undefined && fps !== undefined) return { fps, sourceFps };
  return {
    fps: largest(sent.map(({ counts }) => counts.framesPerSecond)),
    sourceFps: camera?.counts.framesPerSecond,
  };
}

function limitedPercent(span: Span, reason: LimitationReason): number | undefined {
  return percent(
    [span],
    of(reason),
    ({ none = 0, cpu = 0, bandwidth = 0, other = 0 }) => none + cpu + bandwidth + other,
    shortestSeconds,
  );
}

function missingLayers(spans: readonly StreamSpan<Outbound>[]): number | undefined {
  const sent = spans
    .filter(({ isLayer, active }) => isLayer && active)
    .map(({ counts }) => counts.packetsSent)
    .filter((packets) => packets !== undefined);
  return sent.some((packets) => packets >= fewestPackets)
    ? sent.filter((packets) => packets === 0).length
    : undefined;
}

function measureMicrophone(
  span: Span | undefined,
): Pick<Measurements, "loudness" | "momentaryLoudness" | "isSilent"> {
  const { totalAudioEnergy: energy, totalSamplesDuration: seconds = 0, audioLevel } = span?.counts ?? {};
  const momentaryLoudness = audioLevel === undefined ? undefined : Math.min(1, audioLevel);
  if (energy === undefined || seconds <= 0) {
    return { loudness: undefined, momentaryLoudness, isSilent: undefined };
  }
  return {
    loudness: Math.min(1, Math.sqrt(energy / seconds)),
    momentaryLoudness,
    isSilent: seconds >= shortestSeconds ? energy === 0 : undefined,
  };
}

/** Since the earlier report, and without one of now; since the beginning only where a moment is not told or too long ago. */
function roundTripMs(
  sent: readonly Span[],
  earlier: ClientReport | undefined,
  path: Path | undefined,
): number | undefined {
  const pair = path ? [spanOf(path.counts, earlier?.path?.counts)] : [];
  const average =
    ratio(sent, of("totalRoundTripTime"), of("roundTripTimeMeasurements")) ??
    ratio(pair, of("totalRoundTripTime"), of("responsesReceived"));
  const now = path?.counts.currentRoundTripTime ?? largest(sent.map(({ counts }) => counts.roundTripTime));
  return milliseconds((earlier ? average : undefined) ?? now ?? average);
}
