import { nothingDone } from "../errors.ts";
import type { Affected, Content } from "../tools/tool.ts";
import type { Limits, Reached } from "./limits.ts";
import { isFailedLook, type Look, notLookedUp } from "./look.ts";

/** How a call that was previewed is confirmed. */
export interface Way {
  /** What to do to go on. */
  readonly goOn: string;
  /** What to do where it is not known what would be hit. */
  readonly unseen: string;
  /** Makes the ticket, where it takes one. */
  readonly ticketFor?: (affected: Affected, reached: Reached | undefined) => string | undefined;
}

const nothingHit = "Nothing would be hit: check the ids, and that what they name is still there.";

/** What a call would hit, the ticket for that, and what to do next. */
export function preview(affected: Affected, { goOn, ticketFor }: Way, reached: Reached | undefined) {
  const { summary, units } = affected;
  const step = reached ? refusedNow(reached) : units.length === 0 ? nothingHit : goOn;
  const ticket = ticketFor?.(affected, reached);
  return { would_affect: summary, ...(ticket !== undefined && { ticket }), step };
}

/** The answer to a call that nobody has confirmed, as `structuredContent`. */
export async function confirmationRequired(look: Look, way: Way, limits: Limits): Promise<Content> {
  const status = "confirmation_required";
  try {
    const affected = await look();
    const { step, ...shown } = preview(affected, way, limits.reached(affected.cut));
    return { status, ...shown, next: `${nothingDone} ${step}` };
  } catch (error) {
    if (!isFailedLook(error)) throw error;
    const { code, message, details } = error;
    const reached = limits.reached(0);
    const step = reached ? refusedNow(reached) : way.unseen;
    return {
      status,
      would_affect: { unknown: true, error: { code, message, ...details } },
      next: `${notLookedUp} ${nothingDone} ${step}`,
    };
  }
}

function refusedNow({ why, hint }: Reached): string {
  return `It would be refused now. ${why} ${hint}`;
}
