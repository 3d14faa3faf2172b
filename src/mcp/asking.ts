import { nothingDone, Refusal } from "../errors.ts";
import type { Affected } from "../tools/tool.ts";
import type { Limits } from "./limits.ts";
import { type Look, lookOrRefuse } from "./look.ts";
import type { Person } from "./person.ts";
import { hasGrown } from "./units.ts";

const mostAsked = 2;

/** What to do where nobody can be asked. */
const elsewhere = {
  stdio: "use a client that supports MCP elicitation, or SORA_CONFIRM=preview.",
  http: "over HTTP it does not work. SORA_CONFIRM=preview does.",
};
const leaveIt = { hint: "Leave it at that." };

/**
 * SORA_CONFIRM=ask: resolves when the answer was yes to what a look right after it still finds, to what looks whether that
 * still holds. Asks once more when the call would by then hit more than was told. Throws `confirmation_unavailable`,
 * `declined`, `cancelled`, `limit_reached`, or why the look-up failed.
 */
export async function askPerson(
  person: Person,
  question: (affected: Affected, answerBy: Date) => string,
  look: Look,
  limits: Limits,
  served: keyof typeof elsewhere,
): Promise<() => Promise<void>> {
  limits.assertHour();
  if (!person.canBeAsked) {
    throw new Refusal("confirmation_unavailable", `This client cannot ask a person. ${nothingDone}`, {
      hint: `The operator set SORA_CONFIRM=ask: ${elsewhere[served]}`,
    });
  }
  let told = await lookOrRefuse(look);
  limits.assertAffected(told.cut);
  for (let asked = 1; asked <= mostAsked; asked++) {
    const answer = await person.ask((answerBy) => question(told, answerBy));
    switch (answer) {
      case "yes":
        break;
      case "no":
        throw new Refusal("declined", `The answer was no. ${nothingDone}`, leaveIt);
      case "empty":
        throw new Refusal("declined", `The form came back without a yes. ${nothingDone}`, leaveIt);
      case "none":
        throw new Refusal("cancelled", `The question was closed or not answered. ${nothingDone}`, leaveIt);
    }
    const now = await lookOrRefuse(look);
    limits.assertAffected(now.cut);
    if (!hasGrown(told.units, now.units)) {
      const { units } = told;
      return async () => {
        if (!hasGrown(units, (await lookOrRefuse(look)).units)) return;
        throw new Refusal(
          "cancelled",
          `More would be hit by now than the question told. ${nothingDone}`,
          leaveIt,
        );
      };
    }
    told = now;
  }
  throw new Refusal("cancelled", `What would be hit kept growing. ${nothingDone}`, leaveIt);
}
