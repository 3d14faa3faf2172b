import { readFileSync } from "node:fs";
import packageJson from "../package.json";
import { catalog } from "../src/mcp/catalog.ts";
import { allSettings, settings } from "../src/settings/config.ts";
import { withCounts } from "./counts.ts";
import { manifest } from "./manifest.ts";
import { type Texts, upToDate } from "./readme.ts";
import { english } from "./texts/english.ts";
import { japanese } from "./texts/japanese.ts";

const japaneseManifest = "mcpb-resources/ja-JP.json";
const japaneseCounts = { tools: [/(?<=全部で )\d+(?= 個の)/], reads: [/(?<=変更しない )\d+(?= 個の)/] };

/** The committed files that follow from the code, in whole or in part: path and text. */
export function documents(): Record<string, string> {
  const readme = (path: string, texts: Texts) =>
    upToDate(readFileSync(path, "utf8"), texts, { settings, tools: catalog });
  return {
    "manifest.json": `${JSON.stringify(manifest(packageJson, allSettings, catalog), null, 2)}\n`,
    [japaneseManifest]: withCounts(readFileSync(japaneseManifest, "utf8"), japaneseCounts, catalog),
    "README.md": readme("README.md", english),
    "README.ja.md": readme("README.ja.md", japanese),
  };
}
