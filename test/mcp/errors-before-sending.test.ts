import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { ElicitRequestSchema, type ElicitResult } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { errorOf, inProcess, overStdio } from "../support/session.ts";
import { calls, toolKinds } from "../support/tool-kinds.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Errors that stop a call before anything of it reaches Sora: no request is sent, and where none may be, no connection
// is even tried.

const apiKey = "distinctive-key-that-stays-here-0123456789";

/** How many connections this process has tried to make. */
let connections = 0;
const count = () => {
  connections += 1;
};
beforeEach(() => {
  connections = 0;
  subscribe("net.client.socket", count);
});
afterEach(() => {
  unsubscribe("net.client.socket", count);
});

async function expectStopped(
  env: Record<string, string>,
  expected: { code: string; says: RegExp; hint: RegExp },
) {
  const session = await inProcess({ env });
  for (const kind of toolKinds) {
    const { tool, args } = calls[kind];
    const result = await session.call(tool, args);
    const error = errorOf(result);
    expect(Object.keys(error)).toEqual(["code", "message", "hint"]);
    expect(error.code).toBe(expected.code);
    expect(error.message).toMatch(expected.says);
    expect(error.message).toMatch(/Nothing was sent\./);
    expect(error.hint).toMatch(expected.hint);
    expect(JSON.stringify(result)).not.toContain(apiKey);
  }
  expect(connections).toBe(0);
}

test("the count of connections counts", async () => {
  const upstream = await startUpstream(json([]));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  await session.call("sora_list_channel_connections", { channel_id: "c" });
  expect(connections).toBe(1);
});

describe("not_configured", () => {
  test.each<{ name: string; env: Record<string, string>; says: RegExp; hint: RegExp }>([
    { name: "no key for Sora Labo", env: {}, says: /needs an API key/, hint: /SORA_API_KEY/ },
    {
      name: "a blank key for Sora Labo",
      env: { SORA_API_KEY: "  " },
      says: /needs an API key/,
      hint: /SORA_API_KEY/,
    },
    {
      name: "an unexpanded key for Sora Labo",
      env: { SORA_API_KEY: `\${${apiKey}}` },
      says: /needs an API key/,
      hint: /SORA_API_KEY/,
    },
    {
      name: "no key for Sora Cloud",
      env: { SORA_API_URL: "https://api.sora-cloud.shiguredo.app/sora-api" },
      says: /api\.sora-cloud\.shiguredo\.app needs an API key/,
      hint: /SORA_API_KEY/,
    },
    {
      name: "a key with a line break in it",
      env: { SORA_API_KEY: `${apiKey}\r\nx-injected: 1` },
      says: /SORA_API_KEY must be the key alone/,
      hint: /SORA_API_KEY/,
    },
    {
      name: "a key with a control character in it",
      env: { SORA_API_KEY: `${apiKey}\u0007x` },
      says: /SORA_API_KEY must be the key alone/,
      hint: /SORA_API_KEY/,
    },
    {
      name: "a key that starts with Bearer",
      env: { SORA_API_KEY: `Bearer ${apiKey}` },
      says: /no "Bearer" before it/,
      hint: /SORA_API_KEY/,
    },
    {
      name: "a key for plain http to another machine",
      env: { SORA_API_KEY: apiKey, SORA_API_URL: "http://192.0.2.1/" },
      says: /never sent over plain http/,
      hint: /SORA_API_URL/,
    },
    {
      name: "the same behind a proxy on this machine",
      env: { SORA_API_KEY: apiKey, SORA_API_URL: "http://192.0.2.1/", HTTP_PROXY: "http://127.0.0.1:9/" },
      says: /never sent over plain http/,
      hint: /SORA_API_URL/,
    },
    {
      name: "an address that only looks like this machine",
      env: { SORA_API_KEY: apiKey, SORA_API_URL: `http://127.0.0.1.${"x".repeat(64)}.invalid/` },
      says: /never sent over plain http/,
      hint: /SORA_API_URL/,
    },
    {
      name: "credentials in the URL",
      env: { SORA_API_URL: `http://user:${apiKey}@127.0.0.1:9/` },
      says: /SORA_API_URL must be/,
      hint: /SORA_API_URL/,
    },
    {
      name: "a URL of another scheme",
      env: { SORA_API_URL: "ftp://127.0.0.1/" },
      says: /SORA_API_URL must be/,
      hint: /SORA_API_URL/,
    },
    {
      name: "a setting that is not understood",
      env: { SORA_API_URL: "http://127.0.0.1:9/", SORA_TIMEOUT_MS: "soon" },
      says: /SORA_TIMEOUT_MS must be a whole number from 100 to 120000/,
      hint: /SORA_TIMEOUT_MS/,
    },
    {
      name: "a proxy that is no address",
      env: { SORA_API_URL: "https://127.0.0.1:9/", HTTPS_PROXY: "socks5://127.0.0.1:1080" },
      says: /HTTPS_PROXY, the proxy for 127\.0\.0\.1:9, must be/,
      hint: /HTTPS_PROXY/,
    },
  ])("$name", async ({ env, says, hint }) => {
    await expectStopped(env, { code: "not_configured", says, hint });
  });

  test("over stdio: neither stdout nor stderr shows a key that was not understood", async () => {
    const session = await overStdio({ env: { SORA_API_KEY: `Bearer ${apiKey}`, SORA_LOG_LEVEL: "debug" } });
    const error = errorOf(await session.call("sora_list_channel_connections", { channel_id: "c" }));
    expect(error.code).toBe("not_configured");
    expect(JSON.stringify(error)).not.toContain(apiKey);
    expect(session.stderr()).toContain("SORA_API_KEY must be the key alone");
    expect(session.stderr()).not.toContain(apiKey);
  });
});

