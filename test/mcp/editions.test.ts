import { beforeAll, describe, expect, test } from "vitest";
import { defaultToolsets, toolsets } from "../contract/index.ts";
import { listedTools, releases } from "../contract/releases.ts";
import { inProcess, overStdio } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Which tools there are: exactly those of the Sora that is meant, within the operator's limits.

const editions = ["labo", "cloud", ...releases];
const nowhere = { SORA_API_URL: "http://127.0.0.1:9/" };

async function namesUnder(env: Record<string, string>): Promise<string[]> {
  const session = await inProcess({ env: { ...nowhere, ...env } });
  const { tools } = await session.client.listTools();
  await session.close();
  return tools.map(({ name }) => name);
}

const choices: [given: string, chosen: string[]][] = [
  ["", defaultToolsets],
  ["default", defaultToolsets],
  ["all", toolsets],
  ["default,server", [...defaultToolsets, "server"]],
  ["Cluster, default", [...defaultToolsets, "cluster"]],
  ...toolsets.map((name): [string, string[]] => [name, [name]]),
];

describe.each(editions)("SORA_RELEASE=%s", (edition) => {
  test.each(choices)("SORA_TOOLSETS=%s", async (given, chosen) => {
    for (const readOnly of [false, true]) {
      for (const channelsSet of [false, true]) {
        const names = await namesUnder({
          SORA_RELEASE: edition,
          SORA_TOOLSETS: given,
          SORA_READ_ONLY: String(readOnly),
          ...(channelsSet && { SORA_CHANNELS: "sora" }),
        });
        expect(names).toEqual(listedTools({ edition, toolsets: chosen, readOnly, channelsSet }));
      }
    }
  });
});

test("each release, over stdio, lists as many as its Sora has", async () => {
  const counts: Record<string, number> = {};
  for (const edition of editions) {
    const args = ["--release", edition, "--toolsets", "all"];
    const { client, close } = await overStdio({ env: nowhere, args });
    counts[edition] = (await client.listTools()).tools.length;
    await close();
  }
  // The APIs, and the jobs that they allow: to mute takes filters, which the first four do not have.
  expect(counts).toEqual({
    labo: 30 + 4,
    cloud: 50 + 6,
    "2021.2": 39 + 4,
    "2022.1": 40 + 4,
    "2022.2": 45 + 4,
    "2023.1": 54 + 6,
    "2023.2": 58 + 6,
    "2024.1": 62 + 6,
    "2024.2": 63 + 6,
    "2025.1": 61 + 6,
    "2025.2": 60 + 6,
    "2026.1": 60 + 6,
    "2026.2": 60 + 6,
  });
});

describe("a tool that another release has", () => {
  test.each([
    ["labo", "sora_get_session", "It exists in Sora 2023.2 and later; SORA_RELEASE is labo."],
    ["labo", "sora_mute", "It exists in Sora 2023.1 and later; SORA_RELEASE is labo."],
    ["2022.2", "sora_unmute", "It exists in Sora 2023.1 and later; SORA_RELEASE is 2022.2."],
    ["labo", "sora_list_connections", "It exists in Sora 2021.2 and later; SORA_RELEASE is labo."],
    ["2023.1", "sora_start_recording", "It exists in Sora 2023.2 and later; SORA_RELEASE is 2023.1."],
    [
      "2025.2",
      "sora_pause_rtp_stream",
      "It exists in Sora 2021.2 and later, no longer since 2025.2; SORA_RELEASE is 2025.2.",
    ],
    [
      "2026.1",
      "sora_get_user_agent_stats",
      "It exists in Sora 2021.2 and later, no longer since 2025.1; SORA_RELEASE is 2026.1.",
    ],
    [
      "cloud",
      "sora_get_license",
      "It exists in Sora 2021.2 and later, not on Sora Cloud; SORA_RELEASE is cloud.",
    ],
  ])("under %s, %s: %s", async (release, tool, why) => {
    const upstream = await startUpstream(json([]));
    const env = { SORA_API_URL: upstream.url, SORA_RELEASE: release, SORA_TOOLSETS: "all" };
    const session = await inProcess({ env });
    const args = { channel_id: "sora", confirm: true };
    await expect(session.call(tool, args)).rejects.toMatchObject({
      code: -32602,
      message: `MCP error -32602: Unknown tool: "${tool}". ${why}`,
    });
    expect(upstream.requests).toEqual([]);
  });

  test.each([{ SORA_CHANNELS: "sora" }, { SORA_TOOLSETS: "default" }])(
    "is told from one that %j leaves out",
    async (limit) => {
      const env = { ...nowhere, SORA_RELEASE: "2025.2", SORA_TOOLSETS: "all", ...limit };
      const session = await inProcess({ env });
      await expect(session.call("sora_get_license", {})).rejects.toMatchObject({
        message: expect.stringMatching(/"sora_get_license"\. The operator's settings leave it out\.$/),
      });
    },
  );
});

describe("descriptions say what matters under a release", () => {
  const ends = /deprecated|removed|renamed|successor/i;
  const under: Record<string, Map<string, string>> = {};
  beforeAll(async () => {
    for (const edition of editions) {
      const session = await inProcess({ env: { ...nowhere, SORA_RELEASE: edition, SORA_TOOLSETS: "all" } });
      const { tools } = await session.client.listTools();
      under[edition] = new Map(tools.map(({ name, description = "" }) => [name, description]));
      await session.close();
    }
  });
  const ending = (edition: string) =>
    [...(under[edition] ?? [])].filter(([, text]) => ends.test(text)).map(([name]) => name);

  const renamed = ["sora_list_channel_user_agent_stats", "sora_get_user_agent_stats"];
  test("what ends is told where it has begun to, and on Sora Labo", () => {
    const stream = "sora_request_rtp_stream";
    const paused = ["sora_pause_rtp_stream", "sora_resume_rtp_stream"];
    expect(Object.fromEntries(editions.map((edition) => [edition, ending(edition)]))).toEqual({
      labo: [stream, ...renamed, ...paused],
      cloud: [stream],
      "2021.2": [],
      "2022.1": [],
      "2022.2": [],
      "2023.1": [],
      "2023.2": [],
      "2024.1": renamed,
      "2024.2": renamed,
      "2025.1": [],
      "2025.2": [stream],
      "2026.1": [stream],
      "2026.2": [stream],
    });
  });

  test("a successor that is named is listed, but on Sora Labo", () => {
    for (const edition of editions.filter((name) => name !== "labo")) {
      for (const tool of ending(edition)) {
        const [, successor = ""] = /(?:successor|renamed) (\w+)/.exec(under[edition]?.get(tool) ?? "") ?? [];
        const name = `sora${successor.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)}`;
        expect([...(under[edition]?.keys() ?? [])], `${edition}: ${tool}`).toContain(name);
      }
    }
  });
});
