import { describe, expect, test } from "vitest";
import { readCommandLine } from "../src/command-line.ts";
import { load, messages, told } from "./support/settings.ts";

const own = { SORA_API_URL: "http://127.0.0.1:3000/" };
const secret = "SECRET-0123456789";

/** The settings under a command line, as the server would have them. */
function configOf(argv: string[], env: Record<string, string> = own) {
  const { flags, unknown } = readCommandLine(argv);
  return load({ env, flags, unknownFlags: [...unknown] });
}

test.each([
  [[], "serve"],
  [["--sandbox"], "serve"],
  [["--help"], "help"],
  [["-h"], "help"],
  [["--version"], "version"],
  [["-v"], "version"],
  [["--help", "--version"], "help"],
  [["doctor"], "doctor"],
  [["doctor", "--sandbox", "--json", "--channel", "sora"], "doctor"],
  [["doctor", "--help"], "help"],
  [["demo"], "demo"],
  [["demo", "-v"], "version"],
  [["--sandbox", "doctor"], "serve"],
  [["--channels", "doctor"], "serve"],
  [["serve"], "serve"],
  [["help"], "serve"],
])("%j is the command %s", (argv, command) => {
  expect(readCommandLine(argv).command).toBe(command);
});

test("every flag, in both ways of writing a value", () => {
  const values = {
    "api-url": "http://127.0.0.1:1/",
    "release-channel": "stable",
    toolsets: "push,stats",
    channels: "a,b*",
    confirm: "ask",
    "timeout-ms": "500",
    "audit-log": "audit.jsonl",
    "log-level": "error",
  };
  const apart = Object.entries(values).flatMap(([flag, value]) => [`--${flag}`, value]);
  const joined = Object.entries(values).map(([flag, value]) => `--${flag}=${value}`);
  for (const argv of [apart, joined]) {
    const config = configOf(["--read-only", ...argv, "--sandbox"]);
    expect(told(config)).toBe("");
    expect({ ...config, apiUrl: config.apiUrl.href }).toMatchObject({
      apiUrl: "http://127.0.0.1:1/",
      releaseChannel: "stable",
      readOnly: true,
      toolsets: ["push", "stats"],
      channels: ["a", "b*"],
      confirm: "ask",
      timeoutMs: 500,
      auditLog: "audit.jsonl",
      logLevel: "error",
      sandbox: true,
    });
  }
});

describe("switches", () => {
  test.each([
    [["--read-only"], true],
    [["--read-only=true"], true],
    [["--read-only=false"], false],
    [["--read-only=0"], false],
    [["--no-read-only"], false],
    [["--read-only", "--no-read-only"], false],
  ])("%j", (argv, readOnly) => {
    const config = configOf(argv, { ...own, SORA_READ_ONLY: String(!readOnly) });
    expect(config.readOnly).toBe(readOnly);
    expect(told(config)).toBe("");
  });

  test.each([[["--read-only", "false"]], [["--read-only=maybe"]], [["--no-read-only=true"]]])(
    "%j is a problem",
    (argv) => {
      expect(configOf(argv).problems).toHaveLength(1);
    },
  );
});

test("an empty value leaves the environment in force", () => {
  const config = configOf(["--confirm=", "--timeout-ms", ""], { ...own, SORA_CONFIRM: "ask" });
  expect(config.confirm).toBe("ask");
  expect(config.timeoutMs).toBe(10_000);
  expect(told(config)).toBe("");
});

test("the last of several values counts", () => {
  expect(configOf(["--timeout-ms", "300", "--timeout-ms=400"]).timeoutMs).toBe(400);
});

test("a flag is never taken for the value of the one before it", () => {
  for (const argv of [
    ["--channels", "--read-only"],
    ["--audit-log", "--confirm=ask"],
  ]) {
    expect(messages(configOf(argv)), argv.join(" ")).toEqual([
      expect.stringMatching(/^SORA_(CHANNELS|AUDIT_LOG) must be .*; --(channels|audit-log) has no value\.$/),
    ]);
  }
});

test.each([
  [["--timeout-ms"]],
  [["--no-timeout-ms"]],
  [["--timeout-ms", "--read-only"]],
  [["--channels", "a", "--timeout-ms"]],
])("a value that is missing is a problem: %j", (argv) => {
  const config = configOf(argv);
  expect(messages(config)).toEqual([
    "SORA_TIMEOUT_MS must be a whole number from 100 to 120000; --timeout-ms has no value.",
  ]);
});

describe("words that nobody knows are problems, and their values are never shown", () => {
  test.each([
    [[`--api-key=${secret}`], ["--api-key"]],
    [
      ["--api-key", secret],
      ["--api-key", "a word without a flag"],
    ],
    [["-kSECRET"], ["-k"]],
    [[`-k${secret}`], ["-k", "a word without a flag"]],
    [
      ["-k", secret],
      ["-k", "a word without a flag"],
    ],
    [[secret], ["a word without a flag"]],
    [["--", secret, "x"], ["a word without a flag"]],
    [
      ["--chanels", "team-*"],
      ["--chanels", "a word without a flag"],
    ],
    [["--readonly"], ["--readonly"]],
    [["--read_only"], ["--read_only"]],
    [["--Read-Only"], ["--Read-Only"]],
    [["--no-bogus"], ["--no-bogus"]],
    [["--json"], ["--json"]],
    [["--channel=sora"], ["--channel"]],
    [["serve"], ["a word without a flag"]],
    [["demo", "--json"], ["--json"]],
    [["doctor", "me"], ["a word without a flag"]],
    [[`--__proto__=${secret}`], ["--__proto__"]],
    [["--constructor"], ["--constructor"]],
    [[`--${"x".repeat(100)}`], [`--${"x".repeat(38)}`]],
  ])("%j", (argv, unknown) => {
    const commandLine = readCommandLine(argv);
    expect(commandLine.unknown).toEqual(unknown);
    const config = configOf(argv);
    expect(messages(config)).toEqual(
      unknown.map((word) => `The command line has ${word}, which is no flag of this server; see --help.`),
    );
    expect(told(config)).not.toContain(secret);
  });
});

test.each([["doctor"], ["demo"], ["--sandbox"]])("%s is known", (...argv) => {
  expect(readCommandLine(argv).unknown).toEqual([]);
});

test("the doctor's own flags", () => {
  const { flags, unknown } = readCommandLine(["doctor", "--channel", "sora", "--json", "--sandbox"]);
  expect(flags).toMatchObject({ channel: "sora", json: true, sandbox: true });
  expect(unknown).toEqual([]);
});
