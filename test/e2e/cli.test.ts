import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { version } from "../../package.json";
import { listedByDefault } from "../contract/index.ts";
import { sha256 } from "../support/audit-file.ts";
import { builtServer } from "../support/built-server.ts";
import { errorOf, overStdio, serverNode } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";

const key = "distinctive-key-of-the-command-line-0123456789";

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command to its end, with an empty stdin. */
function run(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      serverNode,
      [builtServer(), ...args],
      { env: { HOME: homedir(), ...env }, timeout: 15_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

describe("--help", () => {
  test.each(["--help", "-h"])("%s names every variable and flag on stdout", async (flag) => {
    const { code, stdout, stderr } = await run([flag]);
    for (const variable of [
      "SORA_API_KEY ",
      "SORA_API_KEY_FILE ",
      "SORA_API_URL ",
      "SORA_RELEASE ",
      "SORA_RELEASE_CHANNEL ",
      "SORA_READ_ONLY ",
      "SORA_TOOLSETS ",
      "SORA_CHANNELS ",
      "SORA_CONFIRM ",
      "SORA_MAX_AFFECTED ",
      "SORA_MAX_DESTRUCTIVE_PER_HOUR ",
      "SORA_TIMEOUT_MS ",
      "SORA_AUDIT_LOG ",
      "SORA_LOG_LEVEL ",
      "SORA_SANDBOX ",
      "SORA_HTTP ",
      "SORA_CALLERS ",
      "SORA_HTTP_URL ",
      "SORA_OAUTH_ISSUER ",
      "SORA_METRICS ",
      "SORA_TICKET_KEY ",
      "SORA_TICKET_KEY_FILE ",
    ]) {
      expect(stdout).toContain(`\n  ${variable}`);
    }
    for (const setting of [
      "--api-url ",
      "--release ",
      "--release-channel ",
      "--read-only ",
      "--toolsets ",
      "--channels ",
      "--confirm ",
      "--max-affected ",
      "--max-destructive-per-hour ",
      "--timeout-ms ",
      "--audit-log ",
      "--log-level ",
      "--sandbox ",
      "--http ",
      "--callers ",
      "--http-url ",
      "--oauth-issuer ",
      "--metrics ",
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}SORA_\\w+ +${setting}`, "m"));
    }
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  test("is given whatever the settings", async () => {
    const { code, stdout } = await run(["--nonsense", "--help"], { SORA_CONFIRM: "maybe" });
    expect(stdout).toContain("sora-labo-mcp doctor");
    expect(code).toBe(0);
  });
});

test.each(["--version", "-v"])("%s is the package's", async (flag) => {
  expect(await run([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

describe("doctor", () => {
  test("exits with 0 when all is well", async () => {
    const { code, stdout, stderr } = await run(["doctor", "--sandbox", "--channel", "sora"]);
    expect(stdout).toContain("answers: 5 connections in the channel");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  test("exits with 1 when something is not, and says what to set", async () => {
    const { code, stdout, stderr } = await run(["doctor"]);
    expect(stdout).toContain("SORA_API_KEY");
    expect(stderr).toBe("");
    expect(code).toBe(1);
  });

  test.each([
    [["--sandbox"], 0],
    [["--confirm", "maybe"], 1],
    [["--nonsense"], 1],
  ])("--json %j is one JSON value, and the exit code its verdict", async (args, exitCode) => {
    const { code, stdout } = await run(["doctor", "--json", ...args]);
    const report = JSON.parse(stdout);
    expect(report.ok).toBe(exitCode === 0);
    expect(report.versions).toMatchObject({ "sora-labo-mcp": version, node: expect.any(String) });
    // With SORA_HTTP, and without what only that would use.
    expect(report.settings).toHaveLength(16);
    expect(code).toBe(exitCode);
  });

  test("asks the endpoint that the flag names, with the key from the environment", async () => {
    const upstream = await startUpstream(json([]));
    const { code, stdout } = await run(["doctor", "--api-url", upstream.url, "--channel=mine"], {
      SORA_API_KEY: key,
      SORA_API_URL: "http://127.0.0.1:9/",
    });
    expect(upstream.requests.map(({ headers, text }) => [headers.authorization, text])).toEqual([
      [`Bearer ${key}`, '{"channel_id":"mine"}'],
      // What tells the release.
      [`Bearer ${key}`, ""],
      [`Bearer ${key}`, ""],
    ]);
    expect(stdout).not.toContain(key);
    expect(code).toBe(0);
  });
});

describe("doctor with a flag that is no good", () => {
  test.each([
    [["--channel"], "The command line has --channel, which has no value."],
    [["--chanel=sora"], "The command line has --chanel, which is no flag of this server; see --help."],
    [
      ["sora"],
      "The command line has a word that is no command; the commands are doctor, demo, sandbox, setup and token, and come first.",
    ],
  ])("%j is told in the form that was asked for, and looks at nothing", async (words, detail) => {
    const { code, stdout } = await run(["doctor", "--sandbox", ...words, "--json"]);
    const [settings, ...others] = JSON.parse(stdout).checks;
    expect(settings).toMatchObject({ status: "failed", detail, fix: "Correct the arguments as said above." });
    expect(others.map(({ status }: { status: string }) => status)).toEqual(Array(3).fill("skipped"));
    expect(code).toBe(1);
  });
});

test.each([
  [["--bogus"], "The command line has --bogus, which is no flag of the demo; see --help."],
  [["--read-only"], "The command line has --read-only, which is no flag of the demo; see --help."],
  [["--\u001bx"], "The command line has --\\u001bx, which is no flag of the demo; see --help."],
  [
    ["extra"],
    "The command line has a word that is no command; the commands are doctor, demo, sandbox, setup and token, and come first.",
  ],
])("demo %j is told on stderr, and tells nothing else", async (words, problem) => {
  const { code, stdout, stderr } = await run(["demo", ...words]);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: `sora-labo-mcp error: ${problem}\n`,
  });
});

describe("token", () => {
  test("prints two lines, the token and its entry, and what they are for on stderr", async () => {
    const { code, stdout, stderr } = await run(["token", "alice"]);
    const [token = "", entry = "", ...others] = stdout.split("\n");
    expect([code, others]).toEqual([0, [""]]);
    expect(JSON.parse(entry)).toEqual({ name: "alice", token_sha256: sha256(token) });
    expect(stderr).toContain("SORA_CALLERS");
    expect(stderr).not.toContain(token);
  });

  test.each([
    [[], "The name is missing: sora-labo-mcp token alice."],
    [[""], "The name is empty."],
    [["a".repeat(101)], "The name is longer than 100 characters."],
    [["a\nb"], "The name is not fit for a line: it has control characters or line breaks."],
    [["alice", "--sandbox"], "The command line has --sandbox, which is no flag of the token; see --help."],
    [
      ["alice", "bob"],
      "The command line has a word that is no command; the commands are doctor, demo, sandbox, setup and token, and come first.",
    ],
  ])("%j is told on stderr, and stdout stays empty", async (words, problem) => {
    const stderr = `sora-labo-mcp error: ${problem}\n`;
    expect(await run(["token", ...words])).toEqual({ code: 1, stdout: "", stderr });
  });

  test("asks for no settings", async () => {
    const { code, stderr } = await run(["token", "alice"], { SORA_HTTP: "8080", SORA_CONFIRM: "maybe" });
    expect([code, stderr.includes("error")]).toEqual([0, false]);
  });
});

test("where it is to listen is not understood: nothing is served, neither over HTTP nor over stdio", async () => {
  expect(await run(["--sandbox"], { SORA_HTTP: "8080" })).toEqual({
    code: 1,
    stdout: "",
    stderr:
      'sora-labo-mcp error: SORA_HTTP must be host:port, such as 127.0.0.1:8080; a host is needed. It is "8080".\n',
  });
});

describe("without settings that can be used, the server lists its tools and sends nothing", () => {
  test.each<[string, Record<string, string>, string[], string, RegExp]>([
    [
      "no key",
      {},
      [],
      "SORA_API_KEY",
      /error: sora-api\.sora-labo\.shiguredo\.app needs an API key: set SORA_API_KEY or SORA_API_KEY_FILE\.\n/,
    ],
    [
      "a key that is none",
      { SORA_API_KEY: `Bearer ${key}` },
      [],
      "SORA_API_KEY",
      /error: SORA_API_KEY must be the key alone: [^\n]*\n/,
    ],
    [
      "a bad value",
      { SORA_API_KEY: key, SORA_TIMEOUT_MS: "soon" },
      [],
      "SORA_TIMEOUT_MS",
      /error: SORA_TIMEOUT_MS must be a whole number from 100 to 120000\. It is "soon"\.\n/,
    ],
    [
      "a variable that is called nearly like one of ours",
      { SORA_API_KEY: key, SORA_HTPP: "127.0.0.1:0" },
      [],
      "SORA_HTTP",
      /error: SORA_HTPP is no variable of this server: rename it to SORA_HTTP [^\n]*\n/,
    ],
    [
      "a misspelt flag",
      { SORA_API_KEY: key },
      ["--chanels=team-*"],
      "--chanels",
      /error: The command line has --chanels, which is no flag of this server; see --help\.\n/,
    ],
    [
      "a stray word",
      { SORA_API_KEY: key },
      ["stray-word"],
      "a word that is no command",
      /error: The command line has a word that is no command; the commands are doctor, demo, sandbox, setup and token, and come first\.\n/,
    ],
    [
      "the key as a flag",
      {},
      [`--api-key=${key}`],
      "--api-key",
      /error: The command line has --api-key, which is no flag of this server; see --help\.\n/,
    ],
    [
      "credentials in the URL",
      { SORA_API_URL: `http://user:${key}@127.0.0.1:9/` },
      [],
      "SORA_API_URL",
      /error: SORA_API_URL must be [^\n]* It is "http:\/\/\[redacted\]@127\.0\.0\.1:9\/"\.\n/,
    ],
  ])("%s", async (_what, env, args, named, line) => {
    const upstream = await startUpstream(json([]));
    // Whatever leaves would have to pass here: another proxy, or the endpoint where no other is named.
    const proxies = { HTTP_PROXY: upstream.url, HTTPS_PROXY: upstream.url };
    const session = await overStdio({ env: { ...proxies, ...env }, args });
    const { tools } = await session.client.listTools();
    expect(tools).toHaveLength(listedByDefault.length);
    for (const { name } of tools) {
      const result = await session.call(name, { channel_id: "sora", confirm: true });
      const { code, message, hint } = errorOf(result);
      expect(code).toBe("not_configured");
      expect(`${message} ${hint}`).toContain(named);
      expect(JSON.stringify(result)).not.toContain(key);
    }
    await expect.poll(session.stderr).toMatch(line);
    expect(session.stderr()).not.toContain(key);
    expect(session.stderr()).not.toContain("stray-word");
    await session.close();
    expect(upstream.requests).toHaveLength(0);
  });
});

test("the hint of a call names all that is to be put right", async () => {
  const env = { SORA_API_URL: "http://127.0.0.1:9/", SORA_CONFIRM: "maybe", SORA_TIMEOUT_MS: "soon" };
  const hintUnder = async (args: string[]) => {
    const session = await overStdio({ env, args });
    return errorOf(await session.call("sora_list_channel_connections", { channel_id: "sora" })).hint;
  };
  const where = "in the settings of this MCP server, then restart it.";
  expect(await hintUnder([])).toBe(`Set SORA_CONFIRM and SORA_TIMEOUT_MS ${where}`);
  expect(await hintUnder(["--confirm=ask", "--timeout-ms=100", "--nonsense"])).toBe(
    `Correct the arguments ${where}`,
  );
  expect(await hintUnder(["--confirm=ask", "serve"])).toBe(
    `Correct the arguments and set SORA_TIMEOUT_MS ${where}`,
  );
});

describe("SORA_API_KEY_FILE", () => {
  test("is read, and its content sent", async () => {
    const upstream = await startUpstream(json([]));
    const file = join(temporaryFolder(), "key");
    await writeFile(file, `${key}\n`);
    const env = { SORA_API_URL: upstream.url, SORA_API_KEY_FILE: file };
    const session = await overStdio({ env });
    await session.call("sora_list_channel_connections", { channel_id: "sora" });
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${key}`]);
    expect(session.stderr()).toBe("");
  });

  test("may not be a folder, nor empty", async () => {
    const folder = temporaryFolder();
    const empty = join(folder, "empty");
    await writeFile(empty, "\n");
    for (const file of [folder, empty]) {
      const session = await overStdio({ env: { SORA_API_KEY_FILE: file } });
      const result = await session.call("sora_list_channel_connections", { channel_id: "sora" });
      const { code, message, hint } = errorOf(result);
      expect(code).toBe("not_configured");
      expect(hint).toContain("SORA_API_KEY_FILE");
      expect(message).not.toContain(folder);
      await expect.poll(session.stderr).toContain(JSON.stringify(file));
    }
  });
});

test("what a client did not expand counts as unset, and is told", async () => {
  const upstream = await startUpstream(json([]));
  const session = await overStdio({
    env: { SORA_API_URL: upstream.url, SORA_API_KEY: `$\u007bSORA_API_KEY}` },
  });
  const result = await session.call("sora_list_channel_connections", { channel_id: "sora" });
  expect(result.structuredContent).toMatchObject({ total: 0 });
  expect(upstream.requests[0]?.headers.authorization).toBeUndefined();
  await expect.poll(session.stderr).toContain("warn: SORA_API_KEY holds an unexpanded");
});

test("compiled code is kept in the user's folder where Node can, and nothing is written where it cannot", async () => {
  const folder = temporaryFolder();
  const expression = 'typeof require("node:module").enableCompileCache';
  const can = execFileSync(serverNode, ["-p", expression], { encoding: "utf8" }).trim() === "function";
  await run(["--version"], { XDG_CACHE_HOME: folder, HOME: folder, LOCALAPPDATA: folder });
  const places = ["", ".cache", join("Library", "Caches")].map((place) =>
    join(folder, place, "sora-labo-mcp"),
  );
  expect(places.some((place) => existsSync(place))).toBe(can);
});
