import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A key takes a few kB at most. */
const mostBytes = 16_384;

/** Not blocking, where there is such a thing: opening a pipe would wait for its writer, and the start with it. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Why what is there cannot hold a key. Its message may be shown to anyone. */
export class KeyFileFault extends Error {}

/** The text of a file that holds a key. Throws when it cannot be read, is larger than 16 kB or no regular file. */
export function readKeyFile(path: string): string {
  const file = openSync(path, flags);
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) throw new KeyFileFault("it is a folder");
    if (!found.isFile()) throw new KeyFileFault("it is no regular file");
    const bytes = Buffer.alloc(mostBytes + 1);
    const length = readSync(file, bytes);
    if (length > mostBytes) throw new KeyFileFault("it has more than 16 kB");
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}

/** Why `readKeyFile` failed: the end of a sentence. Node's own words are not told: they hold the path. */
export function keyFileFault(error: unknown): string {
  if (error instanceof KeyFileFault) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") {
    return "there is no such file; write its whole path (a key itself goes into SORA_API_KEY)";
  }
  return code === "EACCES" || code === "EPERM" ? "this user may not read it" : "it cannot be read";
}
