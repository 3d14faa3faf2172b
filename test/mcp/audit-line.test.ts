import { expect, test } from "vitest";
import { allTools } from "../../src/mcp/all-tools.ts";
import { auditLine } from "../../src/mcp/audit-line.ts";

const tool = allTools.find(({ target }) => target !== undefined);
const ended = {
  caller: {},
  given: {},
  written: {},
  client: null,
  confirmed_by: null,
  outcome: "done",
  duration_ms: 1,
} as const;
const written = ["Sora_20160711.PushChannel", "Sora_20151104.DisconnectChannel", "Sora_20160711.PushChannel"];

test("the target is the API that a tool is, and of one that is none, what it wrote with, once each", () => {
  if (!tool) throw new Error("there is no tool");
  const { target, ...job } = tool;
  const line = (called: typeof job) =>
    auditLine({ ...ended, tool: called, sent: written }, (text) => text).target;
  expect(line(tool)).toBe(target);
  expect(line(job)).toBe("Sora_20160711.PushChannel, Sora_20151104.DisconnectChannel");
});
