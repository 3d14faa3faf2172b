import { type Answer, ask, errorText, listOf, numberOf, textOf } from "./answer.ts";
import { type Deed, isGrave, takesMessage } from "./deeds.ts";
import { button, element, foreign, write } from "./elements.ts";
import { type Members, membersOf } from "./host.ts";
import { begin, close, open, setBusy } from "./question.ts";
import { cutOff, disconnected, done, more, partly, said, say, words } from "./words.ts";

/** Where a deed is done, and what is to happen once something may have come of it. */
export interface Scene {
  readonly channel: string;
  /** The Sora that is asked, as people know it. */
  readonly sora: string;
  /** Under which a question stands. */
  readonly place: HTMLElement;
  readonly renew: () => void;
}

/** What is under way: pressed twice, it is done once. */
const underWay = new Set<string>();

/** Counts what a person has begun: what comes of something earlier takes nothing away from it. */
let begun = 0;

/**
 * Does a deed: what can be taken back at once, what needs a message once it is written, and what cuts people off once a
 * second button says how many and is pressed.
 */
export function perform(deed: Deed, scene: Scene): void {
  if (underWay.has(keyOf(deed))) return;
  begin();
  begun += 1;
  write("news", "");
  if (takesMessage(deed)) askForMessage(deed, scene);
  else void attempt(deed, scene, isGrave(deed) ? "preview" : "confirm");
}

function keyOf({ tool, arguments: given }: Deed): string {
  return JSON.stringify([tool, given]);
}

async function attempt(
  deed: Deed,
  scene: Scene,
  act: "preview" | "confirm",
  given: Members = deed.arguments,
): Promise<void> {
  const { tool } = deed;
  const what = keyOf(deed);
  underWay.add(what);
  const at = begun;
  setBusy();
  const answer = await ask(scene.channel, act, { tool, arguments: given }).catch(() => undefined);
  underWay.delete(what);
  scene.renew();
  const isCurrent = at === begun;
  if (isCurrent && answer?.ticket) askToConfirm(deed, scene, answer, answer.ticket);
  else if (act === "confirm" || isCurrent) {
    if (isCurrent) close();
    write("news", outcomeOf(deed, act, answer));
  }
}

/** What came of it, for a person. */
function outcomeOf({ label }: Deed, act: "preview" | "confirm", answer: Answer | undefined): string {
  if (!answer) return say(act === "confirm" ? words.unsure : words.silent);
  const { told, error } = answer;
  if (error) return `${say(words.failed)} ${label}. ${errorText(error)}`;
  const { status, would_affect, blocked_for, of, next, still_blocked_by } = told;
  const text = say(done(label));
  switch (status) {
    case "confirmation_required":
      return membersOf(would_affect).total === 0 ? say(words.noneHit) : textOf(next);
    case "partly":
      return `${text} (${say(partly(numberOf(blocked_for), numberOf(of)))})`;
    default:
      return listOf(still_blocked_by).length > 0 ? `${text} (${said("muted")})` : text;
  }
}

function askForMessage(deed: Deed, scene: Scene): void {
  const verb = say(words.send);
  const field = element("input", { "aria-label": say(words.message) });
  const send = () => {
    const message = field.value.trim();
    if (!message) return;
    void attempt(deed, scene, "confirm", { ...deed.arguments, data: { type: "warning", message } });
  };
  field.addEventListener("keydown", ({ isTrusted, key, isComposing, keyCode }) => {
    // 229: Safari says by that alone that the key belongs to an input method.
    if (isTrusted && key === "Enter" && !isComposing && keyCode !== 229) send();
  });
  open(scene.place, deed.label, field, button(verb, verb, send));
  field.focus();
}

function askToConfirm(deed: Deed, { place, ...scene }: Scene, { told, error }: Answer, ticket: string): void {
  const { connections, total } = membersOf((error ?? told).would_affect);
  const names = listOf(connections).map((connection) => {
    const { client_id, connection_id, role } = membersOf(connection);
    return { name: textOf(client_id) || textOf(connection_id), role: textOf(role) };
  });
  const all = numberOf(total);
  const rest = all - names.length;
  // Of more than are listed it is not known who is the same person.
  const people = rest > 0 ? 0 : new Set(names.map(({ name }) => name)).size;
  const second = say(disconnected(people, all));
  const lines = names.map(({ name, role }) => element("li", {}, foreign(name), ` ${role}`));
  if (rest > 0) lines.push(element("li", {}, say(more(rest))));
  const question = element("div", { id: "asked" }, say(error ? words.changed : cutOff(scene.sora)));
  question.append(element("ul", {}, ...lines));
  const confirm = () => void attempt(deed, { place, ...scene }, "confirm", { ...deed.arguments, ticket });
  const box = open(place, deed.label, question, button(second, second, confirm, true));
  box.setAttribute("aria-describedby", "asked");
  box.focus();
}
