import { readFileSync } from "node:fs";
import packageJson from "../package.json";
import { catalog } from "../src/mcp/catalog.ts";
import { allSettings, settings } from "../src/settings/settings.ts";
import { japaneseManifest, manifest } from "./manifest.ts";
import { type Texts, upToDate } from "./readme.ts";
import { english } from "./texts/english.ts";
import { japanese } from "./texts/japanese.ts";
import { toolsPage } from "./tools-page.ts";

/** The committed files that follow from the code, in whole or in part: path and text. */
export function documents(): Record<string, string> {
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  const readme = (path: string, texts: Texts) =>
    upToDate(readFileSync(path, "utf8"), texts, { settings, tools: catalog });
  return {
    "manifest.json": json(manifest(packageJson, allSettings, catalog)),
    "mcpb-resources/ja-JP.json": json(japaneseManifest(catalog)),
    "README.md": readme("README.md", english),
    "README.ja.md": readme("README.ja.md", japanese),
    "TOOLS.md": toolsPage(catalog, english),
    "TOOLS.ja.md": toolsPage(catalog, japanese),
  };
}
