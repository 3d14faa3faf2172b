import { cpSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSource } from "./load-source.mjs";

// Packs sora-labo-mcp-<version>.mcpb: the files of the npm package, in the form that Claude Desktop installs.

const { npm } = await loadSource("scripts/npm.ts");
const packer = "@anthropic-ai/mcpb@2.1.2";
const largest = 500_000;

const [{ name, version, files }] = JSON.parse(npm("pack", "--dry-run", "--ignore-scripts", "--json"));
const bundle = `${name}-${version}.mcpb`;
const folder = mkdtempSync(join(tmpdir(), `${name}-`));
try {
  for (const { path } of files) cpSync(path, join(folder, path));
  process.stdout.write(npm("exec", "--yes", `--package=${packer}`, "--", "mcpb", "pack", folder, bundle));
} finally {
  rmSync(folder, { recursive: true });
}
const { size } = statSync(bundle);
if (size > largest) throw new Error(`${bundle} has ${size} bytes; it may have ${largest}.`);
