const closing: (() => unknown)[] = [];

/** Does this once the test is over. Not by a hook of the file that calls: files that share a worker load it only once. */
export function afterTest(close: () => unknown): void {
  closing.push(close);
}

/** Does all that, what came last first: a session ends before the server that it calls. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}
