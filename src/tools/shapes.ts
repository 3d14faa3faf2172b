import { isObject } from "../json.ts";
import { SoraFailure } from "../sora/errors.ts";
import { roles } from "./fields.ts";
import { oldestFirst, type PageArguments, pages } from "./pages.ts";
import type { Content } from "./tool.ts";

interface TypesArguments {
  readonly types?: readonly string[] | undefined;
}

/**
 * A list as a page: `{channel_id?, total, offset, [member]: [...], next_offset?}`. `summaries` are computed from the whole
 * list, `show` is applied to each entry of the page.
 */
export function paged<Args = unknown>(
  member: string,
  summaries: Readonly<Record<string, (entries: readonly unknown[]) => object>> = {},
  show: (entry: unknown, args: Args) => unknown = (entry) => entry,
): (response: unknown, args: PageArguments & Args) => Content {
  const pageOf = pages();
  return (response, args) => {
    const entries = oldestFirst(listOf(response));
    const { channel_id, offset = 0 } = args;
    const { shown, ...next } = pageOf(entries, args, { show: (entry) => show(entry, args) });
    return {
      ...(channel_id !== undefined && { channel_id }),
      total: entries.length,
      ...Object.fromEntries(Object.entries(summaries).map(([name, summary]) => [name, summary(entries)])),
      offset,
      [member]: shown,
      ...next,
    };
  };
}

/** `{[member]: ...}` around one client's statistics, with reports of the wanted types only. */
export function clientStats(member: string) {
  return (response: unknown, args: TypesArguments): Content => ({ [member]: keepTypes(response, args) });
}

/** `{stats: [...]}`: Sora answers with a list; one object becomes a list of one. Throws `bad_response` on anything else. */
export function statsList(response: unknown): Content {
  return { stats: isObject(response) ? [response] : listOf(response) };
}

/** `{[member]: ...}` around whatever Sora answers. */
export function wrapped(member: string) {
  return (response: unknown): Content => ({ [member]: response });
}

/** Sora's answer where it must be a list. Throws `bad_response` otherwise. */
export function listOf(response: unknown): readonly unknown[] {
  if (Array.isArray(response)) return response;
  throw undocumented("Sora answered with something other than the list that this API returns.");
}

/** For an answer that is JSON, but not what Sora's documents say of the API. */
export function undocumented(message: string): SoraFailure {
  return new SoraFailure("bad_response", message, {
    hint: "Check that SORA_API_URL is a Sora API, and the release of that Sora.",
  });
}

/** How many connections have each role. */
export function countByRole(connections: readonly unknown[]): Record<(typeof roles)[number], number> {
  const count = { sendrecv: 0, sendonly: 0, recvonly: 0 };
  for (const connection of connections) {
    const role = isObject(connection) ? roles.find((role) => role === connection.role) : undefined;
    if (role) count[role] += 1;
  }
  return count;
}

/**
 * One client's statistics with the reports of the wanted types only. The list of reports is called `stats`, in later
 * releases of Sora `rtc_stats`.
 */
export function keepTypes(entry: unknown, { types }: TypesArguments): unknown {
  if (!types || !isObject(entry)) return entry;
  for (const name of ["stats", "rtc_stats"]) {
    const reports = entry[name];
    if (!Array.isArray(reports)) continue;
    // In place, as the answer is nobody else's: a copy of very many members would take a second.
    entry[name] = reports.filter(
      (report) => isObject(report) && typeof report.type === "string" && types.includes(report.type),
    );
  }
  return entry;
}
