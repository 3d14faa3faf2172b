import { button, element, part } from "./elements.ts";
import { say, words } from "./words.ts";

/** What is being asked, and from where; there is one question at a time. */
let box: HTMLElement | undefined;
let from: Element | null = null;

/** From here on, questions go back to what has the focus now. */
export function begin(): void {
  // Before the question that is open goes back to where it came from.
  from = document.activeElement;
  close();
}

/** Opens a question under what it is about. Escape or a button takes it away. */
export function open(place: HTMLElement, label: string, ...parts: readonly (Node | string)[]): HTMLElement {
  const cancel = say(words.cancel);
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
  return box;
}

/** While what was pressed is under way. */
export function setBusy(): void {
  for (const one of box?.querySelectorAll("button, input") ?? []) one.setAttribute("disabled", "");
}

/** Takes the question away, and goes back to the button that it came from. */
export function close(): void {
  if (!box) return;
  box.remove();
  box = undefined;
  const back = from instanceof HTMLElement && from.isConnected ? from : part("channel");
  back.focus();
}
