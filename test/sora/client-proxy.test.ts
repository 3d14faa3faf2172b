import { describe, expect, test } from "vitest";
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

describe("a redirect is followed", () => {
  const away = (port: number) => `http://sora.invalid:${port}/there`;

  test("through the proxy, from a host that NO_PROXY exempts to one that it does not", async () => {
    const there = await startUpstream(json({ there: true }));
    const home = await startUpstream((_request, response) =>
      response.writeHead(307, { location: away(there.port) }).end(),
    );
    const proxy = await startProxy();
    const sora = soraAt(home.url, { proxy: { http: proxy.url, https: "", no: "127.0.0.1" } });
    for (const kind of kinds) expect(await sora[kind]()).toEqual({ there: true });
    expect(new Set(proxy.tunnels.map(({ to }) => to))).toEqual(new Set([`sora.invalid:${there.port}`]));
    expect(there.requests).toHaveLength(2);
  });

  test("past the proxy, from a host that is behind it to one that NO_PROXY exempts", async () => {
    const there = await startUpstream(json({ there: true }));
    const home = await startUpstream((_request, response) =>
      response.writeHead(307, { location: `${there.url}there` }).end(),
    );
    const proxy = await startProxy();
    const sora = soraAt(away(home.port), { proxy: { http: proxy.url, https: "", no: "127.0.0.1" } });
    for (const kind of kinds) expect(await sora[kind]()).toEqual({ there: true });
    expect(new Set(proxy.tunnels.map(({ to }) => to))).toEqual(new Set([`sora.invalid:${home.port}`]));
  });

  test("through the other scheme's proxy, from this machine to https", async () => {
    const home = await startUpstream((_request, response) =>
      response.writeHead(307, { location: "https://sora.invalid/" }).end(),
    );
    const proxy = await startProxy(403);
    const sora = soraAt(home.url, { proxy: { http: "", https: proxy.url, no: "" } });
    await failureOf(sora.write());
    expect(proxy.tunnels.map(({ to }) => to)).toEqual(["sora.invalid:443"]);
  });

  test("not at all where the proxy cannot be used, however the first host was reached", async () => {
    const home = await startUpstream((_request, response) =>
      response.writeHead(307, { location: away(1) }).end(),
    );
    const sora = soraAt(home.url, {
      proxy: { http: "socks5://user:word@127.0.0.1:1080", https: "", no: "127.0.0.1" },
    });
    for (const kind of kinds) {
      const { code, message, details } = await failureOf(sora[kind]());
      expect(code).toBe("unreachable");
      expect(message).toBe(
        "The address that the Sora API redirected to is behind a proxy that cannot be used.",
      );
      expect(details.hint).toContain("HTTP_PROXY");
      expect(message + JSON.stringify(details)).not.toContain("word");
    }
    expect(home.requests).toHaveLength(2);
  });
});

test.each([
  { given: "user:word@", sent: "user:word" },
  { given: "user@", sent: "user:" },
  { given: ":word@", sent: ":word" },
  { given: "us%40er:w%C3%B6rd@", sent: "us@er:wörd" },
])("a proxy is given the credentials $given in its URL", async ({ given, sent }) => {
  const proxy = await startProxy(407);
  const withCredentials = proxy.url.replace("http://", `http://${given}`);
  const sora = soraAt("https://sora.invalid/", { proxy: { http: "", https: withCredentials, no: "" } });
  await failureOf(sora.write());
  const basic = `Basic ${Buffer.from(sent).toString("base64")}`;
  expect(proxy.tunnels.map(({ headers }) => headers["proxy-authorization"])).toEqual([basic]);
});

test("calls end with the client that is closed, also those behind a proxy", async () => {
  const upstream = await startUpstream(() => {});
  const proxy = await startProxy();
  const sora = soraAt(elsewhere(upstream.port), { proxy: { http: proxy.url, https: "", no: "" } });
  const call = failureOf(sora.write());
  await upstream.received(1);
  await sora.close();
  expect((await call).code).toBe("unreachable");
  expect((await failureOf(sora.write())).code).toBe("unreachable");
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
  const port = await closedPort();
  const proxy = { http: "", https: `http://user:word@127.0.0.1:${port}`, no: "" };
  const { code, message, details } = await failureOf(soraAt("https://sora.invalid/", { proxy }).write());
  expect(code).toBe("unreachable");
  expect(message).toBe(`The proxy 127.0.0.1:${port} could not be reached (ECONNREFUSED).`);
  expect(details.hint).toBe("Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Nothing was sent.");
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
