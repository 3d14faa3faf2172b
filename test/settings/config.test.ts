import { describe, expect, test } from "vitest";
import { remedy } from "../../src/settings/config.ts";
import { fallbackOf, meanings, namedSettings } from "../../src/settings/meanings.ts";
import { allSettings, type SettingName, settings } from "../../src/settings/settings.ts";
import { chosen, type Kept, load, messages, placeholder, remarked, told } from "../support/settings.ts";

const chapters = [
  "moderation",
  "signaling",
  "push",
  "spotlight",
  "simulcast",
  "metadata",
  "stats",
  "rtp",
  "channels",
  "sessions",
  "forwarding",
  "recording",
];
const laboUrl = "https://sora-api.sora-labo.shiguredo.app/";
const allNames = Object.keys(settings).filter((name): name is SettingName => name in settings);
/** A Sora that needs no key, so that a missing one is no problem; and callers, which no server over HTTP does without. */
const own = { SORA_API_URL: "http://127.0.0.1:3000/", SORA_CALLERS: "callers.json" };
const overHttp = { ...own, SORA_HTTP: "127.0.0.1:8080" };

test("the settings, their flags and their defaults as shown, in this order", () => {
  expect(namedSettings.map(([name, { variable, flag }]) => [variable, flag, fallbackOf(name)])).toEqual([
    ["SORA_API_KEY", undefined, "-"],
    ["SORA_API_KEY_FILE", undefined, "-"],
    ["SORA_API_URL", "api-url", laboUrl],
    ["SORA_RELEASE", "release", "cloud on Sora Cloud's host, else labo"],
    ["SORA_RELEASE_CHANNEL", "release-channel", "canary on the default URL, else unset"],
    ["SORA_READ_ONLY", "read-only", "false"],
    ["SORA_TOOLSETS", "toolsets", "default"],
    ["SORA_CHANNELS", "channels", "any"],
    ["SORA_CONFIRM", "confirm", "flag"],
    ["SORA_MAX_AFFECTED", "max-affected", "no limit"],
    ["SORA_MAX_DESTRUCTIVE_PER_HOUR", "max-destructive-per-hour", "no limit"],
    ["SORA_TIMEOUT_MS", "timeout-ms", "10000"],
    ["SORA_AUDIT_LOG", "audit-log", "-"],
    ["SORA_LOG_LEVEL", "log-level", "warn"],
    ["SORA_SANDBOX", "sandbox", "false"],
    ["SORA_HTTP", "http", "serve over stdio"],
    ["SORA_CALLERS", "callers", "-"],
    ["SORA_HTTP_URL", "http-url", "/mcp on SORA_HTTP"],
    ["SORA_OAUTH_ISSUER", "oauth-issuer", "-"],
    ["SORA_METRICS", "metrics", "-"],
    ["SORA_TICKET_KEY", undefined, "random"],
    ["SORA_TICKET_KEY_FILE", undefined, "-"],
  ]);
});

const limiting = [
  "SORA_READ_ONLY",
  "SORA_TOOLSETS",
  "SORA_CHANNELS",
  "SORA_CONFIRM",
  "SORA_MAX_AFFECTED",
  "SORA_MAX_DESTRUCTIVE_PER_HOUR",
  "SORA_CALLERS",
  "SORA_TICKET_KEY",
  "SORA_TICKET_KEY_FILE",
];
test("those that limit what may be done", () => {
  expect(allSettings.filter(({ limits }) => limits).map(({ variable }) => variable)).toEqual(limiting);
});

test("secrets have no flag; only what is on or off is a switch; each says what it is for", () => {
  expect(allSettings.filter(({ secret }) => secret).map(({ variable }) => variable)).toEqual([
    "SORA_API_KEY",
    "SORA_TICKET_KEY",
  ]);
  expect(allSettings.filter(({ isSwitch }) => isSwitch).map(({ variable }) => variable)).toEqual([
    "SORA_READ_ONLY",
    "SORA_SANDBOX",
  ]);
  for (const [name, { allowed }] of namedSettings) {
    expect(meanings[name].help).toMatch(/\S/);
    expect(allowed).toMatch(/\S/);
  }
});

