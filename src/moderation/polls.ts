import { SoraFailure } from "../sora/errors.ts";
import { listChannelConnections } from "../tools/connections.ts";
import type { Sora } from "../tools/tool.ts";
import { type Roster, rosterIn } from "./roster.ts";

/** Milliseconds between an answer and the next poll; the longer one where a poll costs more. */
const usualPause = 2000;
const longPause = 5000;
const manyConnections = 200;

/** Milliseconds after its time within which the last poll must have its answer. */
const graceMs = 2000;

/** Polls in a row that may fail. */
const mostFailures = 3;

/** What another poll will not mend. */
const lasting = new Set<SoraFailure["code"]>([
  "cancelled_by_client",
  "unauthorized",
  "forbidden",
  "sora_error",
]);

interface End<Reason> {
  /** The last one that was read. */
  readonly roster: Roster;
  readonly reason: Reason | "timeout";
}

/**
 * Reads the roster of a channel until `look` returns a reason to end, or the seconds are over: the last time just then.
 * Throws the fourth failure in a row, one that lasts, and the last one when none of the polls was answered.
 */
export async function poll<Reason>(
  sora: Sora,
  channel_id: string,
  seconds: number,
  look: (roster: Roster) => Reason | undefined,
): Promise<End<Reason>> {
  const endsAt = performance.now() + seconds * 1000;
  let known: Roster | undefined;
  let failures = 0;
  for (let isLast = false; ; ) {
    const answer = await rosterOf(sora, channel_id, endsAt + graceMs - performance.now());
    if (answer instanceof SoraFailure) {
      failures += 1;
      if (failures > mostFailures) throw answer;
    } else {
      failures = 0;
      known = answer;
      const reason = look(answer);
      if (reason !== undefined) return { roster: answer, reason };
    }
    const leftMs = endsAt - performance.now();
    if (isLast || leftMs <= 0) {
      // A failure, as are all others before it.
      if (!known) throw answer;
      return { roster: known, reason: "timeout" };
    }
    const pauseMs = known && known.size >= manyConnections ? longPause : usualPause;
    // Told by the pause, not by the clock: a timer may be a little early.
    isLast = leftMs <= pauseMs;
    await sora.pause(Math.min(pauseMs, leftMs));
  }
}

/** The roster, or why it is not known this time. */
async function rosterOf(sora: Sora, channel_id: string, withinMs: number): Promise<Roster | SoraFailure> {
  try {
    return rosterIn(await sora.read(listChannelConnections.target, { channel_id }, withinMs));
  } catch (error) {
    if (error instanceof SoraFailure && !lasting.has(error.code)) return error;
    throw error;
  }
}
