import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { auditLinesSoFar } from "../support/audit-file.ts";
import { startUpstream } from "../support/upstream.ts";
import { eachOf, outcomeOf, toolCall } from "./calls.ts";
import { startFleet } from "./fleet.ts";

const writes = 500;
const atOnce = 8;

function counted(names: readonly unknown[]): ReadonlyMap<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

// A line is written once Sora has answered and before the client is: a kill in between leaves a write without its line,
// and then without an answer too. So who was told "done" finds the line; who was told nothing must look.
test(`a replica is killed during ${writes} writes: none reaches Sora twice, each that is answered has its line`, async () => {
  const sora = await startUpstream(async (_request, response) => {
    await delay(10);
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
  const fleet = await startFleet("nginx", sora.url);
  const [killed, other] = fleet.replicas;
  const outcomes = new Map<string, string>();
  await eachOf(writes, atOnce, async (number) => {
    if (number === writes / 2) killed.process.child.kill("SIGKILL");
    const channel_id = `write-${number}`;
    outcomes.set(
      channel_id,
      await outcomeOf(fleet.url, toolCall("sora_push_channel", { channel_id, data: {} })),
    );
  });

  const reached = counted(sora.requests.map(({ text }) => JSON.parse(text).channel_id));
  const lines = counted(
    [killed, other].flatMap(({ audit }) => auditLinesSoFar(audit).map(({ channel_id }) => channel_id)),
  );
  const answered = [...outcomes].filter(([, outcome]) => outcome === "done").map(([channel]) => channel);
  const unanswered = [...outcomes].filter(([, outcome]) => outcome !== "done");
  const carriedOut = unanswered.filter(([channel]) => reached.has(channel));
  const unrecorded = carriedOut.filter(([channel]) => !lines.has(channel));
  console.log(
    `killed: ${answered.length} answered, ${unanswered.length} not; of these ${carriedOut.length} reached Sora, ${unrecorded.length} without a line`,
  );

  expect(outcomes.size).toBe(writes);
  expect([...reached].filter(([, times]) => times > 1)).toEqual([]);
  expect([...lines].filter(([, times]) => times > 1)).toEqual([]);
  expect(answered.filter((channel) => reached.get(channel) !== 1 || lines.get(channel) !== 1)).toEqual([]);
  // Only what was under way at that moment, and its client is told that it broke.
  expect(unanswered.length).toBeLessThanOrEqual(atOnce);
  expect(unanswered.filter(([, outcome]) => outcome !== "HTTP 502")).toEqual([]);
  expect([...lines.keys()].filter((channel) => !reached.has(channel))).toEqual([]);
  // Both took part, and the other went on.
  expect(auditLinesSoFar(killed.audit).length).toBeGreaterThan(writes / 8);
  expect(auditLinesSoFar(other.audit).length).toBeGreaterThan(writes / 2);
});
