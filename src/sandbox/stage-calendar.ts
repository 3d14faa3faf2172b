import { numbersFrom, type Random } from "./ids.ts";
import type { Stage } from "./state.ts";

/**
 * When the events of the stage are, and which visit each begins or ends. All of it follows from the number of an event
 * alone, so that any stretch of it can be left out. Event 0 is the first after the start: visit 1 ends. Even events are
 * leaves, odd ones are joins, and whoever came first leaves first.
 */
export type StageEvent =
  | { readonly type: "join"; readonly visit: number }
  | { readonly type: "leave"; readonly visit: number };

const firstMs = 12_000;
const everyMs = 15_000;
/** How far chance may move an event to either side: the gap between two is 10 to 20 s. */
const shiftMs = 2500;
const visitorsAtOnce = 3;

/** How many events are worked off in one go, at most; about an hour of them. */
const mostInOneGo = 240;

/** The visitors of the start come before it, from this event on. */
export const firstEvent = 1 - 2 * visitorsAtOnce;

export function stageEvent(event: number): StageEvent {
  if (event % 2 === 0) return { type: "leave", visit: event / 2 + 1 };
  return { type: "join", visit: (event + 1) / 2 + visitorsAtOnce };
}

/** What chance gives an event, whatever was drawn for the others. */
export function drawsFor({ seed }: Stage, event: number): Random {
  return numbersFrom(seed + Math.imul(event, 0x9e3779b9));
}

/** In milliseconds since the epoch. */
export function timeOf(stage: Stage, event: number): number {
  const shift = event === 0 ? 0 : Math.round((drawsFor(stage, event)() * 2 - 1) * shiftMs);
  return stage.start + firstMs + event * everyMs + shift;
}

/**
 * After a long silence, goes on with the last half hour of it: the visitors of its beginning stayed all the while, and
 * nobody else came. Who is there in the end is the same; only the totals miss those who were left out.
 */
export function skipLongSilence(stage: Stage, now: number): void {
  const newest = Math.floor((now - stage.start - firstMs) / everyMs);
  if (newest - stage.next < mostInOneGo) return;
  stage.next = newest - mostInOneGo / 2;
  stage.comingBack.clear();
}
