import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { startUpstream } from "../support/upstream.ts";
import { eachOf, message, outcomeOf, toolCall } from "./calls.ts";
import { startFleet } from "./fleet.ts";

const requests = 2_000;
const atOnce = 8;

/** A list of tools, a read and a write in turn. */
function body(number: number): string {
  const channel_id = `drain-${number}`;
  switch (number % 3) {
    case 0:
      return message("tools/list");
    case 1:
      return toolCall("sora_list_channel_connections", { channel_id });
    default:
      return toolCall("sora_push_channel", { channel_id, data: { number } });
  }
}

test(`a replica ends and another takes its place: HAProxy loses none of ${requests} requests`, async () => {
  const sora = await startUpstream(async ({ target }, response) => {
    await delay(15);
    response.setHeader("content-type", "application/json");
    response.end(target.endsWith("PushChannel") ? "{}" : "[]");
  });
  const fleet = await startFleet("haproxy", sora.url);
  const [ending, staying] = fleet.replicas;

  async function roll() {
    const startedAt = performance.now();
    const askedAt = Date.now();
    ending.process.child.kill("SIGTERM");
    const exit = await ending.process.ended;
    const took = performance.now() - startedAt;
    return { askedAt, exit, took, replacement: await fleet.replace(ending) };
  }

  let rolling: ReturnType<typeof roll> | undefined;
  let isReplaced = false;
  const lost: string[] = [];
  const send = async (number: number) => {
    if (number === requests / 10) {
      rolling = roll();
      rolling.then(
        () => {
          isReplaced = true;
        },
        () => {},
      );
    }
    const outcome = await outcomeOf(fleet.url, body(number));
    if (outcome !== (number % 3 === 2 ? "done" : "answered")) lost.push(`${number}: ${outcome}`);
  };
  let sent = 0;
  await eachOf(requests, atOnce, () => send(sent++));
  // On a machine that is quick: until the new one has been there for a while.
  while (!isReplaced) await eachOf(atOnce, atOnce, () => send(sent++));
  await eachOf(200, atOnce, () => send(sent++));

  expect(rolling).toBeDefined();
  if (!rolling) return;
  const { askedAt, exit, took, replacement } = await rolling;
  const writes = [ending, staying, replacement].map(({ audit }) => auditLines(audit).length);
  console.log(
    `draining: ${sent} requests, ${lost.length} lost, writes by replica ${writes.join(", ")}; ended in ${Math.round(took)} ms`,
  );
  expect(lost).toEqual([]);
  expect(exit.code).toBe(0);
  // HAProxy has long found out when the replica closes its port: none is lost by luck.
  expect(took).toBeGreaterThan(2_900);
  expect(took).toBeLessThan(10_500);
  const lastServed = Math.max(...auditLines(ending.audit).map(({ time }) => Date.parse(String(time))));
  expect(lastServed - askedAt).toBeLessThan(2_000);
  // All three took part, and each write that Sora got has its line.
  for (const count of writes) expect(count).toBeGreaterThan(10);
  const pushed = sora.requests.filter(({ target }) => target.endsWith("PushChannel"));
  expect(writes.reduce((sum, count) => sum + count)).toBe(pushed.length);
});
