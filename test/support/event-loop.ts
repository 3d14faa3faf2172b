import { setImmediate as nextTurn } from "node:timers/promises";

/** How long, at the most, nothing else could run while the work went on. Milliseconds. */
export async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let isDone = false;
  let longest = 0;
  // Before the work starts: what it does until its first wait counts too.
  let last = performance.now();
  const done = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await nextTurn();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await done;
  return longest;
}
