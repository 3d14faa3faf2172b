import { randomInt } from "node:crypto";
import { z } from "zod";
import { canonicalJson, isObject, jsonOf } from "../json.ts";
import type { conditionFields, conditionOperators } from "../tools/filters.ts";

/** What a mute can cut, as Sora names it. */
export const mediaKinds = ["audio", "video"] as const;
export type MediaKind = (typeof mediaKinds)[number];

const muteSchema = z.object({
  mute_id: z.string(),
  /** One of the two: a client also when it comes back, a connection as long as it lasts. */
  client_id: z.string().optional(),
  connection_id: z.string().optional(),
  kind: z.enum([...mediaKinds, "both"]),
  reason: z.string().optional(),
  /** RFC 3339, UTC. */
  at: z.string(),
});
export type Mute = z.infer<typeof muteSchema>;

/** Whom a mute is about. */
export type Muted = Pick<Mute, "client_id" | "connection_id" | "kind">;

/** What a channel's filter carries out, as one writing of it. No mutes are no filter. */
export interface Writing {
  readonly mutes: readonly Mute[];
  /** Tells it from other writings. */
  readonly revision: string;
}

/** A short word that nothing else is called. */
export function randomWord(): string {
  return randomInt(36 ** 8)
    .toString(36)
    .padStart(8, "0");
}

/** Under this name, in the metadata of the filter that carries them out, stand the mutes: by it the filter is known as ours. */
const marker = "sora_labo_mcp";
const metadataSchema = z.object({
  [marker]: z.object({ revision: z.string(), mutes: z.array(muteSchema) }),
});

type Condition = {
  readonly field: (typeof conditionFields)[number];
  readonly operator: (typeof conditionOperators)[number];
  readonly values: readonly string[];
};

/** A channel's forwarding filter as Sora takes and lists it (https://sora-doc.shiguredo.jp/API_FORWARDING_FILTER). */
export type Filter = Readonly<Record<string, unknown>>;

/** The filter that carries mutes out. */
export function filterOf({ mutes, revision }: Writing): Filter {
  return { action: "block", rules: rulesOf(mutes), metadata: { [marker]: { revision, mutes } } };
}

/**
 * What a filter says that it carries out; undefined when it is not ours. `isWhole`: it does so, and nobody has changed its
 * rules.
 */
export function writingIn(filter: Filter): (Writing & { readonly isWhole: boolean }) | undefined {
  const parsed = metadataSchema.safeParse(filter.metadata);
  if (!parsed.success) return undefined;
  const writing = parsed.data[marker];
  return { ...writing, isWhole: carriesOut(filter, writing) };
}

/** Whether a filter says that it is ours, in whatever words. */
export function isMarked({ metadata }: Filter): boolean {
  return isObject(metadata) && Object.hasOwn(metadata, marker);
}

/** Whether the rules of a filter are those of a writing, in whatever order a Sora lists them. */
export function carriesOut({ action, rules }: Filter, { mutes }: Writing): boolean {
  return action === "block" && inOrder(rules) === inOrder(rulesOf(mutes));
}

/** The kinds of media that a mute cuts. */
export function kindsOf({ kind }: Pick<Mute, "kind">): readonly MediaKind[] {
  return kind === "both" ? mediaKinds : [kind];
}

/** Whether one mute cuts all that another would. */
export function covers(mute: Mute, other: Muted): boolean {
  const isSame = mute.client_id === other.client_id && mute.connection_id === other.connection_id;
  return isSame && kindsOf(other).every((kind) => kindsOf(mute).includes(kind));
}

/** The call that lifts a mute. */
export function undoOf(channel_id: string, { mute_id }: Mute) {
  return { tool: "sora_unmute", arguments: { channel_id, mute_id } };
}

/**
 * One list of conditions for all who are cut alike, so that there are few. Where both kinds are cut there is one condition
 * alone, which means the same however a Sora combines several.
 */
function rulesOf(mutes: readonly Mute[]): Condition[][] {
  const rules = (["client_id", "connection_id"] as const).flatMap((field) =>
    (["both", ...mediaKinds] as const).map((kind) => {
      const ids = mutes.flatMap((mute) => (mute.kind === kind ? (mute[field] ?? []) : []));
      const values = [...new Set(ids)];
      const who: Condition = { field, operator: "is_in", values };
      const what: Condition[] = kind === "both" ? [] : [{ field: "kind", operator: "is_in", values: [kind] }];
      return values.length > 0 ? [who, ...what] : [];
    }),
  );
  return rules.filter((rule) => rule.length > 0);
}

function inOrder(rules: unknown): string {
  const lists: unknown[] = Array.isArray(rules) ? rules : [];
  const texts = lists.map((list) => {
    const conditions: unknown[] = Array.isArray(list) ? list : [];
    return conditions.map(conditionText).sort();
  });
  return canonicalJson(texts.map(canonicalJson).sort());
}

function conditionText(condition: unknown): string {
  if (!isObject(condition)) return "";
  const { field, operator, values } = condition;
  const texts = Array.isArray(values) ? values.map((value) => jsonOf(value)).sort() : values;
  return canonicalJson([field, operator, texts]);
}
