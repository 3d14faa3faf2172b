import { expect, test } from "vitest";
import { clients } from "../../src/setup/clients.ts";
import { machines } from "./machines.ts";
import { run } from "./run-setup.ts";

const names = Object.keys(clients);

test("says which Sora it is, and what is missing", () => {
  expect(run(["zed"]).stdout).toContain("- This is for Sora Cloud.");
  expect(run(["zed", "--sandbox"]).stdout).toContain("- This is the simulated Sora.");
  const own = ["zed", "--api-url=http://127.0.0.1:3000/"];
  expect(run(own).stdout).toContain("- Only the tools of Sora Labo's page are there. With --release");
  expect(run([...own, "--release=2025.2"]).stdout).not.toMatch(/This is|Only the tools/);
});

test("a copy in the cache of npx is told not to last", () => {
  const script = "/home/me/.npm/_npx/0123/node_modules/sora-labo-mcp/dist/cli.js";
  expect(run(["zed"], { ...machines.linux, script }).stdout).toContain("cache of npx");
  expect(run(["zed"]).stdout).not.toContain("npx");
});

test("without a client it lists all of them, with an example that works", () => {
  const { code, stdout, stderr } = run([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const [name, { title }] of Object.entries(clients))
    expect(stdout).toMatch(new RegExp(`^  ${name} +${title}$`, "m"));
  const examples = [...stdout.matchAll(/^ {2}sora-labo-mcp setup (.*)$/gm)].map(([, words = ""]) =>
    words.split(" "),
  );
  expect(examples).toHaveLength(2);
  for (const words of examples) expect(run(words).code).toBe(0);
});

test.each([["visual-studio"], ["Codex"], ["constructor"], ["__proto__"], ["SECRET-0123456789"]])(
  "%s is no client that it knows, which is one line on stderr",
  (word) => {
    expect(run([word])).toEqual({
      code: 1,
      stdout: "",
      stderr: `sora-labo-mcp error: setup knows these clients: ${names.join(", ")}.\n`,
    });
  },
);

test.each([
  [["codex", "--confirm", "maybe"], 'SORA_CONFIRM must be flag, preview, ask or ask,panel. It is "maybe".'],
  [["codex", "--api-url", "http://me:SECRET@127.0.0.1/"], "SORA_API_URL must be "],
  [
    ["codex", "--api-key", "SECRET"],
    "The command line has --api-key, which is no flag of this server; see --help.",
  ],
  [["codex", "zed"], "The command line has a word that is no command;"],
  [["--channels"], "SORA_CHANNELS must be "],
])("%j is told, and nothing is printed that would not work", (words, problem) => {
  const { code, stdout, stderr } = run(words);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(`sora-labo-mcp error: ${problem}`);
  expect(stderr).not.toContain("SECRET");
});

test("is for clients that start the server themselves: nothing is printed for one over HTTP", () => {
  expect(run(["codex", "--http", "127.0.0.1:8080"])).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "sora-labo-mcp error: setup is for clients that start this server themselves, over stdio: leave --http out.\n",
  });
});

test("what is understood otherwise than it is written is told, and goes on", () => {
  const { code, stdout, stderr } = run(["zed", "--sandbox", "--release=2031.1"]);
  expect(code).toBe(0);
  expect(stdout).toContain("--release=2031.1");
  expect(stderr).toBe(
    "sora-labo-mcp warn: SORA_RELEASE is newer than this server knows and counts as 2026.2.\n",
  );
});
