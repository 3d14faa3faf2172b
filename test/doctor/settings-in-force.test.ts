import { describe, expect, test } from "vitest";
import { examine, settingIn } from "../support/doctor.ts";

const key = "distinctive-key-of-the-doctor-0123456789";

describe("settings in force", () => {
  test("of the sandbox: what a real Sora would need is not used", async () => {
    const env = { SORA_API_KEY: key, SORA_API_KEY_FILE: "/run/key", SORA_RELEASE_CHANNEL: "stable" };
    for (const given of [{}, env, { SORA_API_URL: "https://sora.invalid/" }]) {
      const { page } = await examine({ SORA_SANDBOX: "true", ...given });
      expect(settingIn(page, "SORA_API_URL")).toMatch(/^the simulated Sora( {2}\(environment\))?$/);
      for (const variable of ["SORA_API_KEY", "SORA_API_KEY_FILE", "SORA_RELEASE_CHANNEL"]) {
        expect(settingIn(page, variable)).toBe(variable in given ? "not used  (environment)" : "not used");
      }
      expect(page).not.toContain("canary");
      expect(page).not.toContain("shiguredo");
    }
  });

  test("with nothing set", async () => {
    const { page } = await examine({ SORA_API_URL: "http://127.0.0.1:9/" });
    const block = page.slice(page.indexOf("  SORA_API_KEY "), page.indexOf("\n\nChecks"));
    expect(block.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["SORA_API_KEY", "not set"],
      ["SORA_API_KEY_FILE", "-"],
      ["SORA_API_URL", "http://127.0.0.1:9/", "(environment)"],
      ["SORA_RELEASE", "labo"],
      ["SORA_RELEASE_CHANNEL", "-"],
      ["SORA_READ_ONLY", "false"],
      [
        "SORA_TOOLSETS",
        "moderation,signaling,push,spotlight,simulcast,metadata,stats,rtp,channels,sessions,forwarding,recording",
      ],
      ["SORA_CHANNELS", "any"],
      ["SORA_CONFIRM", "flag"],
      ["SORA_MAX_AFFECTED", "no limit"],
      ["SORA_MAX_DESTRUCTIVE_PER_HOUR", "no limit"],
      ["SORA_TIMEOUT_MS", "10000"],
      ["SORA_AUDIT_LOG", "-"],
      ["SORA_LOG_LEVEL", "warn"],
      ["SORA_SANDBOX", "false"],
      ["SORA_HTTP", "serve over stdio"],
    ]);
  });

  test("of what only HTTP uses, over stdio what was given, and that it is not used", async () => {
    const given = { SORA_CALLERS: "callers.json", SORA_TICKET_KEY: key, SORA_OAUTH_ISSUER: "nonsense" };
    const { page } = await examine({ SORA_API_URL: "http://127.0.0.1:9/", ...given });
    for (const variable of Object.keys(given))
      expect(settingIn(page, variable)).toBe("not used  (environment)");
    for (const variable of ["SORA_HTTP_URL", "SORA_METRICS", "SORA_TICKET_KEY_FILE"])
      expect(settingIn(page, variable)).toBeUndefined();
    expect(page).not.toContain(key);
  });

  test("over HTTP, with nothing else set", async () => {
    const { page } = await examine({ SORA_SANDBOX: "true", SORA_HTTP: "[::1]:0" });
    const block = page.slice(page.indexOf("  SORA_HTTP "), page.indexOf("\n\nChecks"));
    expect(block.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["SORA_HTTP", "[::1]:0", "(environment)"],
      ["SORA_CALLERS", "-"],
      ["SORA_HTTP_URL", "/mcp on SORA_HTTP"],
      ["SORA_OAUTH_ISSUER", "-"],
      ["SORA_METRICS", "-"],
      ["SORA_TICKET_KEY", "not set"],
      ["SORA_TICKET_KEY_FILE", "-"],
    ]);
  });

  test("over HTTP, with all of it set: of the ticket key only that it is", async () => {
    const set = {
      SORA_SANDBOX: "true",
      SORA_HTTP: "127.0.0.1:0",
      SORA_HTTP_URL: "https://mcp.example.com/mcp",
      SORA_METRICS: "127.0.0.1:9090",
      SORA_TICKET_KEY_FILE: "/run/ticket",
    };
    const files = { "/run/ticket": key };
    const { page } = await examine({ ...set, SORA_AUDIT_LOG: "-" }, { files });
    expect(settingIn(page, "SORA_HTTP_URL")).toBe("https://mcp.example.com/mcp  (environment)");
    expect(settingIn(page, "SORA_METRICS")).toBe("127.0.0.1:9090  (environment)");
    expect(settingIn(page, "SORA_TICKET_KEY")).toBe("set");
    expect(settingIn(page, "SORA_TICKET_KEY_FILE")).toBe("set  (environment)");
    expect(settingIn(page, "SORA_AUDIT_LOG")).toBe("-  (environment)");
    const beside = await examine({ ...set, SORA_TICKET_KEY: `other-${key}` }, { files });
    expect(settingIn(beside.page, "SORA_TICKET_KEY_FILE")).toBe("not used  (environment)");
    for (const { page } of [beside, await examine({ ...set, SORA_TICKET_KEY: "short-key" })]) {
      expect(page).not.toMatch(/short-key|distinctive/);
    }
  });

  test("a place to listen that is none is not understood", async () => {
    const { exitCode, page } = await examine({ SORA_SANDBOX: "true", SORA_HTTP: "8080" });
    expect(settingIn(page, "SORA_HTTP")).toBe("not understood  (environment)");
    expect(exitCode).toBe(1);
  });

  test("what was not understood is not in force", async () => {
    const flags = { toolsets: "nope", channels: true };
    const { page } = await examine({ SORA_API_KEY: "two words", SORA_CHANNELS: "sora" }, { flags });
    expect(settingIn(page, "SORA_TOOLSETS")).toBe("not understood  (flag)");
    expect(settingIn(page, "SORA_CHANNELS")).toBe("not understood  (flag)");
    expect(settingIn(page, "SORA_API_KEY")).toBe("not understood  (environment)");
    expect(settingIn(page, "SORA_CONFIRM")).toBe("flag");
  });

  test("a key file is not used beside a key, and an unusable one is not understood", async () => {
    const url = { SORA_API_URL: "http://127.0.0.1:9/", SORA_API_KEY_FILE: "/run/key" };
    const files = { "/run/key": key };
    const used = await examine(url, { files });
    expect(settingIn(used.page, "SORA_API_KEY_FILE")).toBe("set  (environment)");
    expect(settingIn(used.page, "SORA_API_KEY")).toBe("set");
    const beside = await examine({ ...url, SORA_API_KEY: "other" }, { files });
    expect(settingIn(beside.page, "SORA_API_KEY_FILE")).toBe("not used  (environment)");
    const missing = await examine(url);
    expect(settingIn(missing.page, "SORA_API_KEY_FILE")).toBe("not understood  (environment)");
  });
});
