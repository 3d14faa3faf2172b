import { isObject } from "../../json.ts";
import { quantity } from "./quantity.ts";

/** What went one way. */
export interface Flow {
  /** Of RTP, headers included, where Sora tells it apart; of all packets otherwise. */
  readonly kbps: number | undefined;
  /** Of RTP. */
  readonly packetsPerSecond: number | undefined;
}

/** What Sora counted of one connection in a few seconds. */
export interface Rates {
  /** From the client to Sora. */
  readonly up: Flow;
  readonly down: Flow;
  /** ICE checks that nothing answered: 0 when anything came from the client. Undefined where Sora counts no answers. */
  readonly unansweredChecks: number | undefined;
}

/**
 * Two answers of GetStatsConnection, so many milliseconds apart, as rates. Undefined when no time has passed, and when a
 * counter fell: what it counted is no longer there. The members: https://sora-doc.shiguredo.jp/API_STATS
 */
export function ratesBetween(first: unknown, second: unknown, milliseconds: number): Rates | undefined {
  if (!(milliseconds >= 1 && Number.isFinite(milliseconds))) return undefined;
  const [before, after] = [countersOf(first), countersOf(second)];
  const difference: Partial<Record<Counter, number>> = {};
  for (const name of counters) {
    const [from, to] = [before[name], after[name]];
    if (from === undefined || to === undefined) continue;
    if (to < from) return undefined;
    difference[name] = to - from;
  }
  const seconds = milliseconds / 1000;
  const perSecond = (count: number | undefined) => (count !== undefined ? count / seconds : undefined);
  const kbps = (bytes: number | undefined) => perSecond(bytes !== undefined ? (8 * bytes) / 1000 : undefined);
  return {
    up: {
      kbps: kbps(difference.total_received_rtp_byte_size ?? difference.total_received_bytes),
      packetsPerSecond: perSecond(difference.total_received_rtp),
    },
    down: {
      kbps: kbps(difference.total_sent_rtp_byte_size ?? difference.total_sent_bytes),
      packetsPerSecond: perSecond(difference.total_sent_rtp),
    },
    unansweredChecks: unansweredChecks(difference),
  };
}

const rtpCounters = [
  "total_received_rtp",
  "total_received_rtp_byte_size",
  "total_received_rtcp",
  "total_received_packets",
  "total_received_bytes",
  "total_sent_rtp",
  "total_sent_rtp_byte_size",
  "total_sent_bytes",
] as const;
const iceCounters = ["total_connected_req", "total_connected_ack"] as const;
const counters = [...rtpCounters, ...iceCounters];
type Counter = (typeof counters)[number];
type Counters = Readonly<Partial<Record<Counter, number>>>;

function countersOf(answer: unknown): Counters {
  const { rtp, ice_connection_state: ice } = isObject(answer) ? answer : {};
  const found: Partial<Record<Counter, number>> = {};
  for (const [group, names] of [
    [rtp, rtpCounters],
    [ice, iceCounters],
  ] as const) {
    for (const name of isObject(group) ? names : []) {
      const count = isObject(group) ? quantity(group[name]) : undefined;
      if (count !== undefined) found[name] = count;
    }
  }
  return found;
}

function unansweredChecks(difference: Counters): number | undefined {
  const { total_connected_req: asked, total_connected_ack: answered } = difference;
  if (asked === undefined || answered === undefined) return undefined;
  const { total_received_packets, total_received_rtp, total_received_rtcp } = difference;
  // An answer may be under way: whoever sends anything at all, and be it RTCP, is there.
  const others = [total_received_packets, total_received_rtp, total_received_rtcp];
  if ([answered, ...others].some((count) => count !== undefined && count > 0)) return 0;
  // Where Sora does not say that nothing else came either, one check alone may be under way.
  return asked === 1 && others.every((count) => count === undefined) ? 0 : asked;
}
