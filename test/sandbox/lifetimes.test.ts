import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { editions } from "../../src/releases.ts";
import { operations } from "../../src/sandbox/operations.ts";
import { contract } from "../contract/index.ts";
import { openSandbox, type TestSandbox } from "./client.ts";

/** Every API of Sora, the release that brought it, the one that took it away, and what it is about. */
const lifetimes: readonly [target: string, since: string, removed: string, scope: string][] = [
  ["Sora_20151104.DisconnectChannel", "2021.2", "-", "channel"],
  ["Sora_20151104.DisconnectClient", "2021.2", "-", "channel"],
  ["Sora_20151104.DisconnectConnection", "2021.2", "-", "channel"],
  ["Sora_20201120.DisconnectChannelByRole", "2021.2", "-", "channel"],
  ["Sora_20201013.ListChannelConnections", "2021.2", "-", "channel"],
  ["Sora_20160711.PushChannel", "2021.2", "-", "channel"],
  ["Sora_20160711.PushClient", "2021.2", "-", "channel"],
  ["Sora_20160711.PushConnection", "2021.2", "-", "channel"],
  ["Sora_20201120.PushChannelByRole", "2021.2", "-", "channel"],
  ["Sora_20200807.FocusSpotlightFixed", "2021.2", "-", "channel"],
  ["Sora_20200807.FocusSpotlight", "2021.2", "-", "channel"],
  ["Sora_20200807.UnfocusSpotlight", "2021.2", "-", "channel"],
  ["Sora_20200807.ChangeSpotlightNumber", "2021.2", "-", "channel"],
  ["Sora_20211215.RequestSpotlightRid", "2021.2", "-", "channel"],
  ["Sora_20211215.ResetSpotlightRid", "2021.2", "-", "channel"],
  ["Sora_20211215.BatchRequestSpotlightRid", "2021.2", "-", "channel"],
  ["Sora_20201005.RequestRtpStream", "2021.2", "2027.2", "channel"],
  ["Sora_20201005.ResetRtpStream", "2021.2", "2027.2", "channel"],
  ["Sora_20251217.RequestSimulcastRid", "2025.2", "-", "channel"],
  ["Sora_20201124.ListSignalingNotifyMetadata", "2021.2", "-", "channel"],
  ["Sora_20201124.GetSignalingNotifyMetadata", "2021.2", "-", "channel"],
  ["Sora_20201124.PutSignalingNotifyMetadata", "2021.2", "-", "channel"],
  ["Sora_20201124.DeleteSignalingNotifyMetadata", "2021.2", "-", "channel"],
  ["Sora_20201124.PutSignalingNotifyMetadataItem", "2021.2", "-", "channel"],
  ["Sora_20201124.DeleteSignalingNotifyMetadataItem", "2021.2", "-", "channel"],
  ["Sora_20170529.GetStatsConnection", "2021.2", "-", "channel"],
  ["Sora_20170529.GetStatsClient", "2021.2", "-", "channel"],
  ["Sora_20211215.ListChannelUserAgentStats", "2021.2", "2025.1", "channel"],
  ["Sora_20211215.GetUserAgentStats", "2021.2", "2025.1", "channel"],
  ["Sora_20211215.ListChannelRtcStats", "2024.1", "-", "channel"],
  ["Sora_20211215.GetRtcStats", "2024.1", "-", "channel"],
  ["Sora_20211215.ListRtcStats", "2024.1", "-", "channels"],
  ["Sora_20171101.GetStatsAllConnections", "2021.2", "-", "channels"],
  ["Sora_20200401.PauseRtpStream", "2021.2", "2025.2", "channel"],
  ["Sora_20200401.ResumeRtpStream", "2021.2", "2025.2", "channel"],
  ["Sora_20241218.RequestKeyFrame", "2024.2", "-", "channel"],
  ["Sora_20201013.ListConnections", "2021.2", "-", "channels"],
  ["Sora_20231220.ListSessions", "2023.2", "-", "channels"],
  ["Sora_20231220.GetSession", "2023.2", "-", "channel"],
  ["Sora_20230628.TerminateSession", "2023.1", "-", "channel"],
  ["Sora_20230628.ListForwardingFilters", "2023.1", "-", "channel"],
  ["Sora_20230628.CreateChannelForwardingFilter", "2023.1", "-", "channel"],
  ["Sora_20230628.UpdateChannelForwardingFilter", "2023.1", "-", "channel"],
  ["Sora_20230628.DeleteChannelForwardingFilter", "2023.1", "-", "channel"],
  ["Sora_20230628.CreateConnectionForwardingFilter", "2023.1", "-", "channel"],
  ["Sora_20230628.UpdateConnectionForwardingFilter", "2023.1", "-", "channel"],
  ["Sora_20230628.DeleteConnectionForwardingFilter", "2023.1", "-", "channel"],
  ["Sora_20231220.StartRecording", "2023.2", "-", "channel"],
  ["Sora_20231220.StopRecording", "2023.2", "-", "channel"],
  ["Sora_20221221.StartAudioStreaming", "2022.2", "-", "channel"],
  ["Sora_20221221.StopAudioStreaming", "2022.2", "-", "channel"],
  ["Sora_20221221.SubscribeAudioStreamingResultPush", "2022.2", "-", "channel"],
  ["Sora_20221221.UnsubscribeAudioStreamingResultPush", "2022.2", "-", "channel"],
  ["Sora_20230628.ListAudioStreamingResultPushState", "2023.1", "-", "channel"],
  ["Sora_20171010.GetStatsReport", "2021.2", "-", "server"],
  ["Sora_20211215.GetMode", "2021.2", "-", "server"],
  ["Sora_20211215.ChangeMode", "2021.2", "-", "server"],
  ["Sora_20171218.GetLicense", "2021.2", "-", "server"],
  ["Sora_20171218.UpdateLicense", "2021.2", "-", "server"],
  ["Sora_20211215.ListClusterNodes", "2021.2", "-", "server"],
  ["Sora_20211215.ListClusterChannels", "2021.2", "-", "server"],
  ["Sora_20220629.PurgeClusterNode", "2022.1", "-", "server"],
  ["Sora_20221221.InitCluster", "2022.2", "-", "server"],
  ["Sora_20211215.RegisterClusterNode", "2024.1", "-", "server"],
];

