import { jsonOf } from "../json.ts";
import { cut } from "../text.ts";
import type { Content } from "../tools/tool.ts";
import { keptFor } from "./kept.ts";

/** One call that changed something, or may have. */
export interface Action {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly tool: string;
  readonly channel_id: string | null;
  /** The ids and names that the call gave beside the channel: whom or what it was about. Empty: the whole channel. */
  readonly target: Content;
  /** What the caller gave as its reason. */
  readonly reason?: unknown;
  readonly confirmed_by: string | null;
  /** `done`, what a job says of itself, or an error code. */
  readonly outcome: string;
  /** The call that takes it back. */
  readonly undo?: unknown;
}

const mostKept = 200;

/** Characters: of JSON, and of a name. */
const longestReason = 500;
const longestName = 255;

const notTargets = new Set(["channel_id", "reason", "ticket"]);

/** The last 200 changes of one caller, newest first, and in which channels somebody was muted. */
export class Actions {
  readonly #kept: Action[] = [];
  /** In which somebody was muted, the newest last. */
  readonly #muted = new Set<string>();

  get newestFirst(): readonly Action[] {
    return this.#kept;
  }

  /** The channels in which somebody was muted, newest first. */
  get mutedChannels(): readonly string[] {
    return [...this.#muted].reverse();
  }

  /** Nobody is muted there any more. */
  forgetMutes(channel_id: string): void {
    this.#muted.delete(channel_id);
  }

  add(action: Action): void {
    this.#kept.unshift(action);
    this.#kept.length = Math.min(this.#kept.length, mostKept);
    const { tool, channel_id } = action;
    if (tool !== "sora_mute" || channel_id === null) return;
    this.#muted.delete(channel_id);
    this.#muted.add(channel_id);
    const [oldest] = this.#muted;
    if (oldest !== undefined && this.#muted.size > mostKept) this.#muted.delete(oldest);
  }
}

export const actionsOf = keptFor(() => new Actions());

/** Whom or what arguments name: their texts, but for the channel and the reason. */
export function targetIn(given: unknown): Content {
  if (typeof given !== "object" || given === null) return {};
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      typeof value === "string" && !notTargets.has(name) ? [[name, cut(value, longestName)]] : [],
    ),
  );
}

/** The reason among arguments, kept short. */
export function reasonIn(given: unknown): { readonly reason?: unknown } {
  if (typeof given !== "object" || given === null || !("reason" in given)) return {};
  const { reason } = given;
  const text = jsonOf(reason);
  return { reason: text.length <= longestReason ? reason : cut(text, longestReason) };
}
