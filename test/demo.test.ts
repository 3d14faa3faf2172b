import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { demo } from "../src/demo/index.ts";

const paint = (style: string, words: string) => `<${style}>${words}</${style}>`;

async function tell(args: string[]) {
  const stdout = new PassThrough();
  const exitCode = await demo({ command: process.execPath, args, paint }, stdout);
  stdout.end();
  return { exitCode, story: await text(stdout) };
}

test("tells the story with marks for a terminal and exits with 0", async () => {
  const { exitCode, story } = await tell(["dist/cli.js", "--sandbox"]);
  expect(story).toContain("<bold>7. Who is left?</bold>");
  expect(story).toContain("<cyan>sora_push_connection</cyan>");
  expect(exitCode).toBe(0);
});

test("exits with 1 and says which step failed when the server does not do what the story tells", async () => {
  const { exitCode, story } = await tell(["dist/cli.js", "--sandbox", "--read-only"]);
  expect(story).toContain("Step 3 did not go as told");
  expect(exitCode).toBe(1);
});

test("exits with 1 when the server does not start", async () => {
  const { exitCode, story } = await tell(["-e", "process.exit(3)"]);
  expect(story).toContain("Step 0 did not go as told");
  expect(exitCode).toBe(1);
});
