import { afterEach, describe, expect, test } from "vitest";
import type { Edition } from "../../src/releases.ts";
import { openSandbox, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
async function open(edition: Edition): Promise<void> {
  sandbox = await openSandbox({ edition });
}
afterEach(() => sandbox.close());

const channel_id = "sora";

/** The errors that a request is refused with, by path; nothing when it is taken. */
async function faults(operation: string, body: object): Promise<Record<string, string>> {
  try {
    await sandbox.call(operation, body);
    return {};
  } catch {
    const { error_type, error_reason } = await sandbox.refused(operation, body);
    expect(error_type).toBe("InvalidJSON");
    return Object.fromEntries(
      error_reason.map(({ path, error }: { path: string[]; error: string }) => [path.join("."), error]),
    );
  }
}

const extra = "no_extra_properties_allowed";

describe("parameters", () => {
  test.each<[Edition, object]>([
    ["2024.2", { rid: extra }],
    ["cloud", { rid: extra }],
    ["2026.1", { rid: extra }],
    ["2026.2", {}],
  ])("%s: RequestKeyFrame takes a rid or not", async (edition, expected) => {
    await open(edition);
    const [connection_id = ""] = await sandbox.ids(channel_id);
    expect(await faults("RequestKeyFrame", { channel_id, connection_id })).toEqual({});
    expect(await faults("RequestKeyFrame", { channel_id, connection_id, rid: "r1" })).toEqual(expected);
  });

  test.each<[Edition, object]>([
    ["2023.1", { name: extra, priority: extra }],
    ["2024.1", { name: extra, priority: extra }],
    ["2024.2", {}],
    ["2026.2", {}],
  ])("%s: filters take a name and a priority or not", async (edition, expected) => {
    await open(edition);
    const [connection_id = ""] = await sandbox.ids(channel_id);
    const named = { name: "mine", priority: 1 };
    const filter = { channel_id, action: "block", rules: [] };
    const { priority: _, ...expectedOfDelete } = { priority: "", ...expected };
    for (const [of, scope] of [
      ["Channel", {}],
      ["Connection", { connection_id }],
    ] as const) {
      const body = { ...filter, ...scope, ...named };
      expect(await faults(`Create${of}ForwardingFilter`, body)).toEqual(expected);
      expect(await faults(`Update${of}ForwardingFilter`, body)).toEqual(expected);
      const deletion = { channel_id, ...scope, name: "mine" };
      expect(await faults(`Delete${of}ForwardingFilter`, deletion)).toEqual(expectedOfDelete);
    }
  });

  test.each<[Edition, object]>([
    ["2021.2", {}],
    ["labo", {}],
    ["2024.1", {}],
    ["2024.2", { include_all_known_nodes: extra }],
    ["2026.2", { include_all_known_nodes: extra }],
  ])("%s: ListClusterNodes takes include_all_known_nodes or not", async (edition, expected) => {
    await open(edition);
    expect(await faults("ListClusterNodes", { include_all_known_nodes: true })).toEqual(expected);
  });

  test.each<[Edition, object]>([
    ["2023.2", { format: "not_in_enum" }],
    ["2024.1", { format: "not_in_enum" }],
    ["2024.2", {}],
    ["cloud", {}],
  ])("%s: a recording takes mp4 or not, and webm always", async (edition, expected) => {
    await open(edition);
    expect(await faults("StartRecording", { channel_id, format: "mp4" })).toEqual(expected);
    expect(await faults("StartRecording", { channel_id: "sandbox_0_lounge", format: "webm" })).toEqual({});
    expect(await faults("StartRecording", { channel_id, format: "mkv" })).toEqual({ format: "not_in_enum" });
  });

  test("a key that the release lacks is not in the schema that it quotes", async () => {
    await open("2024.1");
    const body = { channel_id, action: "block", rules: [], name: "mine" };
    const { error_reason } = await sandbox.refused("CreateChannelForwardingFilter", body);
    const properties = ["channel_id", "action", "rules", "version", "metadata"];
    expect(Object.keys(error_reason[0].schema.properties)).toEqual(properties);
  });
});

describe("empty bodies", () => {
  const free = [
    ["Sora_20171010.GetStatsReport", "2021.2"],
    ["Sora_20211215.GetMode", "2021.2"],
    ["Sora_20171218.GetLicense", "2021.2"],
    ["Sora_20171218.UpdateLicense", "2021.2"],
    ["Sora_20211215.ListClusterChannels", "2021.2"],
    ["Sora_20211215.ListClusterNodes", "2021.2"],
    ["Sora_20201013.ListConnections", "2021.2"],
    ["Sora_20171101.GetStatsAllConnections", "2021.2"],
    ["Sora_20231220.ListSessions", "2023.2"],
    ["Sora_20211215.ListRtcStats", "2024.1"],
  ] as const;

  test.each(free)("%s needs none", async (target, edition) => {
    await open(edition);
    const { status, json } = await sandbox.send(target);
    expect(status).toBe(200);
    expect(json).toBeTypeOf("object");
    expect((await sandbox.send(target, " ")).json).toEqual({ error_type: "MalformedJSON" });
  });

  test("an empty body is as good as {}", async () => {
    await open("2026.2");
    const target = "Sora_20201013.ListConnections";
    expect(await sandbox.send(target)).toEqual(await sandbox.send(target, "{}"));
  });

  test.each([
    "Sora_20231220.GetSession",
    "Sora_20231220.StopRecording",
    "Sora_20211215.ChangeMode",
    "Sora_20220629.PurgeClusterNode",
    "Sora_20230628.ListForwardingFilters",
  ])("%s needs one", async (target) => {
    await open("2026.2");
    expect((await sandbox.send(target)).json.error_type).toBe("MissingTargetFunction");
  });
});

describe("what an edition answers as", () => {
  test.each<[Edition, string]>([
    ["labo", "2022.2.0"],
    ["2021.2", "2021.2.0"],
    ["2026.2", "2026.2.0"],
  ])("%s is version %s", async (edition, version) => {
    await open(edition);
    expect((await sandbox.call("GetStatsReport", {})).version).toBe(version);
    expect((await sandbox.call("ListClusterNodes", {}))[0].sora_version).toBe(version);
  });

  test("cloud is 2025.2", async () => {
    await open("cloud");
    expect((await sandbox.call("GetSession", { channel_id })).version).toBe("2025.2.0");
  });
});
