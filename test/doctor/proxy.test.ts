import { describe, expect, test } from "vitest";
import { examine, statusOf } from "../support/doctor.ts";
import { startProxy } from "../support/proxy.ts";
import { closedPort, startRawUpstream } from "../support/raw-upstream.ts";
import { json, startUpstream } from "../support/upstream.ts";

describe("proxies", () => {
  test.each<[string, (proxy: string) => Record<string, string>, boolean]>([
    ["HTTP_PROXY", (url) => ({ HTTP_PROXY: url }), true],
    ["HTTPS_PROXY alone", (url) => ({ HTTPS_PROXY: url }), false],
    ["HTTP_PROXY on another machine", () => ({ HTTP_PROXY: "http://proxy.invalid:3128" }), false],
    ["HTTP_PROXY and NO_PROXY", (url) => ({ HTTP_PROXY: url, NO_PROXY: "127.0.0.1" }), false],
    ["HTTP_PROXY and a block in NO_PROXY", (url) => ({ HTTP_PROXY: url, NO_PROXY: "127.0.0.0/8" }), false],
    ["HTTP_PROXY without a scheme", (url) => ({ HTTP_PROXY: url.replace("http://", "") }), true],
    ["HTTP_PROXY and SOCKS for https", (url) => ({ HTTP_PROXY: url, HTTPS_PROXY: "socks5://x:1" }), true],
    ["SOCKS for https alone", () => ({ HTTPS_PROXY: "socks5://127.0.0.1:1" }), false],
    ["SOCKS and NO_PROXY", () => ({ HTTP_PROXY: "socks5://127.0.0.1:1", NO_PROXY: "127.0.0.1" }), false],
    ["SOCKS on another machine", () => ({ HTTP_PROXY: "socks5://proxy.invalid:1" }), false],
    ["HTTP_PROXY and another NO_PROXY", (url) => ({ HTTP_PROXY: url, NO_PROXY: "127.0.0.2" }), true],
  ])(
    "http to this machine under %s: the host itself is looked at unless calls go through",
    async (_name, of, through) => {
      const upstream = await startUpstream(json([]));
      const proxy = await startProxy();
      const env = of(proxy.url.replace("http://", "http://user:word@"));
      const { exitCode, page } = await examine({ SORA_API_URL: upstream.url, ...env });
      expect(proxy.tunnels.length > 0).toBe(through);
      expect(statusOf(page, "proxy")).toBe(through ? "ok" : undefined);
      expect(statusOf(page, "TCP")).toBe(through ? undefined : "ok");
      if (through) expect(page).toContain(`127.0.0.1:${proxy.port} is in between`);
      expect(page).not.toContain("word@");
      expect(exitCode).toBe(0);
    },
  );

  test("one that takes no connections is what is wrong, and Sora is not asked", async () => {
    const port = await closedPort();
    const { exitCode, page } = await examine({
      SORA_API_URL: "https://sora.invalid/",
      HTTPS_PROXY: `http://user:word@127.0.0.1:${port}`,
    });
    expect(statusOf(page, "proxy")).toBe("failed");
    expect(page).toContain(`127.0.0.1:${port} is in between: ECONNREFUSED`);
    expect(page).toContain(
      `Check the proxy in HTTPS_PROXY or HTTP_PROXY: 127.0.0.1 takes no connections on port ${port}.`,
    );
    expect(statusOf(page, "Sora API")).toBe("skipped");
    expect(page).not.toContain("word@");
    expect(exitCode).toBe(1);
  });

  test("one that takes connections and does not let calls through is named", async () => {
    const proxy = await startRawUpstream((socket) => socket.end());
    const { page } = await examine({
      SORA_API_URL: "https://sora.invalid/",
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    });
    expect(statusOf(page, "proxy")).toBe("ok");
    expect(statusOf(page, "Sora API")).toBe("failed");
    expect(page).toContain(`The proxy 127.0.0.1:${proxy.port} broke off`);
  });

  test("one that cannot be used is what is wrong, and nothing is asked", async () => {
    const upstream = await startUpstream(json([]));
    const { exitCode, page } = await examine({
      SORA_API_URL: upstream.url,
      http_proxy: "socks5://user:word@127.0.0.1:1080",
    });
    expect(statusOf(page, "settings")).toBe("failed");
    expect(page).toContain(`http_proxy, the proxy for 127.0.0.1:${upstream.port}, must be`);
    expect(page).toContain("Set http_proxy as said above.");
    expect(page).not.toContain("word@");
    expect(upstream.requests).toEqual([]);
    expect(exitCode).toBe(1);
  });
});
