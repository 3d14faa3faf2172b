import type { Writable } from "node:stream";
import { nameFault, newToken } from "./new-token.ts";

interface Asked {
  /** For whom. */
  readonly name: string | undefined;
  /** What is wrong with the command line. */
  readonly problems: readonly string[];
}

/**
 * `sora-labo-mcp token NAME`: a new token and its entry in the file of callers, each on a line of stdout; for people, what
 * to do with them on stderr. Returns the exit code.
 */
export function printToken(
  { name, problems }: Asked,
  { stdout, stderr }: Record<"stdout" | "stderr", Writable>,
): 0 | 1 {
  const fault = name === undefined ? "missing: sora-labo-mcp token alice" : nameFault(name);
  const wrong = [...problems, ...(fault === undefined ? [] : [`The name is ${fault}.`])];
  for (const problem of wrong) stderr.write(`sora-labo-mcp error: ${problem}\n`);
  if (name === undefined || wrong.length > 0) return 1;
  const { token, entry } = newToken(name);
  stderr.write(
    "A token, shown this once, for the caller alone; and its entry, for the list of SORA_CALLERS:\n",
  );
  stdout.write(`${token}\n${JSON.stringify(entry)}\n`);
  stderr.write(`The file: {"callers": [ENTRY, ...]}. The caller sends: Authorization: Bearer TOKEN\n`);
  return 0;
}