test("channel_not_allowed", async () => {
  const upstream = await startUpstream();
  await expectStopped(
    { SORA_API_URL: upstream.url, SORA_CHANNELS: "team-*,d" },
    { code: "channel_not_allowed", says: /SORA_CHANNELS does not allow this channel/, hint: /operator/ },
  );
});

describe("invalid_arguments", () => {
  test.each<{ name: string; args: Record<string, unknown>; says: RegExp }>([
    {
      name: "a missing one",
      args: { channel_id: undefined },
      says: /^channel_id: Required\. Nothing was sent\.$/,
    },
    { name: "an empty one", args: { channel_id: "" }, says: /^channel_id: must be .*\. Nothing was sent\.$/ },
    {
      name: "null",
      args: { channel_id: null },
      says: /^channel_id: Expected string, received null\. Nothing was sent\.$/,
    },
    { name: "one of another type", args: { channel_id: 7 }, says: /^channel_id: .*\. Nothing was sent\.$/ },
    {
      name: "an unknown one",
      args: { chanel: "c" },
      says: /^chanel: unknown argument\. Nothing was sent\.$/,
    },
    {
      name: "an unknown one with the key's name",
      args: { [apiKey]: 1 },
      says: /^\[redacted\]: unknown argument\. Nothing was sent\.$/,
    },
  ])("$name", async ({ args, says }) => {
    const upstream = await startUpstream();
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_API_KEY: apiKey } });
    for (const kind of toolKinds) {
      const { tool, args: usual } = calls[kind];
      const error = errorOf(await session.call(tool, { ...usual, ...args }));
      expect(Object.keys(error)).toEqual(["code", "message", "hint"]);
      expect(error.code).toBe("invalid_arguments");
      expect(error.message).toMatch(says);
      expect(error.hint).toContain(`${tool} takes: channel_id`);
    }
    expect(connections).toBe(0);
  });
});

describe("a person who is asked", () => {
  const ask = { SORA_CONFIRM: "ask" };
  const { tool, args } = calls.destructive;

  test("confirmation_unavailable: the client cannot ask, nothing is sent", async () => {
    const upstream = await startUpstream(json([]));
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, ...ask } });
    const error = errorOf(await session.call(tool, args));
    expect(error.code).toBe("confirmation_unavailable");
    expect(error.hint).toContain("elicitation");
    expect(upstream.requests).toHaveLength(0);
  });

  test.each<{ action: ElicitResult["action"]; code: string }>([
    { action: "decline", code: "declined" },
    { action: "cancel", code: "cancelled" },
  ])("$code: one look-up, nothing else", async ({ action, code }) => {
    const upstream = await startUpstream(json([]));
    const session = await inProcess({
      env: { SORA_API_URL: upstream.url, ...ask },
      capabilities: { elicitation: {} },
      prepare: (client) => client.setRequestHandler(ElicitRequestSchema, () => ({ action })),
    });
    const error = errorOf(await session.call(tool, args));
    expect(error.code).toBe(code);
    expect(error.message).toContain("Nothing was disconnected, deleted or changed.");
    expect(upstream.requests.map(({ target }) => target)).toEqual(["Sora_20201013.ListChannelConnections"]);
  });

  test("a look-up that fails is told, and nobody is asked", async () => {
    const upstream = await startUpstream(json({ error_type: "InvalidAPIKey" }, 401));
    let asked = 0;
    const session = await inProcess({
      env: { SORA_API_URL: upstream.url, SORA_API_KEY: apiKey, ...ask },
      capabilities: { elicitation: {} },
      prepare: (client) =>
        client.setRequestHandler(ElicitRequestSchema, () => {
          asked += 1;
          return { action: "accept" };
        }),
    });
    expect(errorOf(await session.call(tool, args))).toMatchObject({
      code: "unauthorized",
      error_type: "InvalidAPIKey",
    });
    expect([asked, upstream.requests.length]).toEqual([0, 1]);
  });
});

describe("an unknown tool is JSON-RPC error -32602", () => {
  test.each<{ name: string; tool: string; env: Record<string, string> }>([
    { name: "a name that nobody knows", tool: "sora_reboot", env: {} },
    { name: "an operation's own name", tool: "DisconnectChannel", env: {} },
    { name: "a name from JavaScript", tool: "constructor", env: {} },
    { name: "no name", tool: "", env: {} },
    { name: "a write under SORA_READ_ONLY", tool: calls.write.tool, env: { SORA_READ_ONLY: "true" } },
    { name: "a tool of another toolset", tool: calls.read.tool, env: { SORA_TOOLSETS: "push" } },
  ])("$name", async ({ tool, env }) => {
    const upstream = await startUpstream();
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, ...env } });
    await expect(session.call(tool, calls.read.args)).rejects.toMatchObject({ code: -32602 });
    expect(connections).toBe(0);
  });
});

describe("cancelled_by_client", () => {
  test.each(toolKinds)(
    "a %s that the client cancels: the request is broken off, the log says so",
    async (kind) => {
      let brokenOff: () => void = () => {};
      const closed = new Promise<void>((resolve) => {
        brokenOff = resolve;
      });
      const upstream = await startUpstream((_request, response) => {
        response.on("close", brokenOff);
        stop.abort();
      });
      const stop = new AbortController();
      const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_LOG_LEVEL: "debug" } });
      const { tool, args } = calls[kind];
      const call = session.client.callTool({ name: tool, arguments: args }, undefined, {
        signal: stop.signal,
      });
      await expect(call).rejects.toThrow();
      await closed;
      await expect.poll(session.stderr).toContain(`${tool}: cancelled_by_client in `);
      expect(upstream.requests).toHaveLength(1);
    },
  );
});
