import { expect, test } from "vitest";
import { createLog } from "../src/log.ts";
import { logLevels } from "../src/settings/settings.ts";

function written(least: (typeof logLevels)[number], redact: (text: string) => string = (text) => text) {
  const lines: string[] = [];
  return { lines, log: createLog(least, redact, (line) => lines.push(line)) };
}

test.each([
  ["debug", ["debug", "info", "warn", "error"]],
  ["info", ["info", "warn", "error"]],
  ["warn", ["warn", "error"]],
  ["error", ["error"]],
] as const)("from %s up", (least, levels) => {
  const { lines, log } = written(least);
  for (const level of logLevels) log(level, `a ${level}`);
  expect(lines).toEqual(levels.map((level) => `sora-labo-mcp ${level}: a ${level}\n`));
});

test("a message is one line, and cannot act on the terminal", () => {
  const { lines, log } = written("warn");
  log("warn", "one\ntwo\r\nthree\u001b[2J\u0000\u202e end");
  expect(lines).toEqual(["sora-labo-mcp warn: one two\\u000d three\\u001b[2J\\u0000\\u202e end\n"]);
});

test("secrets are taken out", () => {
  const { lines, log } = written("warn", (text) => text.replaceAll("hunter2", "[redacted]"));
  log("error", "the key hunter2\nhunter2");
  expect(lines).toEqual(["sora-labo-mcp error: the key [redacted] [redacted]\n"]);
});
