// One channel's forwarding filter in memory, and whom it keeps what from: https://sora-doc.shiguredo.jp/API_FORWARDING_FILTER

const kinds = ["audio", "video"];

export class Filters {
  #filter;

  /** Undefined when there is one already; Sora refuses that. */
  create({ channel_id: _, ...filter }) {
    if (this.#filter) return undefined;
    this.#filter = filter;
    return {};
  }

  update({ channel_id: _, ...filter }) {
    if (!this.#filter) return undefined;
    this.#filter = filter;
    return {};
  }

  delete() {
    if (!this.#filter) return undefined;
    this.#filter = undefined;
    return {};
  }

  list({ blocked }, connections) {
    return {
      ...(this.#filter && { channel_forwarding_filter: this.#filter }),
      connection_forwarding_filters: [],
      ...(blocked && { blocked: this.#blocked(connections) }),
    };
  }

  /** For each receiver and kind, the senders that it does not get because of the filter. */
  #blocked(connections) {
    if (!this.#filter) return [];
    const senders = connections.filter(({ role }) => role !== "recvonly");
    const cut = Object.fromEntries(
      kinds.map((kind) => [kind, senders.filter((sender) => cuts(this.#filter, sender, kind))]),
    );
    return connections
      .filter(({ role }) => role !== "sendonly")
      .flatMap(({ connection_id }) =>
        kinds.flatMap((kind) => {
          const ids = cut[kind].map((sender) => sender.connection_id).filter((id) => id !== connection_id);
          return ids.length > 0
            ? [{ destination_connection_id: connection_id, kind, source_connection_id_list: ids }]
            : [];
        }),
      );
  }
}

function cuts({ action, rules }, { connection_id, client_id }, kind) {
  const sent = { connection_id, client_id, kind };
  const holds = ({ field, operator, values }) => values.includes(sent[field]) === (operator === "is_in");
  return rules.some((conditions) => conditions.every(holds)) === (action === "block");
}
