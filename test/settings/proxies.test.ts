import { describe, expect, test } from "vitest";
import { load, placeholder, told } from "../support/settings.ts";

const http = "http://proxy.example.com:3128";
const https = "https://user:word@proxy.example.com";
const socks = "socks5://user:word@127.0.0.1:1080";

/** A Sora that needs no key, so that a missing one is no problem. */
const sora = { SORA_API_URL: "https://sora.example.com/" };

/** The same by http for the variables that are for that. */
function atSchemeOf(variable: string) {
  return /^http_/i.test(variable) ? { SORA_API_URL: "http://sora.example.com/" } : sora;
}

/** What is said of a proxy that cannot be used. */
function cannotBeUsed(variable: string, host = "sora.example.com", lack = ""): string {
  return `${variable}, the proxy for ${host}, ${lack}must be host:port or an http:// or https:// address (SOCKS is not supported), special characters in its credentials percent-encoded. A host that needs no proxy stands in NO_PROXY.`;
}

test("from the variables that other programs read, too", () => {
  const config = load({ env: { ...sora, HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: "a,.b" } });
  expect(config.proxy).toEqual({ http, https, no: "a,.b" });
  expect(told(config)).toBe("");
  const encoded = "http://user:w%25rd@proxy.example.com";
  expect(load({ env: { ...sora, HTTP_PROXY: encoded } }).proxy.http).toBe(encoded);
});

test("the lower-case names win", () => {
  const lower = { http_proxy: http, https_proxy: https, no_proxy: "c" };
  const upper = { HTTP_PROXY: "http://other", HTTPS_PROXY: "http://other", NO_PROXY: "other" };
  expect(load({ env: { ...sora, ...upper, ...lower } }).proxy).toEqual({ http, https, no: "c" });
  expect(load({ env: { ...sora, ...lower } }).proxy).toEqual({ http, https, no: "c" });
});

test("one that nobody filled in counts as unset, one that is empty as no proxy", () => {
  const upper = { HTTP_PROXY: http, HTTPS_PROXY: placeholder("HTTPS_PROXY") };
  const config = load({ env: { ...sora, ...upper } });
  expect(config.proxy).toEqual({ http, https: "", no: "" });
  expect(told(config)).toBe("");
  expect(load({ env: { ...sora, ...upper, http_proxy: "" } }).proxy.http).toBe("");
});

test("blanks are unset", () => {
  const config = load({ env: { ...sora, HTTP_PROXY: " ", https_proxy: "", NO_PROXY: "\t" } });
  expect(config.proxy).toEqual({ http: "", https: "", no: "" });
  expect(told(config)).toBe("");
});

test.each(["proxy.example.com:8080", "127.0.0.1:3128", "[::1]:3128", "user:word@proxy.example.com:8080"])(
  "%s is one of http",
  (given) => {
    const config = load({ env: { ...sora, HTTPS_PROXY: ` ${given} `, HTTP_PROXY: given } });
    expect(config.proxy).toEqual({ http: `http://${given}`, https: `http://${given}`, no: "" });
    expect(told(config)).toBe("");
  },
);

describe("one that is used and cannot be", () => {
  test.each([
    "ftp://proxy",
    "socks5://proxy:1080",
    "SOCKS5H://proxy:1080",
    "socks5:proxy:1080",
    "http://",
    "proxy:99999",
    "::1:3128",
    "user:word@proxy",
    '"http://proxy:3128"',
    "http://user:%@proxy",
    "http://us%er:word@proxy",
    "http://user:1/word@proxy:3128",
    "http://user:1?word@proxy:3128",
    "user:1#word@proxy:3128",
  ])("%s is a problem, and what may be a password is not shown", (given) => {
    for (const variable of ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"]) {
      const { problems } = load({ env: { ...atSchemeOf(variable), [variable]: given } });
      expect(problems).toEqual([{ variable, message: cannotBeUsed(variable) }]);
    }
  });

  test.each(["proxy", "none", "proxy.example.com", "127.0.0.1"])("%s lacks its port", (given) => {
    for (const variable of ["HTTP_PROXY", "https_proxy"]) {
      const { problems } = load({ env: { ...atSchemeOf(variable), [variable]: given } });
      const message = cannotBeUsed(variable, "sora.example.com", "lacks a port: it ");
      expect(problems).toEqual([{ variable, message }]);
    }
  });

  test("is named by the variable that holds it", () => {
    const both = { HTTPS_PROXY: http, https_proxy: socks };
    expect(told(load({ env: { ...sora, ...both } }))).toBe(cannotBeUsed("https_proxy"));
    const unset = { HTTPS_PROXY: socks, https_proxy: placeholder("https_proxy") };
    expect(told(load({ env: { ...sora, ...unset } }))).toBe(cannotBeUsed("HTTPS_PROXY"));
    const plain = { SORA_API_URL: "http://sora.example.com/", HTTPS_PROXY: http, HTTP_PROXY: socks };
    expect(told(load({ env: plain }))).toBe(cannotBeUsed("HTTP_PROXY"));
    expect(told(load({ env: { ...plain, http_proxy: socks } }))).toBe(cannotBeUsed("http_proxy"));
  });

  test("is not made up for by the other one", () => {
    const config = load({ env: { ...sora, HTTPS_PROXY: socks, HTTP_PROXY: http } });
    expect(told(config)).toBe(cannotBeUsed("HTTPS_PROXY"));
  });

  test("on this machine, for plain http to this machine", () => {
    const env = { SORA_API_URL: "http://localhost:3000/", HTTP_PROXY: socks };
    expect(told(load({ env }))).toBe(cannotBeUsed("HTTP_PROXY", "localhost:3000"));
  });
});

test.each<{ name: string; env: Record<string, string> }>([
  { name: "in the sandbox", env: { SORA_SANDBOX: "true", HTTPS_PROXY: socks, HTTP_PROXY: socks } },
  { name: "for http, where the URL is https", env: { ...sora, HTTP_PROXY: socks, HTTPS_PROXY: http } },
  { name: "for http alone, where the URL is https", env: { ...sora, HTTP_PROXY: socks } },
  { name: "for http, where there is none for https", env: { ...sora, http_proxy: "proxy", https_proxy: "" } },
  {
    name: "for https, where the URL is http",
    env: { SORA_API_URL: "http://sora.example.com/", HTTPS_PROXY: socks },
  },
  { name: "for a host in NO_PROXY", env: { ...sora, HTTPS_PROXY: socks, NO_PROXY: "example.com" } },
  { name: "for a host in no_proxy", env: { ...sora, https_proxy: socks, no_proxy: "*", NO_PROXY: "x" } },
  {
    name: "for an address in a block in NO_PROXY",
    env: { SORA_API_URL: "https://10.1.2.3/", HTTPS_PROXY: socks, NO_PROXY: "10.0.0.0/8" },
  },
  {
    name: "elsewhere, for plain http to this machine",
    env: { SORA_API_URL: "http://127.0.0.1:3000/", HTTP_PROXY: "socks5://proxy.example.com:1080" },
  },
  {
    name: "nowhere, for plain http to this machine",
    env: { SORA_API_URL: "http://127.0.0.1:3000/", HTTP_PROXY: "proxy" },
  },
  {
    name: "under a name in upper case, behind one in lower case",
    env: { ...sora, HTTPS_PROXY: socks, https_proxy: http },
  },
  { name: "in ALL_PROXY, which is not read", env: { ...sora, ALL_PROXY: socks, all_proxy: socks } },
])("one that cannot be used stops nothing where it is not: $name", ({ env }) => {
  expect(told(load({ env }))).toBe("");
});
