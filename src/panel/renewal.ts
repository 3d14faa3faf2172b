import { attempt } from "../moderation/attempt.ts";
import { blockedIn } from "../moderation/blocked.ts";
import { participantsIn } from "../moderation/diagnosis/participant.ts";
import { writingIn } from "../moderation/mutes.ts";
import { connectionsIn } from "../moderation/present.ts";
import { type Filters, filtersIn } from "../moderation/scene.ts";
import { listChannelConnections } from "../tools/connections.ts";
import { listForwardingFilters } from "../tools/filters.ts";
import { countByRole, listOf } from "../tools/shapes.ts";
import type { Content, Sora } from "../tools/tool.ts";
import { peopleIn } from "./people.ts";
import { watchOf } from "./watch.ts";

/** So many people are shown, the worst off first; the rest is counted. */
const mostShown = 500;

/** Milliseconds. The panel comes back in two seconds. */
const withinMs = { connections: 5_000, filters: 2_500 };

/** What stands around the people. */
export interface Around {
  /** The Sora that is asked, as people know it. */
  readonly sora: string;
  /** The tools that the panel may call, for its buttons. */
  readonly can: readonly string[];
}

/** A channel as the panel shows it. Throws `SoraFailure` when it cannot be told who is there. */
export async function renewal(sora: Sora, channel_id: string, around: Around): Promise<Content> {
  const [answer, filters] = await Promise.all([
    sora.read(listChannelConnections.target, { channel_id }, withinMs.connections),
    readFilters(sora, channel_id),
  ]);
  const connections = connectionsIn(listOf(answer));
  const participants = participantsIn(answer);
  const blocked = filters?.blocked;
  const watch = watchOf(sora.caller, channel_id);
  const { diagnoses, notMeasured } = await watch.diagnose(sora, channel_id, participants, blocked);
  const writing = filters?.filter && writingIn(filters.filter);
  const mutes = writing?.isWhole ? writing.mutes : [];
  const people = peopleIn(connections, diagnoses, mutes, blocked ?? []);
  const ages = diagnoses.flatMap(({ client_report_age_s }) => client_report_age_s ?? []);
  const rest = connections.length - Math.min(people.length, mostShown);
  return {
    channel_id,
    ...around,
    total: connections.length,
    by_role: countByRole(connections),
    people: people.slice(0, mostShown),
    ...(rest > 0 && { rest }),
    ...(ages.length > 0 && { report_age_s: { newest: Math.min(...ages), oldest: Math.max(...ages) } }),
    ...(filters && { filters: { mutes: mutes.length, others: othersIn(filters, mutes.length > 0) } }),
    not_measured: [...notMeasured, ...(blocked || connections.length === 0 ? [] : ["muted"])],
  };
}

/** Undefined where Sora does not tell. */
async function readFilters(sora: Sora, channel_id: string) {
  const { target } = listForwardingFilters;
  if (!sora.offers(listForwardingFilters)) return undefined;
  const reading = sora.read(target, { channel_id, blocked: true }, withinMs.filters);
  const outcome = await attempt(
    reading.then((answer) => ({ ...filtersIn(answer), blocked: blockedIn(answer) })),
  );
  return "answer" in outcome ? outcome.answer : undefined;
}

/** The filters of others than this server. */
function othersIn({ filter, others }: Pick<Filters, "filter" | "others">, isOurs: boolean): number {
  return others.length + (filter !== undefined && !isOurs ? 1 : 0);
}
