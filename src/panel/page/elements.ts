/** An element with what stands in it. Texts are texts: whoever wrote them, nothing in them is carried out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** A text of somebody else, whose direction is its own matter. */
export function foreign(text: string): HTMLElement {
  return element("bdi", {}, text);
}

/** A button for a person: what a script clicks does nothing. */
export function button(text: string, label: string, press: () => void, isGrave = false): HTMLButtonElement {
  const made = element("button", { "aria-label": label, class: isGrave ? "grave" : "" }, text);
  made.addEventListener("click", ({ isTrusted }) => {
    if (isTrusted) press();
  });
  return made;
}

/** Sets the text of the element with that id, if it is another one: what has not changed is not read out again. */
export function write(id: string, text: string): void {
  const to = part(id);
  if (to.textContent !== text) to.textContent = text;
}

export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found;
}
