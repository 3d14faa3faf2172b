import { afterEach, describe, expect, test } from "vitest";
import type { Edition } from "../../src/releases.ts";
import { type Json, lounge, openSandbox, stage, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
async function open(edition: Edition): Promise<string[]> {
  sandbox = await openSandbox({ edition });
  const ids = await Promise.all(["sora", lounge, stage].map((channel_id) => sandbox.ids(channel_id)));
  return ids.flat();
}
afterEach(() => sandbox.close());

describe.each([
  ["ListConnections", "ListChannelConnections"],
  ["ListRtcStats", "ListChannelRtcStats"],
])("%s", (all, one) => {
  test("has the entries of every channel, wherever they are", async () => {
    await open("2025.2");
    const entries = await sandbox.call(all, {});
    expect(entries).toHaveLength(17);
    const ofChannels = await Promise.all(
      ["sora", lounge, stage].map((channel_id) => sandbox.call(one, { channel_id })),
    );
    expect(entries).toEqual(ofChannels.flat());
    expect(await sandbox.call(all, { local: true })).toEqual(entries);
    expect(await sandbox.call(all, { local: false })).toEqual(entries);
    const { error_reason } = await sandbox.refused(all, { local: "true" });
    expect(error_reason).toMatchObject([{ path: ["local"], error: "wrong_type" }]);
  });

  test("loses who left", async () => {
    const [gone] = await open("2025.2");
    await sandbox.call("DisconnectConnection", { channel_id: "sora", connection_id: gone });
    const entries = await sandbox.call(all, {});
    expect(entries).toHaveLength(16);
    expect(JSON.stringify(entries)).not.toContain(gone);
  });
});

test("GetStatsAllConnections has the tree of every connection", async () => {
  const ids = await open("2021.2");
  const trees = await sandbox.call("GetStatsAllConnections", { local: false });
  expect(trees.map((tree: Json) => tree.connection_id)).toEqual(ids);
  for (const tree of trees) {
    const { channel_id, connection_id } = tree;
    expect(tree).toEqual(await sandbox.call("GetStatsConnection", { channel_id, connection_id }));
  }
});

describe("client-side statistics", () => {
  test.each<Edition>(["2024.1", "2024.2"])("have both names in %s", async (edition) => {
    const [connection_id] = await open(edition);
    const body = { channel_id: "sora", connection_id };
    const { stats, ...head } = await sandbox.call("GetUserAgentStats", body);
    expect(stats.length).toBeGreaterThan(10);
    expect(await sandbox.call("GetRtcStats", body)).toEqual({ ...head, rtc_stats: stats });
    const [former] = await sandbox.call("ListChannelUserAgentStats", { channel_id: "sora" });
    expect(former).toEqual({ ...head, stats });
    const [latter] = await sandbox.call("ListChannelRtcStats", { channel_id: "sora" });
    expect(latter).toEqual({ ...head, rtc_stats: stats });
  });

  test("are refused for who is not there", async () => {
    await open("2025.2");
    const type = async (channel_id: string) =>
      (await sandbox.refused("GetRtcStats", { channel_id, connection_id: "nobody" })).error_type;
    expect(await type("sora")).toBe("ConnectionNotFound");
    expect(await type("nowhere")).toBe("ChannelNotFound");
    expect(await sandbox.call("ListChannelRtcStats", { channel_id: "nowhere" })).toEqual([]);
  });
});
