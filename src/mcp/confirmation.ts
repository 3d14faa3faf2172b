import type { CallConfirmation } from "../confirmations.ts";
import { nothingDone, Refusal } from "../errors.ts";
import { type Config, soraOf } from "../settings/config.ts";
import type { Affected, Call, Content, Tool } from "../tools/tool.ts";
import { askPerson } from "./asking.ts";
import type { AuditLine } from "./audit-log.ts";
import type { Limits, Reached } from "./limits.ts";
import { type Look, lookOrRefuse } from "./look.ts";
import type { Person } from "./person.ts";
import { confirmationRequired, preview, type Way } from "./preview.ts";
import { question } from "./question.ts";
import { type Flaw, type Tickets, validSeconds } from "./ticket.ts";
import { hasGrown } from "./units.ts";

/** A destructive call that waits for its confirmation. */
export interface Unconfirmed {
  readonly tool: Tool;
  readonly call: Call;
  readonly look: Look;
  readonly person: Person;
  /** Who calls, in any words that tell callers apart. */
  readonly caller: string;
  readonly confirmation: CallConfirmation;
}

/** What a decision needs of the server. */
export interface Deciding {
  readonly config: Config;
  readonly limits: Limits;
  readonly tickets: Tickets;
  readonly redact: (text: string) => string;
}

/** What has confirmed a call; or the answer to one that is not confirmed yet. */
export type Decision =
  | {
      readonly confirmedBy: NonNullable<AuditLine["confirmed_by"]>;
      /** Looks again, and throws when the call would by now hit more than was confirmed, or than a limit allows. */
      readonly recheck?: () => Promise<void>;
    }
  | { readonly preview: Content };

const sameCall = "call again with the same arguments and";

function withFlag(limits: Limits): Way {
  const then = limits.countsAffected ? "be refused" : "act unseen";
  return {
    goOn: `To go on, ${sameCall} confirm: true.`,
    unseen: `Look into the error first: confirm: true would ${then}.`,
  };
}

/** Why a ticket is refused. */
const flaws = {
  expired: `This ticket is older than ${validSeconds} seconds.`,
  used: "This ticket was used already, and its call may have been carried out. This one was not.",
  "not for this call": "This is no ticket for this call with these arguments.",
  "more is hit": "Something would be hit now that this ticket was not made for.",
  "something else is hit": "Something else would be hit now than this ticket was made for.",
} satisfies Record<Flaw, string>;

/**
 * Whether a destructive call may go on, by what confirms it and within the limits. Sends nothing but reads. Throws a
 * `Refusal`, or why it could not be looked up what the call would hit.
 */
export async function decide(unconfirmed: Unconfirmed, server: Deciding): Promise<Decision> {
  const { tool, call, look, person } = unconfirmed;
  const { config, limits, redact } = server;
  switch (unconfirmed.confirmation) {
    case "flag":
      if (call.confirming.confirm !== true) {
        return { preview: await confirmationRequired(look, withFlag(limits), limits) };
      }
      return byFlag(look, limits);
    case "preview":
      return byTicket(unconfirmed, server, "ticket");
    case "panel":
      if (config.confirm === "ask") throw new Refusal("confirmation_unavailable", ...notInPanel);
      return byTicket(unconfirmed, server, "panel");
    case "ask":
    case "ask,panel": {
      const sora = soraOf(config);
      const put = ({ lines }: Affected, answerBy: Date) =>
        question(tool, call.names, lines, { sora, answerBy }, redact);
      const served = config.http ? "http" : "stdio";
      return { confirmedBy: "user", recheck: await askPerson(person, put, look, limits, served) };
    }
  }
}

async function byFlag(look: Look, limits: Limits): Promise<Decision> {
  limits.assertHour();
  if (!limits.countsAffected) return { confirmedBy: "flag" };
  const check = async () => limits.assertAffected((await lookOrRefuse(look)).cut);
  await check();
  return { confirmedBy: "flag", recheck: check };
}

const notInPanel = [
  `Here the panel confirms nothing. ${nothingDone}`,
  { hint: "The operator set SORA_CONFIRM=ask: with ask,panel it would." },
] as const;

/** What a ticket is for holds there alone: in the panel none that a model has seen, and none of the panel's elsewhere. */
const places = {
  ticket: { name: [], withTicket: `${sameCall} the ticket given here, within ${validSeconds} seconds.` },
  panel: {
    name: ["panel"],
    withTicket: `a person confirms it in the panel, within ${validSeconds} seconds.`,
  },
};

async function byTicket(
  { tool, call, look, caller }: Unconfirmed,
  { limits, tickets }: Deciding,
  confirmedBy: keyof typeof places,
): Promise<Decision> {
  const { name, withTicket } = places[confirmedBy];
  const ticketed = { tool: tool.name, given: call.given, caller: JSON.stringify([caller, ...name]) };
  const way: Way = {
    goOn: `To go on, ${withTicket}`,
    unseen: "So there is no ticket: look into the error first.",
    ticketFor(affected, reached) {
      // In the panel no button is to be there that would be refused.
      const isFutile = confirmedBy === "panel" && (reached || affected.units.length === 0);
      return isFutile ? undefined : tickets.make(ticketed, shownOf(affected));
    },
  };
  const { ticket } = call.confirming;
  if (ticket === undefined) return { preview: await confirmationRequired(look, way, limits) };
  const refusal = (flaw: Flaw, now: Affected, reached: Reached | undefined) => {
    const anew = { ...way, goOn: `If would_affect is still what was asked for, ${withTicket}` };
    const { step, ...shown } = preview(now, anew, reached);
    // In the panel, whoever pressed twice is to look first.
    if (flaw === "used" && confirmedBy === "panel") return new Refusal("ticket_invalid", flaws.used);
    const done = flaw === "used" ? "" : ` ${nothingDone}`;
    return new Refusal("ticket_invalid", flaws[flaw] + done, { hint: step, ...shown });
  };
  // What a used one says comes first: "nothing was disconnected" may be untrue of the call that used it.
  if (!tickets.wasUsed(ticket)) limits.assertHour();
  const confirmed = await lookOrRefuse(look);
  const flaw = tickets.flaw(ticket, ticketed, shownOf(confirmed));
  if (flaw) throw refusal(flaw, confirmed, limits.reached(confirmed.cut));
  limits.assertAffected(confirmed.cut);
  tickets.use(ticket);
  return {
    confirmedBy,
    async recheck() {
      const now = await lookOrRefuse(look);
      const isMore = hasGrown(shownOf(confirmed), shownOf(now));
      if (isMore) throw refusal("more is hit", now, limits.reached(now.cut, 1));
    },
  };
}

/** What a preview shows of what would be hit, to the last value. */
function shownOf({ units, values }: Affected): readonly string[] {
  return values?.() ?? units;
}
