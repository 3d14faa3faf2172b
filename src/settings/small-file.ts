import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** Not blocking: to open a pipe would wait for its writer. Windows has no such flag, and what is undefined counts as 0. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;

/** Why what is there is no small file. Its message may be shown to anyone. */
export class SmallFileFault extends Error {}

/** The text of a file. Throws when it cannot be read, is no regular file or has more than so many kB. */
export function readSmallFile(path: string, mostKb = 16): string {
  const file = openSync(path, flags);
  try {
    const found = fstatSync(file);
    if (!found.isFile())
      throw new SmallFileFault(`it is ${found.isDirectory() ? "a folder" : "no regular file"}`);
    const bytes = Buffer.alloc(mostKb * 1024 + 1);
    const length = readSync(file, bytes);
    if (length === bytes.length) throw new SmallFileFault(`it has more than ${mostKb} kB`);
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}

/** Why `readSmallFile` failed: the end of a sentence. Node's own words are not told: they hold the path. */
export function smallFileFault(error: unknown, missing: string): string {
  if (error instanceof SmallFileFault) return error.message;
  const code = error instanceof Error && "code" in error && error.code;
  if (code === "ENOENT") return missing;
  return code === "EACCES" || code === "EPERM" ? "this user may not read it" : "it cannot be read";
}
