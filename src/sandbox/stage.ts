import type { Random } from "./ids.ts";
import { connect, meet, newChannel } from "./joining.ts";
import { disconnect } from "./leaving.ts";
import { drawsFor, firstEvent, stageEvent } from "./stage-calendar.ts";
import { comesAgainAfter, formerVisit, visitor } from "./stage-people.ts";
import { type Channel, enter, type Stage, type State } from "./state.ts";

export const stageId = "sandbox_0_stage";

export function newStage(start: number, random: Random): Stage {
  // Chance is drawn once: what requests draw in between changes nothing of who comes and when.
  const seed = Math.floor(random() * 2 ** 32);
  return { seed, start, next: firstEvent, visitors: new Map(), comingBack: new Set() };
}

export function stageChannel(random: Random): Channel {
  return newChannel(stageId, { spotlight: undefined, holdsReports: true }, random);
}

/** Whether the server's mode lets somebody in. */
function letsIn({ node, channels }: State): boolean {
  return node.mode === "normal" || (node.mode === "block_new_session" && channels.has(stageId));
}

function join(state: State, visit: number, random: Random): void {
  const { channels, stage, now } = state;
  const participant = visitor(visit);
  // Who was disconnected does not come back.
  if (formerVisit(visit) !== undefined && !stage.comingBack.delete(participant.client_id)) return;
  if (!letsIn(state)) return;
  const channel = channels.get(stageId) ?? stageChannel(random);
  channels.set(stageId, channel);
  const newcomer = connect(channel, participant, now, random);
  enter(newcomer);
  meet(newcomer, now);
  stage.visitors.set(visit, newcomer);
}

/** Ends a visit, and those before it whose end was left out. */
function leave(state: State, last: number): void {
  const { visitors, comingBack } = state.stage;
  for (const [visit, connection] of visitors) {
    if (visit > last) continue;
    visitors.delete(visit);
    if (!connection.channel.connections.has(connection.connection_id)) continue;
    disconnect(state, [connection]);
    if (comesAgainAfter(visit)) comingBack.add(connection.client_id);
  }
}

/** Lets the next event of the stage happen, now. */
export function happen(state: State): void {
  const { stage } = state;
  const { type, visit } = stageEvent(stage.next);
  if (type === "join") join(state, visit, drawsFor(stage, stage.next));
  else leave(state, visit);
  stage.next += 1;
}
