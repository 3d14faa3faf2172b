import { describe, expect, test } from "vitest";
import { allSettings } from "../../src/settings/settings.ts";
import { load, messages, placeholder, told } from "../support/settings.ts";

// What serving over HTTP needs, and what over stdio cannot stop a run.

const own = { SORA_API_URL: "http://127.0.0.1:3000/" };
const overHttp = { ...own, SORA_HTTP: "127.0.0.1:8080", SORA_CALLERS: "callers.json" };
const aPlace = "host:port, such as 127.0.0.1:8080; a host is needed";

describe.each([
  ["SORA_HTTP", "http"],
  ["SORA_METRICS", "metrics"],
] as const)("%s", (variable, name) => {
  test.each([
    ["127.0.0.1:8080", { host: "127.0.0.1", port: 8080 }],
    ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["mcp-1.example.com:65535", { host: "mcp-1.example.com", port: 65_535 }],
    ["[::]:9090", { host: "::", port: 9090 }],
    ["[::1]:0", { host: "::1", port: 0 }],
  ])("%s is a place to listen", (given, place) => {
    const config = load({ env: { ...overHttp, [variable]: given } });
    expect(config[name]).toEqual(place);
    expect(told(config)).toBe("");
  });

  test.each([
    ...["8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:http"],
    ...[
      "http://127.0.0.1:8080",
      "127.0.0.1:8080/mcp",
      "::1:8080",
      "[::1]",
      "[1]:80",
      "*:80",
      "a b:80",
      "999.1.1.1:80",
    ],
    ...["true", "a:80,b:80"],
  ])("%s is none", (given) => {
    const config = load({ env: { ...overHttp, [variable]: given } });
    expect(told(config)).toBe(`${variable} must be ${aPlace}. It is ${JSON.stringify(given)}.`);
    expect([config[name], config.isUnderstood(name)]).toEqual([undefined, false]);
  });
});

test.each([
  "https://mcp.example.com",
  "https://mcp.example.com/team/a/mcp",
  "http://10.0.0.1:8080/",
  "https://mcp.example.com/a%20b//",
])("SORA_HTTP_URL may be %s: its path is anything", (given) => {
  const config = load({ env: { ...overHttp, SORA_HTTP_URL: given } });
  expect([config.httpUrl, told(config)]).toEqual([new URL(given), ""]);
});

test.each([
  "mcp.example.com",
  "/mcp",
  "ftp://mcp.example.com/",
  "https://u:p@h/",
  "https://h/?a",
  "https://h/#a",
])("SORA_HTTP_URL may not be %s", (given) => {
  const { problems } = load({ env: { ...overHttp, SORA_HTTP_URL: given } });
  expect(problems.map(({ variable }) => variable)).toEqual(["SORA_HTTP_URL"]);
});

test.each([
  "https://id.example.com",
  "https://id.example.com/realms/a/",
  "http://127.0.0.1:9/",
  "http://localhost:9",
  "http://[::1]:9/a",
])("SORA_OAUTH_ISSUER may be %s, which stays as it is written", (given) => {
  const config = load({ env: { ...overHttp, SORA_OAUTH_ISSUER: given } });
  expect([config.oauthIssuer, told(config)]).toEqual([given, ""]);
});

test.each([
  "http://id.example.com",
  "http://10.0.0.1/",
  "http://127.0.0.1.example.com/",
  "id.example.com",
  "https://h/?a",
])("SORA_OAUTH_ISSUER may not be %s: whoever stands in between could let anybody in", (given) => {
  const { problems } = load({ env: { ...overHttp, SORA_OAUTH_ISSUER: given } });
  const message = "SORA_OAUTH_ISSUER must be an https:// address, or http:// on this machine.";
  expect(problems.map((problem) => problem.message)).toEqual([message]);
});

describe("without callers", () => {
  const missing =
    "Over HTTP nobody is served without callers: set SORA_CALLERS to their file (`sora-labo-mcp token NAME` makes an entry). Only the sandbox does without, and only on this machine: SORA_HTTP=127.0.0.1:8080.";

  test.each([
    [own, "127.0.0.1:8080"],
    [{ ...own, SORA_CALLERS: " " }, "127.0.0.1:8080"],
    [{ SORA_SANDBOX: "true" }, "0.0.0.0:8080"],
    [{ SORA_SANDBOX: "true" }, "[::]:8080"],
    [{ SORA_SANDBOX: "true" }, "10.0.0.1:8080"],
    [{ SORA_SANDBOX: "true" }, "localhost.example.com:8080"],
  ])("%j nobody is served on %s", (env, SORA_HTTP) => {
    const { problems } = load({ env: { ...env, SORA_HTTP } });
    expect(problems).toEqual([{ variable: "SORA_CALLERS", message: missing }]);
  });

  test.each(["127.0.0.1:8080", "127.1.2.3:0", "localhost:8080", "[::1]:8080"])(
    "the sandbox is served on %s, to anyone on this machine",
    (SORA_HTTP) => {
      expect(told(load({ env: { SORA_SANDBOX: "true", SORA_HTTP } }))).toBe("");
    },
  );

  test("is told once: a file that was not understood is another matter", () => {
    const env = { ...own, SORA_HTTP: "127.0.0.1:8080", SORA_CALLERS: placeholder("CALLERS") };
    expect(messages(load({ env }))).toEqual([expect.stringContaining(`a \${...} was not filled in`)]);
    expect(messages(load({ env: { ...env, SORA_HTTP: "8080" } }))).toHaveLength(2);
  });
});

describe("SORA_AUDIT_LOG=-", () => {
  test("is stdout over HTTP", () => {
    const config = load({ env: overHttp, flags: { "audit-log": "-" } });
    expect([config.auditLog, told(config)]).toEqual(["-", ""]);
  });

  test("is no file over stdio, where stdout is MCP's: nothing is kept there under that name", () => {
    const config = load({ env: { ...own, SORA_AUDIT_LOG: "-" } });
    expect(told(config)).toBe(
      'SORA_AUDIT_LOG must be a file, or a folder, that can be written to: it is stdout; a file is ./-. It is "-".',
    );
    expect(config.auditLog).toBeUndefined();
    expect(load({ env: { ...own, SORA_AUDIT_LOG: "./-" } }).auditLog).toBe("./-");
  });
});

test("what only HTTP uses cannot stop a run over stdio", () => {
  const names = allSettings.filter(({ onlyFor }) => onlyFor === "HTTP").map(({ variable }) => variable);
  expect(names).toEqual(["SORA_CALLERS", "SORA_HTTP_URL", "SORA_OAUTH_ISSUER", "SORA_METRICS"]);
  const env = Object.fromEntries(names.map((name) => [name, `${placeholder("A")} nonsense`]));
  expect(told(load({ env: { ...own, ...env } }))).toBe("");
  expect(load({ env: { ...own, ...env, SORA_HTTP: "127.0.0.1:8080" } }).problems).toHaveLength(names.length);
  // All is told in one go, also beside a place that is none.
  expect(load({ env: { ...own, ...env, SORA_HTTP: "8080" } }).problems).toHaveLength(names.length + 1);
});
