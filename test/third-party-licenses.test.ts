import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { bundledPackages, thirdPartyLicenses } from "../scripts/third-party-licenses.ts";

/** Licenses that ask no more of a work under Apache-2.0 than to keep their text with it. */
const compatible = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

/** A package that is new in the bundle is new in what users run: it is added here by hand, or not at all. */
const bundled = [
  "@modelcontextprotocol/sdk",
  "content-type",
  "cross-spawn",
  "isexe",
  "jose",
  "path-key",
  "shebang-command",
  "shebang-regex",
  "undici",
  "which",
  "zod",
];

const [intro, ...entries] = readFileSync("dist/THIRD-PARTY-LICENSES", "utf8")
  .split(`\n\n${"-".repeat(80)}\n\n`)
  .map((entry) => {
    const [head = "", ...text] = entry.split("\n\n");
    const [, name, version, license] = /^(\S+) (\S+) \((.+)\)$/.exec(head) ?? [];
    return { name, version, license, text: text.join("\n\n") };
  });

test("the built page names exactly the packages that may stand in the bundle, in the versions installed", () => {
  expect(intro?.name).toBeUndefined();
  expect(entries.map(({ name }) => name)).toEqual(bundled);
  for (const { name, version } of entries) {
    const installed = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
    expect(version).toBe(installed.version);
  }
});

test.each(entries)("$name is under a compatible license, given in full", ({ license, text }) => {
  expect(compatible).toContain(license);
  expect(text).toMatch(/copyright/i);
  expect(text).toMatch(/THE SOFTWARE IS PROVIDED ["']AS IS["']/);
});

/** What esbuild says of a bundle of this code. */
async function bundleOf(contents: string) {
  const { metafile } = await build({
    stdin: { contents, resolveDir: "." },
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  return metafile;
}

test("packages are those of which bytes are left in any of the bundles, each once", async () => {
  const packages = bundledPackages([
    await bundleOf('export { default } from "path-key"; import { z } from "zod";'),
    await bundleOf('export { default } from "path-key";'),
    await bundleOf('export * from "shebang-command";'),
  ]);
  expect(packages.map(({ name }) => name)).toEqual(["path-key", "shebang-command", "shebang-regex"]);
  expect(thirdPartyLicenses(packages)).toContain("path-key 3.1.1 (MIT)\n\nMIT License");
});

test("a package without a license text stops the build", () => {
  const root = mkdtempSync(join(tmpdir(), "licenses-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, "node_modules", "unlicensed");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"name":"unlicensed","version":"1.0.0","license":"MIT"}');
  const path = `${folder.replaceAll("\\", "/")}/index.js`;
  const packages = (bytesInOutput = 1) => {
    const output = { bytes: 1, inputs: { [path]: { bytesInOutput } }, imports: [], exports: [] };
    return bundledPackages([{ inputs: {}, outputs: { "dist/cli.js": output } }]);
  };
  expect(packages(0)).toEqual([]);
  expect(() => packages()).toThrow(/unlicensed is in the bundle but has no license text/);
  writeFileSync(join(folder, "LICENSE.md"), "Do as you like.\n");
  expect(packages()).toEqual([
    { name: "unlicensed", version: "1.0.0", license: "MIT", text: "Do as you like." },
  ]);
});
