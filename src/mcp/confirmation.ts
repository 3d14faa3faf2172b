import { Refusal, ToolError } from "../errors.ts";
import type { Affected, Content, Line } from "../tools/tool.ts";
import type { Person } from "./person.ts";

const nothingSent = "Nothing was disconnected, deleted or changed.";
const confirmAsIs = "To go on, call again with the same arguments and confirm: true.";
const nothingHit = "Nothing would be hit: check the ids, and that what they name is still there.";
const notLookedUp = "It could not be looked up what this would hit.";
const mostAsked = 2;

/** SORA_CONFIRM=flag, not confirmed: what the call would hit, as `structuredContent`. */
export async function confirmationRequired(look: () => Promise<Affected>): Promise<Content> {
  const status = "confirmation_required";
  try {
    const { summary, units } = await look();
    const next = `${nothingSent} ${units.length === 0 ? nothingHit : confirmAsIs}`;
    return { status, would_affect: summary, next };
  } catch (error) {
    if (!isFailedLook(error)) throw error;
    const { code, message, details } = error;
    return {
      status,
      would_affect: { unknown: true, error: { code, message, ...details } },
      next: `${notLookedUp} ${nothingSent} Look into the error first: confirm: true would act unseen.`,
    };
  }
}

/**
 * SORA_CONFIRM=ask: resolves when a person has accepted what a look right after the answer still finds. Asks once more
 * when the call would by then hit more than was told. Throws `confirmation_unavailable`, `declined`, `cancelled`, or why
 * the look-up failed.
 */
export async function askPerson(
  person: Person,
  question: (lines: readonly Line[]) => string,
  look: () => Promise<Affected>,
): Promise<void> {
  if (!person.canBeAsked) {
    throw new Refusal("confirmation_unavailable", `This client cannot ask a person. ${nothingSent}`, {
      hint: "The operator set SORA_CONFIRM=ask: use a client that supports MCP elicitation.",
    });
  }
  let told = await orRefuse(look);
  for (let asked = 1; asked <= mostAsked; asked++) {
    const answer = await person.ask(question(told.lines));
    if (answer === "decline") {
      throw new Refusal("declined", `A person said no. ${nothingSent}`, { hint: "Leave it at that." });
    }
    if (answer === "cancel") {
      throw new Refusal("cancelled", `The question to a person was closed or not answered. ${nothingSent}`, {
        hint: "Call again if it is still wanted.",
      });
    }
    const now = await orRefuse(look);
    if (!hasGrown(told.units, now.units)) return;
    told = now;
  }
  throw new Refusal("cancelled", `What would be hit kept growing while a person was asked. ${nothingSent}`, {
    hint: "Call again once fewer people join, or name single connections.",
  });
}

async function orRefuse(look: () => Promise<Affected>): Promise<Affected> {
  try {
    return await look();
  } catch (error) {
    if (!isFailedLook(error)) throw error;
    const message = `${notLookedUp} ${nothingSent} ${error.message}`;
    throw new ToolError(error.code, message, error.details, { cause: error });
  }
}

function isFailedLook(error: unknown): error is ToolError {
  return error instanceof ToolError && error.code !== "cancelled_by_client";
}

/** Whether there is a unit now that was not told, or that stands there more often. */
function hasGrown(told: readonly string[], now: readonly string[]): boolean {
  const left = new Map<string, number>();
  for (const unit of told) left.set(unit, (left.get(unit) ?? 0) + 1);
  return now.some((unit) => {
    const count = left.get(unit) ?? 0;
    left.set(unit, count - 1);
    return count === 0;
  });
}
