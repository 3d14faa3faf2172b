import { readdirSync, readFileSync } from "node:fs";
import type { Metafile } from "esbuild";

/** A package of which bytes stand in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier. */
  readonly license: string;
  /** The whole text of the license, as the package brings it. */
  readonly text: string;
}

/** The packages in what esbuild wrote, by name. Throws when one of them brings no license text. */
export function bundledPackages(metafiles: readonly Metafile[]): BundledPackage[] {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).map((output) => output.inputs));
  const folders = inputs.flatMap((input) =>
    Object.entries(input).flatMap(([path, { bytesInOutput }]) => {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      return folder && bytesInOutput > 0 ? [folder] : [];
    }),
  );
  return [...new Set(folders)].map(packageIn).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function packageIn(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${folder} is in the bundle but has no license text.`);
  return { name, version, license, text: readFileSync(`${folder}/${file}`, "utf8").trim() };
}

/** The page that goes with the bundle. */
export function thirdPartyLicenses(packages: readonly BundledPackage[]): string {
  const line = `\n\n${"-".repeat(80)}\n\n`;
  const intro =
    "The files of this folder hold code of the packages named below, under the licenses given here.";
  const entries = packages.map(
    ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}`,
  );
  return `${[intro, ...entries].join(line)}\n`;
}
