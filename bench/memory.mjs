import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const { platform } = process;

/** What `peak` of {@link memoryOf} is on this system: only Linux keeps a process's peak for others to read. */
export const memoryKind = { linux: "peak RSS", win32: "not available" }[platform] ?? "RSS";

/** Resident memory of a process in MB (2^20 bytes), now and at its peak; NaN where it cannot be read. */
export function memoryOf(pid) {
  switch (platform) {
    case "linux": {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const megabytes = (field) => Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024;
      return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
    }
    case "win32":
      return { now: Number.NaN, peak: Number.NaN };
    default: {
      const now = Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
      return { now, peak: now };
    }
  }
}
