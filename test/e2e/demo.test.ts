import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { builtServer } from "../support/built-server.ts";

const run = promisify(execFile);

test("the demo tells the whole story, without colours when nobody watches, and ends well", async () => {
  const { stdout, stderr } = await run(process.execPath, [builtServer(), "demo"]);
  for (let step = 1; step <= 10; step++) expect(stdout).toContain(`\n${step}. `);
  expect(stdout).toContain("17 people in 3 channels");
  expect(stdout).toMatch(/frank +bad +loud_mic \(0\.9, limit 0\.8\)/);
  expect(stdout).toContain("muted for 8 of 8");
  expect(stdout).toMatch(/visitor-1 left after \d+(\.\d)? s, 8 are still here/);
  expect(stdout).toContain("confirmation_required: would hit heidi (sendrecv)");
  expect(stdout).toContain("done, confirmed by the flag");
  expect(stdout).toContain("unmuted: everyone hears frank again.");
  expect(stdout).toContain('"mcpServers"');
  expect(stdout).not.toContain("\u001b");
  expect(stderr).toBe("");
});
