import { isObject } from "../json.ts";

/** One kind of media that a forwarding filter keeps from one receiver. */
export interface Blocked {
  readonly receiver: string;
  readonly sender: string;
  readonly kind: string;
}

/**
 * Who is blocked for whom, as ListForwardingFilters answers to `blocked: true`. Undefined where the answer does not say, or
 * not all of it can be understood: then it is not known (https://sora-doc.shiguredo.jp/API_FORWARDING_FILTER).
 */
export function blockedIn(answer: unknown): readonly Blocked[] | undefined {
  if (!isObject(answer) || !Array.isArray(answer.blocked)) return undefined;
  const all: Blocked[] = [];
  for (const entry of answer.blocked) {
    if (!isObject(entry) || !Array.isArray(entry.source_connection_id_list)) return undefined;
    const { destination_connection_id: receiver, kind, source_connection_id_list } = entry;
    if (typeof receiver !== "string" || typeof kind !== "string") return undefined;
    for (const sender of source_connection_id_list) {
      if (typeof sender !== "string") return undefined;
      all.push({ receiver, sender, kind });
    }
  }
  return all;
}
