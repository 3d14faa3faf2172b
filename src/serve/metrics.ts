import { version } from "../../package.json";

/** A call that ended. */
export interface CallSeen {
  readonly tool: string;
  /** `done`, `confirmation_required` or an error code. */
  readonly outcome: string;
  readonly seconds: number;
}

/** Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export const contentType = "text/plain; version=0.0.4; charset=utf-8";

const upperBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What is counted of a server over HTTP. No caller, client or channel is a label: there may be any number of those. */
export class Metrics {
  readonly #calls = new Map<string, number>();
  /** How many calls took no longer than each of the bounds, and longer than the one before. */
  readonly #within = upperBounds.map(() => 0);
  #ended = 0;
  #seconds = 0;
  #inFlight = 0;
  readonly #responses = new Map<string, number>();
  #refusedTokens = 0;
  #auditFailures = 0;

  callStarted(): void {
    this.#inFlight += 1;
  }

  callEnded({ tool, outcome, seconds }: CallSeen): void {
    this.#inFlight -= 1;
    count(this.#calls, labels({ tool, outcome }));
    const bucket = upperBounds.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) this.#within[bucket] = (this.#within[bucket] ?? 0) + 1;
    this.#ended += 1;
    this.#seconds += seconds;
  }

  /** An HTTP answer was sent. */
  responded(status: number): void {
    count(this.#responses, labels({ status }));
  }

  refusedToken(): void {
    this.#refusedTokens += 1;
  }

  auditFailed(): void {
    this.#auditFailures += 1;
  }

  /** What `GET /metrics` answers. */
  text(): string {
    return [
      family("calls_total", "counter", "Tool calls that ended, by tool and outcome.", this.#calls),
      family("call_duration_seconds", "histogram", "How long tool calls took.", this.#durations()),
      family("calls_in_flight", "gauge", "Tool calls under way.", [["", this.#inFlight]]),
      family("http_responses_total", "counter", "HTTP responses, by status.", this.#responses),
      family("refused_tokens_total", "counter", "HTTP requests refused for their token.", [
        ["", this.#refusedTokens],
      ]),
      family("audit_failures_total", "counter", "Calls refused or left without an audit line.", [
        ["", this.#auditFailures],
      ]),
      family("info", "gauge", "The version that runs.", [[labels({ version }), 1]]),
    ].join("");
  }

  #durations(): Samples {
    let sum = 0;
    const buckets = upperBounds.map((le, index): [string, number] => {
      sum += this.#within[index] ?? 0;
      return [`_bucket${labels({ le })}`, sum];
    });
    return [
      ...buckets,
      [`_bucket${labels({ le: "+Inf" })}`, this.#ended],
      ["_sum", this.#seconds],
      ["_count", this.#ended],
    ];
  }
}

/** What follows the name of the family, and the value. */
type Samples = Iterable<readonly [ending: string, value: number]>;

function family(name: string, type: "counter" | "gauge" | "histogram", help: string, samples: Samples) {
  const whole = `sora_labo_mcp_${name}`;
  const lines = [...samples].map(([ending, value]) => `${whole}${ending} ${value}\n`);
  return `# HELP ${whole} ${help}\n# TYPE ${whole} ${type}\n${lines.join("")}`;
}

function labels(values: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}

function count(counts: Map<string, number>, labelled: string): void {
  counts.set(labelled, (counts.get(labelled) ?? 0) + 1);
}
