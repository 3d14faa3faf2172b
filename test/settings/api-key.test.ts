import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { load, messages, placeholder, remarked, told } from "../support/settings.ts";

const own = "http://127.0.0.1:3000/";
const labo = "https://sora-api.sora-labo.shiguredo.app/";
const key = "distinctive-key-of-this-test-0123456789";

describe("SORA_API_KEY", () => {
  test.each([
    key,
    "x",
    "a+/=._~-!\"#$%&'()*,:;<>?@[]^`{|}",
    "9".repeat(2000),
    // Nearly one of the mistakes, each.
    "it's",
    "Bearer",
    "bearer-of-a-key",
    "my-secret-key",
    "project:key:abc",
    "c29yYWtleQ==",
    "monkey=",
    "$2y$10$abcdefghijklmnopqrstuv",
    "100%sure",
    "<3",
    "{0f8fad5b-d9cb-469f-a165-70867728950e}",
    "httpskey",
    "xxx",
    "yourself-2024-key-1",
    "/+abc/def+0",
  ])("%s is a key", (text) => {
    const config = load({ env: { SORA_API_KEY: text } });
    expect(config.apiKey).toBe(text);
    expect(config.source("apiKey")).toBe("environment");
    expect(told(config)).toBe("");
  });

  test("blanks and line ends around it do not count", () => {
    expect(load({ env: { SORA_API_KEY: ` \t${key}\r\n` } }).apiKey).toBe(key);
  });

  test("has at most 8000 characters", () => {
    expect(load({ env: { SORA_API_KEY: "k".repeat(8000) } }).apiKey).toHaveLength(8000);
    const config = load({ env: { SORA_API_KEY: "k".repeat(8001) } });
    expect(told(config)).toBe("SORA_API_KEY must be the key alone: it has more than 8000 characters.");
  });

  test("whatever could be a token is a key", () => {
    const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
    const sign = fc.constantFrom(...signs);
    const token = fc
      .tuple(fc.array(sign, { minLength: 16, maxLength: 400 }), fc.constantFrom("", "=", "=="))
      .map(([head, padding]) => head.join("") + padding);
    fc.assert(
      fc.property(token, (text) => {
        expect(load({ env: { SORA_API_KEY: text } }).apiKey).toBe(text);
      }),
    );
  });

  test("there is no flag for it: what stands on a command line shows in process lists", () => {
    const config = load({ flags: { "api-key": key, SORA_API_KEY: key, apiKey: key } });
    expect(config.apiKey).toBeUndefined();
  });

  test.each(["", "  ", placeholder("SORA_API_KEY")])("%j is no key, so the file counts", (text) => {
    const env = { SORA_API_KEY: text, SORA_API_KEY_FILE: "/run/key" };
    expect(load({ env, files: { "/run/key": key } }).apiKey).toBe(key);
  });

  test("an unexpanded one is missing where one is needed", () => {
    const config = load({ env: { SORA_API_KEY: placeholder("KEY") } });
    expect(remarked(config)).toEqual(["SORA_API_KEY"]);
    expect(messages(config)).toEqual([
      "sora-api.sora-labo.shiguredo.app needs an API key: set SORA_API_KEY or SORA_API_KEY_FILE.",
    ]);
  });
});

describe("SORA_API_KEY_FILE", () => {
  const env = { SORA_API_KEY_FILE: "/run/key" };
  const mustBe = "SORA_API_KEY_FILE must be a readable file that holds the key alone";

  test.each([key, `${key}\n`, `${key}\r\n`, `\n  ${key}  \n\n`, `\ufeff${key}`])(
    "%j holds a key",
    (content) => {
      const config = load({ env, files: { "/run/key": content } });
      expect(config.apiKey).toBe(key);
      expect(told(config)).toBe("");
      expect(config.source("apiKeyFile")).toBe("environment");
    },
  );

  test("that cannot be read", () => {
    const config = load({ env });
    expect(told(config)).toBe(`${mustBe}: it cannot be read.`);
    const path = "/run/the.key";
    const certain = load({ env: { SORA_API_KEY_FILE: path } });
    expect(told(certain)).toBe(`${mustBe}: it cannot be read. It is "${path}".`);
    expect(messages(certain)).toEqual([`${mustBe}: it cannot be read.`]);
  });

  test("that is the key itself by mistake is not shown", () => {
    const config = load({ env: { SORA_API_KEY_FILE: key } });
    expect(told(config)).toBe(`${mustBe}: it cannot be read.`);
    expect(JSON.stringify(config)).not.toContain(key);
  });

  test("SORA_API_KEY wins, and the file is not even read", () => {
    const config = load({ env: { ...env, SORA_API_KEY: key } });
    expect(config.apiKey).toBe(key);
    expect(told(config)).toBe("");
    const both = load({ env: { ...env, SORA_API_KEY: key }, files: { "/run/key": "other" } });
    expect(both.apiKey).toBe(key);
  });

  test("does not make up for a SORA_API_KEY that is none", () => {
    const config = load({ env: { ...env, SORA_API_KEY: "Bearer x" }, files: { "/run/key": key } });
    expect(config.apiKey).toBeUndefined();
    expect(config.problems.map(({ variable }) => variable)).toEqual(["SORA_API_KEY"]);
  });
});

