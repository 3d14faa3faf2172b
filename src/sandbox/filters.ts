import { carries } from "./delivery.ts";
import { refusal } from "./errors.ts";
import { type Kind, kinds } from "./media.ts";
import { integer, list, members, oneOf, text } from "./parameters.ts";
import { type Channel, type Connection, type Filter, findConnection, type Stream } from "./state.ts";

const rule = members({
  /** Both ids are the sender's. */
  field: oneOf("connection_id", "client_id", "kind"),
  operator: oneOf("is_in", "is_not_in"),
  values: list(text),
});

export const filterRules = { action: oneOf("block", "allow"), rules: list(list(rule)) };
export const filterPriority = integer(0, 65_535);

/** What a filter belongs to: a channel's session, for every receiver, or one receiver. */
interface Target {
  readonly channel_id: string;
  readonly connection_id?: string | undefined;
}

type Naming = Target & { readonly name?: string | undefined };
type Request = Naming & Omit<Filter, "name" | "priority"> & { readonly priority?: number | undefined };

const defaults = { name: "default", priority: 32_767 };

/** The filters of a target, and the streams that they cut. Throws `ConnectionNotFound`. */
function filtersOf(channel: Channel, { connection_id }: Target) {
  if (connection_id !== undefined) return findConnection(channel, connection_id);
  const streams = [...channel.connections.values()].flatMap((viewer) => viewer.streams);
  return { filters: channel.session.filters, streams };
}

/** Whether a filter cuts what a sender sends. Any of the rules has to match, with all of its parts. */
function cutting({ action, rules }: Filter): (sender: Connection, kind: Kind) => boolean {
  const parts = rules.map((all) => all.map((part) => ({ ...part, values: new Set(part.values) })));
  return ({ connection_id, client_id }, kind) => {
    const sent = { connection_id, client_id, kind };
    const matches = parts.some((all) =>
      all.every(({ field, operator, values }) => values.has(sent[field]) === (operator === "is_in")),
    );
    return matches === (action === "block");
  };
}

function apply(filter: Filter, streams: readonly Stream[]): void {
  const cuts = cutting(filter);
  for (const { sender, cutBy } of streams) {
    for (const kind of kinds) if (cuts(sender, kind)) cutBy[kind].add(filter);
  }
}

function lift(filter: Filter, streams: readonly Stream[]): void {
  for (const { cutBy } of streams) for (const kind of kinds) cutBy[kind].delete(filter);
}

/** Puts a new stream under the filters that are there. */
export function applyFilters(stream: Stream): void {
  const { viewer } = stream;
  for (const { filters } of [viewer.channel.session, viewer]) {
    for (const filter of filters.values()) apply(filter, [stream]);
  }
}

/** Throws `FilterNameIncomplete`. */
function requested(values: Request): Filter {
  const { channel_id, connection_id, name, priority, action, rules, version, metadata } = values;
  if ((name === undefined) !== (priority === undefined)) {
    throw refusal("FilterNameIncomplete", { channel_id, connection_id, name, priority });
  }
  const named = name === undefined || priority === undefined ? defaults : { name, priority };
  return { ...named, action, rules, version, metadata };
}

/** Another name or priority than the usual ones, and the session's filters have names from now on. */
function set(channel: Channel, values: Request, filter: Filter): void {
  const { filters, streams } = filtersOf(channel, values);
  const isNamed = filter.name !== defaults.name || filter.priority !== defaults.priority;
  if (isNamed) channel.session.hasNamedFilters = true;
  filters.set(filter.name, filter);
  apply(filter, streams);
}

/** Throws `FilterExists`. */
export function createFilter(channel: Channel, values: Request): void {
  const { channel_id, connection_id, name } = values;
  const filter = requested(values);
  if (filtersOf(channel, values).filters.has(filter.name)) {
    throw refusal("FilterExists", { channel_id, connection_id, name });
  }
  set(channel, values, filter);
}

/** Throws `FilterNotFound`. */
function remove(channel: Channel, values: Naming, check: (present: Filter) => void): void {
  const { channel_id, connection_id, name } = values;
  const { filters, streams } = filtersOf(channel, values);
  const present = filters.get(name ?? defaults.name);
  if (!present) throw refusal("FilterNotFound", { channel_id, connection_id, name });
  check(present);
  filters.delete(present.name);
  lift(present, streams);
}

/** Replaces a filter, unless it is no longer of the version that the request gives. */
export function updateFilter(channel: Channel, values: Request): void {
  const { channel_id, connection_id, name } = values;
  const filter = requested(values);
  remove(channel, values, ({ version }) => {
    if (version === undefined || filter.version === undefined || version === filter.version) return;
    throw refusal("FilterVersionMismatch", { channel_id, connection_id, name, version });
  });
  set(channel, values, filter);
}

export function deleteFilter(channel: Channel, values: Naming): void {
  remove(channel, values, () => {});
}

/** Filters as Sora lists them: the one of higher priority, which is the smaller number, first. */
function shown({ session }: Channel, filters: ReadonlyMap<string, Filter>, connection_id?: string) {
  const sorted = [...filters.values()].sort((one, other) => one.priority - other.priority);
  return sorted.map(({ name, priority, action, rules, version, metadata }) => ({
    ...(session.hasNamedFilters && { name, priority }),
    action,
    connection_id,
    rules,
    version,
    metadata,
  }));
}

/** The senders that a viewer would get audio or video of, were it not for a filter. */
function blockedFor(viewer: Connection) {
  return kinds.flatMap((kind) => {
    const cut = viewer.streams.filter((stream) => carries(stream, kind) && stream.cutBy[kind].size > 0);
    const source_connection_id_list = cut.map(({ sender }) => sender.connection_id);
    const { connection_id } = viewer;
    return cut.length > 0
      ? [{ destination_connection_id: connection_id, kind, source_connection_id_list }]
      : [];
  });
}

export function listFilters(channel: Channel, { blocked }: { readonly blocked: boolean | undefined }) {
  const { session } = channel;
  const connections = [...channel.connections.values()];
  const ofChannel = shown(channel, session.filters);
  return {
    ...(session.hasNamedFilters
      ? { channel_forwarding_filters: ofChannel }
      : { channel_forwarding_filter: ofChannel[0] }),
    connection_forwarding_filters: connections.flatMap(({ filters, connection_id }) =>
      shown(channel, filters, connection_id),
    ),
    ...(blocked && { blocked: connections.flatMap(blockedFor) }),
  };
}
