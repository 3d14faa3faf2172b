import { z } from "zod";
import { isObject, isTooDeep } from "../json.ts";
import { api } from "./api.ts";
import { channel_id } from "./fields.ts";
import { undocumented, wrapped } from "./shapes.ts";
import type { Affected, SoraReads } from "./tool.ts";

const blocked = z.boolean().describe("Also who is blocked for whom").optional();

export const listForwardingFilters = api({
  operation: "ListForwardingFilters",
  version: "20230628",
  kind: "read",
  since: "2023.1",
  title: "List forwarding filters",
  description: "Lists the filters of a channel: who is muted for whom.",
  input: z.object({ channel_id, blocked }).strict(),
  shape: wrapped("forwarding_filters"),
});

/** Which filter a call names: with a `connection_id` one of that viewer, else one of the whole channel. */
interface Named {
  readonly channel_id: string;
  readonly connection_id?: string | undefined;
  readonly name?: string | undefined;
}

/** What a filter without a name is called. */
const unnamed = "default";
const mostValues = 3;

/** The filters that a call would delete. Throws `bad_response` when Sora lists something other than filters. */
export async function filtersLost(sora: SoraReads, named: Named): Promise<Affected> {
  const { channel_id, connection_id, name = unnamed } = named;
  const filters = await sora.read(listForwardingFilters.target, { channel_id });
  if (!isObject(filters)) throw undocumented("Sora listed something other than forwarding filters.");
  // With several filters to a channel, the lists are called otherwise.
  const all =
    connection_id === undefined
      ? [filters.channel_forwarding_filter, filters.channel_forwarding_filters]
      : [filters.connection_forwarding_filters];
  const lost = all
    .flat()
    .filter(isObject)
    .filter((filter) => (filter.name ?? unnamed) === name)
    .filter((filter) => connection_id === undefined || filter.connection_id === connection_id);
  return {
    lines: [["Filters lost", lost.map(inWords)]],
    units: lost.map((filter) => (isTooDeep(filter) ? "too deep" : JSON.stringify(filter))),
    summary: { total: lost.length, forwarding_filters: lost },
  };
}

/** A filter as a person reads it, such as `block client_id is_in alice and kind is_in audio`. */
function inWords({ action, rules }: Record<string, unknown>): string {
  const lists = Array.isArray(rules) ? rules : [];
  const worded = lists.map((list) => (Array.isArray(list) ? list.map(condition).join(" and ") : "?"));
  return `${String(action)} ${worded.join(" or ")}`;
}

function condition(rule: unknown): string {
  if (!isObject(rule)) return "?";
  const values = Array.isArray(rule.values) ? rule.values : [];
  const more = values.length > mostValues ? ` and ${values.length - mostValues} more` : "";
  return `${String(rule.field)} ${String(rule.operator)} ${values.slice(0, mostValues).map(String).join(", ")}${more}`;
}
