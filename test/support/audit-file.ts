import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

/** Every line of an audit file, parsed; throws when one is not whole. No file: no lines. */
export function auditLines(path: string): Record<string, unknown>[] {
  const text = textOf(path);
  if (text !== "" && !text.endsWith("\n")) throw new Error(`the last line is not whole: ${text}`);
  return parsed(text);
}

/** Like {@link auditLines}, while other calls write: a reader may see the first page of a write before its second. */
export function auditLinesSoFar(path: string): Record<string, unknown>[] {
  return parsed(textOf(path));
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function parsed(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