test("with nothing set: Sora Labo on canary, every tool, any channel, and a key is missing", () => {
  const { source, isUnderstood, problems, apiUrl, ...config } = load();
  expect(apiUrl.href).toBe(laboUrl);
  expect(config).toEqual({
    apiKey: undefined,
    release: "labo",
    releaseChannel: "canary",
    readOnly: false,
    toolsets: chapters,
    channels: undefined,
    confirm: "flag",
    maxAffected: undefined,
    maxDestructivePerHour: undefined,
    timeoutMs: 10_000,
    auditLog: undefined,
    logLevel: "warn",
    sandbox: false,
    otherNodes: [],
    http: undefined,
    callers: undefined,
    httpUrl: undefined,
    oauthIssuer: undefined,
    metrics: undefined,
    ticketKey: undefined,
    proxy: { http: "", https: "", no: "" },
    remarks: [],
  });
  expect(problems.map(({ variable }) => variable)).toEqual(["SORA_API_KEY"]);
  for (const name of allNames) expect([source(name), isUnderstood(name)]).toEqual(["default", true]);
});

/** Of each setting that has a flag: its name in the config, one text and its value, another and its value. */
const withFlag: [variable: string, flag: string, name: Kept, string, unknown, string, unknown][] = [
  [
    "SORA_API_URL",
    "api-url",
    "apiUrl",
    "http://127.0.0.1:1/",
    "http://127.0.0.1:1/",
    "http://[::1]:2/a",
    "http://[::1]:2/a",
  ],
  ["SORA_RELEASE", "release", "release", "2025.2", "2025.2", "cloud", "cloud"],
  ["SORA_RELEASE_CHANNEL", "release-channel", "releaseChannel", "canary", "canary", "stable", "stable"],
  ["SORA_READ_ONLY", "read-only", "readOnly", "true", true, "false", false],
  ["SORA_TOOLSETS", "toolsets", "toolsets", "push", ["push"], "stats,rtp", ["stats", "rtp"]],
  ["SORA_CHANNELS", "channels", "channels", "a", ["a"], "b*,c", ["b*", "c"]],
  ["SORA_CONFIRM", "confirm", "confirm", "ask", "ask", "flag", "flag"],
  ["SORA_MAX_AFFECTED", "max-affected", "maxAffected", "20", 20, "0", 0],
  ["SORA_MAX_DESTRUCTIVE_PER_HOUR", "max-destructive-per-hour", "maxDestructivePerHour", "5", 5, "0", 0],
  ["SORA_TIMEOUT_MS", "timeout-ms", "timeoutMs", "500", 500, "700", 700],
  ["SORA_AUDIT_LOG", "audit-log", "auditLog", "a.jsonl", "a.jsonl", "b.jsonl", "b.jsonl"],
  ["SORA_LOG_LEVEL", "log-level", "logLevel", "debug", "debug", "error", "error"],
  ["SORA_SANDBOX", "sandbox", "sandbox", "true", true, "false", false],
  [
    "SORA_HTTP",
    "http",
    "http",
    "127.0.0.1:8080",
    { host: "127.0.0.1", port: 8080 },
    "[::1]:0",
    { host: "::1", port: 0 },
  ],
  ["SORA_CALLERS", "callers", "callers", "a.json", "a.json", "b.json", "b.json"],
  [
    "SORA_HTTP_URL",
    "http-url",
    "httpUrl",
    "https://mcp.example.com/mcp",
    new URL("https://mcp.example.com/mcp"),
    "http://[::1]:1/",
    new URL("http://[::1]:1/"),
  ],
  [
    "SORA_OAUTH_ISSUER",
    "oauth-issuer",
    "oauthIssuer",
    "https://id.example.com",
    "https://id.example.com",
    "http://localhost:1/a/",
    "http://localhost:1/a/",
  ],
  [
    "SORA_METRICS",
    "metrics",
    "metrics",
    "0.0.0.0:9090",
    { host: "0.0.0.0", port: 9090 },
    "localhost:1",
    { host: "localhost", port: 1 },
  ],
];

