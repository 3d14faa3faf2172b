import { SoraFailure } from "../sora/errors.ts";

/** The last task of each channel. */
const last = new Map<string, Promise<unknown>>();

/** Who has waited longer for a turn may have given up. Milliseconds. */
const patienceMs = 20_000;

/**
 * Runs the task once all before it in the same channel are over, however they ended. Throws `timeout` when that took too
 * long.
 */
export async function inTurn<Result>(channel_id: string, task: () => Promise<Result>): Promise<Result> {
  const askedAt = performance.now();
  const before = last.get(channel_id) ?? Promise.resolve();
  const turn = before.then(() => {
    if (performance.now() - askedAt <= patienceMs) return task();
    const message = "Other mutes in this channel took too long. Nothing was sent.";
    throw new SoraFailure("timeout", message, { hint: "Try again later." });
  });
  const over = turn.then(
    () => {},
    () => {},
  );
  last.set(channel_id, over);
  try {
    return await turn;
  } finally {
    if (last.get(channel_id) === over) last.delete(channel_id);
  }
}
