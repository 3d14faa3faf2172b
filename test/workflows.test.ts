import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../package.json";
import { temporaryFolder } from "./support/temporary-folder.ts";

// What GitHub runs, as far as that can be seen without GitHub. The steps themselves are npm's and .ci/run's.

const folder = ".github/workflows";
const workflows = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]),
);
const release = workflows["release.yml"] ?? "";

/** The commands of a step that has a name. */
function stepOf(workflow: string, name: string): string {
  const [, one, several = ""] =
    workflow.match(
      new RegExp(`- name: ${name}\n(?: {8}env:\n(?: {10}.*\n)+)? {8}run: (?:\\|\n((?: {10}.*\n)+)|(.*)\n)`),
    ) ?? [];
  const commands = (one ?? several).replaceAll(/^ {10}/gm, "");
  if (commands === "") throw new Error(`no step "${name}"`);
  return commands;
}

/** As GitHub runs a step, but in the shell that every system has: GitHub takes bash. */
function run(commands: string, tag: string, cwd = "."): number | null {
  const env = { ...process.env, GITHUB_REF_NAME: tag };
  return spawnSync("sh", ["-e", "-c", commands], { cwd, env }).status;
}

test.each(Object.entries(workflows))(
  "%s runs what is there, with actions of a fixed version",
  (_name, text) => {
    expect(text).not.toContain("\t");
    const scripts = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, script]) => script);
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
    expect(text).toContain("- run: .ci/run\n");
    accessSync(".ci/run", constants.X_OK);
    const actions = text.match(/uses: .*/g) ?? [];
    expect(actions.length).toBeGreaterThan(1);
    // A tag can be moved to other code; a commit cannot.
    for (const action of actions)
      expect(action).toMatch(/^uses: actions\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
    const checkouts = text.match(/uses: actions\/checkout@.*\n {8}with:\n(?: {10}.*\n)+/g) ?? [];
    expect(checkouts).toHaveLength(actions.filter((action) => action.includes("/checkout@")).length);
    for (const checkout of checkouts) expect(checkout).toContain("          persist-credentials: false\n");
  },
);

test.each(Object.entries(workflows))("%s may write only where nothing is installed", (_name, text) => {
  const [head = "", body = ""] = text.split("\njobs:\n");
  const jobs = body.split(/^ {2}(?=[a-z]+:$)/m);
  expect(jobs.length).toBeGreaterThan(1);
  expect(head).toMatch(/\npermissions:\n {2}contents: read\n$/);
  for (const job of jobs.filter((one) => one.includes(": write"))) {
    expect(job).not.toContain("checkout");
    expect(job).not.toMatch(/npm (ci|install|run|exec)|npx/);
  }
  expect(text).not.toContain("secrets.");
  expect(text).not.toContain("pull_request_target");
});

test("what may publish on npm waits for the environment's approval", () => {
  const [, publishing = ""] = release.split(/\n {2}npm:\n/);
  expect(publishing).toContain("npm publish");
  expect(publishing).toContain("\n    environment: npm\n");
  expect(release.split("id-token: write")).toHaveLength(2);
});

test.skipIf(process.platform === "win32")("only the tag of this very version is released", () => {
  const check = stepOf(release, "The tag is the version in package.json");
  const { version } = packageJson;
  expect(run(check, `v${version}`)).toBe(0);
  for (const tag of [version, `v${version}0`, `v${version}-beta`, "v", "vundefined"])
    expect(run(check, tag)).not.toBe(0);
});

test.skipIf(process.platform === "win32")(
  "a version is released only where CHANGELOG.md begins with it: what is unreleased would go along",
  () => {
    const check = stepOf(release, "CHANGELOG.md begins with this version, nothing is unreleased");
    const cwd = temporaryFolder();
    const changelog = (...heads: string[]) =>
      writeFileSync(
        join(cwd, "CHANGELOG.md"),
        ["# Changelog", ...heads.map((head) => `## ${head}`)].join("\n\n"),
      );
    changelog("1.2.3 - 2026-12-01", "1.2.2 - 2026-11-25");
    expect(run(check, "v1.2.3", cwd)).toBe(0);
    for (const tag of ["v1.2.2", "v1.2", "v9.0.0"]) expect(run(check, tag, cwd)).not.toBe(0);
    changelog("Unreleased", "1.2.3 - 2026-12-01");
    expect(run(check, "v1.2.3", cwd)).not.toBe(0);
  },
);

test.skipIf(process.platform === "win32")(
  "what is packed and released is written in a shell's own words",
  () => {
    for (const name of ["Pack", "Release"]) {
      execFileSync("sh", ["-n", "-c", stepOf(release, name)]);
    }
    expect(stepOf(release, "Pack")).toMatch(/npm run mcpb\n.*npm pack\n/s);
    expect(stepOf(release, "Release")).toContain('gh release create "$GITHUB_REF_NAME"');
  },
);
