import { SoraFailure } from "../sora/errors.ts";

/** The last task of each channel. */
const last = new Map<string, Promise<unknown>>();

/** Who has waited longer for a turn may have given up. Milliseconds. */
const patienceMs = 20_000;

/**
 * Runs the task once all before it in the same channel are over, however they ended. Throws `timeout` as soon as that takes
 * too long.
 */
export async function inTurn<Result>(channel_id: string, task: () => Promise<Result>): Promise<Result> {
  const before = last.get(channel_id) ?? Promise.resolve();
  let over: Promise<unknown> = before;
  const result = new Promise<Result>((resolve, reject) => {
    let hasGivenUp = false;
    const timer = setTimeout(() => {
      hasGivenUp = true;
      const message = "Other mutes in this channel took too long. Nothing was sent.";
      reject(new SoraFailure("timeout", message, { hint: "Try again later." }));
    }, patienceMs);

    over = before.then(async () => {
      clearTimeout(timer);
      if (!hasGivenUp) await task().then(resolve, reject);
    });
  });
  last.set(channel_id, over);
  void over.then(() => last.get(channel_id) === over && last.delete(channel_id));
  return result;
}
