import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import manifest from "../../manifest.json";
import { npm } from "../../scripts/npm.ts";
import { startOf } from "../support/bundle-host.ts";
import { everyNode } from "../support/nodes.ts";
import { overStdio } from "../support/session.ts";

const root = mkdtempSync(join(tmpdir(), "mcpb-check-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Validates the manifest, too: the packer packs no other. */
execFileSync(process.execPath, ["scripts/mcpb.mjs"]);
const bundle = `${manifest.name}-${manifest.version}.mcpb`;

/** Where an app could keep it: macOS has a blank in that path, and people's names are in many scripts. */
const folder = join(root, "Application Support", "時雨 太郎", manifest.name);
npm("exec", "--yes", "--package=@anthropic-ai/mcpb@2.1.2", "--", "mcpb", "unpack", bundle, folder);
const unpacked = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));

test("the bundle has less than 500 kB and holds the manifest and all that it names, but no modules", () => {
  expect(statSync(bundle).size).toBeLessThan(500_000);
  expect(unpacked).toEqual(manifest);
  const [top] = manifest.localization.resources.split("/");
  const entries = readdirSync(folder);
  expect(entries).toEqual(expect.arrayContaining(["LICENSE", "dist", manifest.icon, "package.json", top]));
  expect(entries).not.toContain("node_modules");
  expect(readdirSync(join(folder, "dist"))).toContain("THIRD-PARTY-LICENSES");
});

describe.each(everyNode())("unpacked, on Node $version", ({ command: node }) => {
  test.each([
    ["as a process of its own", []],
    ["inside a process of the app", [resolve("test/support/desktop-host.mjs")]],
  ])("starts %s, lists every tool of the manifest and calls one", async (_how, host) => {
    const { command, args, env } = startOf(unpacked, folder, { sandbox: true });
    expect(command).toBe("node");
    const { client, call } = await overStdio({ node, entry: [...host, ...args], env, cwd: root });
    expect(client.getServerVersion()).toMatchObject({ name: manifest.name, version: manifest.version });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(manifest.tools.map(({ name }) => name));
    const { structuredContent } = await call("sora_list_channel_connections", { channel_id: "sora" });
    expect(structuredContent).toMatchObject({ total: 5 });
  });
});
