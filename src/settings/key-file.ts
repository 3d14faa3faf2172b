import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A key takes a few kB at most. */
const mostBytes = 16_384;

/** Not blocking, where there is such a thing: opening a pipe would wait for its writer, and the start with it. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The text of a file that holds a key. Throws when it cannot be read, is larger than 16 kB or no regular file. */
export function readKeyFile(path: string): string {
  const file = openSync(path, flags);
  try {
    if (!fstatSync(file).isFile()) throw new Error("not a regular file");
    const bytes = Buffer.alloc(mostBytes + 1);
    const length = readSync(file, bytes);
    if (length > mostBytes) throw new Error("too large to be a key");
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}
