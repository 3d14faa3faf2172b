/** The last task of each channel. */
const last = new Map<string, Promise<unknown>>();

/** Runs the task once all before it in the same channel are over, however they ended. */
export async function inTurn<Result>(channel_id: string, task: () => Promise<Result>): Promise<Result> {
  const before = last.get(channel_id) ?? Promise.resolve();
  const turn = before.then(task, task);
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
