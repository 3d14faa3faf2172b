import { diagnose } from "../../../src/moderation/diagnose.ts";
import { SoraFailure } from "../../../src/sora/errors.ts";
import type { Dated, Sora } from "../../../src/tools/tool.ts";
import { pass } from "../made-up-sora.ts";

export type Json = Readonly<Record<string, unknown>>;
/** What Sora does when it is asked for an operation: an answer, or a failure, which it throws. */
export type Answer = (body: Json, withinMs: number) => unknown;

export const lacks: Answer = () => {
  throw new SoraFailure("sora_error", "made up", { error_type: "SchemaNotFound" });
};
export const fails = (code: SoraFailure["code"]): Answer => {
  return () => {
    throw new SoraFailure(code, "made up: text of Sora");
  };
};
/** No answer: what asks gives up when it said it would. All that is asked at once gives up at once. */
export const hangs: Answer = (_body, withinMs) => {
  throw new Hanging(withinMs);
};
export class Hanging extends Error {
  constructor(readonly withinMs: number) {
    super();
  }
}

export const row = (connection_id: string, more: Json = {}) => ({
  channel_id: "sora",
  connection_id,
  client_id: connection_id.toLowerCase(),
  role: "sendrecv",
  audio: { codec_type: "OPUS" },
  video: false,
  ...more,
});

export const startedAt = Date.UTC(2020, 0, 1);
/** By Sora's clock, which need not be ours. */
export const soraNow = () => startedAt + performance.now();

/** A report of `ageSeconds` ago with so much loss from Sora, all in all. */
export const reportOf = (connection_id: string, packetsLost = 0, ageSeconds = 20, list = "rtc_stats") => ({
  channel_id: "sora",
  connection_id,
  timestamp: new Date(soraNow() - ageSeconds * 1000).toISOString(),
  [list]: [{ type: "inbound-rtp", kind: "audio", ssrc: 1, packetsReceived: 1000 - packetsLost, packetsLost }],
});

/** Counters that rise by 50 packets a second, of 1000 bits each. */
export const counters = (): Json => {
  const packets = Math.round(performance.now() / 20) + 7;
  const [received, sent] = [packets, 2 * packets];
  return {
    timestamp: new Date(soraNow()).toISOString(),
    rtp: {
      total_received_rtp: received,
      total_received_rtp_byte_size: received * 125,
      total_sent_rtp: sent,
      total_sent_rtp_byte_size: sent * 125,
    },
  };
};

export interface Options {
  readonly answers?: Readonly<Record<string, Answer>>;
  /** Which operations the release that is set does not have. */
  readonly notOffered?: readonly string[];
  readonly caller?: object;
}

export class MadeUpSora implements Sora {
  /** Operations in the order in which they were asked for, and pauses. */
  readonly asked: string[] = [];
  readonly bodies: Json[] = [];
  readonly caller: object;
  readonly #answers: Readonly<Record<string, Answer>>;
  readonly #notOffered: readonly string[];
  /** The time when all of what hangs has given up. */
  #hangsUntil = 0;

  constructor({ answers = {}, notOffered = [], caller = {} }: Options = {}) {
    this.caller = caller;
    this.#notOffered = notOffered;
    this.#answers = {
      ListChannelConnections: () => [row("A"), row("B")],
      ListChannelRtcStats: () => [reportOf("A"), reportOf("B")],
      GetRtcStats: ({ connection_id }) => reportOf(String(connection_id)),
      ListForwardingFilters: () => ({ blocked: [] }),
      GetStatsConnection: counters,
      ListChannelUserAgentStats: () => [reportOf("A", 0, 20, "stats"), reportOf("B", 0, 20, "stats")],
      GetUserAgentStats: ({ connection_id }) => reportOf(String(connection_id), 0, 20, "stats"),
      ...answers,
    };
  }

  async read(target: string, body: Json = {}, withinMs = Number.POSITIVE_INFINITY): Promise<unknown> {
    const operation = target.replace(/^Sora_\d{8}\./, "");
    this.asked.push(operation);
    this.bodies.push(body);
    const answer = this.#answers[operation];
    if (!answer) throw new Error(`${operation} is none of what a diagnosis asks for`);
    // Whoever else is asked at the same time is asked before this gives up.
    const until = performance.now() + withinMs;
    await Promise.resolve();
    try {
      return answer(body, withinMs);
    } catch (error) {
      if (!(error instanceof Hanging)) throw error;
      this.#hangsUntil = Math.max(this.#hangsUntil, until);
      await Promise.resolve();
      pass(Math.max(0, this.#hangsUntil - performance.now()));
      throw new SoraFailure("timeout", "made up: no answer in time");
    }
  }

  async pause(ms: number): Promise<void> {
    this.asked.push(`pause ${ms}`);
    pass(ms);
  }

  allows(): boolean {
    return true;
  }

  offers({ since }: Dated): boolean {
    return !this.#notOffered.includes(String(since));
  }

  async write(): Promise<never> {
    throw new Error("a diagnosis changes nothing");
  }
}

export interface Diagnosis {
  readonly channel_id: string;
  readonly sampled_s: number;
  readonly connections: readonly {
    readonly connection_id: string;
    readonly verdict: string;
    readonly findings: readonly { readonly code: string; readonly severity: string }[];
    readonly up?: { readonly kbps?: number };
    readonly down?: { readonly kbps?: number };
    readonly client_report_age_s?: number;
    readonly ratios_over_s?: number;
  }[];
  readonly rest?: number;
  readonly not_measured: readonly string[];
}

export async function diagnosis(sora: Sora, args: Json = {}): Promise<Diagnosis> {
  const call = diagnose.prepare({ channel_id: "sora", ...args }, "flag", (text) => text);
  return JSON.parse(JSON.stringify(await call.run(sora)));
}

export const idsIn = ({ connections }: Diagnosis) =>
  connections.map(({ connection_id }) => connection_id).join(" ");
export const codesIn = ({ connections }: Diagnosis) =>
  connections.map(({ findings }) => findings.map(({ code }) => code).join(" "));

export const releases = { rtcStats: "2024.1", filters: "2023.1" };
