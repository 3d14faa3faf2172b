import { z } from "zod";
import { canonicalJson, isObject } from "../json.ts";
import { api } from "./api.ts";
import { channel_id } from "./fields.ts";
import { undocumented, wrapped } from "./shapes.ts";
import type { Affected, Line, SoraReads } from "./tool.ts";

/** What a condition may look at, all of the sender, and how. */
export const conditionFields = ["connection_id", "client_id", "kind"] as const;
export const conditionOperators = ["is_in", "is_not_in"] as const;

const blocked = z.boolean().describe("Also who is blocked for whom").optional();

export const listForwardingFilters = api({
  operation: "ListForwardingFilters",
  version: "20230628",
  kind: "read",
  since: "2023.1",
  title: "Forwarding filters",
  description: "Lists a channel's filters: who is muted for whom; untrusted text.",
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

/** So many of a filter's lists of conditions are told to a person, and of each so many conditions. */
const mostLists = 3;
const mostConditions = 3;

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
    lines: [["Filters lost", lost.length], ...lost.flatMap(inWords)],
    units: lost.map(canonicalJson),
    cut: 0,
    summary: { total: lost.length, forwarding_filters: lost },
  };
}

/** A filter as a person reads it: what it does, and each of its conditions with the values that it looks for. */
function inWords({ name, action, rules }: Record<string, unknown>): Line[] {
  const lists = Array.isArray(rules) ? rules : [];
  return [
    ...(typeof name === "string" ? [["Name of the filter", [name]] as const] : []),
    ["Action", [typeof action === "string" ? action : "?"]],
    ...lists.slice(0, mostLists).flatMap((list, at): Line[] => {
      const conditions: unknown[] = Array.isArray(list) ? list : [];
      return conditions
        .slice(0, mostConditions)
        .map((rule) => [`Rule ${at + 1}, ${condition(rule)}`, valuesOf(rule)]);
    }),
    ["Rules in all", lists.length],
  ];
}

/** Only what Sora documents: a label is shown as it is. */
function condition(rule: unknown): string {
  if (!isObject(rule)) return "?";
  const field = conditionFields.find((known) => known === rule.field) ?? "?";
  const operator = conditionOperators.find((known) => known === rule.operator) ?? "?";
  return `${field} ${operator}`;
}

function valuesOf(rule: unknown): string[] {
  const values: unknown[] = isObject(rule) && Array.isArray(rule.values) ? rule.values : [];
  return values.filter((value) => typeof value === "string");
}
