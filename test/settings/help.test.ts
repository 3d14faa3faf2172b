import { expect, test } from "vitest";
import { version } from "../../package.json";
import { helpText } from "../../src/settings/help.ts";
import { fallbackOf, meanings, namedSettings } from "../../src/settings/meanings.ts";
import { allSettings } from "../../src/settings/settings.ts";
import { soraCloud } from "../../src/sora/url.ts";

const lines = helpText().split("\n");

test.each(namedSettings)(
  "%s stands on one line with its flag, what it is for and its default",
  (name, { variable, flag }) => {
    const line = lines.find((text) => text.trim().split(/\s+/)[0] === variable);
    expect(line).toContain(`  ${meanings[name].help} (default: ${fallbackOf(name)})`);
    const flags = line?.match(/ --[a-z-]+/g) ?? [];
    expect(flags).toEqual(flag === undefined ? [] : [` --${flag}`]);
  },
);

test.each([
  ["SORA_RELEASE_CHANNEL", ["stable", "canary"]],
  ["SORA_RELEASE", ["labo", "cloud", "2025.2"]],
  [
    "SORA_TOOLSETS",
    [
      "all",
      "default",
      "moderation",
      "forwarding",
      "cluster",
      "signaling",
      "push",
      "spotlight",
      "simulcast",
      "metadata",
      "stats",
      "rtp",
    ],
  ],
  ["SORA_CONFIRM", ["flag", "preview", "ask"]],
  ["SORA_TIMEOUT_MS", ["100 to 120000"]],
  ["SORA_LOG_LEVEL", ["debug", "info", "warn", "error"]],
])("%s may be %j", (variable, choices) => {
  const line = lines.find((text) => text.startsWith(`  ${variable} `));
  for (const choice of choices) expect(line).toMatch(new RegExp(`\\b${choice}\\b`));
});

test("the columns are straight", () => {
  const rows = lines.filter((line) => /^ {2}SORA_\w+ /.test(line) && line.includes("(default: "));
  expect(rows).toHaveLength(allSettings.length);
  const helpAt = new Set(
    Object.values(meanings).map(({ help }) => rows.find((row) => row.includes(help))?.indexOf(help)),
  );
  expect([...helpAt]).toHaveLength(1);
});

test("leads to the Sora that everyone can get, not to Sora Labo", () => {
  expect(helpText()).toContain(`SORA_API_KEY=... sora-labo-mcp --api-url ${soraCloud}\n`);
  expect(helpText()).toContain("serve Sora Cloud over stdio");
  expect(helpText()).not.toContain("serve Sora Labo");
});

test("names the version, each command, and what is not a setting but honoured", () => {
  expect(lines[0]).toContain(`sora-labo-mcp ${version}`);
  for (const words of [
    "--sandbox",
    "--http 127.0.0.1:8080 --sandbox",
    "token NAME",
    "sandbox [--port 3000] [--release 2025.2]",
    "demo",
    "doctor [--channel ID] [--json]",
    "setup [CLIENT] [flags]",
    "--help | --version",
  ]) {
    expect(helpText()).toContain(`sora-labo-mcp ${words}`);
  }
  for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"]) {
    expect(helpText()).toContain(name);
  }
  expect(helpText().endsWith("\n")).toBe(true);
});
