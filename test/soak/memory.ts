import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** The resident set of a process in megabytes; undefined where there is no way to know. */
export function residentMegabytes(pid: number): number | undefined {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? readFileSync(status, "utf8").match(/^VmRSS:\s+(\d+) kB$/m)?.[1]
    : fromPs(pid);
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function fromPs(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
