import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The built server. Throws when it is not built from the sources as they are now: it would tell nothing about them. */
export function builtServer(): string {
  const file = "dist/cli.js";
  const builtAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync("src", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ parentPath, name }) => join(parentPath, name));
  const newer = [...sources, "package.json", "scripts/build.mjs"].find(
    (source) => statSync(source).mtimeMs > builtAt,
  );
  if (newer) throw new Error(`${file} is missing or older than ${newer}: run \`npm run build\`.`);
  return file;
}
