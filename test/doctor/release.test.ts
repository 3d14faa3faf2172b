import { afterEach, describe, expect, test } from "vitest";
import type { editions } from "../../src/releases.ts";
import { startSandbox } from "../../src/sandbox/index.ts";
import { defaultToolsets } from "../contract/index.ts";
import { listedTools } from "../contract/releases.ts";
import { examine, statusOf } from "../support/doctor.ts";
import { json, startUpstream } from "../support/upstream.ts";

// The release of a Sora, where it tells it, and what it means for the tools in force.

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function sandboxOf(edition: (typeof editions)[number]): Promise<string> {
  const { url, close } = await startSandbox({ edition });
  closing.push(close);
  return url.href;
}

/** The line of the page about the release. */
function told(page: string): string | undefined {
  return page.match(/^ {2}\w+ +release +(.*)$/m)?.[1];
}

/** A Sora that answers these two as given and has nobody in any channel. */
function soraWith(report: unknown, nodes: unknown) {
  return startUpstream((request, ...rest) => {
    const answers: Record<string, unknown> = { GetStatsReport: report, ListClusterNodes: nodes };
    const answer = answers[request.target.split(".")[1] ?? ""] ?? [];
    const status = answer === "refused" ? 400 : 200;
    return json(status === 400 ? { error_type: "SchemaNotFound" } : answer, status)(request, ...rest);
  });
}

test.each([
  ["2022.1", "this is 2022.1: set SORA_RELEASE=2022.1, 2 tools are missing"],
  [
    "2025.2",
    "this is 2025.2: set SORA_RELEASE=2025.2, 4 of your tools do not exist there and 21 are missing",
  ],
  [
    "2026.1",
    "this is 2026.1: set SORA_RELEASE=2026.1, 4 of your tools do not exist there and 21 are missing",
  ],
] as const)("a Sora %s that is taken for Sora Labo: %s", async (release, said) => {
  const env = { SORA_API_URL: await sandboxOf(release) };
  const { exitCode, page } = await examine(env);
  expect(told(page)).toBe(said);
  expect(page).toContain("It works; see the advice above.");
  expect(exitCode).toBe(0);
  const fits = await examine({ ...env, SORA_RELEASE: release });
  expect(told(fits.page)).toBe(`this is ${release}, and your tools fit it`);
  expect(fits.page).toContain("All is well.");
});

test("the simulated Sora is what the settings say", async () => {
  for (const env of [{}, { SORA_RELEASE: "2025.2" }]) {
    const { page } = await examine({ SORA_SANDBOX: "true", ...env });
    expect(told(page)).toBe(`simulated, as SORA_RELEASE says: ${env.SORA_RELEASE ?? "labo"}`);
    expect(page).toContain("All is well.");
  }
});

test("--json names the tools, within the operator's limits", async () => {
  const env = { SORA_API_URL: await sandboxOf("2025.2"), SORA_READ_ONLY: "true", SORA_CHANNELS: "sora" };
  const { page } = await examine(env, { json: true });
  const limits = { toolsets: defaultToolsets, readOnly: true, channelsSet: true };
  const here = listedTools({ edition: "labo", ...limits });
  const there = listedTools({ edition: "2025.2", ...limits });
  const report = JSON.parse(page);
  expect(report.release).toEqual({
    found: "2025.2",
    is_newer: false,
    in_force: "labo",
    gone: here.filter((name) => !there.includes(name)),
    missing: there.filter((name) => !here.includes(name)),
  });
  expect(report.release.gone).toEqual(["sora_list_channel_user_agent_stats", "sora_get_user_agent_stats"]);
  const check = report.checks.find(({ name }: { name: string }) => name === "release");
  expect(check).toMatchObject({ status: "advice", detail: expect.stringContaining("this is 2025.2") });
  expect(report.ok).toBe(true);
});

describe("where it is told", () => {
  const node = (sora_version?: unknown) => ({ node_name: "node-01", connected: true, sora_version });
  test.each<[name: string, report: unknown, nodes: unknown, found: string | undefined]>([
    ["in the report", { version: "2025.2.1" }, "refused", "2025.2"],
    ["in the report, which counts first", { version: "2025.2.1" }, [node("2026.1.0")], "2025.2"],
    ["by the nodes alone", "refused", [node(), node("2026.1.2")], "2026.1"],
    ["by the nodes, as the report has none", { total: 1 }, [node("2024.2.0")], "2024.2"],
    [
      "as something newer",
      { version: "2031.1.0" },
      "refused",
      "newer than 2026.2, the newest that is known here",
    ],
    ["by the nodes, as the report's is none", { version: "sora" }, [node(""), node("2024.2.0")], "2024.2"],
    ["as a canary", { version: "2026.2.0-canary.15" }, "refused", "2026.2"],
    ["nowhere", "refused", "refused", undefined],
    ["as what is no release", { version: "sora" }, [node(7), null, "2025.2.0"], undefined],
    ["in no form that is known", [], {}, undefined],
  ])("%s", async (_name, report, nodes, found) => {
    const upstream = await soraWith(report, nodes);
    const env = { SORA_API_URL: upstream.url, SORA_RELEASE: "2023.1", SORA_CHANNELS: "sora" };
    const { exitCode, page } = await examine(env);
    expect(told(page)).toMatch(
      found === undefined ? /^this Sora does not tell; SORA_RELEASE is 2023\.1$/ : `this is ${found}`,
    );
    expect(exitCode).toBe(0);
  });
});

test("nothing is asked for it once something has failed", async () => {
  const upstream = await startUpstream(json({}, 401));
  const { page } = await examine({ SORA_API_URL: upstream.url, SORA_API_KEY: "key-of-the-doctor" });
  expect(statusOf(page, "release")).toBe("skipped");
  expect(upstream.requests).toHaveLength(1);
});
