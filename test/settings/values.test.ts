import { describe, expect, test } from "vitest";
import { allSettings } from "../../src/settings/settings.ts";
import { chosen, type Given, type Kept, load, messages, placeholder, told } from "../support/settings.ts";

const own = { SORA_API_URL: "http://127.0.0.1:3000/" };
const defaultChapters = [
  ...["moderation", "signaling", "push", "spotlight", "simulcast", "metadata", "stats", "rtp"],
  ...["channels", "sessions", "forwarding", "recording"],
];
const chapters = [...defaultChapters, "audio", "server", "cluster"];

const onOff = {
  allowed: "true or false",
  good: {
    ...Object.fromEntries(["true", "TRUE", "1", "yes", "on", "On"].map((text) => [text, true])),
    ...Object.fromEntries(["false", "False", "0", "no", "off", "OFF"].map((text) => [text, false])),
  },
  bad: ["truee", "t", "2", "-1", "enabled", "null", "true false"],
};

/** Two entries with what Japanese, Chinese and Arabic keyboards have for a comma. */
function otherCommas(one: string, other: string): string[] {
  return [..."，、﹐﹑､；﹔،؛"].map((comma) => `${one}${comma}${other}`);
}

/** What both limits that are numbers take. */
const limit = {
  allowed: "a whole number from 0 to 1000000",
  good: { "0": 0, "1": 1, "999999": 999_999, "1000000": 1_000_000, "007": 7 },
  bad: [
    ..."1000001 -1 -0 +1 1.5 1.0 1e3 0x10 10,000 10_000 1000000n NaN Infinity ９ ten none unlimited -".split(
      " ",
    ),
    "10 000",
    "9".repeat(400),
  ],
};

const anAddress = "an http:// or https:// address without credentials, ? and #";

interface Row {
  readonly variable: string;
  readonly name: Kept;
  readonly allowed: string;
  readonly good: Record<string, unknown>;
  readonly bad: readonly string[];
}

const rows: Row[] = [
  {
    variable: "SORA_API_URL",
    name: "apiUrl",
    allowed: `${anAddress}, or several of one cluster with commas between`,
    good: {
      "http://127.0.0.1:3000/": "http://127.0.0.1:3000/",
      "https://sora.example.com": "https://sora.example.com/",
      "https://sora.example.com/sora-api": "https://sora.example.com/sora-api",
      "HTTPS://Sora.Example.Com:443/a/": "https://sora.example.com/a/",
      "http://[::1]:3000": "http://[::1]:3000/",
    },
    bad: [
      "127.0.0.1:3000",
      "localhost:3000",
      "http://",
      "http://a b/",
      "http://127.0.0.1:99999/",
      "ftp://127.0.0.1/",
      "file:///etc/hosts",
      "ws://127.0.0.1/",
      "javascript:alert(1)",
      "http://127.0.0.1/?a=b",
      "http://127.0.0.1/?",
      "http://127.0.0.1/#",
      "http://127.0.0.1/a#b",
      "http://127.0.0.1:1/ http://127.0.0.1:2/",
      "http://127.0.0.1:1/;http://127.0.0.1:2/",
    ],
  },
  {
    variable: "SORA_RELEASE_CHANNEL",
    name: "releaseChannel",
    allowed: "stable or canary",
    good: { stable: "stable", canary: "canary", CANARY: "canary" },
    bad: ["beta", "stable,canary", "canary\r\nx-other: 1", "can"],
  },
  {
    variable: "SORA_RELEASE",
    name: "release",
    allowed:
      "labo, cloud or a release of Sora: 2021.2, 2022.1, 2022.2, 2023.1, 2023.2, 2024.1, 2024.2, 2025.1, 2025.2, 2026.1, 2026.2 or newer",
    good: {
      labo: "labo",
      LABO: "labo",
      Cloud: "cloud",
      "2021.2": "2021.2",
      "2025.2": "2025.2",
      "2025.2.1": "2025.2",
    },
    bad: ["2021.1", "2025.3", "2025", "stable", "latest", "25.2", "__proto__"],
  },
  { variable: "SORA_READ_ONLY", name: "readOnly", ...onOff },
  {
    variable: "SORA_TOOLSETS",
    name: "toolsets",
    allowed:
      "all, or a comma-separated list of default, moderation, signaling, push, spotlight, simulcast, metadata, stats, rtp, channels, sessions, forwarding, recording, audio, server, cluster, with ordinary commas",
    good: {
      all: chapters,
      ALL: chapters,
      default: defaultChapters,
      "Default, audio": [...defaultChapters, "audio"],
      push: ["push"],
      "stats, Push ,": ["stats", "push"],
      [chapters.join()]: chapters,
    },
    bad: [
      "none",
      "pushes",
      "push,all",
      "push;stats",
      "push,unknown",
      "push stats",
      ",",
      " , ,",
      "__proto__",
      ...otherCommas("push", "stats"),
    ],
  },
  {
    variable: "SORA_CHANNELS",
    name: "channels",
    allowed: "a comma-separated list of channel ids, with ordinary commas",
    good: { a: ["a"], "*": ["*"], " a , team-*,": ["a", "team-*"], "日本語,a b": ["日本語", "a b"] },
    bad: [",", " , ,, ", ...otherCommas("a", "b"), ...otherCommas("a,b", "c")],
  },
  {
    variable: "SORA_CONFIRM",
    name: "confirm",
    allowed: "flag, preview, ask or ask,panel",
    good: {
      flag: "flag",
      preview: "preview",
      Preview: "preview",
      ask: "ask",
      Ask: "ask",
      "ask,panel": "ask,panel",
      "ASK,Panel": "ask,panel",
    },
    bad: [
      ...["always", "never", "true", "flag,ask", "asks", "previews", "pre", "ticket"],
      ...["panel", "ask,", ",panel", "panel,ask", "flag,panel", "preview,panel", "ask;panel", "ask,panel,"],
    ],
  },
  { variable: "SORA_MAX_AFFECTED", name: "maxAffected", ...limit },
  { variable: "SORA_MAX_DESTRUCTIVE_PER_HOUR", name: "maxDestructivePerHour", ...limit },
  {
    variable: "SORA_TIMEOUT_MS",
    name: "timeoutMs",
    allowed: "a whole number from 100 to 120000",
    good: { "100": 100, "101": 101, "119999": 119_999, "120000": 120_000, "0500": 500 },
    bad: [
      "99",
      "120001",
      "0",
      "-1",
      "-500",
      "+500",
      "500.0",
      "5e2",
      "0x1f4",
      "500ms",
      "10 000",
      "10_000",
      "NaN",
      "Infinity",
      "９９９",
      "9".repeat(400),
    ],
  },
  {
    variable: "SORA_LOG_LEVEL",
    name: "logLevel",
    allowed: "debug, info, warn or error",
    good: { debug: "debug", info: "info", warn: "warn", error: "error", DEBUG: "debug" },
    bad: ["trace", "warning", "silent", "0"],
  },
  { variable: "SORA_SANDBOX", name: "sandbox", ...onOff },
];

