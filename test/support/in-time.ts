import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";

/** Far more than anything takes that is not stuck, on a busy machine too. */
const patienceMs = 10_000;

/** Expects that a promise is kept, and soon: a test that only waits for it would fail by its time limit, and say nothing. */
export async function expectInTime(promise: Promise<unknown>, what: string): Promise<void> {
  const inTime = await Promise.race([promise.then(() => true), delay(patienceMs, false, { ref: false })]);
  expect(inTime, `${what}, within ${patienceMs} ms`).toBe(true);
}
