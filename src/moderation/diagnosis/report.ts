import { isObject } from "../../json.ts";
import { type MediaKind, mediaKinds } from "../mutes.ts";
import { instant, quantity, signedQuantity } from "./quantity.ts";

/** Never falls while the object that it belongs to is the same. Seconds, packets, bytes, frames or samples. */
const totals = {
  "outbound-rtp": [
    "packetsSent",
    "bytesSent",
    "retransmittedPacketsSent",
    "framesEncoded",
    "totalEncodeTime",
  ],
  "remote-inbound-rtp": ["totalRoundTripTime", "roundTripTimeMeasurements"],
  "inbound-rtp": [
    "packetsReceived",
    "bytesReceived",
    "jitterBufferDelay",
    "jitterBufferEmittedCount",
    "concealedSamples",
    "silentConcealedSamples",
    "totalSamplesReceived",
    "insertedSamplesForDeceleration",
    "removedSamplesForAcceleration",
    "totalFreezesDuration",
    "totalInterFrameDelay",
    "framesReceived",
    "framesDropped",
  ],
  "media-source": ["totalAudioEnergy", "totalSamplesDuration", "frames"],
  "candidate-pair": ["totalRoundTripTime", "responsesReceived"],
} as const;

/** What holds for one moment only. */
const gauges = {
  "outbound-rtp": ["framesPerSecond"],
  "remote-inbound-rtp": ["fractionLost", "jitter", "roundTripTime"],
  "inbound-rtp": ["jitter"],
  "media-source": ["audioLevel", "framesPerSecond"],
  "candidate-pair": ["currentRoundTripTime", "availableOutgoingBitrate"],
} as const;

/** Members of `qualityLimitationDurations`. */
const limitations = ["none", "cpu", "bandwidth", "other"] as const;

type Type = keyof typeof totals;
type Total = (typeof totals)[Type][number] | (typeof limitations)[number];
type Gauge = (typeof gauges)[Type][number];

/** What one object of getStats() counts and measures, under the names of W3C, and its `timestamp` in milliseconds. */
export type Counts = Partial<Record<Total | Gauge | "packetsLost" | "timestamp", number>>;

/** Every total of them. */
export const allTotals: readonly Total[] = [...Object.values(totals).flat(), ...limitations];
const allGauges: readonly Gauge[] = Object.values(gauges).flat();

export const limitationReasons = ["bandwidth", "cpu"] as const;
export type LimitationReason = (typeof limitationReasons)[number];

interface Stream {
  readonly kind: MediaKind;
  readonly ssrc: number | undefined;
  readonly counts: Counts;
}
export type Inbound = Stream;
/** What a client sends; `counts` with what the other side reports back of it. */
export interface Outbound extends Stream {
  /** One of the encodings of simulcast. */
  readonly isLayer: boolean;
  readonly active: boolean;
  /** At the moment of the report. */
  readonly limitedBy: LimitationReason | undefined;
}

const candidateTypes = ["host", "srflx", "prflx", "relay"] as const;
const protocols = ["udp", "tcp", "tls"] as const;

/** How a client reaches Sora: through a TURN server, `protocol` is that between the two. No address. */
export interface Path {
  readonly type: (typeof candidateTypes)[number] | undefined;
  readonly protocol: (typeof protocols)[number] | undefined;
  readonly counts: Counts;
}

/** What is kept of a client's report: numbers, and words of W3C. */
export interface ClientReport {
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number;
  readonly outbound: readonly Outbound[];
  readonly inbound: readonly Inbound[];
  readonly microphone: Counts | undefined;
  readonly camera: Counts | undefined;
  readonly path: Path | undefined;
}

/** A client decides how many streams it reports; so many are kept in each direction. */
const mostStreams = 50;

type Entry = Readonly<Record<string, unknown>>;

/**
 * One entry of the answer of ListChannelRtcStats or ListChannelUserAgentStats, which is the client's own getStats():
 * https://www.w3.org/TR/webrtc-stats/. Undefined when it is no report, or does not say of when it is.
 */
export function readReport(given: unknown): ClientReport | undefined {
  if (!isObject(given)) return undefined;
  const list = [given.rtc_stats, given.stats].find(Array.isArray);
  const entries: readonly Entry[] = (list ?? []).filter(isObject);
  const ofType = (type: string) => entries.filter((entry) => entry.type === type);
  const at = instant(given.timestamp) ?? latest(entries);
  if (list === undefined || at === undefined) return undefined;
  const sources = ofType("media-source");
  return {
    at,
    outbound: outboundOf(ofType("outbound-rtp"), ofType("remote-inbound-rtp")),
    inbound: streams(ofType("inbound-rtp"), "inbound-rtp").map(({ stream }) => stream),
    microphone: sourceOf(sources, "audio", "totalSamplesDuration"),
    camera: sourceOf(sources, "video", "framesPerSecond"),
    path: pathOf(ofType("transport"), ofType("candidate-pair"), ofType("local-candidate")),
  };
}

