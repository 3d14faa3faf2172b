import { setTimeout as delay } from "node:timers/promises";

/** How long work in Node's thread pool may still take. Milliseconds. */
const patience = 80;

/**
 * Ends the process. process.exit() waits for Node's thread pool, deaf to signals: for as long as a name server or a disk
 * does not answer. Such work is not waited for.
 */
export async function endProcess(): Promise<never> {
  const until = performance.now() + patience;
  while (poolIsBusy() && performance.now() < until) await delay(5);
  if (poolIsBusy()) process.kill(process.pid, "SIGKILL");
  process.exit();
}

function poolIsBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(GetAddrInfo|GetNameInfo|FSReq)/.test(name));
}
