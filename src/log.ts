import { type LogLevel, logLevels } from "./settings/settings.ts";
import { visibleText } from "./text.ts";

/** Writes lines such as `sora-labo-mcp warn: ...` to stderr, from the given level up. */
export type Log = (level: LogLevel, message: string) => void;

/** A log that leaves out what is less than `least`, and takes secrets and hidden characters out of the rest. */
export function createLog(
  least: LogLevel,
  redact: (text: string) => string,
  write: (line: string) => void,
): Log {
  return (level, message) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(least)) return;
    write(`sora-labo-mcp ${level}: ${visibleText(redact(message).replaceAll("\n", " "))}\n`);
  };
}
