import { expect, test } from "vitest";
import { startProxy } from "../support/proxy.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Which proxy a URL is reached through, and calls through one that hangs. The whole of it over TLS is in
// test/e2e/proxy.test.ts.

/** A name that only the proxy finds: it takes every host for this machine. */
const elsewhere = (port: number) => `http://sora.invalid:${port}/`;

test.each([
  { name: "http is reached through HTTP_PROXY", variable: "http", scheme: "http" },
  { name: "https is reached through HTTPS_PROXY", variable: "https", scheme: "https" },
  { name: "https is reached through HTTP_PROXY when there is no other", variable: "http", scheme: "https" },
])("$name", async ({ variable, scheme }) => {
  const proxy = await startProxy(403);
  const settings = { http: "", https: "", no: "", [variable]: proxy.url };
  await failureOf(soraAt(`${scheme}://sora.invalid/`, { proxy: settings }).write());
  expect(proxy.tunnels.map(({ to }) => to)).toEqual([`sora.invalid:${scheme === "https" ? 443 : 80}`]);
});

test("plain http to another machine goes through a proxy, and is answered", async () => {
  const upstream = await startUpstream(json({ a: 1 }));
  const proxy = await startProxy();
  const sora = soraAt(elsewhere(upstream.port), { proxy: { http: proxy.url, https: "", no: "" } });
  for (const kind of kinds) expect(await sora[kind]()).toEqual({ a: 1 });
  expect(proxy.tunnels[0]?.to).toBe(`sora.invalid:${upstream.port}`);
});

test.each([
  { name: "a proxy on another machine", proxy: () => "http://proxy.invalid:3128", tunnels: 0 },
  { name: "a proxy on this machine", proxy: (url: string) => url, tunnels: 1 },
])("plain http to this machine and $name: $tunnels tunnels", async ({ proxy: of, tunnels }) => {
  const upstream = await startUpstream(json({ a: 1 }));
  const proxy = await startProxy();
  const sora = soraAt(upstream.url, { proxy: { http: of(proxy.url), https: "", no: "" } });
  expect(await sora.write()).toEqual({ a: 1 });
  expect(proxy.tunnels).toHaveLength(tunnels);
});

test.each([
  { no: "127.0.0.1", tunnels: 0 },
  { no: "example.net 127.0.0.1", tunnels: 0 },
  { no: "localhost,127.0.0.1", tunnels: 0 },
  { no: "*", tunnels: 0 },
  { no: "", tunnels: 1 },
  { no: "localhost,example.net", tunnels: 1 },
  { no: "127.0.0.1:1", tunnels: 1 },
  { no: "27.0.0.1", tunnels: 1 },
])("NO_PROXY=$no: $tunnels tunnels", async ({ no, tunnels }) => {
  const upstream = await startUpstream(json({ a: 1 }));
  const proxy = await startProxy();
  const sora = soraAt(upstream.url, { proxy: { http: proxy.url, https: "", no } });
  expect(await sora.write()).toEqual({ a: 1 });
  expect(proxy.tunnels).toHaveLength(tunnels);
});

test.each([403, 407, 500, 502, 503])(
  "a proxy that answers %i is not asked again, and nothing is uncertain",
  async (status) => {
    const proxy = await startProxy(status);
    const sora = soraAt("https://sora.invalid/", { proxy: { http: "", https: proxy.url, no: "" } });
    for (const kind of kinds) {
      const { code, message, details } = await failureOf(sora[kind]());
      expect(code).toBe("unreachable");
      expect(message).toBe(`The proxy did not connect to sora.invalid (HTTP ${status}).`);
      expect(details.hint).toContain("HTTPS_PROXY");
    }
    expect(proxy.tunnels).toHaveLength(2);
  },
);

test("a proxy that refuses connections is tried three times, as nothing had left", async () => {
  const proxy = { http: "", https: `http://127.0.0.1:${await closedPort()}`, no: "" };
  const { code, message } = await failureOf(soraAt("https://sora.invalid/", { proxy }).write());
  expect(code).toBe("unreachable");
  expect(message).toBe("The Sora API at sora.invalid could not be reached (ECONNREFUSED).");
});

test("behind a proxy that hangs, calls end in time or when they are cancelled; once it answers, so do they", async () => {
  const upstream = await startUpstream(json({ a: 1 }));
  const proxy = await startProxy("silence");
  const sora = soraAt(elsewhere(upstream.port), {
    // Short, and yet long enough for all of them to ask the proxy, also on a machine that is busy elsewhere.
    timeoutMs: 3_000,
    proxy: { http: proxy.url, https: "", no: "" },
  });
  const stop = new AbortController();
  const cancelled = failureOf(sora.write({ signal: stop.signal }));
  const calls = Array.from({ length: 20 }, (_, index) => failureOf(sora[index % 2 ? "read" : "write"]()));
  await expect.poll(() => proxy.tunnels.length).toBeGreaterThan(3);
  stop.abort();
  expect((await cancelled).code).toBe("cancelled_by_client");
  expect(new Set((await Promise.all(calls)).map(({ code }) => code))).toEqual(new Set(["timeout"]));
  expect(upstream.requests).toHaveLength(0);
  proxy.answer(200);
  for (const kind of kinds) expect(await sora[kind]()).toEqual({ a: 1 });
});
