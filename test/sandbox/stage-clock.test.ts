import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Json, openSandbox, stage, startTime, type TestSandbox } from "./client.ts";
import { peopleOn, seeds, setClock, visitorsOn } from "./on-stage.ts";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2025.2" });
});
afterEach(() => sandbox.close());

const at = (seconds: number) => setClock(sandbox, seconds);
const people = () => peopleOn(sandbox);
const visitors = () => visitorsOn(sandbox);

/** All that can be read of the stage and of the server. */
async function everything(of: TestSandbox): Promise<Json[]> {
  const operations = ["ListConnections", "ListRtcStats", "GetStatsAllConnections", "GetStatsReport"];
  return Promise.all(operations.map((operation) => of.call(operation, {})));
}

test("in one step or in many, everything is the same", async () => {
  const steps = fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 10 });
  const property = fc.asyncProperty(seeds, steps, async (seed, given) => {
    const [many, one] = [
      await openSandbox({ seed, edition: "2025.2" }),
      await openSandbox({ seed, edition: "2025.2" }),
    ];
    for (const step of given) {
      many.clock.now += step;
      await everything(many);
      // Draws numbers of its own.
      await many.call("ListSessions", {});
    }
    one.clock.now = many.clock.now;
    expect(await everything(one)).toEqual(await everything(many));
    await Promise.all([many.close(), one.close()]);
  });
  await fc.assert(property, { numRuns: 15 });
});

test("no counter falls when a sender leaves", async () => {
  const leo = (await people()).find(({ client_id }) => client_id === "leo");
  const body = { channel_id: stage, connection_id: leo.connection_id };
  let before = (await sandbox.call("GetStatsConnection", body)).rtp;
  for (let second = 4; second <= 120; second += 4) {
    at(second);
    const { rtp } = await sandbox.call("GetStatsConnection", body);
    for (const name of Object.keys(before))
      expect(rtp[name], `${second} ${name}`).toBeGreaterThanOrEqual(before[name]);
    before = rtp;
  }
});

test("what a sender gave until it left is counted, and not a packet more", async () => {
  const [, , , , , leo = ""] = await sandbox.ids(stage);
  const [visitor = ""] = (await sandbox.ids(stage)).slice(6);
  const total = async () => {
    const body = { channel_id: stage, connection_id: leo };
    return (await sandbox.call("GetStatsConnection", body)).rtp.total_sent_rtp;
  };
  const filter = { channel_id: stage, connection_id: leo, action: "allow" };
  const rules = [[{ field: "connection_id", operator: "is_in", values: [visitor] }]];
  await sandbox.call("CreateConnectionForwardingFilter", { ...filter, rules });
  at(6);
  const before = await total();
  // 50 packets of audio and 69 of video in a second, of which few are lost.
  at(20);
  expect(await total()).toBeGreaterThan(before + 6 * 118);
  expect(await total()).toBeLessThanOrEqual(before + 6 * 119 + 2);
});

test("set back it stands still", async () => {
  at(40);
  const before = await everything(sandbox);
  at(-100);
  expect(await everything(sandbox)).toEqual(before);
  at(39);
  expect(await everything(sandbox)).toEqual(before);
  at(60);
  expect(await visitors()).not.toEqual(["visitor-2", "visitor-3", "visitor-4"]);
});

test("after hours of silence those are there who would be", async () => {
  const other = await openSandbox({ edition: "2025.2" });
  for (let minute = 0; minute <= 300; minute += 10) {
    setClock(other, minute * 60);
    await peopleOn(other);
  }
  at(300 * 60);
  const one = await people();
  expect(one).toEqual(await peopleOn(other));
  expect(one.at(-1).created_time).toBeGreaterThan((startTime + 299 * 60_000) * 1000);
  const reports = async (of: TestSandbox) =>
    (await of.call("ListChannelRtcStats", { channel_id: stage })).map((entry: Json) => entry.timestamp);
  expect(await reports(sandbox)).toEqual(await reports(other));
  await other.close();
});

test("silence takes no long to work off, however long it was", async () => {
  const created = async () => (await sandbox.call("GetStatsReport", {})).total_connection_created;
  const years = 50 * 365 * 86_400;
  for (const seconds of [3500, 3 * 3600, 86_400, years]) {
    at(seconds);
    const before = performance.now();
    const known = await created();
    expect(performance.now() - before).toBeLessThan(2000);
    // Half of the events that are worked off are joins.
    expect(known - 17).toBeLessThanOrEqual(4 * 120);
    expect(await visitors()).not.toContain("visitor-1");
  }
  const [last = "", ...others] = (await visitors()).map((client) => client.replace("visitor-", "")).reverse();
  expect(Number(last)).toBeGreaterThan((years / 30) * 0.7);
  expect(others.length).toBeLessThan(4);
});
