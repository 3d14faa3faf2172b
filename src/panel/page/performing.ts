import { type Answer, ask, errorText, listOf, numberOf, textOf } from "./answer.ts";
import { language } from "./appearance.ts";
import { type Deed, isGrave, takesMessage } from "./deeds.ts";
import { button, element, foreign, part, write } from "./elements.ts";
import { type Members, membersOf } from "./host.ts";

/** Where a deed is done, and what is to happen once something may have come of it. */
export interface Scene {
  readonly channel: string;
  /** The Sora that is asked, as people know it. */
  readonly sora: string;
  /** Under which a question stands. */
  readonly place: HTMLElement;
  readonly renew: () => void;
}

/** What is being asked, and from where; there is one question at a time. */
let box: HTMLElement | undefined;
let from: Element | null = null;

/** The labels of what is under way: pressed twice, it is done once. */
const underWay = new Set<string>();

/**
 * Does a deed: what can be taken back at once, what needs a message once it is written, and what cuts people off once a
 * second button says how many and is pressed.
 */
export function perform(deed: Deed, scene: Scene): void {
  // Before the question that is open goes back to where it came from.
  from = document.activeElement;
  close();
  if (takesMessage(deed)) askForMessage(deed, scene);
  else void attempt(deed, scene, isGrave(deed) ? "preview" : "confirm");
}

async function attempt(
  deed: Deed,
  scene: Scene,
  act: "preview" | "confirm",
  given: Members = deed.arguments,
): Promise<void> {
  if (underWay.has(deed.label)) return;
  underWay.add(deed.label);
  const asked = box;
  for (const one of box?.querySelectorAll("button, input") ?? []) one.setAttribute("disabled", "");
  const answer = await ask(scene.channel, act, { tool: deed.tool, arguments: given }).catch(() => undefined);
  underWay.delete(deed.label);
  scene.renew();
  // Meanwhile the person may have gone on to something else, which stays; a preview is of no use then.
  const isCurrent = box === asked;
  if (isCurrent && answer?.ticket) askToConfirm(deed, scene, answer, answer.ticket);
  else if (act === "confirm" || isCurrent) {
    if (isCurrent) close();
    write("news", outcomeOf(deed, act, answer));
  }
}

/** What came of it, for a person. */
function outcomeOf({ label }: Deed, act: "preview" | "confirm", answer: Answer | undefined): string {
  const { words } = language;
  if (!answer) return act === "confirm" ? words.unsure : words.silent;
  const { told, error } = answer;
  if (error) return `${words.failed} ${label}. ${errorText(error)}`;
  const { status, would_affect, blocked_for, of, next } = told;
  switch (status) {
    case "confirmation_required":
      return membersOf(would_affect).total === 0 ? words.noneHit : textOf(next);
    case "partly":
      return `${words.done(label)} (${words.partly(numberOf(blocked_for), numberOf(of))})`;
    default:
      return words.done(label);
  }
}

function askForMessage(deed: Deed, scene: Scene): void {
  const { words } = language;
  const field = element("input", { "aria-label": words.message });
  const send = () => {
    const message = field.value.trim();
    if (!message) return;
    void attempt(deed, scene, "confirm", { ...deed.arguments, data: { type: "warning", message } });
  };
  field.addEventListener("keydown", ({ isTrusted, key, isComposing }) => {
    if (isTrusted && key === "Enter" && !isComposing) send();
  });
  open(deed, scene, field, button(words.send, words.send, send));
  field.focus();
}

function askToConfirm(deed: Deed, scene: Scene, { told, error }: Answer, ticket: string): void {
  const { words } = language;
  const hit = membersOf((error ?? told).would_affect);
  const question = error ? words.changed : words.cutOff(scene.sora);
  const total = numberOf(hit.total);
  const names = listOf(hit.connections).map((connection) => {
    const { client_id, connection_id, role } = membersOf(connection);
    return { name: textOf(client_id) || textOf(connection_id), role: textOf(role) };
  });
  const people = names.length === total ? new Set(names.map(({ name }) => name)).size : total;
  const second = words.people(people, total);
  const lines = names.map(({ name, role }) => element("li", {}, foreign(name), ` ${role}`));
  if (total > names.length) lines.push(element("li", {}, words.rest(total - names.length)));
  const confirm = () => void attempt(deed, scene, "confirm", { ...deed.arguments, ticket });
  open(deed, scene, question, element("ul", {}, ...lines), button(second, second, confirm, true));
  box?.focus();
}

/** Opens a question under what it is about. Escape or a button takes it away. */
function open({ label }: Deed, { place }: Scene, ...parts: readonly (Node | string)[]): void {
  const { cancel } = language.words;
  box?.remove();
  box = element(
    "div",
    { class: "ask", role: "group", "aria-label": label, tabindex: "-1" },
    ...parts,
    button(cancel, cancel, close),
  );
  box.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  place.append(box);
}

/** Takes the question away, and goes back to the button that it came from. */
export function close(): void {
  if (!box) return;
  box.remove();
  box = undefined;
  const back = from instanceof HTMLElement && from.isConnected ? from : part("channel");
  back.focus();
}
