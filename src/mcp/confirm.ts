import { ToolError } from "../sora/errors.ts";
import type { Affected, Preview, Tool, ToolArguments } from "../tools/tool.ts";
import type { Person } from "./person.ts";
import { question } from "./question.ts";

/** Looks up what a call would hit; rejects with `ToolError`. With a signal, in the place of the request that has it. */
export type LookUp = (inPlaceOf?: AbortSignal) => Promise<Affected>;

/** Sends the call, `before` right before each try; what that throws keeps the call from being sent. */
export type Send = (before: (signal: AbortSignal) => Promise<void>) => Promise<unknown>;

const nothingSent = "Nothing was disconnected or deleted.";
const confirmAsIs = "To go on, call again with the same arguments and confirm: true.";
const nothingHit = "Nothing would be hit: check the ids, and that the connection is still there.";
const notLookedUp = "It could not be looked up what this would hit.";
const mostAsked = 2;

/** SORA_CONFIRM=flag, not confirmed: what the call would hit, as `structuredContent`. */
export async function confirmationRequired(lookUp: LookUp): Promise<Record<string, unknown>> {
  try {
    const { summary, isNothing } = await lookUp();
    const next = `${nothingSent} ${isNothing ? nothingHit : confirmAsIs}`;
    return { status: "confirmation_required", would_affect: summary, next };
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === "cancelled_by_client") throw error;
    const { code, message } = error;
    return {
      status: "confirmation_required",
      would_affect: { unknown: true, error: { code, message, ...error.details } },
      next: `${notLookedUp} ${nothingSent} Look into the error first: confirm: true would act unseen.`,
    };
  }
}

/**
 * SORA_CONFIRM=ask: sends the call only when a person has accepted, and resolves to Sora's answer. Asks once more when
 * the number of connections grew meanwhile. Throws `confirmation_unavailable`, `declined`, `cancelled`, why the look-up
 * failed, or what sending throws.
 */
export async function askPerson(
  tool: Tool & { preview: Preview },
  args: ToolArguments,
  person: Person,
  lookUp: LookUp,
  send: Send,
): Promise<unknown> {
  if (!person.canBeAsked) {
    throw new ToolError("confirmation_unavailable", `This client cannot ask a person. ${nothingSent}`, {
      hint: "The operator set SORA_CONFIRM=ask: use a client that supports MCP elicitation.",
    });
  }
  const grown = new ToolError(
    "cancelled",
    `The number of connections kept growing while a person was asked. ${nothingSent}`,
    { hint: "Call again once fewer people join, or name single connections." },
  );
  let affected = await orRefuse(lookUp);
  for (let asked = 1; ; asked++) {
    const answer = await person.ask(question(tool, args, affected));
    if (answer === "decline") {
      throw new ToolError("declined", `A person said no. ${nothingSent}`, { hint: "Leave it at that." });
    }
    if (answer === "cancel") {
      const message = `The question to a person was closed or not answered. ${nothingSent}`;
      throw new ToolError("cancelled", message, { hint: "Call again if it is still wanted." });
    }
    try {
      return await send(async (signal) => {
        if (!tool.preview.mayGrow) return;
        const told = affected;
        affected = await orRefuse(lookUp, signal);
        if (hasGrown(told, affected)) throw grown;
      });
    } catch (error) {
      if (error !== grown || asked === mostAsked) throw error;
    }
  }
}

async function orRefuse(lookUp: LookUp, inPlaceOf?: AbortSignal): Promise<Affected> {
  try {
    return await lookUp(inPlaceOf);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === "cancelled_by_client") throw error;
    const message = `${notLookedUp} ${nothingSent} ${error.message}`;
    throw new ToolError(error.code, message, error.details, { cause: error });
  }
}

function hasGrown(before: Affected, now: Affected): boolean {
  const known = new Set(before.connections.map(({ connection_id }) => connection_id));
  return (
    now.connections.length > known.size ||
    now.connections.some(({ connection_id }) => !known.has(connection_id))
  );
}
