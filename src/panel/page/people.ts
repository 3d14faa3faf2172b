import { listOf, textOf } from "./answer.ts";
import { type Deed, deedsOn, showDeeds } from "./deeds.ts";
import { element, foreign } from "./elements.ts";
import { type Members, membersOf } from "./host.ts";
import { minutes, said, say, words } from "./words.ts";

interface Row {
  readonly item: HTMLElement;
  readonly acts: HTMLElement;
  /** What stands in it, to tell whether that has changed. */
  shown: string;
}

/** The people, one row each, told apart by their connection. */
export class People {
  readonly #list: HTMLElement;
  readonly #perform: (deed: Deed, place: HTMLElement) => void;
  readonly #rows = new Map<string, Row>();

  constructor(list: HTMLElement, perform: (deed: Deed, place: HTMLElement) => void) {
    this.#list = list;
    this.#perform = perform;
  }

  /**
   * Shows who is there, in this order; but while a person is about to press something in the list, nobody moves in it.
   * Whoever has left stays under the pointer, and while being asked about.
   */
  show(people: readonly unknown[], can: readonly unknown[]): void {
    const isPointedAt = this.#list.matches(":hover");
    const isInUse = isPointedAt || this.#list.matches(":focus-within");
    const here = new Set<string>();
    let place = this.#list.firstElementChild;
    for (const person of people.map(membersOf)) {
      const id = textOf(person.connection_id);
      here.add(id);
      const item = this.#filled(id, person, can);
      item.dataset.verdict = textOf(person.verdict);
      if (!item.parentNode) this.#list.insertBefore(item, isInUse ? null : place);
      else if (item === place) place = place.nextElementSibling;
      else if (!isInUse) this.#list.insertBefore(item, place);
    }
    for (const [id, { item }] of this.#rows) {
      if (here.has(id)) continue;
      item.dataset.verdict = "left";
      if (isPointedAt || item.querySelector(".ask")) continue;
      item.remove();
      this.#rows.delete(id);
    }
  }

  /** To be made anew in full: for another language. */
  forget(): void {
    this.#rows.clear();
    this.#list.replaceChildren();
  }

  #filled(id: string, person: Members, can: readonly unknown[]): HTMLElement {
    const row = this.#rows.get(id) ?? { item: element("li"), acts: element("div"), shown: "" };
    const shown = JSON.stringify([person, can]);
    if (row.shown === shown) return row.item;
    const { item, acts } = row;
    row.shown = shown;
    this.#rows.set(id, row);
    const parts = [whoOf(person), verdictOf(person)];
    // What a person may be about to press stays where it is.
    if (acts.parentNode) {
      for (const [at, part] of parts.entries()) item.children[at]?.replaceWith(part);
    } else item.append(...parts, acts);
    showDeeds(acts, deedsOn(person, can), (deed) => this.#perform(deed, item));
    return item;
  }
}

function whoOf(person: Members): HTMLElement {
  const { client_id, connection_id, role, codecs, marks, mic } = person;
  const lasts = textOf(person.minutes);
  const facts = [role, lasts && say(minutes(lasts)), ...listOf(codecs)];
  return element(
    "div",
    {},
    element("b", {}, foreign(textOf(client_id) || textOf(connection_id))),
    ...listOf(marks).flatMap((mark) => [" ", element("small", {}, said(textOf(mark)))]),
    element("p", {}, facts.map(textOf).filter(Boolean).join(" · ")),
    ...(typeof mic === "number" ? [microphone(mic)] : []),
  );
}

function verdictOf({ verdict, finding }: Members): HTMLElement {
  return element(
    "div",
    {},
    element("b", { class: "verdict" }, said(textOf(verdict))),
    finding ? ` ${findingText(membersOf(finding))}` : "",
  );
}

/** `level`: from 0 to 1. */
function microphone(level: number): HTMLElement {
  const percent = `${Math.round(level * 100)}`;
  const meter = element("div", {
    class: "mic",
    role: "meter",
    title: say(words.mic),
    "aria-valuenow": percent,
  });
  meter.style.setProperty("--level", `${percent}%`);
  return meter;
}

/** A finding with its value and the limit that it crossed, such as `sends with loss 9.2 % (limit 8)`. */
function findingText({ code, value, limit, unit }: Members): string {
  const text = said(textOf(code));
  // Of nothing there is nothing to measure.
  if (typeof value !== "number" || limit === 0) return text;
  // What is measured in part of a time or of samples is clear from what it is.
  const measured = `${text} ${value} ${textOf(unit).replace(/ of .*|0\.\.1|layers/, "")}`.trimEnd();
  return typeof limit === "number" ? `${measured} (${say(words.limit)} ${limit})` : measured;
}
