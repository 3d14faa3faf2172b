import { setImmediate as nextTurn } from "node:timers/promises";

/** How long, at the most, nothing else could run while the work went on. Milliseconds. */
export async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let isDone = false;
  let longest = 0;
  const done = work().finally(() => {
    isDone = true;
  });
  for (let last = performance.now(); !isDone; ) {
    await nextTurn();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await done;
  return longest;
}
