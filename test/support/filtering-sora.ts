import { SoraFailure } from "../../src/sora/errors.ts";
import type { Sora } from "../../src/tools/tool.ts";
import type { Answer } from "./upstream.ts";

interface Condition {
  readonly field: "client_id" | "connection_id" | "kind";
  readonly operator: "is_in" | "is_not_in";
  readonly values: readonly string[];
}

interface Filter {
  readonly action: "block" | "allow";
  readonly rules: readonly (readonly Condition[])[];
  readonly metadata?: unknown;
}

interface Person {
  readonly connection_id: string;
  readonly client_id: string;
  readonly role: "sendrecv" | "sendonly" | "recvonly";
  readonly audio?: boolean;
  readonly video?: boolean;
}

type Body = Readonly<Record<string, unknown>>;
interface Reply {
  readonly status: number;
  readonly json: unknown;
}

export const people: readonly Person[] = [
  { connection_id: "A1", client_id: "alice", role: "sendrecv" },
  { connection_id: "B1", client_id: "bob", role: "sendrecv" },
  { connection_id: "B2", client_id: "bob", role: "sendonly" },
  { connection_id: "C1", client_id: "carol", role: "recvonly" },
  { connection_id: "D1", client_id: "dave", role: "sendrecv", video: false },
];

/**
 * A Sora of one channel with forwarding filters, as a test needs it: `otherWay` combines conditions and rules the other
 * way round, `before` is called before each request and may change all of this, or answer itself.
 */
export class FilteringSora {
  people: Person[] = [...people];
  filter: Filter | undefined;
  viewerFilters: (Filter & { connection_id: string; name?: string })[] = [];
  otherWay = false;
  /** Names the filter, as where a channel has several. */
  plural = false;
  /** The operations so far, in order. */
  readonly asked: string[] = [];
  before: (operation: string, body: Body) => Reply | undefined = () => undefined;

  reply(target: string, body: Body): Reply {
    const operation = target.replace(/^.*\./, "");
    this.asked.push(operation);
    return this.before(operation, body) ?? this.#answer(operation, body);
  }

  /** What lists of who is cut off from whom say, such as `bob>alice audio`, by client where that is clear. */
  get cut(): string[] {
    return this.#blocked().map(({ receiver, sender, kind }) => `${sender}>${receiver} ${kind}`);
  }

  get writes(): string[] {
    return this.asked.filter((operation) => !operation.startsWith("List"));
  }

  #answer(operation: string, body: Body): Reply {
    const filter = { action: body.action, rules: body.rules, metadata: body.metadata } as Filter;
    switch (operation) {
      case "ListChannelConnections":
        return { status: 200, json: this.people };
      case "ListForwardingFilters":
        return { status: 200, json: this.#listed(body.blocked === true) };
      case "CreateChannelForwardingFilter":
        if (this.filter) return { status: 400, json: { error_type: "FILTER-EXISTS" } };
        this.filter = filter;
        return { status: 200, json: {} };
      case "UpdateChannelForwardingFilter":
        if (!this.filter) return { status: 400, json: { error_type: "FILTER-NOT-FOUND" } };
        this.filter = filter;
        return { status: 200, json: {} };
      case "DeleteChannelForwardingFilter":
        if (!this.filter) return { status: 400, json: { error_type: "FILTER-NOT-FOUND" } };
        this.filter = undefined;
        return { status: 200, json: {} };
      default:
        return { status: 400, json: { error_type: "SchemaNotFound" } };
    }
  }

  #listed(withBlocked: boolean) {
    const named = this.filter && { ...this.filter, name: "default", priority: 32767 };
    const senders = new Map<string, string[]>();
    for (const { receiver, sender, kind } of this.#blocked()) {
      const key = JSON.stringify([receiver, kind]);
      senders.set(key, [...(senders.get(key) ?? []), sender]);
    }
    const blocked = [...senders].map(([key, source_connection_id_list]) => {
      const [destination_connection_id, kind] = JSON.parse(key) as string[];
      return { destination_connection_id, kind, source_connection_id_list };
    });
    return {
      ...(this.plural
        ? { channel_forwarding_filters: named ? [named] : [] }
        : { channel_forwarding_filter: this.filter }),
      connection_forwarding_filters: this.viewerFilters,
      ...(withBlocked && { blocked }),
    };
  }

  #blocked() {
    const kinds = ["audio", "video"] as const;
    return this.people
      .filter(({ role }) => role !== "sendonly")
      .flatMap((receiver) =>
        this.people
          .filter((sender) => sender !== receiver && sender.role !== "recvonly")
          .flatMap((sender) =>
            kinds
              .filter((kind) => sender[kind] !== false && receiver[kind] !== false)
              .filter((kind) =>
                [
                  this.filter,
                  ...this.viewerFilters.filter(
                    ({ connection_id }) => connection_id === receiver.connection_id,
                  ),
                ].some((filter) => filter && this.#cuts(filter, sender, kind)),
              )
              .map((kind) => ({ receiver: receiver.connection_id, sender: sender.connection_id, kind })),
          ),
      );
  }

  #cuts({ action, rules }: Filter, sender: Person, kind: string): boolean {
    const about = { connection_id: sender.connection_id, client_id: sender.client_id, kind };
    const holds = ({ field, operator, values }: Condition) =>
      values.includes(about[field]) === (operator === "is_in");
    const matches = this.otherWay
      ? rules.every((rule) => rule.some(holds))
      : rules.some((rule) => rule.every(holds));
    return matches === (action === "block");
  }
}

/** The same over HTTP: for `startUpstream`. */
export function overHttp(sora: FilteringSora): Answer {
  return ({ target, text }, response) => {
    const { status, json } = sora.reply(target, text === "" ? {} : JSON.parse(text));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  };
}

/** The same as a job calls it, without anything in between. `pause` takes no time. */
export function asSora(sora: FilteringSora, caller: object = {}): Sora {
  const call = async (target: string, body: Body = {}) => {
    const { status, json } = sora.reply(target, body);
    if (status === 200) return json;
    const { error_type } = json as { error_type: string };
    if (status === 400) throw new SoraFailure("sora_error", "refused", { status, error_type });
    throw new SoraFailure("server_error", "failed", { status });
  };
  return { read: call, write: call, offers: () => true, allows: () => true, pause: async () => {}, caller };
}
