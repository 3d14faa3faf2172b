import { readFileSync } from "node:fs";
import packageJson from "../package.json";
import { allSettings, settings } from "../src/config.ts";
import { catalog } from "../src/mcp/catalog.ts";
import { manifest } from "./manifest.ts";
import { type Texts, upToDate, withNumber } from "./readme.ts";
import { english } from "./texts/english.ts";
import { japanese } from "./texts/japanese.ts";

const japaneseManifestFile = "mcpb-resources/ja-JP.json";

/** The committed files that follow from the code, in whole or in part: path and text. */
export function documents(): Record<string, string> {
  const readme = (path: string, texts: Texts) =>
    upToDate(readFileSync(path, "utf8"), texts, { settings, tools: catalog });
  const reads = catalog.filter(({ kind }) => kind === "read");
  const translated = readFileSync(japaneseManifestFile, "utf8");
  const counted = withNumber(translated, [/(?<=全部で )\d+(?= 個のツール)/], catalog.length);
  return {
    "manifest.json": `${JSON.stringify(manifest(packageJson, allSettings, catalog), null, 2)}\n`,
    [japaneseManifestFile]: withNumber(counted, [/(?<=変更しない )\d+(?= 個のツール)/], reads.length),
    "README.md": readme("README.md", english),
    "README.ja.md": readme("README.ja.md", japanese),
  };
}