/** A text as it can be given: in the environment, and as the flag of the same name. */
function ways(variable: string, text: string): [source: string, Given][] {
  const flag = allSettings.find((setting) => setting.variable === variable)?.flag ?? "none";
  return [
    ["environment", { env: { ...own, [variable]: text } }],
    ["flag", { env: own, flags: { [flag]: text } }],
  ];
}

describe.each(rows)("$variable", ({ variable, name, allowed, good, bad }) => {
  test.each(Object.entries(good))("%j is understood", (text, value) => {
    for (const [source, given] of ways(variable, text)) {
      const config = load(given);
      expect(chosen(config, name)).toEqual(value);
      expect(config.source(name)).toBe(source);
      expect(told(config)).toBe("");
    }
  });

  test.each(bad)("%j is a problem that says what is allowed; only stderr is told what was given", (text) => {
    for (const [, given] of ways(variable, text)) {
      const config = load(given);
      expect(config.problems).toHaveLength(1);
      expect(config.problems[0]?.variable).toBe(variable);
      expect(messages(config)).toEqual([`${variable} must be ${allowed}.`]);
      const shown = text.trim().replace(/^(http:.*[?#]).+/, "$1[redacted]");
      expect(told(config)).toBe(`${variable} must be ${allowed}. It is ${JSON.stringify(shown)}.`);
    }
  });
});

describe.each([
  ["SORA_MAX_AFFECTED", "maxAffected", "max_affected"],
  ["SORA_MAX_DESTRUCTIVE_PER_HOUR", "maxDestructivePerHour", "max_destructive_per_hour"],
] as const)("without a number, %s", (variable, name, field) => {
  test.each(["", "  ", placeholder(`user_config.${field}`)])("%j is no limit", (text) => {
    for (const [, given] of ways(variable, text)) {
      const config = load(given);
      expect([config[name], config.source(name), told(config)]).toEqual([undefined, "default", ""]);
    }
  });

  test("a variable that nobody filled in is not taken for no limit", () => {
    const text = placeholder("MAX");
    for (const [, given] of ways(variable, text)) {
      const config = load(given);
      expect(config.isUnderstood(name)).toBe(false);
      const mustBe = `${variable} must be a whole number from 0 to 1000000; a \${...} was not filled in.`;
      expect(told(config)).toBe(`${mustBe} It is "${text}".`);
    }
  });
});

test.each(["SORA_AUDIT_LOG"])("%s may be any path", (variable) => {
  const config = load({ env: { ...own, [variable]: "a folder/ö.jsonl" } });
  expect(config.auditLog).toBe("a folder/ö.jsonl");
  expect(told(config)).toBe("");
});

test.each([
  ["https://user:secret@sora.example.com/", "https://[redacted]@sora.example.com/"],
  ["https://secret@sora.example.com/", "https://[redacted]@sora.example.com/"],
  ["https://:secret@sora.example.com/", "https://[redacted]@sora.example.com/"],
  ["https://user:one@secret@sora.example.com/", "https://[redacted]@sora.example.com/"],
  ["https://user:one/secret@sora.example.com/", "https://[redacted]@sora.example.com/"],
  ["https:user:secret@sora.example.com/", "[redacted]@sora.example.com/"],
  ["https:\\\\user:secret@sora.example.com/", "[redacted]@sora.example.com/"],
  ["user:secret@sora.example.com", "[redacted]@sora.example.com"],
  ["ftp://user:secret@sora.example.com/", "ftp://[redacted]@sora.example.com/"],
  ["https://sora.example.com/api?key=secret", "https://sora.example.com/api?[redacted]"],
  ["https://user:secret@sora.example.com/#secret", "https://[redacted]@sora.example.com/#[redacted]"],
])("credentials in a URL are refused and not shown: %s", (text, shown) => {
  const config = load({ env: { SORA_API_URL: text } });
  expect(messages(config)).toEqual([
    `SORA_API_URL must be ${anAddress}, or several of one cluster with commas between.`,
  ]);
  expect(told(config)).toContain(`It is ${JSON.stringify(shown)}.`);
  expect(JSON.stringify(config)).not.toContain("secret");
});
