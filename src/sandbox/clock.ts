import { flow } from "./delivery.ts";
import { endRecordings } from "./recordings.ts";
import { newestReportAt, report } from "./rtc-report.ts";
import { happen } from "./stage.ts";
import { skipLongSilence, timeOf } from "./stage-calendar.ts";
import { everyConnection, type State } from "./state.ts";

function pass(state: State, until: number): void {
  for (const { streams } of everyConnection(state)) {
    for (const stream of streams) flow(stream, state.now, until);
  }
  state.now = until;
}

/** Lets time pass in which nobody comes or goes. Clients report at their times; of each, only what is newest `now`. */
function elapse(state: State, until: number, now: number): void {
  const reporting = everyConnection(state)
    .filter(({ channel }) => channel.holdsReports)
    .map((connection) => ({ connection, at: newestReportAt(connection, now) }))
    .filter(({ at }) => state.now < at && at <= until)
    .sort((one, other) => one.at - other.at);
  for (const { connection, at } of reporting) {
    pass(state, at);
    report(connection, at);
  }
  pass(state, until);
}

/**
 * Moves the clock on. Run before each operation, so that the time since the last one is counted under the state that
 * held then, and who came or went since does so at its time; a clock that is set back stands still instead.
 */
export function advance(state: State, now: number): void {
  const { stage } = state;
  skipLongSilence(stage, now);
  for (let at = timeOf(stage, stage.next); at <= now; at = timeOf(stage, stage.next)) {
    elapse(state, at, now);
    happen(state);
  }
  elapse(state, Math.max(state.now, now), now);
  endRecordings(state);
}
