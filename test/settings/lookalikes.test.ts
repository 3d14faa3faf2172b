import { describe, expect, test } from "vitest";
import { allSettings, settings } from "../../src/settings/settings.ts";
import { load, messages, placeholder, told } from "../support/settings.ts";

// Variables that none of ours is called, but one almost is.

const own = { SORA_API_URL: "http://127.0.0.1:3000/" };
const secret = "distinctive-secret-0123456789";

test.each([
  ["SORA_READONLY", "SORA_READ_ONLY"],
  ["SORA_READ_ONY", "SORA_READ_ONLY"],
  ["SORA_REDA_ONLY", "SORA_READ_ONLY"],
  ["SORA-READ-ONLY", "SORA_READ_ONLY"],
  ["SoraReadOnly", "SORA_READ_ONLY"],
  ["sora_read_only", "SORA_READ_ONLY"],
  ["SORA_TOOLSET", "SORA_TOOLSETS"],
  ["SORA_TOOL_SETS", "SORA_TOOLSETS"],
  ["SORA_CHANNEL", "SORA_CHANNELS"],
  ["SORA_CHANELS", "SORA_CHANNELS"],
  ["SORA_CHANEL", "SORA_CHANNELS"],
  ["SORA_CHANNLES", "SORA_CHANNELS"],
  ["SORA_CHANNEL_IDS", "SORA_CHANNELS"],
  ["SORA_CHANNELS ", "SORA_CHANNELS"],
  ["sora_channels", "SORA_CHANNELS"],
  ["SORA_CONFIRMS", "SORA_CONFIRM"],
  ["SORA_TIMEOUT", "SORA_TIMEOUT_MS"],
  ["SORA_TIMEOUT_S", "SORA_TIMEOUT_MS"],
  ["SORA_AUDITLOG", "SORA_AUDIT_LOG"],
  ["SORA_LOGLEVEL", "SORA_LOG_LEVEL"],
  ["SORA_SAND_BOX", "SORA_SANDBOX"],
  ["SORA_READ_ONLY_MODE", "SORA_READ_ONLY"],
  ["SORA_MCP_READONLY", "SORA_READ_ONLY"],
  ["SORA_TOOLS", "SORA_TOOLSETS"],
  ["SORA_ENABLED_TOOLS", "SORA_TOOLSETS"],
  ["SORA_TOOL", "SORA_TOOLSETS"],
  ["SORA_MCP_TOOLSETS", "SORA_TOOLSETS"],
  ["SORA_ALLOWED_CHANNELS", "SORA_CHANNELS"],
  ["SORA_ALLOWED_CHANNEL", "SORA_CHANNELS"],
  ["SORA_ALLOW_CHANNELS", "SORA_CHANNELS"],
  ["SORA_CHANNEL_ALLOWLIST", "SORA_CHANNELS"],
  ["SORA_CHANNELS_WHITELIST", "SORA_CHANNELS"],
  ["SORA_CONFIRMATION", "SORA_CONFIRM"],
  ["SORA_CONFIRM_MODE", "SORA_CONFIRM"],
  ["SORA_CONFIRM_DESTRUCTIVE", "SORA_CONFIRM"],
  ["SORA_MAXAFFECTED", "SORA_MAX_AFFECTED"],
  ["SORA_MAX_AFECTED", "SORA_MAX_AFFECTED"],
  ["SORA_MAX_EFFECTED", "SORA_MAX_AFFECTED"],
  ["SORA_MAX_AFFECTED_CONNECTIONS", "SORA_MAX_AFFECTED"],
  ["SORA_MCP_MAX_AFFECTED", "SORA_MAX_AFFECTED"],
  ["SORA_LIMIT_AFFECTED", "SORA_MAX_AFFECTED"],
  ["SORA_AFFECTED_MAX", "SORA_MAX_AFFECTED"],
  ["SoraMaxAffectedConnections", "SORA_MAX_AFFECTED"],
  ["SORA_MAX_DISCONNECTS", "SORA_MAX_AFFECTED"],
  ["SORA_MAX_DESTRUCTIVE_PER_HOURS", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_MAX_DESTRUCTIVE", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_MAX_DESTRUCTIVE_CALLS", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_DESTRUCTIVE_PER_HOUR", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_ALLOW_DESTRUCTIVE", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_MAX_PER_HOUR", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_KICKS_PER_HOUR", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_MAX_DISCONNECTS_PER_HOUR", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_MAX_DISCONNECTIONS_PERHOUR", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_DELETES_PER_HOUR", "SORA_MAX_DESTRUCTIVE_PER_HOUR"],
  ["SORA_AUDIT", "SORA_AUDIT_LOG"],
  ["SORA_AUDIT_FILE", "SORA_AUDIT_LOG"],
  ["SORA_HTPP", "SORA_HTTP"],
  ["SORA_HTTPS", "SORA_HTTP"],
])("%s is told to be meant for %s, with what was given", (name, variable) => {
  const setting = allSettings.find((each) => each.variable === variable);
  const config = load({ env: { ...own, [name]: "true" } });
  const message = `${name} is no variable of this server: rename it to ${variable} (${setting?.allowed}) or remove it.`;
  expect(config.problems).toEqual([{ variable, message, given: "true" }]);
  expect(told(config)).toBe(`${message} It is "true".`);
});

test.each([
  ["SORA_APIKEY", "SORA_API_KEY"],
  ["SORA_API_KEYS", "SORA_API_KEY"],
  ["sora_api_key", "SORA_API_KEY"],
  ["SORA_API_KEYFILE", "SORA_API_KEY_FILE"],
  ["SORA_API_KEY_FIL", "SORA_API_KEY_FILE"],
  ["SORA_API_URI", "SORA_API_URL"],
])("of %s, which may hold a key, the value is not shown", (name, variable) => {
  const config = load({ env: { ...own, [name]: `/${secret}` } });
  expect(messages(config)).toEqual([expect.stringContaining(`${name} is no variable of this server`)]);
  expect(told(config)).toContain(variable);
  expect(JSON.stringify(config)).not.toContain(secret);
});

test("nor are credentials in an address", () => {
  const config = load({ env: { SORA_API_URI: `https://user:${secret}@sora.example.com/` } });
  expect(told(config)).toContain('It is "https://[redacted]@sora.example.com/".');
  expect(JSON.stringify(config)).not.toContain(secret);
});

test.each([
  "SORA_SIGNALING_URL",
  "SORA_SIGNALING_URLS",
  "SORA_CHANNEL_ID",
  "SORA_CHANNEL_ID_PREFIX",
  "SORA_CHANNEL_ID_SUFFIX",
  "SORA_CHANNEL_SUFFIX",
  "SORA_DATA_CHANNEL_SIGNALING",
  "SORA_DATA_CHANNELS",
  "SORA_AUDIO_CHANNELS",
  "SORA_DEVTOOLS_URL",
  "SORA_AUDITORIUM",
  "SORA_MAX_BITRATE",
  "SORA_MAX_FRAMERATE",
  "SORA_MAX_CONNECTIONS",
  "SORA_API_CALLS_PER_HOUR",
  "SORA_MAX_CALLS_PER_HOUR",
  "SORA_MAX_RETRIES",
  "SORA_MAX_DURATION",
  "SORA_MAX_JOBS_PER_USER",
  "SORA_MAX_VIDEOS_PER_HOUR",
  "SORA_COST_PER_HOUR",
  "SORA_DISCONNECT_WAIT_TIMEOUT",
  "SORA_METADATA",
  "SORA_MESSAGING_LABEL",
  "SORA_SECRET_KEY",
  "SORA_VERSION",
  "SORA_HOST",
  "SORA_PORT",
  "SORA_API_PORT",
  "SORA_CONFIG",
  "SORA_AUDIO",
  "SORA_",
  "SORA",
  "VITE_SORA_CHANNEL",
  "SOAR_API_KEY",
  "SONAR_API_KEY",
  "READ_ONLY",
  "CHANNELS",
  "",
])("%s is not ours", (name) => {
  expect(told(load({ env: { ...own, [name]: "true" } }))).toBe("");
});

test("no two of ours are so much alike that one is taken for the other", () => {
  const overHttp = { ...own, SORA_HTTP: "127.0.0.1:8080", SORA_CALLERS: "callers.json" };
  for (const { variable } of allSettings) {
    const [problem, ...others] = load({ env: { ...overHttp, [`${variable}S`]: "x" } }).problems;
    expect([problem?.variable, others]).toEqual([variable, []]);
  }
});

test.each(["", "  ", "\t\n", placeholder("user_config.channels")])("one that is %j is unset", (value) => {
  expect(told(load({ env: { ...own, SORA_CHANNEL: value, sora_channels: value } }))).toBe("");
});

test("each is told", () => {
  const env = { ...own, SORA_CHANNEL: "a", SORA_CHANELS: "b", SORA_READONLY: "true", SORA_CHANNELS: "c" };
  const config = load({ env });
  expect(config.problems.map(({ given }) => given)).toEqual(["a", "b", "true"]);
  expect(config.isUnderstood("channels")).toBe(false);
});

describe("a name in other letters than ours", () => {
  /** As process.env is on Windows: names are found in any case and listed as they were set. */
  function onWindows(set: Record<string, string>): Record<string, string | undefined> {
    const find = (name: string | symbol) =>
      Object.keys(set).find((key) => key.toUpperCase() === String(name).toUpperCase());
    return new Proxy(set, { get: (_target, name) => set[find(name) ?? ""] });
  }

  test("is read on Windows", () => {
    const config = load({ env: onWindows({ ...own, Sora_Channels: "lobby", sora_read_only: "true" }) });
    expect(told(config)).toBe("");
    expect([config.channels, config.readOnly]).toEqual([["lobby"], true]);
  });

  test("is misspelt on Windows as elsewhere", () => {
    const config = load({ env: onWindows({ ...own, Sora_Channel: "lobby" }) });
    expect(config.problems.map(({ variable }) => variable)).toEqual(["SORA_CHANNELS"]);
  });

  test("does no harm elsewhere while ours is set", () => {
    const config = load({ env: { ...own, SORA_CHANNELS: "lobby", sora_channels: "other" } });
    expect(told(config)).toBe("");
    expect(config.channels).toEqual(["lobby"]);
    const blank = load({ env: { ...own, SORA_CHANNELS: " ", sora_channels: "other" } });
    expect(blank.problems).toHaveLength(1);
  });
});

const forHttp = [
  ["SORA_CALLER", "SORA_CALLERS"],
  ["SORA_HTTPURL", "SORA_HTTP_URL"],
  ["SORA_OAUTH_ISUER", "SORA_OAUTH_ISSUER"],
  ["SORA_METRIC", "SORA_METRICS"],
  ["SORA_TICKETKEY", "SORA_TICKET_KEY"],
  ["SORA_TICKET_KEYFILE", "SORA_TICKET_KEY_FILE"],
] as const;
test.each(forHttp)("%s, for %s, is told over HTTP alone", (name, variable) => {
  const overHttp = { ...own, SORA_HTTP: "127.0.0.1:8080", SORA_CALLERS: "callers.json" };
  const { problems } = load({ env: { ...overHttp, [name]: secret } });
  expect(problems.map((problem) => problem.variable)).toEqual([variable]);
  expect(problems[0]?.message).toContain(`${name} is no variable of this server: rename it to ${variable} (`);
  // Secrets may have been put into what is misspelt.
  const isOfKey = variable.startsWith("SORA_TICKET");
  expect(problems[0]?.given).toBe(isOfKey ? undefined : secret);
  expect(told(load({ env: { ...own, [name]: secret } }))).toBe("");
});

describe("what this run would not use cannot stop it", () => {
  test("as a flag wins", () => {
    const config = load({ env: { ...own, SORA_CHANNEL: "a" }, flags: { channels: "b" } });
    expect(told(config)).toBe("");
    expect(config.channels).toEqual(["b"]);
    const blank = load({ env: { ...own, SORA_CHANNEL: "a" }, flags: { channels: "" } });
    expect(blank.problems).toHaveLength(1);
  });

  test("as a key was given, and no file is read", () => {
    expect(told(load({ env: { SORA_API_KEY: "k", SORA_API_KEYFILE: "f" } }))).toBe("");
  });

  test("as the sandbox needs neither key nor address", () => {
    const names = allSettings
      .filter(({ onlyFor }) => onlyFor === "a real Sora")
      .map(({ variable }) => variable);
    expect(names).toEqual(["SORA_API_KEY", "SORA_API_KEY_FILE", "SORA_API_URL", "SORA_RELEASE_CHANNEL"]);
    const env = Object.fromEntries(names.map((name) => [`${name}S`, "x"]));
    expect(told(load({ env: { ...env, SORA_SANDBOX: "true" } }))).toBe("");
    expect(load({ env }).problems).toHaveLength(names.length);
    const limit = { SORA_SANDBOX: "true", SORA_READONLY: "true" };
    expect(load({ env: limit }).problems[0]?.variable).toBe(settings.readOnly.variable);
  });
});
