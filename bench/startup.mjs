import { setTimeout as delay } from "node:timers/promises";
import { memoryOf } from "./memory.mjs";
import { StdioProcess } from "./stdio-process.mjs";

const warmUps = 2;
export const rounds = 21;
export const memoryRounds = 5;
const settleMs = 300;

/**
 * Starts every server once a round, in another order each round, so that a slow moment of the machine hits all alike.
 * Resolves to milliseconds from spawn until the answer to `tools/list` has been read, by server.
 */
export async function measureStartUp(servers) {
  const times = Object.fromEntries(servers.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const server of rotated(servers, round + warmUps)) {
      const startedAt = process.hrtime.bigint();
      const child = new StdioProcess(server);
      await child.open();
      const elapsed = Number(process.hrtime.bigint() - startedAt) / 1e6;
      await child.end();
      if (round >= 0) times[server.name].push(elapsed);
    }
  }
  return times;
}

/** Resolves to MB of memory shortly after `tools/list`, by server; apart from start-up, which must not wait for it. */
export async function measureMemory(servers) {
  const memory = Object.fromEntries(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < memoryRounds; round++) {
    for (const server of rotated(servers, round)) {
      const child = new StdioProcess(server);
      await child.open();
      await delay(settleMs);
      memory[server.name].push(memoryOf(child.pid).peak);
      await child.end();
    }
  }
  return memory;
}

/** Begins with another server each round and goes the other way every second one. */
function rotated(servers, round) {
  const first = round % servers.length;
  const order = [...servers.slice(first), ...servers.slice(0, first)];
  return round % 2 ? order.reverse() : order;
}
