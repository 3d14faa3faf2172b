import fc from "fast-check";
import { expect, test } from "vitest";
import { load, placeholder, told } from "../support/settings.ts";

// What people put where the key belongs, besides what `api-key-faults.test.ts` has; and every kind of key there is.

const key = "distinctive-key-of-this-test-0123456789";

const kinds: Record<string, readonly string[]> = {
  "it is a variable, such as $NAME or %NAME%, that nobody has filled in": [
    "$SORA_KEY_1",
    "$sora_api_key",
    "$Key",
    "$Env:SORA_API_KEY",
    "$ENV:sora_api_key_2",
    "$(...)",
    "$(Get-Content key)",
    "!KEY!",
    "!sora_api_key!",
    "%sora_key_1%",
  ],
  "no quotes around it": [`"${key}",`, `'${key}';`, `"${key}`, `'${key}`, `${key}"`, `${key}\``, `${key}',`],
  "it is a placeholder, such as <KEY> or {{KEY}}": [
    "{YOUR_KEY1}",
    "[YOUR KEY 2]",
    "API_KEY",
    "api-key",
    "apikey1",
    "SORA_API_KEY1",
    "YOUR_API_KEY2",
    "REPLACE_ME",
    "replaceme",
    "changeme",
    "change-me",
    "undefined",
    "null",
    "None",
    "XXXX-XXXX",
    "xxxx_xxxx_xxxx",
  ],
  'no "Bearer" before it': [`Bearer:${key}`, `bearer: ${key}`, `Authorization:Bearer ${key}`],
  "no name before it": [
    `api_key:${key}`,
    `API-Key: ${key}`,
    `token:${key}`,
    `key:${key}`,
    `X-API-Key: ${key}`,
    `sora_api_key:${key}`,
    `--api-key=${key}`,
    `--token=${key}`,
    `-key=${key}`,
  ],
  "it is a path, which goes into SORA_API_KEY_FILE": [
    "~/.sora-api-key",
    "~/keys/Sora.txt",
    "~\\sora",
    "C:\\keys\\sora",
    "c:/keys/sora",
    "/home/me/.sora-api-key",
    "/run/secrets/sora_api_key",
    "./sora.key",
    "../keys/sora-key2",
  ],
};
const mistakes = Object.entries(kinds).flatMap(([fault, texts]) =>
  texts.map((text) => [text, fault] as const),
);

test.each(mistakes)("%j is no key: %s", (text, fault) => {
  const config = load({ env: { SORA_API_KEY: text, SORA_API_URL: "http://127.0.0.1:3000/" } });
  expect(config.apiKey).toBeUndefined();
  expect(told(config)).toBe(`SORA_API_KEY must be the key alone: ${fault}.`);
  const inFile = load({ env: { SORA_API_KEY_FILE: "f" }, files: { f: text } });
  expect(told(inFile)).toContain(`the key alone: ${fault}. It is "f".`);
  expect(inFile.apiKey).toBeUndefined();
});

test.each([
  "nullable",
  "none-of-1",
  "xxx",
  "apikey-1f",
  "key",
  "tokens:a",
  "monkey:abc",
  "!x",
  "100$",
  "~x",
  "a'b",
])("%s, which is nearly one of these, is a key", (text) => {
  expect(load({ env: { SORA_API_KEY: text } }).apiKey).toBe(text);
});