test("the table of this test leaves no setting with a flag out", () => {
  expect(withFlag.map(([variable, flag]) => [variable, flag])).toEqual(
    allSettings.flatMap(({ variable, flag }) => (flag === undefined ? [] : [[variable, flag]])),
  );
});

describe.each(withFlag)("%s and --%s", (variable, flag, name, first, firstValue, second, secondValue) => {
  const { [variable]: _unset, ...rest }: Record<string, string> = own;
  const fallback = chosen(load({ env: rest }), name);

  test("the environment sets it", () => {
    const config = load({ env: { ...own, [variable]: first } });
    expect(chosen(config, name)).toEqual(firstValue);
    expect(config.source(name)).toBe("environment");
    expect(told(config)).toBe("");
  });

  test("so does the flag, in the same words", () => {
    const config = load({ env: own, flags: { [flag]: first } });
    expect(chosen(config, name)).toEqual(firstValue);
    expect(config.source(name)).toBe("flag");
    expect(told(config)).toBe("");
  });

  test.each([
    [first, second, secondValue],
    [second, first, firstValue],
  ])("the flag wins: %s in the environment, %s as flag", (inEnv, asFlag, value) => {
    const config = load({ env: { ...own, [variable]: inEnv }, flags: { [flag]: asFlag } });
    expect(chosen(config, name)).toEqual(value);
    expect(config.source(name)).toBe("flag");
  });

  test("blanks around a value do not count", () => {
    const config = load({ env: { ...own, [variable]: ` \t${first}\n` } });
    expect(chosen(config, name)).toEqual(firstValue);
    expect(told(config)).toBe("");
  });

  test.each(["", " ", "\t\n"])("%j is unset, and not reported", (blank) => {
    const config = load({ env: { SORA_API_KEY: "k", ...rest, [variable]: blank } });
    expect(config.source(name)).toBe("default");
    expect(remarked(config)).toEqual([]);
    expect(told(config)).toBe("");
    if (name !== "apiUrl") expect(chosen(config, name)).toEqual(fallback);
    const flagged = load({ env: { ...own, [variable]: first }, flags: { [flag]: blank } });
    expect(chosen(flagged, name)).toEqual(firstValue);
    expect(flagged.source(name)).toBe("environment");
  });

  test("a field of the bundle that was left alone is unset, and not reported", () => {
    const text = ` ${placeholder("user_config.some")}\n`;
    const config = load({ env: { SORA_API_KEY: "k", [variable]: text } });
    expect(config.source(name)).toBe("default");
    expect(remarked(config)).toEqual([]);
    expect(told(config)).toBe("");
    const flagged = load({ env: { ...own, [variable]: first }, flags: { [flag]: text } });
    expect(chosen(flagged, name)).toEqual(firstValue);
    expect(remarked(flagged)).toEqual([]);
  });
});

const unfilled = ["SORA", "user_configuration", "input:x", "", "env:A B"].map(placeholder);

describe.each(withFlag.filter(([variable]) => !limiting.includes(variable)))(
  "%s limits nothing",
  (variable, flag, name, first, firstValue) => {
    test.each(unfilled)("so %s is unset, and reported", (text) => {
      const config = load({ env: { SORA_API_KEY: "k", [variable]: text } });
      expect(config.source(name)).toBe("default");
      expect(remarked(config)).toEqual([variable]);
      expect(told(config)).toBe("");
      const flagged = load({ env: { ...own, [variable]: first }, flags: { [flag]: text } });
      expect(chosen(flagged, name)).toEqual(firstValue);
      expect(remarked(flagged)).toEqual([variable]);
    });
  },
);

