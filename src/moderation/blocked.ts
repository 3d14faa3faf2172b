import { isObject } from "../json.ts";

/** One kind of media that a forwarding filter keeps from one receiver. */
export interface Blocked {
  readonly receiver: string;
  readonly sender: string;
  readonly kind: string;
}

/**
 * Who is blocked for whom, as ListForwardingFilters answers to `blocked: true`. Undefined where the answer does not say;
 * entries that are none are skipped.
 * https://sora-doc.shiguredo.jp/API
 */
export function blockedIn(answer: unknown): readonly Blocked[] | undefined {
  if (!isObject(answer) || !Array.isArray(answer.blocked)) return undefined;
  const entries: readonly unknown[] = answer.blocked;
  return entries.filter(isObject).flatMap((entry) => {
    const { destination_connection_id: receiver, kind, source_connection_id_list } = entry;
    if (
      typeof receiver !== "string" ||
      typeof kind !== "string" ||
      !Array.isArray(source_connection_id_list)
    ) {
      return [];
    }
    const senders: readonly unknown[] = source_connection_id_list;
    return senders
      .filter((sender) => typeof sender === "string")
      .map((sender) => ({ receiver, sender, kind }));
  });
}
