import { describe, expect, test } from "vitest";
import packageJson from "../package.json";
import server from "../server.json";
import { allSettings } from "../src/settings/settings.ts";
import { load, told } from "./support/settings.ts";

// server.json against the rules of schema 2025-12-11, and against what it tells of.

const [npm, ...others] = server.packages;
const variables = npm?.environmentVariables ?? [];

test("it has the form that the registry asks for", () => {
  expect(server.$schema).toBe("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json");
  expect(server.name).toMatch(/^[a-zA-Z0-9.-]{1,198}\/[a-zA-Z0-9._-]+$/);
  for (const text of [server.title, server.description]) {
    expect(text.trim()).toBe(text);
    expect(text).not.toBe("");
    expect(text.length).toBeLessThanOrEqual(100);
  }
  expect(server.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(server.repository.source).toBe("github");
  for (const url of [server.repository.url, server.websiteUrl]) expect(new URL(url).protocol).toBe("https:");
  expect(npm).toMatchObject({ registryType: "npm", transport: { type: "stdio" }, runtimeHint: "npx" });
  expect(others).toEqual([]);
  for (const { name, description, format, isRequired, ...variable } of variables) {
    expect(name).toMatch(/^[A-Z_]+$/);
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect(["string", "number", "boolean", "filepath"]).toContain(format);
    expect(isRequired).toBe(false);
    if ("choices" in variable && "default" in variable) expect(variable.choices).toContain(variable.default);
  }
});

test("it is of this package: name, version and place", () => {
  expect(server.name).toBe(packageJson.mcpName);
  expect([server.version, npm?.version]).toEqual([packageJson.version, packageJson.version]);
  expect([npm?.identifier, npm?.registryBaseUrl]).toEqual([packageJson.name, "https://registry.npmjs.org"]);
  expect(packageJson.repository).toEqual({ type: "git", url: `git+${server.repository.url}.git` });
  // The registry gives io.github.NAME to whoever owns github.com/NAME.
  const [, owner = "", repository = ""] = new URL(server.repository.url).pathname.split("/");
  expect(server.name).toBe(`io.github.${owner}/${repository}`);
  expect(packageJson.homepage).toBe(`${server.repository.url}#readme`);
  expect(packageJson.bugs.url).toBe(`${server.repository.url}/issues`);
});

describe("the variables", () => {
  test("are all that there are over stdio, and only the key is a secret", () => {
    const names = allSettings.map(({ variable }) => variable);
    const first = names.slice(0, names.indexOf("SORA_HTTP"));
    expect(variables.map(({ name }) => name)).toEqual(first);
    expect(names.slice(first.length).join()).toBe(
      "SORA_HTTP,SORA_CALLERS,SORA_HTTP_URL,SORA_OAUTH_ISSUER,SORA_METRICS,SORA_TICKET_KEY,SORA_TICKET_KEY_FILE",
    );
    expect(variables.filter(({ isSecret }) => isSecret).map(({ name }) => name)).toEqual(["SORA_API_KEY"]);
  });

  test("have their kinds", () => {
    const of = (kind: string) => variables.filter(({ format }) => format === kind).map(({ name }) => name);
    expect(of("boolean")).toEqual(["SORA_READ_ONLY", "SORA_SANDBOX"]);
    expect(of("number")).toEqual(["SORA_MAX_AFFECTED", "SORA_MAX_DESTRUCTIVE_PER_HOUR", "SORA_TIMEOUT_MS"]);
    expect(of("filepath")).toEqual(["SORA_API_KEY_FILE", "SORA_AUDIT_LOG"]);
    const choices = variables.flatMap((one) => ("choices" in one ? [[one.name, one.choices]] : []));
    expect(Object.fromEntries(choices)).toEqual({
      SORA_RELEASE_CHANNEL: ["stable", "canary"],
      SORA_CONFIRM: ["flag", "preview", "ask", "ask,panel"],
      SORA_LOG_LEVEL: ["debug", "info", "warn", "error"],
    });
  });

  test("have defaults that change nothing when a client hands them over", () => {
    const defaults = variables.flatMap((one) => ("default" in one ? [[one.name, one.default]] : []));
    const env = Object.fromEntries(defaults);
    expect(env).toEqual({
      SORA_API_URL: "https://sora-api.sora-labo.shiguredo.app/",
      SORA_READ_ONLY: "false",
      SORA_TOOLSETS: "default",
      SORA_CONFIRM: "flag",
      SORA_TIMEOUT_MS: "10000",
      SORA_LOG_LEVEL: "warn",
      SORA_SANDBOX: "false",
    });
    const config = load({ env });
    expect(JSON.stringify(config)).toBe(JSON.stringify(load()));
    expect(told(config)).toBe(told(load()));
  });
});
