import { expect, test } from "vitest";
import { version } from "../../package.json";
import { endpointOf } from "../../src/settings/endpoint.ts";
import { load } from "../support/settings.ts";

const env = {
  SORA_API_KEY: "distinctive-key-0123456789",
  SORA_API_URL: "https://sora.example.com/api",
  SORA_RELEASE_CHANNEL: "stable",
  SORA_TIMEOUT_MS: "700",
  HTTPS_PROXY: "http://proxy.example.com:3128",
};

test("is made of the settings", () => {
  expect(endpointOf(load({ env }), undefined)).toEqual({
    url: new URL("https://sora.example.com/api"),
    apiKey: "distinctive-key-0123456789",
    releaseChannel: "stable",
    timeoutMs: 700,
    userAgent: `sora-labo-mcp/${version}`,
    proxy: { http: "", https: "http://proxy.example.com:3128", no: "" },
    otherNodes: [],
    isShared: false,
  });
});

test("the sandbox gets neither the key nor the release channel nor a proxy", () => {
  const url = new URL("http://127.0.0.1:1/");
  expect(endpointOf(load({ env: { ...env, SORA_SANDBOX: "true" } }), url)).toEqual({
    url,
    timeoutMs: 700,
    userAgent: `sora-labo-mcp/${version}`,
    proxy: { http: "", https: "", no: "" },
    isShared: false,
  });
});

test("has the other nodes of a cluster, and over HTTP is shared by callers", () => {
  const nodes = "https://a.example.com/, https://b.example.com/api,https://c.example.com/";
  const given = { ...env, SORA_API_URL: nodes, SORA_HTTP: "127.0.0.1:8080", SORA_CALLERS: "callers.json" };
  expect(endpointOf(load({ env: given }), undefined)).toMatchObject({
    url: new URL("https://a.example.com/"),
    otherNodes: [new URL("https://b.example.com/api"), new URL("https://c.example.com/")],
    isShared: true,
  });
});
