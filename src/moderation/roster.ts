import { isObject } from "../json.ts";
import { numbering } from "../tools/numbering.ts";
import { identityOf, oldestFirst } from "../tools/pages.ts";
import { listOf, undocumented } from "../tools/shapes.ts";

/** One connection, as it is told. What Sora does not say of it is left out. */
export interface Row {
  readonly client_id?: string | number;
  readonly connection_id?: string | number;
  readonly role?: string | number;
}

/** Who is in a channel, oldest first, each by what tells connections apart. */
export type Roster = ReadonlyMap<string, Row>;

/** Who came and who went between two rosters. */
export interface Change {
  readonly joined: readonly Row[];
  readonly left: readonly Row[];
}

/** The roster in an answer of ListChannelConnections. Throws `bad_response` when an entry of the list is no connection. */
export function rosterIn(answer: unknown): Roster {
  const connections = oldestFirst(listOf(answer));
  if (!connections.every(isObject)) throw undocumented("Sora listed something other than connections.");
  const number = numbering();
  return new Map(connections.map((connection) => [number(identityOf(connection)), rowOf(connection)]));
}

function rowOf({ client_id, connection_id, role }: Readonly<Record<string, unknown>>): Row {
  return { ...said({ client_id }), ...said({ connection_id }), ...said({ role }) };
}

/** Sora's ids are no longer. What is kept of many rosters must not be, either. */
const longest = 255;

/** Members that are texts or numbers. */
function said(members: Readonly<Record<string, unknown>>): Readonly<Record<string, string | number>> {
  const known: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(members)) {
    if (typeof value === "number") known[name] = value;
    if (typeof value === "string") known[name] = value.slice(0, longest);
  }
  return known;
}

/** Who came and who went from one roster to a later one. */
export function difference(before: Roster, after: Roster): Change {
  return { joined: missingIn(before, after), left: missingIn(after, before) };
}

function missingIn(roster: Roster, other: Roster): Row[] {
  return [...other].filter(([identity]) => !roster.has(identity)).map(([, row]) => row);
}
