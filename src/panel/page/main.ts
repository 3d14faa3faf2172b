import { type Answer, answerIn, ask, errorText, listOf, numberOf, textOf } from "./answer.ts";
import { follow, language, speak, tellSize } from "./appearance.ts";
import { type Deed, deedsOnAll, showDeeds } from "./deeds.ts";
import { button, element, foreign, part, write } from "./elements.ts";
import { type Members, membersOf, notify, on, request } from "./host.ts";
import { People } from "./people.ts";
import { close, perform } from "./performing.ts";
import { Renewing } from "./renewing.ts";

/** Milliseconds in which a renewal is answered, or the server is gone. */
const renewedWithin = 15_000;

const { body } = document;
const people = new People(part("people"), act);
const renewing = new Renewing(renewed);

let channel = "";
/** The last answer that told who is there, and when it came. */
let last: Members = {};
let lastAt: Date | undefined;

function act(deed: Deed, place: HTMLElement): void {
  perform(deed, { channel, sora: textOf(last.sora), place, renew: renewing.now });
}

function setState(state: string, trouble = ""): void {
  body.dataset.state = state;
  write("trouble", trouble);
  // Then nothing is loading any more.
  if (trouble && !lastAt) write("totals", "");
}

async function renewed(): Promise<void> {
  const asked = channel;
  if (!asked) return;
  try {
    const { told, error } = await ask(asked, "refresh", {}, renewedWithin);
    if (asked === channel && error) setState("error", errorText(error));
    else if (asked === channel) show(told);
  } catch {
    const { words, locale } = language;
    setState("gone", lastAt ? words.gone(lastAt.toLocaleTimeString(locale)) : words.silent);
  }
}

/** Shows the channel as an answer tells of it. */
function show(told: Members): void {
  const { words } = language;
  const focused = document.activeElement;
  const total = numberOf(told.total);
  const hadPeople = numberOf(last.total) > 0 || body.dataset.state === "left";
  last = told;
  lastAt = new Date();
  setState(total > 0 ? "shown" : hadPeople ? "left" : "empty");
  const name = textOf(told.channel_id);
  if (part("channel").textContent !== name) part("channel").replaceChildren(foreign(name));
  const { sendrecv, sendonly, recvonly } = membersOf(told.by_role);
  const roles = [sendrecv, sendonly, recvonly].map(numberOf);
  write("totals", total > 0 ? words.totals(total, ...roles) : hadPeople ? words.left : words.empty);
  write("sources", [textOf(told.sora), ...(total > 0 ? sourcesIn(told) : [])].filter(Boolean).join(" · "));
  const can = listOf(told.can);
  showDeeds(part("everyone"), total > 0 ? deedsOnAll(can) : [], (deed) => act(deed, part("question")));
  people.show(listOf(told.people), can);
  // What had the focus may be gone.
  if (focused !== body && document.activeElement === body) part("channel").focus();
  const rest = numberOf(told.rest);
  write("rest", rest > 0 ? words.rest(rest) : "");
}

function sourcesIn({ report_age_s, filters }: Members): string[] {
  const { words } = language;
  const { newest, oldest } = membersOf(report_age_s);
  const { mutes, others } = membersOf(filters);
  return [
    report_age_s ? words.reports(numberOf(newest), numberOf(oldest)) : "",
    filters ? words.filters(numberOf(mutes), numberOf(others)) : "",
  ];
}

/** The channels that an answer about none in particular tells of, to choose from. */
function offer({ told, error }: Answer): void {
  const those = [...listOf(told.channels), ...listOf(told.connections)];
  const names = new Set(those.map((one) => textOf(membersOf(one).channel_id)).filter(Boolean));
  setState(error ? "error" : "choice", error && errorText(error));
  const { choose: choice, empty } = language.words;
  write("totals", names.size > 0 ? choice : error ? "" : empty);
  part("channels").replaceChildren(
    ...[...names].map((name) =>
      element(
        "li",
        {},
        button(name, name, () => choose(name)),
      ),
    ),
  );
}

function choose(name: string): void {
  if (!name || name === channel) return;
  channel = name;
  write("totals", language.words.loading);
  part("channels").replaceChildren();
  renewing.now();
}

function appear(context: Members): void {
  const before = language.words;
  follow(context);
  if (before === language.words) return;
  close();
  people.forget();
  if (lastAt) show(last);
  else write("totals", language.words.loading);
}

on("ui/notifications/tool-input", ({ arguments: given }) => choose(textOf(membersOf(given).channel_id)));
on("ui/notifications/tool-result", (result) => {
  if (!channel) offer(answerIn(result));
});
on("ui/notifications/host-context-changed", appear);
on("ui/resource-teardown", () => {
  renewing.end();
  close();
  setState("ended");
});
on("ping", () => {});

speak(navigator.language);
write("totals", language.words.loading);
const introduction = {
  protocolVersion: "2026-01-26",
  appInfo: { name: "sora-labo-mcp", version: "1" },
  appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
};
request("ui/initialize", introduction, renewedWithin).then(
  ({ hostContext }) => {
    appear(membersOf(hostContext));
    notify("ui/notifications/initialized");
    tellSize();
  },
  () => setState("gone", language.words.silent),
);
