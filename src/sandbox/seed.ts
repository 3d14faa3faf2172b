import { cloudRelease, type Edition, type Release } from "../releases.ts";
import { advance } from "./clock.ts";
import type { Random } from "./ids.ts";
import { connect, meet, newChannel } from "./joining.ts";
import { initialNode } from "./node.ts";
import { loungeParticipants, soraParticipants } from "./participants.ts";
import { focus } from "./spotlight.ts";
import { newStage, stageChannel, stageId } from "./stage.ts";
import { stageParticipants } from "./stage-people.ts";
import { type Channel, enter, type Participant, type State } from "./state.ts";

/** Who is on the stage has been there for longer, so this much of it is played before the start. */
const playedBeforeMs = 300_000;

/** The release that an edition answers as. */
function releaseBehind(edition: Edition): Release {
  // Sora Labo's page is of 2021 and 2022.
  if (edition === "labo") return "2022.2";
  return edition === "cloud" ? cloudRelease : edition;
}

/** Lets those in who joined before `now`, and counts what they saw of each other until `seenUntil`. */
function fill(
  channel: Channel,
  participants: readonly Participant[],
  random: Random,
  now: number,
  seenUntil: number,
): Channel {
  const { spotlight } = channel;
  for (const participant of participants) {
    const connection = connect(channel, participant, now, random);
    enter(connection);
    // The first to join are the first speakers.
    if (spotlight && spotlight.focused.size < spotlight.number) focus(channel, connection, false);
    meet(connection, seenUntil);
  }
  return channel;
}

/** The state at the start: an ordinary channel, a spotlight channel, and one that lives on the clock. */
export function seed(now: number, random: Random, edition: Edition): State {
  const call = newChannel("sora", { spotlight: undefined, holdsReports: false }, random);
  fill(call, soraParticipants, random, now, now);
  const spotlight = { number: 2, focused: new Map() };
  const lounge = newChannel("sandbox_0_lounge", { spotlight, holdsReports: false }, random);
  fill(lounge, loungeParticipants, random, now, now);
  const before = now - playedBeforeMs;
  const state: State = {
    release: releaseBehind(edition),
    isCloud: edition === "cloud",
    random,
    node: initialNode(now),
    ended: { connections: 0, overTcp: 0, sessions: 0, durationMs: 0, receivedPackets: 0, sentPackets: 0 },
    now: before,
    channels: new Map([[stageId, fill(stageChannel(random), stageParticipants, random, now, before)]]),
    stage: newStage(now, random),
  };
  advance(state, now);
  const channels = [call, lounge, ...state.channels.values()];
  return { ...state, channels: new Map(channels.map((channel) => [channel.channel_id, channel])) };
}
