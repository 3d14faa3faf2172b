import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { builtServer } from "../support/built-server.ts";

const run = promisify(execFile);

test("the demo tells the whole story, without colours when nobody watches, and ends well", async () => {
  const { stdout, stderr } = await run(process.execPath, [builtServer(), "demo"]);
  for (const step of [1, 2, 3, 4, 5, 6, 7, 8]) expect(stdout).toContain(`\n${step}. `);
  expect(stdout).toContain("bob is.");
  expect(stdout).toContain("confirmation_required: would hit bob (sendrecv)");
  expect(stdout).toContain("4 connections: 1 sendrecv, 1 sendonly, 2 recvonly");
  expect(stdout).toContain("invalid_arguments: channel_id: Required; chanel_id: unknown argument.");
  expect(stdout).toContain('"mcpServers"');
  expect(stdout).not.toContain("\u001b");
  expect(stderr).toBe("");
});
