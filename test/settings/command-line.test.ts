import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../src/settings/command-line.ts";
import { load, messages, told } from "../support/settings.ts";

const own = { SORA_API_URL: "http://127.0.0.1:3000/" };
const secret = "SECRET-0123456789";

/** The settings under a command line, as the server would have them. */
function configOf(argv: string[], env: Record<string, string> = own) {
  const { flags, problems } = readCommandLine(argv);
  return load({ env, flags, flagProblems: [...problems] });
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
  [["sandbox"], "sandbox"],
  [["sandbox", "--port", "0", "--release=2025.2"], "sandbox"],
  [["sandbox", "--help"], "help"],
  [["setup"], "setup"],
  [["setup", "codex", "--sandbox"], "setup"],
  [["setup", "codex", "--help"], "help"],
  [["token"], "token"],
  [["token", "alice"], "token"],
  [["token", "alice", "--help"], "help"],
  [["--sandbox", "token"], "serve"],
  [["--sandbox", "setup"], "serve"],
  [["--sandbox", "sandbox"], "serve"],
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
    confirm: "ask,panel",
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
      confirm: "ask,panel",
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

test.each([
  [["--channels", "a", "--channels", "b"], "channels"],
  [["--channels=a", "--read-only", "--channels", "b"], "channels"],
  [["--channels", "a", "--channels="], "channels"],
  [["--channels", "a", "--channels", "a", "--channels", "a"], "channels"],
  [["--read-only", "--no-read-only"], "read-only"],
  [["--no-read-only", "--read-only=true"], "read-only"],
  [["--sandbox", "--sandbox"], "sandbox"],
  [["--timeout-ms", "300", "--timeout-ms=400"], "timeout-ms"],
  [["doctor", "--channel", "a", "--channel=b"], "channel"],
  [["doctor", "--json", "--json"], "json"],
])("%j is a problem that names the flag and no value", (argv, flag) => {
  const config = configOf(argv);
  expect(told(config)).toBe(`The command line has --${flag} more than once.`);
});

test("flags given twice are told one by one, and beside what else is wrong", () => {
  const argv = [
    "--confirm=ask",
    "--bogus",
    "--bogus",
    "--toolsets",
    "push",
    "--confirm",
    "flag",
    "--toolsets=rtp",
  ];
  expect(messages(configOf(argv))).toEqual([
    "The command line has --bogus, which is no flag of this server; see --help.",
    "The command line has --confirm more than once.",
    "The command line has --toolsets more than once.",
  ]);
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

const aWord =
  "a word that is no command; the commands are doctor, demo, sandbox, setup and token, and come first";

describe("words that nobody knows are problems, and their values are never shown", () => {
  test.each([
    [[`--api-key=${secret}`], ["--api-key"]],
    [
      ["--api-key", secret],
      ["--api-key", aWord],
    ],
    [["-kSECRET"], ["-k"]],
    [[`-k${secret}`], ["-k", aWord]],
    [
      ["-k", secret],
      ["-k", aWord],
    ],
    [[secret], [aWord]],
    [["--", secret, "x"], [aWord]],
    [
      ["--chanels", "team-*"],
      ["--chanels", aWord],
    ],
    [["--readonly"], ["--readonly"]],
    [["--read_only"], ["--read_only"]],
    [["--Read-Only"], ["--Read-Only"]],
    [["--no-bogus"], ["--no-bogus"]],
    [["--json"], ["--json"]],
    [["--channel=sora"], ["--channel"]],
    [["serve"], [aWord]],
    [["demo", "--json"], ["--json"]],
    [["demo", "--confirm=ask"], ["--confirm"]],
    [["demo", "extra"], [aWord]],
    [["sandbox", "--json"], ["--json"]],
    [["sandbox", "--read-only"], ["--read-only"]],
    [["sandbox", "3000"], [aWord]],
    [["--sandbox", "doctor"], [aWord]],
    [["doctor", "me"], [aWord]],
    [["setup", "codex", secret], [aWord]],
    [["setup", "--api-key", secret], ["--api-key"]],
    [["setup", "codex", "--json"], ["--json"]],
    [["--sandbox", "setup"], [aWord]],
    [["token", "alice", secret], [aWord]],
    [["token", "alice", "--sandbox"], ["--sandbox"]],
    [["--sandbox", "token", secret], [aWord]],
    [[`--__proto__=${secret}`], ["--__proto__"]],
    [["--constructor"], ["--constructor"]],
    [[`--${"x".repeat(100)}`], [`--${"x".repeat(38)}`]],
  ])("%j", (argv, unknown) => {
    const config = configOf(argv);
    const owner = ["demo", "sandbox", "token"].includes(argv[0] ?? "") ? `the ${argv[0]}` : "this server";
    expect(messages(config)).toEqual(
      unknown.map((word) =>
        word === aWord
          ? `The command line has ${word}.`
          : `The command line has ${word}, which is no flag of ${owner}; see --help.`,
      ),
    );
    expect(told(config)).not.toContain(secret);
  });
});

test.each([["doctor"], ["demo"], ["sandbox"], ["setup"], ["token"], ["--sandbox"]])(
  "%s is known",
  (...argv) => {
    expect(readCommandLine(argv).problems).toEqual([]);
  },
);

test.each([
  [["setup"], undefined, {}],
  [["setup", "codex"], "codex", {}],
  [["setup", "codex", "--sandbox", "--confirm", "ask"], "codex", { sandbox: true, confirm: "ask" }],
  [["setup", "--sandbox", "--confirm", "ask", "codex"], "codex", { sandbox: true, confirm: "ask" }],
  [["setup", "--channels", "codex"], undefined, { channels: "codex" }],
  [["doctor", "--channel", "codex"], undefined, { channel: "codex" }],
  [["token"], undefined, {}],
  [["token", "alice"], "alice", {}],
  [["token", "--", "--alice"], "--alice", {}],
])("%j is for %s", (words, operand, flags) => {
  expect(readCommandLine(words)).toMatchObject({ operand, problems: [] });
  expect(readCommandLine(words).flags).toEqual(flags);
});

test("the doctor's own flags", () => {
  const { flags, problems } = readCommandLine(["doctor", "--channel", "sora", "--json", "--sandbox"]);
  expect(flags).toMatchObject({ channel: "sora", json: true, sandbox: true });
  expect(problems).toEqual([]);
});

test.each([
  [["--channel"], "--channel, which has no value", undefined],
  [["--channel", "--json"], "--channel, which has no value", true],
  [["--json", "--channel"], "--channel, which has no value", true],
  [["--channel", "--json", "--channel", "sora"], "--channel, which has no value", true],
  [["--channel=", "--json"], "--channel, which has no value", true],
  [["--channel", " "], "--channel, which has no value", undefined],
  [["--no-channel"], "--channel, which has no value", undefined],
  [["--json=yes"], "--json, which takes no value", "yes"],
])("doctor %j is a problem, and no flag is lost", (words, problem, json) => {
  const { flags, problems } = readCommandLine(["doctor", ...words]);
  expect(problems).toEqual([`The command line has ${problem}.`]);
  expect(flags.json).toBe(json);
});

test("a flag without a value does not swallow the next one", () => {
  const { flags } = readCommandLine(["--channels", "--confirm", "--read-only", "--api-url", "channels"]);
  expect(flags).toEqual({ channels: true, confirm: true, "read-only": true, "api-url": "channels" });
});

test.each([[["--port"]], [["--port", "--release", "labo"]]])("sandbox %j: the port has no value", (words) => {
  const { problems } = readCommandLine(["sandbox", ...words]);
  expect(problems).toEqual(["The command line has --port, which has no value."]);
});
