import { smallFileFault } from "./small-file.ts";

export { readSmallFile as readKeyFile, SmallFileFault as KeyFileFault } from "./small-file.ts";

/** Why `readKeyFile` failed: the end of a sentence that may be shown to anyone. `variable` is for the secret itself. */
export function keyFileFault(error: unknown, variable: string): string {
  return smallFileFault(
    error,
    `there is no such file; write its whole path (a key itself goes into ${variable})`,
  );
}
