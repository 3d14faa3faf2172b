import { isObject } from "../json.ts";
import { ToolError } from "../sora/errors.ts";
import type { OutputSchema, Role, ToolArguments } from "./tool.ts";

type Content = Record<string, unknown>;

/** `structuredContent` of a destructive tool: status `done`, or `confirmation_required` and what it would hit. */
export const outcome = {
  type: "object",
  properties: { status: { type: "string" } },
  required: ["status"],
} as const satisfies OutputSchema;

/** `structuredContent` of a paged list whose entries stand under `member`; `next_offset` is absent on the last page. */
export function pageOutput(member: string, ...objects: string[]): OutputSchema {
  const integer = { type: "integer" };
  return {
    type: "object",
    properties: {
      total: integer,
      ...Object.fromEntries(objects.map((name) => [name, { type: "object" }])),
      [member]: { type: "array", items: {} },
      next_offset: integer,
    },
    required: ["total", member],
  };
}

export function connectionPage(response: unknown, args: ToolArguments): Content {
  const connections = listOf(response);
  return page("connections", connections, args, { by_role: countByRole(connections) });
}

export function itemPage(response: unknown, args: ToolArguments): Content {
  return page("items", listOf(response), args);
}

export function userAgentStatsPage(response: unknown, args: ToolArguments): Content {
  return page("connections", listOf(response), args, {}, (entry) => keepTypes(entry, args.types));
}

export function userAgentStats(response: unknown, args: ToolArguments): Content {
  return { user_agent_stats: keepTypes(response, args.types) };
}

/** Sora answers with a list; one object becomes a list of one. */
export function statsList(response: unknown): Content {
  return { stats: isObject(response) ? [response] : listOf(response) };
}

export function wrapped(member: string) {
  return (response: unknown): Content => ({ [member]: response });
}

/** Sora's answer where it must be a list. Throws `bad_response` otherwise. */
export function listOf(response: unknown): readonly unknown[] {
  if (Array.isArray(response)) return response;
  throw new ToolError(
    "bad_response",
    "Sora answered with something other than the list that this API returns.",
  );
}

function page(
  member: string,
  entries: readonly unknown[],
  { channel_id, offset = 0, limit = entries.length }: ToolArguments,
  summary: Content = {},
  show: (entry: unknown) => unknown = (entry) => entry,
): Content {
  const end = offset + limit;
  return {
    channel_id,
    total: entries.length,
    ...summary,
    offset,
    [member]: entries.slice(offset, end).map(show),
    ...(end < entries.length && { next_offset: end }),
  };
}

function countByRole(connections: readonly unknown[]): Record<Role, number> {
  const count = { sendrecv: 0, sendonly: 0, recvonly: 0 };
  for (const connection of connections) {
    const role = isObject(connection) ? connection.role : undefined;
    if (role === "sendrecv" || role === "sendonly" || role === "recvonly") count[role] += 1;
  }
  return count;
}

/** The list is called `stats`, in later releases of Sora `rtc_stats`. */
function keepTypes(entry: unknown, types: readonly string[] | undefined): unknown {
  if (!types || !isObject(entry)) return entry;
  const keep = (list: unknown) =>
    Array.isArray(list)
      ? list.filter(
          (report) => isObject(report) && typeof report.type === "string" && types.includes(report.type),
        )
      : list;
  return {
    ...entry,
    ...("stats" in entry && { stats: keep(entry.stats) }),
    ...("rtc_stats" in entry && { rtc_stats: keep(entry.rtc_stats) }),
  };
}
