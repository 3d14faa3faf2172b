import { posix, win32 } from "node:path";
import type { Config } from "../settings/config.ts";
import { allSettings, settings } from "../settings/settings.ts";
import { needsKey, soraCloud } from "../sora/url.ts";

/** Where a snippet is to work. */
export interface Machine {
  readonly platform: string;
  /** Empty where the system does not know it. */
  readonly home: string;
  /** The folder from which files on the command line are meant; empty where it is gone. */
  readonly cwd: string;
  /** Node itself: apps with windows often do not see the PATH of a terminal. */
  readonly node: string;
  /** The built server. */
  readonly script: string;
}

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** What a client is to start. */
export interface Server {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The file that is to hold the key; none where no key is needed. Never the key itself. */
  readonly keyFile: string | undefined;
}

/** The server on this machine, under the flags that were given. What the shell's environment says is left out. */
export function serverOn(machine: Machine, flags: Flags, config: Config): Server {
  const keyFile =
    !config.sandbox && needsKey(config.apiUrl)
      ? inFolder(machine, machine.home, "sora-api-key.txt")
      : undefined;
  const isCloudByDefault = !config.sandbox && config.source("apiUrl") !== "flag";
  return {
    command: machine.node,
    args: [machine.script, ...carriedOver(machine, flags)],
    env: {
      ...(isCloudByDefault && { [settings.apiUrl.variable]: soraCloud }),
      ...(keyFile !== undefined && { [settings.apiKeyFile.variable]: keyFile }),
    },
    keyFile,
  };
}

/** A path below a folder, with the separators of the machine. */
export function inFolder({ platform }: Pick<Machine, "platform">, ...parts: string[]): string {
  return (platform === "win32" ? win32 : posix).join(...parts);
}

/** The flags as arguments. A file gets its whole path: who knows from which folder a client starts the server. */
function carriedOver({ platform, cwd }: Machine, flags: Flags): string[] {
  const { resolve, sep } = platform === "win32" ? win32 : posix;
  /** With the separator at its end, which says that it is a folder. */
  const whole = (path: string) =>
    resolve(cwd, path).replace(/[\\/]$/, "") + (path.endsWith("/") || path.endsWith(sep) ? sep : "");
  return allSettings.flatMap(({ flag, isFile }) => {
    const value = flag === undefined ? undefined : flags[flag];
    if (value === undefined || value === "") return [];
    if (typeof value === "boolean") return [value ? `--${flag}` : `--no-${flag}`];
    return [`--${flag}=${isFile ? whole(value) : value}`];
  });
}