/** The same without what held for the moment of the report only: for one that is too old to tell of now. */
export function withoutGauges(report: ClientReport): ClientReport {
  const { outbound, inbound, microphone, camera, path } = report;
  return {
    ...report,
    outbound: outbound.map((stream) => ({
      ...stream,
      limitedBy: undefined,
      counts: totalsOf(stream.counts),
    })),
    inbound: inbound.map((stream) => ({ ...stream, counts: totalsOf(stream.counts) })),
    // That there are any is no matter of a moment.
    microphone: microphone && {},
    camera: camera && {},
    path: path && { ...path, counts: totalsOf(path.counts) },
  };
}

function totalsOf(counts: Counts): Counts {
  const kept = { ...counts };
  for (const gauge of allGauges) delete kept[gauge];
  return kept;
}

function latest(entries: readonly Entry[]): number | undefined {
  let newest: number | undefined;
  for (const { timestamp } of entries) {
    const at = instant(timestamp);
    if (at !== undefined && at > (newest ?? 0)) newest = at;
  }
  return newest;
}

function countsOf(entry: Entry, type: Type): Counts {
  const counts: Counts = {};
  for (const name of [...totals[type], ...gauges[type]]) {
    const value = quantity(entry[name]);
    if (value !== undefined) counts[name] = value;
  }
  const timestamp = instant(entry.timestamp);
  if (timestamp !== undefined) counts.timestamp = timestamp;
  const lost = type.endsWith("inbound-rtp") ? signedQuantity(entry.packetsLost) : undefined;
  if (lost !== undefined) counts.packetsLost = lost;
  return counts;
}

/** The RTP streams among entries, each with its entry, in an order of its own: that of getStats() means nothing. */
function streams(entries: readonly Entry[], type: Type) {
  return entries
    .flatMap((entry) => {
      const kind = known(mediaKinds, entry.kind ?? entry.mediaType);
      if (kind === undefined) return [];
      return [{ entry, stream: { kind, ssrc: quantity(entry.ssrc), counts: countsOf(entry, type) } }];
    })
    .sort(({ stream: one }, { stream: other }) => (one.ssrc ?? 0) - (other.ssrc ?? 0))
    .slice(0, mostStreams);
}

function outboundOf(sent: readonly Entry[], reported: readonly Entry[]): Outbound[] {
  const remote = new Map(
    streams(reported, "remote-inbound-rtp").map(({ stream }) => [streamKey(stream), stream.counts]),
  );
  return streams(sent, "outbound-rtp").map(({ entry, stream }) => ({
    ...stream,
    counts: { ...remote.get(streamKey(stream)), ...stream.counts, ...limitationsOf(entry) },
    isLayer: typeof entry.rid === "string",
    active: entry.active !== false,
    limitedBy: known(limitationReasons, entry.qualityLimitationReason),
  }));
}

/** The same for a stream in each of its client's reports. */
export function streamKey({ kind, ssrc }: Stream): string {
  return `${kind} ${ssrc}`;
}

function limitationsOf({ qualityLimitationDurations: durations }: Entry): Counts {
  const counts: Counts = {};
  if (!isObject(durations)) return counts;
  for (const reason of limitations) {
    const seconds = quantity(durations[reason]);
    if (seconds !== undefined) counts[reason] = seconds;
  }
  return counts;
}

/** What is captured; of several of a kind, the one of which there is most. */
function sourceOf(entries: readonly Entry[], kind: MediaKind, most: keyof Counts): Counts | undefined {
  return withMost(
    entries.filter((entry) => entry.kind === kind).map((entry) => countsOf(entry, "media-source")),
    (counts) => counts[most],
  );
}

function pathOf(
  transports: readonly Entry[],
  pairs: readonly Entry[],
  candidates: readonly Entry[],
): Path | undefined {
  const chosen = new Set(transports.map(({ selectedCandidatePairId }) => selectedCandidatePairId));
  const inUse = [
    pairs.filter(({ id }) => typeof id === "string" && chosen.has(id)),
    // Firefox has no transports in older releases, but this.
    pairs.filter(({ selected }) => selected === true),
    pairs.filter(({ nominated, state }) => nominated === true && state === "succeeded"),
  ].find((some) => some.length > 0);
  const pair = withMost(inUse ?? [], (entry) => quantity(entry.responsesReceived));
  if (!pair) return undefined;
  const local = candidates.find(({ id }) => typeof id === "string" && id === pair.localCandidateId);
  const type = known(candidateTypes, local?.candidateType);
  const protocol = type === "relay" ? local?.relayProtocol : local?.protocol;
  return { type, protocol: known(protocols, protocol), counts: countsOf(pair, "candidate-pair") };
}

function known<Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === value);
}

function withMost<Item>(items: readonly Item[], size: (item: Item) => number | undefined): Item | undefined {
  let found: Item | undefined;
  for (const item of items) {
    if (found === undefined || (size(item) ?? 0) > (size(found) ?? 0)) found = item;
  }
  return found;
}
