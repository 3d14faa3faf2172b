import { expect, test } from "vitest";
import { remedy } from "../../src/settings/config.ts";
import { load, messages, placeholder, told } from "../support/settings.ts";

const own = "http://127.0.0.1:3000/";
const labo = "https://sora-api.sora-labo.shiguredo.app/";
const key = "distinctive-key-of-this-test-0123456789";

const quotes = "no quotes around it";
const bearer = 'no "Bearer" before it';
const assignment = "no name before it";
const variable = "it is a variable, such as $NAME or %NAME%, that nobody has filled in";
const unfilled = "it is a placeholder, such as <KEY> or {{KEY}}";
const lines = "it has several lines";
const blank = "it has a blank inside";
const signs = "it has characters other than visible ASCII";

/** What stands where the key belongs, and what is told of it. */
const mistakes: [given: string, fault: string][] = [
  [`"${key}"`, quotes],
  [`'${key}'`, quotes],
  [`\`${key}\``, quotes],
  [`“${key}”`, quotes],
  [`‘${key}’`, quotes],
  [`„${key}“`, quotes],
  [`「${key}」`, quotes],
  [`"Bearer ${key}"`, quotes],
  [`Bearer ${key}`, bearer],
  [`bearer ${key}`, bearer],
  [`Authorization: Bearer ${key}`, bearer],
  [`Bearer\n${key}`, bearer],
  [`SORA_API_KEY=${key}`, assignment],
  [`export SORA_API_KEY=${key}`, assignment],
  [`export SORA_API_KEY="${key}"`, assignment],
  [`set SORA_API_KEY=${key}`, assignment],
  [`$env:SORA_API_KEY = "${key}"`, assignment],
  [`SORA_API_KEY = ${key}`, assignment],
  [`SORA_API_KEY: ${key}`, assignment],
  [`SORA_API_KEY:${key}`, assignment],
  [`API_KEY=${key}`, assignment],
  [`token=${key}`, assignment],
  [`SORA_API_KEY=${key}\nSORA_API_URL=${own}`, assignment],
  ["SORA_API_KEY=", assignment],
  ["$SORA_API_KEY", variable],
  ["$KEY", variable],
  ["$env:SORA_API_KEY", variable],
  ["$(cat key)", variable],
  ["%SORA_API_KEY%", variable],
  [`%${key.replaceAll("-", "_")}%`, variable],
  [placeholder(`SORA_API_KEY:-${placeholder("OTHER_KEY")}`), variable],
  [`key-${placeholder("SORA_API_KEY")}`, variable],
  ["{{SORA_API_KEY}}", unfilled],
  [`{{ ${key} }}`, unfilled],
  ["{api_key}", unfilled],
  ["[your key]", unfilled],
  ["<your-api-key>", unfilled],
  [`<${key}>`, unfilled],
  ["YOUR_API_KEY", unfilled],
  ["your-api-key", unfilled],
  ["your-api-key-here", unfilled],
  ["YourApiKey", unfilled],
  ["YOUR_SECRET_TOKEN", unfilled],
  ["insert-key-here", unfilled],
  ["PASTE_YOUR_KEY_HERE", unfilled],
  ["SORA_API_KEY", unfilled],
  ["xxxxxxxx", unfilled],
  ["********", unfilled],
  ["...", unfilled],
  [`{"key":"${key}"}`, "it is JSON"],
  [`{\n  "key": "${key}"\n}\n`, "it is JSON"],
  [`["${key}"]`, "it is JSON"],
  ["https://api.sora-cloud.shiguredo.app/sora-api", "it is an address"],
  [`${key}\r\nx-other: 1`, lines],
  [`${key}\n${key}`, lines],
  [`# the key\n${key}`, lines],
  [`${key} ${key}`, blank],
  [`${key}\t${key}`, blank],
  [`${key}　x`, blank],
  [`${key}\u0000`, "it is UTF-16; save it as UTF-8"],
  [`${key}\u007f`, signs],
  [`${key}é`, signs],
  [`${key}キー`, signs],
  [`${key}\u200b`, signs],
  ["ｋｅｙ", signs],
  ["•".repeat(20), signs],
];

test.each(mistakes)("SORA_API_KEY: %j is none: %s, and is shown nowhere", (text, fault) => {
  for (const SORA_API_URL of [own, labo]) {
    const config = load({ env: { SORA_API_KEY: text, SORA_API_URL } });
    expect(config.apiKey).toBeUndefined();
    expect(config.isUnderstood("apiKey")).toBe(false);
    expect(told(config)).toBe(`SORA_API_KEY must be the key alone: ${fault}.`);
    expect(remedy(config.problems)).toBe("Set SORA_API_KEY");
    expect(JSON.stringify(config)).not.toContain(key);
  }
});

const mustBe = "SORA_API_KEY_FILE must be a readable file that holds the key alone";
const empty: typeof mistakes = ["", "\n", "  \t ", "\ufeff"].map((content) => [content, "it is empty"]);
test.each([...empty, ...mistakes])(
  "SORA_API_KEY_FILE: %j holds none: %s, and none of it is shown",
  (content, fault) => {
    const config = load({ env: { SORA_API_KEY_FILE: "/run/key" }, files: { "/run/key": content } });
    expect(config.apiKey).toBeUndefined();
    expect(config.isUnderstood("apiKeyFile")).toBe(false);
    expect(told(config)).toBe(`${mustBe}: ${fault}. It is "/run/key".`);
    expect(messages(config)).toEqual([`${mustBe}: ${fault}.`]);
    expect(JSON.stringify(config)).not.toContain(key);
  },
);

test.each(mistakes)("the sandbox does not ask what %j is", (text) => {
  expect(told(load({ env: { SORA_SANDBOX: "true", SORA_API_KEY: text } }))).toBe("");
  const files = { "/run/key": text };
  expect(told(load({ env: { SORA_SANDBOX: "true", SORA_API_KEY_FILE: "/run/key" }, files }))).toBe("");
});
