import { version } from "../../../package.json";
import { type Answer, answerIn, ask, errorText, listOf, numberOf, textOf } from "./answer.ts";
import { follow, tellSize } from "./appearance.ts";
import { type Deed, deedsOnAll, showDeeds } from "./deeds.ts";
import { button, element, foreign, part, write } from "./elements.ts";
import { type Members, membersOf, notify, on, request } from "./host.ts";
import { People } from "./people.ts";
import { perform } from "./performing.ts";
import { close } from "./question.ts";
import { Renewing } from "./renewing.ts";
import { filters, more, reports, say, shownAsOf, speak, totals, words } from "./words.ts";

/** Milliseconds in which a renewal is answered, or the server is gone. */
const renewedWithin = 15_000;

const { body, documentElement: root } = document;
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
  if (!channel) return;
  try {
    const { told, error } = await ask(channel, "refresh", {}, renewedWithin);
    if (body.inert) return;
    if (error) setState("error", errorText(error));
    else show(told);
  } catch {
    if (body.inert) return;
    setState(
      "gone",
      `${say(words.silent)} ${lastAt ? say(shownAsOf(lastAt.toLocaleTimeString(root.lang))) : ""}`.trim(),
    );
  }
}

/** Shows the channel as an answer tells of it. */
function show(told: Members): void {
  const focused = document.activeElement;
  const total = numberOf(told.total);
  const hadPeople = numberOf(last.total) > 0 || body.dataset.state === "left";
  last = told;
  lastAt = new Date();
  setState(total > 0 ? "shown" : hadPeople ? "left" : "empty");
  const name = textOf(told.channel_id);
  if (part("channel").textContent !== name) part("channel").replaceChildren(foreign(name));
  const { sendrecv, sendonly, recvonly } = membersOf(told.by_role);
  const inRoles = totals(total, numberOf(sendrecv), numberOf(sendonly), numberOf(recvonly));
  write("totals", say(total > 0 ? inRoles : hadPeople ? words.left : words.empty));
  const sources = [
    textOf(told.sora),
    ...(total > 0 ? sourcesIn(told) : []),
    ...listOf(told.not_measured).map(textOf),
  ];
  write("sources", sources.filter(Boolean).join(" · "));
  const can = listOf(told.can);
  showDeeds(part("everyone"), total > 0 ? deedsOnAll(can) : [], (deed) => act(deed, part("question")));
  people.show(listOf(told.people), can);
  // What had the focus may be gone.
  if (focused !== body && document.activeElement === body) part("channel").focus();
  const rest = numberOf(told.rest);
  write("rest", rest > 0 ? say(more(rest)) : "");
}

function sourcesIn(told: Members): string[] {
  const { newest, oldest } = membersOf(told.report_age_s);
  const { mutes, others } = membersOf(told.filters);
  return [
    told.report_age_s ? say(reports(numberOf(newest), numberOf(oldest))) : "",
    told.filters ? say(filters(numberOf(mutes), numberOf(others))) : "",
  ];
}

/** The channels that an answer about none in particular tells of, to choose from. */
function offer({ told, error }: Answer): void {
  const those = [...listOf(told.channels), ...listOf(told.connections)];
  const names = new Set(those.map((one) => textOf(membersOf(one).channel_id)).filter(Boolean));
  setState(error ? "error" : "choice", error && errorText(error));
  write("totals", names.size > 0 ? say(words.choose) : told.total_connections === 0 ? say(words.empty) : "");
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
  // Whoever is shown is not to be taken for somebody of another channel.
  if (!name || channel) return;
  channel = name;
  write("totals", say(words.loading));
  part("channels").replaceChildren();
  part("channel").focus();
  renewing.now();
}

function appear(context: Members): void {
  const before = root.lang;
  follow(context);
  if (before === root.lang) return;
  close();
  people.forget();
  if (lastAt) show(last);
  else write("totals", say(words.loading));
}

on("ui/notifications/tool-input", ({ arguments: given }) => choose(textOf(membersOf(given).channel_id)));
on("ui/notifications/tool-result", (result) => {
  if (!channel) offer(answerIn(result));
});
on("ui/notifications/host-context-changed", appear);
on("ui/notifications/tool-cancelled", () => {
  if (!channel) write("totals", "");
});
on("ui/resource-teardown", () => {
  setState("ended");
  // Nothing can be pressed any more, and nothing is renewed.
  body.inert = true;
});
on("ping", () => {});

speak(navigator.language);
write("totals", say(words.loading));
const introduction = {
  protocolVersion: "2026-01-26",
  appInfo: { name: "sora-labo-mcp", version },
  appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
};
request("ui/initialize", introduction, renewedWithin).then(
  ({ hostContext }) => {
    appear(membersOf(hostContext));
    notify("ui/notifications/initialized");
    tellSize();
  },
  () => setState("gone", say(words.silent)),
);