describe.each(withFlag.filter(([variable]) => limiting.includes(variable)))(
  "%s limits",
  (variable, flag, name, first) => {
    const filled = placeholder("user_config.some");
    test.each([...unfilled, `${first},${placeholder("MORE")}`, `${first},${filled}`, `${filled}${filled}`])(
      "so %s is a problem, in the environment and as flag",
      (text) => {
        const others = { ...overHttp, [variable]: first };
        for (const given of [
          { env: { ...overHttp, [variable]: text } },
          { env: overHttp, flags: { [flag]: text } },
          { env: others, flags: { [flag]: text } },
        ]) {
          const config = load(given);
          expect(messages(config)).toEqual([expect.stringMatching(`^${variable} must be .*; a `)]);
          expect(told(config)).toContain(`a \${...} was not filled in. It is ${JSON.stringify(text)}.`);
          expect(config.isUnderstood(name)).toBe(false);
          expect(remarked(config)).toEqual([]);
        }
      },
    );
  },
);

test("a key and its file are unset too while their fields in the bundle are left alone", () => {
  const text = placeholder("user_config.some");
  const config = load({ env: { ...own, SORA_API_KEY: text, SORA_API_KEY_FILE: text } });
  expect([config.apiKey, remarked(config), config.problems]).toEqual([undefined, [], []]);
});

test("a flag that is not understood does not fall back on the environment", () => {
  for (const inEnv of ["ask", "never"]) {
    const config = load({ env: { ...own, SORA_CONFIRM: inEnv }, flags: { confirm: "maybe" } });
    expect(told(config)).toBe('SORA_CONFIRM must be flag, preview, ask or ask,panel. It is "maybe".');
    expect(config.source("confirm")).toBe("flag");
  }
});

test("a good flag makes up for a bad value in the environment", () => {
  const config = load({ env: { ...own, SORA_CONFIRM: "maybe" }, flags: { confirm: "ask" } });
  expect(told(config)).toBe("");
  expect(config.confirm).toBe("ask");
});

test("where nothing is limited, only what is a placeholder as a whole counts as unexpanded", () => {
  const text = `${placeholder("A")}/${placeholder("B")}`;
  const config = load({ env: { ...own, SORA_AUDIT_LOG: text } });
  expect(config.auditLog).toBe(text);
  expect(remarked(config)).toEqual([]);
  expect(told(config)).toBe("");
});

describe("switches", () => {
  test.each([
    [true, true],
    [false, false],
    ["false", false],
    ["true", true],
  ])("a flag of %j", (flag, value) => {
    const config = load({ env: { ...own, SORA_READ_ONLY: String(!value) }, flags: { "read-only": flag } });
    expect(config.readOnly).toBe(value);
    expect(told(config)).toBe("");
  });
});

test.each(withFlag.filter(([, , name]) => name !== "readOnly" && name !== "sandbox"))(
  "%s: --%s without a value is a problem",
  (variable, flag) => {
    for (const value of [true, false]) {
      const config = load({ env: { ...overHttp, SORA_API_KEY: "k" }, flags: { [flag]: value } });
      expect(config.problems.map((problem) => problem.variable)).toEqual([variable]);
    }
  },
);

test("problems of the command line come first, as they are", () => {
  const flagProblems = ["The command line has one thing.", "The command line has another."];
  const config = load({ env: { ...own, SORA_CONFIRM: "maybe" }, flagProblems });
  expect(messages(config)).toEqual([
    ...flagProblems,
    "SORA_CONFIRM must be flag, preview, ask or ask,panel.",
  ]);
  expect(config.problems.map(({ variable }) => variable)).toEqual([undefined, undefined, "SORA_CONFIRM"]);
});

test.each<[variables: (string | undefined)[], remedy: string]>([
  [["SORA_A"], "Set SORA_A"],
  [["SORA_A", "SORA_A"], "Set SORA_A"],
  [["SORA_A", "SORA_B", "SORA_C"], "Set SORA_A and SORA_B and SORA_C"],
  [[undefined, undefined], "Correct the arguments"],
  [[undefined, "SORA_A", "SORA_B"], "Correct the arguments and set SORA_A and SORA_B"],
])("what to do about problems with %j: %s", (variables, expected) => {
  const problems = variables.map((variable) => ({
    message: "m",
    ...(variable !== undefined && { variable }),
  }));
  expect(remedy(problems)).toBe(expected);
});

