import { mkdirSync, statSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

/**
 * Keeps compiled code between starts where the running Node can (22.1 and later). In a folder of the user's own: the
 * shared temporary folder would let other users of the machine plant code. Does nothing when it cannot be written.
 */
export function keepCompiledCode(platform: string, env: Readonly<Record<string, string | undefined>>): void {
  if (!("enableCompileCache" in module) || typeof module.enableCompileCache !== "function") return;
  try {
    const folder = join(cacheFolder(platform, env), "sora-labo-mcp");
    // Otherwise a folder of that name would be left wherever a client starts the server.
    if (!isAbsolute(folder)) return;
    make(folder);
    module.enableCompileCache(folder);
  } catch {
    // No folder. homedir() throws for a user whom the system does not know, as containers have them.
  }
}

/**
 * Throws when there is no folder to be written to. Where nothing can be made although the folder above is there, as in
 * /proc or in one that was deleted while it was mounted, mkdir says ENOENT, and what is recursive, as Node's making of its
 * cache, tries for ever.
 */
function make(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.nlink === 0) throw new Error("deleted");
  if (found) return;
  const above = dirname(folder);
  if (above !== folder) make(above);
  mkdirSync(folder, 0o700);
}

function cacheFolder(platform: string, env: Readonly<Record<string, string | undefined>>): string {
  switch (platform) {
    case "win32":
      return env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
    case "darwin":
      return join(homedir(), "Library", "Caches");
    default:
      return env.XDG_CACHE_HOME || join(homedir(), ".cache");
  }
}