test("the sandbox has all APIs that there are tools for, and no other", () => {
  expect(lifetimes).toHaveLength(contract.length);
  expect(operations.map(({ target }) => target).sort()).toEqual(lifetimes.map(([target]) => target).sort());
});

describe.each(editions)("as %s", (edition) => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await openSandbox({ edition });
  });
  afterAll(() => sandbox.close());

  // Releases sort as texts; no release comes after "~".
  const release =
    new Map<string, string>([
      ["labo", "2022.2"],
      ["cloud", "2025.2"],
    ]).get(edition) ?? edition;
  const exists = lifetimes.filter(
    ([, since, removed, scope]) =>
      since <= release && release < removed.replace("-", "~") && !(edition === "cloud" && scope === "server"),
  );
  const existing = exists.map(([target]) => target);

  test("exactly its APIs exist", async () => {
    const found = [];
    for (const [target] of lifetimes) {
      // Not an object: refused by every operation that there is, and changes nothing.
      const { status, json } = await sandbox.send(target, "[]");
      expect(status).toBe(400);
      if (json.error_type === "InvalidJSON") found.push(target);
      else expect(json.error_type, target).toBe("SchemaNotFound");
    }
    expect(found).toEqual(existing);
  });

  test("the others are unknown, without a body as well", async () => {
    const missing = lifetimes.filter(([target]) => !existing.includes(target));
    for (const [target] of missing) {
      expect(await sandbox.send(target)).toEqual({ status: 400, json: { error_type: "MissingTarget" } });
      const [, version, operation] = /_(\d+)\.(\w+)$/.exec(target) ?? [];
      expect((await sandbox.send(target, "{}")).json).toEqual({
        error_type: "SchemaNotFound",
        error_reason: { service: "Sora", version, operation },
      });
    }
    expect(missing.length + existing.length).toBe(lifetimes.length);
  });
});

test("how many APIs there are", async () => {
  const counts = [];
  for (const edition of editions) {
    const sandbox = await openSandbox({ edition });
    const answers = [];
    for (const [target] of lifetimes) answers.push(await sandbox.send(target, "[]"));
    await sandbox.close();
    const known = answers.filter(({ json }) => json.error_type === "InvalidJSON");
    counts.push(`${edition}: ${known.length}`);
  }
  expect(counts).toEqual([
    "labo: 45",
    "cloud: 50",
    "2021.2: 39",
    "2022.1: 40",
    "2022.2: 45",
    "2023.1: 54",
    "2023.2: 58",
    "2024.1: 62",
    "2024.2: 63",
    "2025.1: 61",
    "2025.2: 60",
    "2026.1: 60",
    "2026.2: 60",
  ]);
});