test.each([
  [{ SORA_CONFIRM: "maybe", SORA_TIMEOUT_MS: "500" }, {}, ["confirm"]],
  [{ SORA_TOOLSETS: "push" }, { toolsets: "nope" }, ["toolsets"]],
  [{ SORA_API_KEY_FILE: "missing" }, {}, ["apiKeyFile"]],
  [{ SORA_API_KEY: "two words", SORA_API_KEY_FILE: "missing" }, {}, ["apiKey"]],
  [{}, { channels: true }, ["channels"]],
  [
    { SORA_MAX_AFFECTED: "ten" },
    { "max-destructive-per-hour": "-1" },
    ["maxAffected", "maxDestructivePerHour"],
  ],
  [{ SORA_API_URL: "https://sora-labo.shiguredo.app/" }, {}, []],
])("under %j and %j, %j is not in force", (env, flags, names) => {
  const { isUnderstood } = load({ env: { ...own, ...env }, flags });
  expect(allNames.filter((name) => !isUnderstood(name))).toEqual(names);
});

test("in the sandbox, what only a real Sora needs is no problem; the rest is", () => {
  const unused = {
    SORA_API_KEY: "two words",
    SORA_API_KEY_FILE: "missing",
    SORA_API_URL: "nonsense",
    SORA_RELEASE_CHANNEL: "beta",
    HTTPS_PROXY: "proxy",
  };
  const config = load({ env: { ...unused, SORA_SANDBOX: "true" } });
  expect(told(config)).toBe("");
  expect(allNames.filter((name) => !config.isUnderstood(name))).toEqual([]);
  expect(load({ env: unused }).problems).toHaveLength(4);
  const used = { SORA_READ_ONLY: "maybe", SORA_TIMEOUT_MS: "soon" };
  const { problems } = load({ env: { ...unused, ...used, SORA_SANDBOX: "true" } });
  expect(problems.map(({ variable }) => variable)).toEqual(Object.keys(used));
});

test("every value that is not understood is told, in one go", () => {
  const env = { SORA_API_URL: "nonsense", SORA_TIMEOUT_MS: "soon", SORA_SANDBOX: "perhaps" };
  const config = load({ env });
  expect(config.problems.map(({ variable }) => variable).sort()).toEqual(Object.keys(env).sort());
});

describe("SORA_RELEASE", () => {
  const cloud = { SORA_API_URL: "https://api.sora-cloud.shiguredo.app/sora-api", SORA_API_KEY: "k" };
  test.each([
    [{}, "labo"],
    [own, "labo"],
    [cloud, "cloud"],
    [{ ...cloud, SORA_API_URL: "https://sora-cloud.shiguredo.app.example/" }, "labo"],
    [{ ...cloud, SORA_RELEASE: "labo" }, "labo"],
    [{ ...cloud, SORA_RELEASE: "2026.1" }, "2026.1"],
    [{ ...cloud, SORA_RELEASE: " " }, "cloud"],
  ])("%j: %s", (env, release) => {
    expect(load({ env }).release).toBe(release);
  });

  test("what is newer than known counts as the newest that is known, and that is remarked", () => {
    for (const given of ["2026.3", "2027.1.4", "2031.2.0-canary.1"]) {
      const config = load({ env: { ...own, SORA_RELEASE: given } });
      expect([config.release, config.problems]).toEqual(["2026.2", []]);
      const text = "is newer than this server knows and counts as 2026.2";
      expect(config.remarks).toEqual([{ variable: "SORA_RELEASE", text }]);
    }
    expect(load({ env: { ...own, SORA_RELEASE: "2026.2.0-canary.15" } }).remarks).toEqual([]);
  });

  test.each(["2025", "2025.3", "2020.3", "latest", "sora", "2025.2;2026.1", "v2025.2"])(
    "%s is no release",
    (given) => {
      const config = load({ env: { ...own, SORA_RELEASE: given } });
      expect(told(config)).toBe(
        `SORA_RELEASE must be labo, cloud or a release of Sora: 2021.2, 2022.1, 2022.2, 2023.1, 2023.2, 2024.1, 2024.2, 2025.1, 2025.2, 2026.1, 2026.2 or newer. It is "${given}".`,
      );
    },
  );
});
