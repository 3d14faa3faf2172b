import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import packageJson from "../package.json";

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

/** As GitHub runs a step. */
function run(commands: string, tag: string): number | null {
  return spawnSync("bash", ["-e", "-c", commands], { env: { ...process.env, GITHUB_REF_NAME: tag } }).status;
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
    for (const action of actions) expect(action).toMatch(/^uses: actions\/[\w-]+@v\d+$/);
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

test.skipIf(process.platform === "win32")("only the tag of this very version is released", () => {
  const check = stepOf(release, "The tag is the version in package.json");
  const { version } = packageJson;
  expect(run(check, `v${version}`)).toBe(0);
  for (const tag of [version, `v${version}0`, `v${version}-beta`, "v", "vundefined"])
    expect(run(check, tag)).not.toBe(0);
});

test.skipIf(process.platform === "win32")(
  "a version of which CHANGELOG.md does not tell is not released",
  () => {
    const check = stepOf(release, "CHANGELOG.md tells of this version");
    const [told] = readFileSync("CHANGELOG.md", "utf8").match(/(?<=^## )\d\S+/m) ?? [];
    expect(run(check, `v${told}`)).toBe(0);
    expect(run(check, "v99.0.0")).not.toBe(0);
  },
);

test.skipIf(process.platform === "win32")(
  "what is packed and released is written in a shell's own words",
  () => {
    for (const name of ["Pack", "Release"]) {
      execFileSync("bash", ["-n", "-c", stepOf(release, name)]);
    }
    expect(stepOf(release, "Pack")).toMatch(/npm run mcpb\n.*npm pack\n/s);
    expect(stepOf(release, "Release")).toContain('gh release create "$GITHUB_REF_NAME"');
  },
);
