import { isObject } from "../json.ts";
import { countByRole } from "../tools/shapes.ts";
import type { Content } from "../tools/tool.ts";

/** What Sora lists of one connection: any members, of any types. */
export type Connection = Readonly<Record<string, unknown>>;

type Mark = "duplicate_client" | "muted" | "simulcast" | "spotlight";

/** What is known of connections beyond what Sora lists of each. */
export interface Known {
  /** All connections there are, shown or not. */
  readonly all: readonly Connection[];
  /** The connection ids of those whose audio or video is kept from somebody. */
  readonly muted: ReadonlySet<unknown>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The channels with how many are in each, the largest first. Who is in none that Sora names is in none of these. */
export function channelsOf(connections: readonly Connection[]): readonly Content[] {
  const byChannel = new Map<string, Connection[]>();
  for (const connection of connections) {
    const { channel_id } = connection;
    if (typeof channel_id !== "string") continue;
    const those = byChannel.get(channel_id);
    if (those) those.push(connection);
    else byChannel.set(channel_id, [connection]);
  }
  return [...byChannel]
    .sort(([a, inA], [b, inB]) => inB.length - inA.length || (a < b ? -1 : 1))
    .map(([channel_id, those]) => ({ channel_id, total: those.length, by_role: countByRole(those) }));
}

/** Connections as short rows, one each. The channel is told where the call did not name it. */
export function rowsOf(
  shown: readonly Connection[],
  isChannelNamed: boolean,
  { all, muted, now }: Known,
): readonly Content[] {
  const counts = new Map<string, number>();
  for (const connection of all) {
    const person = personOf(connection);
    counts.set(person, (counts.get(person) ?? 0) + 1);
  }
  return shown.map((connection) => {
    const { channel_id, connection_id, client_id, role, created_time, simulcast, spotlight } = connection;
    const holds: Readonly<Record<Mark, boolean>> = {
      duplicate_client: typeof client_id === "string" && (counts.get(personOf(connection)) ?? 0) > 1,
      muted: muted.has(connection_id),
      simulcast: simulcast === true,
      spotlight: spotlight === true,
    };
    const marks = Object.entries(holds).flatMap(([mark, does]) => (does ? [mark] : []));
    const minutes = minutesSince(created_time, now);
    return {
      ...(!isChannelNamed && idIn("channel_id", channel_id)),
      ...idIn("connection_id", connection_id),
      ...idIn("client_id", client_id),
      ...idIn("role", role),
      ...(minutes !== undefined && { minutes }),
      ...(marks.length > 0 && { marks }),
    };
  });
}

/** A connection as a row with every mark that it could have: no row of it is longer. */
export function fullestRow(connection: unknown, isChannelNamed: boolean): Content | undefined {
  const [one] = connectionsIn([connection]);
  if (!one) return undefined;
  const { connection_id } = one;
  const known = { all: [one, one], muted: new Set([connection_id]), now: Date.now() };
  return rowsOf([one], isChannelNamed, known)[0];
}

/** A client in a channel: it may be in several, which is nothing to remark. */
function personOf({ channel_id, client_id }: Connection): string {
  const texts = [channel_id, client_id];
  return JSON.stringify(texts.map((text) => (typeof text === "string" ? text : null)));
}

/** A member of a row, unless it is something that no id is: a row stays a short line, whatever Sora lists. */
function idIn(name: string, value: unknown): Content {
  return typeof value === "string" || typeof value === "number" ? { [name]: value } : {};
}

/** Whole minutes since a time of Sora, which counts microseconds. Its clock may be ahead of ours. */
function minutesSince(time: unknown, now: number): number | undefined {
  if (typeof time !== "number" || !Number.isFinite(time)) return undefined;
  return Math.max(0, Math.floor((now - time / 1000) / 60_000));
}

/** The entries of a list that are connections, whatever they hold. */
export function connectionsIn(entries: readonly unknown[]): readonly Connection[] {
  return entries.filter(isObject);
}
