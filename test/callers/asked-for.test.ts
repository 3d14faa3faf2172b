import { expect, test } from "vitest";
import { askedFor } from "../../src/callers/asked-for.ts";
import { defaultToolsets, toolsets } from "../../src/tools/chapters.ts";

test.each([
  [{}, {}],
  [{ "x-mcp-readonly": [""] }, {}],
  [{ "x-mcp-toolsets": ["  "] }, {}],
  [{ "x-mcp-readonly": ["true"] }, { readOnly: true }],
  [{ "x-mcp-readonly": [" TRUE "] }, { readOnly: true }],
  [{ "x-mcp-readonly": ["1"] }, { readOnly: true }],
  [{ "x-mcp-readonly": ["false"] }, { readOnly: false }],
  [{ "x-mcp-toolsets": ["push"] }, { toolsets: ["push"] }],
  [{ "x-mcp-toolsets": [" Push, stats ,"] }, { toolsets: ["push", "stats"] }],
  [{ "x-mcp-toolsets": ["default"] }, { toolsets: defaultToolsets }],
  [{ "x-mcp-toolsets": ["all"] }, { toolsets }],
  [
    { "x-mcp-readonly": ["on"], "x-mcp-toolsets": ["rtp"] },
    { readOnly: true, toolsets: ["rtp"] },
  ],
])("%j leaves %j", (headers, rights) => {
  expect(askedFor(headers)).toEqual({ rights });
});

const readOnly = { fault: "X-MCP-Readonly must be true or false, sent once." };
const sets = { fault: "X-MCP-Toolsets must be a comma-separated list of toolsets, sent once." };

test.each([
  [{ "x-mcp-readonly": ["maybe"] }, readOnly],
  [{ "x-mcp-readonly": ["read-only"] }, readOnly],
  [{ "x-mcp-readonly": ["true, false"] }, readOnly],
  [{ "x-mcp-readonly": ["true", "false"] }, readOnly],
  [{ "x-mcp-readonly": ["", "true"] }, readOnly],
  [{ "x-mcp-readonly": ["$\u007bREAD_ONLY}"] }, readOnly],
  [{ "x-mcp-toolsets": ["nonsense"] }, sets],
  [{ "x-mcp-toolsets": ["push", "stats"] }, sets],
  [{ "x-mcp-toolsets": ["push", "push"] }, sets],
  [{ "x-mcp-toolsets": ["push, nonsense"] }, sets],
  [{ "x-mcp-toolsets": ["push;stats"] }, sets],
  [{ "x-mcp-toolsets": [",,"] }, sets],
  [{ "x-mcp-toolsets": ["all, nonsense"] }, sets],
  [{ "x-mcp-toolsets": ["none"] }, sets],
  [{ "x-mcp-toolsets": ["constructor"] }, sets],
])("%j is not understood, and not ignored", (headers, fault) => {
  expect(askedFor(headers)).toEqual(fault);
});