describe("who needs a key", () => {
  test.each([
    labo,
    "https://sora-api.sora-labo.shiguredo.app",
    "https://SORA-API.Sora-Labo.Shiguredo.App/",
    "https://other.sora-labo.shiguredo.app:8443/x",
    "https://sora-labo.shiguredo.app/",
    "https://api.sora-cloud.shiguredo.app/sora-api",
    "https://sora-cloud.shiguredo.app/",
  ])("%s", (SORA_API_URL) => {
    const config = load({ env: { SORA_API_URL } });
    expect(messages(config)).toEqual([
      `${config.apiUrl.host} needs an API key: set SORA_API_KEY or SORA_API_KEY_FILE.`,
    ]);
    expect(config.problems[0]?.variable).toBe("SORA_API_KEY");
    expect(told(load({ env: { SORA_API_URL, SORA_API_KEY: key } }))).toBe("");
  });

  test.each([
    own,
    "https://sora.example.com/",
    "https://evil-sora-labo.shiguredo.app.example.com/",
    "https://sora-labo.shiguredo.app.example.com/",
    "https://evil-sora-labo.shiguredo.app/",
    "https://notsora-cloud.shiguredo.app/",
    "https://sora-labo.shiguredo.app.evil/",
    "https://sora-laboxshiguredo.app/",
    "https://example.com/sora-labo.shiguredo.app",
    "https://sora-devtools.shiguredo.jp/",
  ])("not %s", (SORA_API_URL) => {
    expect(told(load({ env: { SORA_API_URL } }))).toBe("");
  });
});

describe("a key over plain http", () => {
  const refused =
    "An API key is never sent over plain http to another machine: make SORA_API_URL an https:// address.";

  test.each([
    "http://127.0.0.1:3000/",
    "http://127.1.2.3/",
    "http://127.255.255.254/",
    "http://localhost:3000/api",
    "http://LOCALHOST/",
    "http://[::1]:3000/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://127.1/",
    "http://0x7f000001/",
  ])("may go to this machine: %s", (SORA_API_URL) => {
    expect(told(load({ env: { SORA_API_URL, SORA_API_KEY: key } }))).toBe("");
  });

  test.each([
    "http://sora.example.com/",
    "http://192.168.0.10:3000/",
    "http://10.0.0.1/",
    "http://0.0.0.0:3000/",
    "http://[::]/",
    "http://[::2]/",
    "http://128.0.0.1/",
    "http://127.0.0.1.example.com/",
    "http://localhost.example.com/",
    "http://notlocalhost/",
    "http://127.example/",
    "http://sora-api.sora-labo.shiguredo.app/",
  ])("may not go to another: %s", (SORA_API_URL) => {
    const config = load({ env: { SORA_API_URL, SORA_API_KEY: key } });
    expect(messages(config)).toEqual([refused]);
    expect(config.problems[0]?.variable).toBe("SORA_API_URL");
    expect(told(config)).not.toContain(key);
    const fromFile = { SORA_API_URL, SORA_API_KEY_FILE: "f" };
    expect(messages(load({ env: fromFile, files: { f: key } }))).toEqual([refused]);
  });

  test("there is nothing to refuse without one, or over https", () => {
    expect(told(load({ env: { SORA_API_URL: "http://sora.example.com/" } }))).toBe("");
    expect(told(load({ env: { SORA_API_URL: "https://sora.example.com/", SORA_API_KEY: key } }))).toBe("");
  });
});

describe("the sandbox", () => {
  test("needs no key and sends none", () => {
    expect(told(load({ env: { SORA_SANDBOX: "true" } }))).toBe("");
    expect(told(load({ flags: { sandbox: true } }))).toBe("");
    const env = { SORA_SANDBOX: "true", SORA_API_KEY: key, SORA_API_URL: "http://sora.example.com/" };
    expect(told(load({ env }))).toBe("");
  });

  test("does not make up for settings that are not understood", () => {
    expect(messages(load({ env: { SORA_SANDBOX: "true", SORA_CONFIRM: "maybe" } }))).toEqual([
      "SORA_CONFIRM must be flag, preview, ask or ask,panel.",
    ]);
  });
});

describe("x-sora-release-channel", () => {
  test.each([
    [{}, "canary"],
    [{ SORA_API_URL: labo }, "canary"],
    [{ SORA_API_URL: "https://sora-api.sora-labo.shiguredo.app" }, "canary"],
    [{ SORA_API_URL: "https://sora-api.sora-labo.shiguredo.app:443/" }, "canary"],
    [{ SORA_API_URL: "https://sora-api.sora-labo.shiguredo.app/other" }, undefined],
    [{ SORA_API_URL: "https://other.sora-labo.shiguredo.app/" }, undefined],
    [{ SORA_API_URL: "https://api.sora-cloud.shiguredo.app/sora-api" }, undefined],
    [{ SORA_API_URL: own }, undefined],
    [{ SORA_RELEASE_CHANNEL: "stable" }, "stable"],
    [{ SORA_API_URL: own, SORA_RELEASE_CHANNEL: "canary" }, "canary"],
  ])("%j", (env, releaseChannel) => {
    expect(load({ env: { SORA_API_KEY: key, ...env } }).releaseChannel).toBe(releaseChannel);
  });
});
