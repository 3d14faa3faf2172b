import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, stage, startTime, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox.close());

const at = (seconds: number) => {
  sandbox.clock.now = startTime + seconds * 1000;
};
const reports = (channel_id = stage): Promise<Json[]> =>
  sandbox.call("ListChannelUserAgentStats", { channel_id });
const people = (): Promise<Json[]> => sandbox.call("ListChannelConnections", { channel_id: stage });
const instants = async (channel_id?: string) =>
  (await reports(channel_id)).map(({ timestamp }) => Date.parse(timestamp));

describe("on the stage", () => {
  test("reports are renewed a minute after the one before, by everybody at another time", async () => {
    const connections = (await people()).slice(0, 6);
    const seen = connections.map(() => new Set<number>());
    for (let second = 0; second <= 180; second += 1) {
      at(second);
      for (const [index, instant] of (await instants()).slice(0, 6).entries()) seen[index]?.add(instant);
    }
    for (const [index, { client_id, created_time }] of connections.entries()) {
      if (client_id === "heidi") continue;
      const times = [...(seen[index] ?? [])];
      expect([3, 4]).toContain(times.length);
      for (const [place, time] of times.entries()) {
        expect((time - Math.ceil(created_time / 1000) - 2000) % 60_000, client_id).toBe(0);
        if (place > 0) expect(time - (times[place - 1] ?? 0)).toBe(60_000);
      }
    }
    expect(new Set(seen.map((times) => Math.min(...times) % 60_000)).size).toBe(6);
  });

  test("two reads within seconds give the same one", async () => {
    at(12);
    const first = (await reports()).find(({ timestamp }) => Date.parse(timestamp) < startTime);
    at(18);
    const second = (await reports()).find(({ connection_id }) => connection_id === first.connection_id);
    expect(second).toEqual(first);
    expect(first.stats.length).toBeGreaterThan(10);
    for (const entry of first.stats) expect(entry.timestamp).toBe(Date.parse(first.timestamp));
    const { connection_id } = first;
    expect(await sandbox.call("GetUserAgentStats", { channel_id: stage, connection_id })).toEqual(first);
  });

  test("a report is of its time, not of the time at which it is read", async () => {
    at(59);
    const [frank] = await people();
    const [report] = await reports();
    const ms = Date.parse(report.timestamp) - Math.ceil(frank.created_time / 1000);
    const sent = report.stats.find(
      ({ type, kind }: Json) => type === "outbound-rtp" && kind === "audio",
    ).packetsSent;
    expect(sent).toBe(Math.floor((ms * 50) / 1000));
    const grace = report.stats.find(({ type, kind }: Json) => type === "inbound-rtp" && kind === "audio");
    const later = Date.parse(report.timestamp) - Math.ceil((await people())[1].created_time / 1000);
    expect(grace.totalSamplesDuration).toBe(later / 1000);
  });

  test("the first comes 2 s after its client", async () => {
    at(33);
    const newcomer = (await people()).at(-1);
    const joined = newcomer.created_time / 1000;
    await sandbox.close();
    sandbox = await openSandbox();
    const last = async (now: number) => {
      sandbox.clock.now = now;
      return (await reports()).at(-1);
    };
    const { connection_id } = newcomer;
    const timestamp = new Date(joined).toISOString();
    expect(await last(joined)).toEqual({ channel_id: stage, connection_id, timestamp, stats: [] });
    expect(await last(joined + 1999)).toMatchObject({ connection_id, timestamp, stats: [] });
    const first = await last(joined + 2000);
    expect(Date.parse(first.timestamp)).toBe(joined + 2000);
    expect(first.stats.length).toBeGreaterThan(10);
    expect(first.connection_id).toBe(connection_id);
  });
});

test.each(["sora", lounge])("in %s they are as new as they are asked for", async (channel_id) => {
  for (const seconds of [0, 1, 3.5]) {
    at(seconds);
    expect(new Set(await instants(channel_id))).toEqual(new Set([sandbox.clock.now]));
  }
});
