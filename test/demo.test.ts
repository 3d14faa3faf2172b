import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { demo } from "../src/demo/index.ts";
import { lastingStart } from "../src/demo/lasting-start.ts";
import { builtServer } from "./support/built-server.ts";

const paint = (style: string, words: string) => `<${style}>${words}</${style}>`;

async function tell(args: string[]) {
  const stdout = new PassThrough();
  const exitCode = await demo({ command: process.execPath, args, platform: "linux", paint }, stdout);
  stdout.end();
  return { exitCode, story: await text(stdout) };
}

test("exits with 1 and says which step failed when the server does not do what the story tells", async () => {
  const { exitCode, story } = await tell([builtServer(), "--sandbox", "--release", "2025.2", "--read-only"]);
  expect(story).toContain(
    "<bold>2. Who is loud, and who is badly connected? This takes about 5 seconds</bold>",
  );
  expect(story).toContain("<cyan>sora_diagnose</cyan>");
  expect(story).toContain("Step 3 did not go as told");
  expect(exitCode).toBe(1);
});

test("exits with 1 when the server does not start", async () => {
  const { exitCode, story } = await tell(["-e", "process.exit(3)"]);
  expect(story).toContain("Step 0 did not go as told");
  expect(exitCode).toBe(1);
});

const npxOnUnix = "/home/someone/.npm/_npx/4f1c2a/node_modules/sora-labo-mcp/dist/cli.js";
const npxOnWindows =
  "C:\\Users\\Some One\\AppData\\Local\\npm-cache\\_npx\\4f1c2a\\node_modules\\sora-labo-mcp\\dist\\cli.js";
test.each([
  ["/opt/sora/dist/cli.js", "darwin", "/opt/node/bin/node", ["/opt/sora/dist/cli.js", "--sandbox"]],
  [
    "C:\\tools\\sora\\dist\\cli.js",
    "win32",
    "C:\\Program Files\\nodejs\\node.exe",
    ["C:\\tools\\sora\\dist\\cli.js", "--sandbox"],
  ],
  [npxOnUnix, "linux", "npx", ["-y", "sora-labo-mcp", "--sandbox"]],
  [npxOnWindows, "win32", "cmd", ["/c", "npx", "-y", "sora-labo-mcp", "--sandbox"]],
])("an app that is to start %s on %s runs %s", (path, platform, command, args) => {
  const node = platform === "win32" ? "C:\\Program Files\\nodejs\\node.exe" : "/opt/node/bin/node";
  expect(lastingStart(node, [path, "--sandbox"], platform)).toEqual({ command, args });
});
