import packageJson from "../package.json";
import { allSettings } from "../src/config.ts";
import { catalog } from "../src/mcp/catalog.ts";
import { manifest } from "./manifest.ts";

/** The committed files that follow from the code: path and text. */
export function documents(): Record<string, string> {
  return {
    "manifest.json": `${JSON.stringify(manifest(packageJson, allSettings, catalog), null, 2)}\n`,
  };
}
