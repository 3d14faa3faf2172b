import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join, sep } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import packageJson from "../../package.json";
import { npm, npmCommand } from "../../scripts/npm.ts";
import { listedByDefault } from "../contract/index.ts";
import { everyNode } from "../support/nodes.ts";
import { overStdio } from "../support/session.ts";

const root = mkdtempSync(join(tmpdir(), "npm-check-"));
afterAll(() => rmSync(root, { recursive: true }));

const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", root];
const [packed] = z
  .array(z.object({ filename: z.string(), size: z.number(), files: z.array(z.object({ path: z.string() })) }))
  .parse(JSON.parse(npm(...pack)));
const paths = packed?.files.map(({ path }) => path) ?? [];

/** Someone's project, in a folder whose name is no plain ASCII word. */
const project = join(root, "空 の project");
mkdirSync(project);
writeFileSync(join(project, "package.json"), '{"private":true}');
/** With an empty cache and no network: there is nothing but the tarball to install. */
const install = [
  "install",
  "--offline",
  "--no-audit",
  "--no-fund",
  "--foreground-scripts",
  "--loglevel=notice",
];
const cache = `--cache=${join(root, "cache")}`;
const tarball = join(root, packed?.filename ?? "");
const installing = execFileSync(process.execPath, npmCommand(...install, cache, tarball), {
  cwd: project,
  encoding: "utf8",
});
const installed = join(project, "node_modules", "sora-labo-mcp");
const bin = join(project, "node_modules", ".bin", "sora-labo-mcp");

describe("the tarball", () => {
  test("has less than 600 kB", () => {
    expect(packed?.size).toBeLessThan(600_000);
  });

  test("holds no pictures of docs/: they are for those who read it on the web", () => {
    expect(paths.filter((path) => /^docs\/.*(?<!\.md)$/.test(path))).toEqual([]);
  });

  const promises = packageJson.files.filter((path) => !path.startsWith("!"));
  test.each(promises)("holds %s, as package.json promises", (promised) => {
    const held = paths.some((path) => path === promised || path.startsWith(`${promised}/`));
    expect(held, `${promised} is not in the tarball: is it in the repository?`).toBe(true);
  });

  test("holds what is promised, package.json and nothing else, no source maps and no path of this machine", () => {
    const promised = ["package.json", ...promises];
    expect(paths.filter((path) => !promised.includes(path.split("/")[0] ?? ""))).toEqual([]);
    expect(paths.filter((path) => /\.map$|\.ts$/.test(path))).toEqual([]);
    // In a container the root can be the home of a user whom the system does not know.
    const folders = [process.cwd(), join(homedir(), sep)].filter((folder) => folder !== sep);
    for (const path of paths) {
      const text = readFileSync(join(installed, path), "utf8");
      for (const folder of folders) expect(text).not.toContain(folder);
    }
  });
});

describe("npm install of the tarball", () => {
  test("gives one package", () => {
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "sora-labo-mcp",
    ]);
  });

  test("runs nothing", () => {
    const lock = readFileSync(join(project, "node_modules", ".package-lock.json"), "utf8");
    expect(lock).not.toContain("hasInstallScript");
    const { scripts } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
    expect(installing.trim()).toMatch(/^added 1 package in \S+$/);
  });
});

describe.each(everyNode())("on Node $version", ({ version, command, path }) => {
  const env = { PATH: path };
  const npx = { node: process.execPath, entry: npmCommand("exec", "--offline", "--", "sora-labo-mcp") };
  const starts = [
    ["npx", npx],
    ["the link in node_modules/.bin", { node: bin, entry: [] }],
    [
      "the file that it points to",
      { node: command, entry: [join(installed, packageJson.bin["sora-labo-mcp"])] },
    ],
  ] as const;

  test.each(starts)("%s answers and calls a tool of the sandbox", async (_name, { node, entry }) => {
    const args = ["--sandbox"];
    const { client, call } = await overStdio({ node, entry: [...entry], args, env, cwd: project });
    expect(client.getServerVersion()).toMatchObject({ name: "sora-labo-mcp", version: packageJson.version });
    expect((await client.listTools()).tools).toHaveLength(listedByDefault.length);
    const { structuredContent } = await call("sora_list_channel_connections", { channel_id: "sora" });
    expect(structuredContent).toMatchObject({ total: 5 });
  });

  test("it is that Node which runs it", () => {
    const doctor = execFileSync(bin, ["doctor", "--sandbox", "--json"], { encoding: "utf8", env });
    expect(`v${JSON.parse(doctor).versions.node}`).toBe(version);
  });
});

describe("the demo, run in another folder, prints a start for Claude Desktop", () => {
  const rehearsal = ["--sandbox", "--release", "2025.2"];
  const start = (story: string) => JSON.parse(story.slice(story.indexOf("\n{\n"))).mcpServers.sora;

  test("that works and names no link, when it is installed", async () => {
    const { command, args } = start(execFileSync(bin, ["demo"], { encoding: "utf8", cwd: root }));
    expect(isAbsolute(command)).toBe(true);
    expect(args.slice(1)).toEqual(rehearsal);
    expect(args[0]).not.toContain(".bin");
    const { client } = await overStdio({ node: command, entry: args, cwd: root });
    expect(client.getServerVersion()?.title).toContain("sandbox");
  });

  test("that names npx, when npx runs it", () => {
    const npx = npmCommand(
      "exec",
      "--yes",
      "--offline",
      cache,
      `--package=${tarball}`,
      "--",
      "sora-labo-mcp",
      "demo",
    );
    const { command, args } = start(execFileSync(process.execPath, npx, { encoding: "utf8", cwd: root }));
    expect([command, ...args].slice(-6)).toEqual(["npx", "-y", "sora-labo-mcp", ...rehearsal]);
  });
});