const bytes = fc.uint8Array({ minLength: 12, maxLength: 300 }).map((data) => Buffer.from(data));
const signs = (alphabet: string, minLength: number) =>
  fc.array(fc.constantFrom(...alphabet), { minLength, maxLength: 300 }).map((chosen) => chosen.join(""));
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const base64url = bytes.map((data) => data.toString("base64url"));
const tokens = {
  base64: bytes.map((data) => data.toString("base64")),
  // As one in 64 does.
  "base64 that begins with a slash": bytes.map((data) => `/${data.toString("base64").slice(1)}`),
  base64url,
  "base64url that begins with a dash": base64url.map((text) => `-${text.slice(1)}`),
  hex: bytes.map((data) => data.toString("hex")),
  uuid: fc.uuid(),
  "uuid in braces": fc.uuid().map((text) => `{${text}}`),
  JWT: fc.tuple(base64url, base64url, base64url).map((parts) => `eyJ${parts.join(".")}`),
  "RFC 6750": fc
    .tuple(signs(`${letters}-._~+/`, 16), fc.constantFrom("", "=", "=="))
    .map((parts) => parts.join("")),
  "a key with a word before it": fc
    .tuple(fc.constantFrom("sk-", "sora_", "key-", "token_", "api-key-", "bearer-"), signs(letters, 16))
    .map((parts) => parts.join("")),
};

test.each(Object.entries(tokens))("no key is refused that is %s", (_kind, token) => {
  fc.assert(
    fc.property(token, (text) => {
      expect(load({ env: { SORA_API_KEY: text } }).apiKey).toBe(text);
      expect(load({ env: { SORA_API_KEY_FILE: "f" }, files: { f: `${text}\n` } }).apiKey).toBe(text);
    }),
    { numRuns: 300 },
  );
});

const { "uuid in braces": _braces, ...standard } = tokens;
test.each(Object.entries(standard))(
  "what is %s is not shown, whichever variable it was put into",
  (_kind, token) => {
    fc.assert(
      fc.property(token, (text) => {
        // Of all letters of RFC 6750, a path can be made too, such as those of the next test.
        fc.pre(!/^((\.{1,2}|~)\/|\/.*[._~-])/.test(text));
        for (const env of [
          { SORA_API_KEY_FILE: text },
          { SORA_API_URL: text },
          { SORA_API_URL: text, SORA_API_KEY: "https://sora.example.com/" },
          { SORA_URL: text },
          { SORA_APIKEY: text },
        ]) {
          const config = load({ env });
          expect(config.problems).not.toEqual([]);
          expect(JSON.stringify(config.problems)).not.toContain(text);
        }
      }),
    );
  },
);

test.each(["sora.example.com", "/api"])("%s is no address, and is not shown: it might be a key", (text) => {
  expect(told(load({ env: { SORA_API_URL: text } }))).toBe(
    "SORA_API_URL must be an http:// or https:// address without credentials, ? and #, or several of one cluster with commas between.",
  );
});

test("a key in base64 that is taken for a path is not shown", () => {
  for (const text of ["AbC/dEf+0123456789/ghIJ==", "/AbC/dEf0123456789/ghIJ", `${"k".repeat(300)}/+`])
    expect(told(load({ env: { SORA_API_KEY_FILE: text } }))).not.toContain(text.slice(0, 5));
});

test.each([
  "./key",
  "../key",
  "~/key",
  "/home/me/.sora-api-key",
  "/run/secrets/sora_key",
  "C:\\keys\\sora",
  "\\\\host\\k",
])("%s is shown though it is not there: no key looks like that", (path) => {
  expect(told(load({ env: { SORA_API_KEY_FILE: path } }))).toContain(`It is ${JSON.stringify(path)}.`);
});

test.each(["localhost:3000", "127.0.0.1:3000", "ftp://sora.example.com/", "http://a b/"])(
  "%s is shown as the address that it nearly is",
  (url) => {
    expect(told(load({ env: { SORA_API_URL: url } }))).toContain(`It is ${JSON.stringify(url)}.`);
  },
);

test("a long text that is nearly a path takes no time to judge", () => {
  const text = `~${"/.a-b.c".repeat(1000)}+`;
  expect(load({ env: { SORA_API_KEY: text } }).apiKey).toBe(text);
});

test("a variable inside of a key is one all the same", () => {
  expect(load({ env: { SORA_API_KEY: `a${placeholder("B")}` } }).apiKey).toBeUndefined();
});
