import { listOf, textOf } from "./answer.ts";
import { button } from "./elements.ts";
import type { Members } from "./host.ts";
import { say, words } from "./words.ts";

/** Something that a person can do by a button. */
export interface Deed {
  readonly tool: string;
  readonly arguments: Members;
  /** What the button says. */
  readonly verb: string;
  /** The same with whom it is about. */
  readonly label: string;
}

/** Who is to be told something is told what a person writes first. */
export const takesMessage = ({ tool }: Deed) => tool.startsWith("sora_push");

/** Who is cut off is shown first, and then confirmed on a second button. */
export const isGrave = ({ tool }: Deed) => tool.startsWith("sora_disconnect");

/** What can be done about a person. */
export function deedsOn(person: Members, can: readonly unknown[]): readonly Deed[] {
  const { client_id, connection_id, mute_id, marks, role } = person;
  const by = textOf(person.act_by);
  const target = by.slice(0, -3);
  const deed = (word: keyof typeof words, tool: string, given: Members = { [by]: person[by] }): Deed => {
    const verb = say(words[word]);
    const label = `${verb}: ${textOf(client_id) || textOf(connection_id)}`;
    return { tool: `sora_${tool}`, arguments: given, verb, label };
  };
  const isTwice = target === "client" && listOf(marks).includes("duplicate_client");
  const muting = mute_id ? deed("unmute", "unmute", { mute_id }) : deed("mute", "mute");
  return [
    deed("warn", `push_${target}`),
    ...(mute_id || role !== "recvonly" ? [muting] : []),
    deed("disconnect", `disconnect_${target}`),
    ...(isTwice ? [deed("disconnectOne", "disconnect_connection", { connection_id })] : []),
  ].filter(({ tool }) => can.includes(tool));
}

/** What can be done about all who are in the channel. */
export function deedsOnAll(can: readonly unknown[]): readonly Deed[] {
  const [warnAll, disconnectAll] = [say(words.warnAll), say(words.disconnectAll)];
  return [
    { tool: "sora_push_channel", arguments: {}, verb: warnAll, label: warnAll },
    { tool: "sora_disconnect_channel", arguments: {}, verb: disconnectAll, label: disconnectAll },
  ].filter(({ tool }) => can.includes(tool));
}

/** Shows a button for each. Those that are there already stay, and so does the focus: somebody may be about to press one. */
export function showDeeds(place: HTMLElement, deeds: readonly Deed[], perform: (deed: Deed) => void): void {
  const shown = JSON.stringify(deeds);
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  const { activeElement } = document;
  const at = activeElement ? [...place.children].indexOf(activeElement) : -1;
  const buttons = deeds.map((deed) => button(deed.verb, deed.label, () => perform(deed), isGrave(deed)));
  place.replaceChildren(...buttons);
  buttons[at]?.focus();
}
