import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * Bundles a TypeScript module of this project and imports it: Node 20 reads no TypeScript. It goes through a file and
 * no `data:` URL, of which an uncaught error would print every byte.
 */
export function loadSource(path) {
  return load(path, tmpdir(), "bundle");
}

/** The same, but packages are imported as they are installed: some of them, such as esbuild, cannot be bundled. */
export function loadSourceBesidePackages(path) {
  return load(path, "node_modules", "external");
}

async function load(path, within, packages) {
  const folder = mkdtempSync(join(within, "load-source-"));
  try {
    const outfile = join(folder, "module.mjs");
    await build({ entryPoints: [path], outfile, bundle: true, packages, platform: "node", format: "esm" });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
