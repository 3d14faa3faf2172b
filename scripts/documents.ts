import { readdirSync, readFileSync } from "node:fs";
import packageJson from "../package.json";
import { catalog } from "../src/mcp/catalog.ts";
import { settings } from "../src/settings/settings.ts";
import { japaneseManifest, manifest } from "./manifest.ts";
import { stdioSettings } from "./over-stdio.ts";
import { generatedParts, upToDate } from "./pages.ts";
import { serverJson } from "./registry.ts";
import { english } from "./texts/english.ts";
import { japanese } from "./texts/japanese.ts";

/** What people read, in pairs: a page and its Japanese. */
export const pages: readonly (readonly [english: string, japanese: string])[] = [
  "README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md") && !name.endsWith(".ja.md"))
    .map((name) => `docs/${name}`),
].map((path) => [path, path.replace(/\.md$/, ".ja.md")]);

/** The committed files that follow from the code, in whole or in part: path and text. */
export function documents(): Record<string, string> {
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  const code = { settings, tools: catalog };
  const stdioNames = stdioSettings.map(([name]) => name);
  const inBoth = [generatedParts(english, code), generatedParts(japanese, code)];
  return {
    "manifest.json": json(manifest(packageJson, catalog)),
    "mcpb-resources/ja-JP.json": json(japaneseManifest(catalog)),
    "server.json": json(serverJson(packageJson, stdioNames)),
    ...Object.fromEntries(
      pages.flatMap((pair) =>
        pair.map((path, at) => [path, upToDate(readFileSync(path, "utf8"), inBoth[at] ?? {})]),
      ),
    ),
  };
}
