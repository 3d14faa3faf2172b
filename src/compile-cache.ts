import module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Keeps compiled code between starts where the running Node can (22.1 and later). In a folder of the user's own: the
 * shared temporary folder would let other users of the machine plant code. Does nothing when it cannot be written.
 */
export function keepCompiledCode(platform: string, env: Readonly<Record<string, string | undefined>>): void {
  if (!("enableCompileCache" in module) || typeof module.enableCompileCache !== "function") return;
  try {
    module.enableCompileCache(join(cacheFolder(platform, env), "sora-labo-mcp"));
  } catch {
    // homedir() throws for a user whom the system does not know, as containers have them.
  }
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
