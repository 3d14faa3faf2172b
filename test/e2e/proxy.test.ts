import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { afterTest } from "../support/closing.ts";
import { startProxy } from "../support/proxy.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { errorOf, overStdio } from "../support/session.ts";
import { caFile, startTlsUpstream } from "../support/tls.ts";
import { json, startUpstream } from "../support/upstream.ts";

// The built server behind a real CONNECT proxy on loopback.

const key = "distinctive-key-behind-a-proxy-0123456789";
const password = "distinctive-password-of-the-proxy";
const list = json([]);

/** A host that no resolver knows, as its label is too long: nothing can be sent to it, not even by mistake. */
const nowhere = `${"x".repeat(64)}.invalid`;

async function callOver(url: string, env: Record<string, string>) {
  const session = await overStdio({
    env: { SORA_API_URL: url, SORA_API_KEY: key, NODE_EXTRA_CA_CERTS: caFile, ...env },
  });
  const read = await session.call("sora_list_channel_connections", { channel_id: "c" });
  const write = await session.call("sora_push_channel", { channel_id: "c", data: {} });
  for (const secret of [key, password]) {
    expect(JSON.stringify([read, write])).not.toContain(secret);
    expect(session.stderr()).not.toContain(secret);
  }
  return { read, write };
}

const answered = { read: { channel_id: "c", total: 0 }, write: { status: "done", response: [] } };

describe("an https URL", () => {
  test.each(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY"])(
    "goes through %s, which cannot see what is said",
    async (variable) => {
      const upstream = await startTlsUpstream("server", list);
      const proxy = await startProxy();
      const { read, write } = await callOver(`https://127.0.0.1:${upstream.port}/`, {
        [variable]: proxy.url,
      });
      expect(read.structuredContent).toMatchObject(answered.read);
      expect(write.structuredContent).toEqual(answered.write);
      expect(upstream.keys).toEqual([`Bearer ${key}`, `Bearer ${key}`]);
      expect(upstream.connections()).toBe(proxy.tunnels.length);
      expect(proxy.requests).toEqual([]);
      for (const { to, headers } of proxy.tunnels) {
        expect(to).toBe(`127.0.0.1:${upstream.port}`);
        expect(headers).not.toHaveProperty("authorization");
        expect(headers).not.toHaveProperty("proxy-authorization");
      }
      expect(proxy.seen().length).toBeGreaterThan(500);
      for (const word of [key, "Bearer", "x-sora-target", "channel_id"]) {
        expect(proxy.seen().includes(word)).toBe(false);
      }
    },
  );

  test("has its name looked up by the proxy alone, and its certificate checked against that name", async () => {
    const upstream = await startTlsUpstream("other-host", list);
    const proxy = await startProxy();
    const url = `https://sora.invalid:${upstream.port}/`;
    const { read } = await callOver(url, { HTTPS_PROXY: proxy.url });
    expect(read.structuredContent).toMatchObject(answered.read);
    expect(proxy.tunnels[0]?.to).toBe(`sora.invalid:${upstream.port}`);
  });

  test("the proxy is given the credentials that stand in its URL, and nobody else is", async () => {
    const upstream = await startTlsUpstream("server", list);
    const proxy = await startProxy();
    const withCredentials = proxy.url.replace("http://", `http://user:${password}@`);
    await callOver(`https://127.0.0.1:${upstream.port}/`, { HTTPS_PROXY: withCredentials });
    const basic = `Basic ${Buffer.from(`user:${password}`).toString("base64")}`;
    expect(proxy.tunnels[0]?.headers["proxy-authorization"]).toBe(basic);
    expect(upstream.keys).toEqual([`Bearer ${key}`, `Bearer ${key}`]);
  });

  test.each([
    { certificate: "server", env: { NODE_EXTRA_CA_CERTS: "" }, code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
    { certificate: "expired", env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, code: "CERT_HAS_EXPIRED" },
    {
      certificate: "other-host",
      env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    },
  ] as const)(
    "$code is found through the tunnel too, whatever $env says",
    async ({ certificate, env, code }) => {
      const upstream = await startTlsUpstream(certificate, list);
      const proxy = await startProxy();
      const { read, write } = await callOver(`https://127.0.0.1:${upstream.port}/`, {
        HTTPS_PROXY: proxy.url,
        ...env,
      });
      for (const result of [read, write]) {
        expect(errorOf(result).code).toBe("unreachable");
        expect(errorOf(result).message).toContain(`could not be verified (${code})`);
        expect(errorOf(result).hint).toContain("Nothing was sent");
      }
      expect(upstream.keys).toEqual([]);
    },
  );

  test.each(["localhost,127.0.0.1", "*"])("goes past the proxy when NO_PROXY is %s", async (noProxy) => {
    const upstream = await startTlsUpstream("server", list);
    const proxy = await startProxy();
    const { read } = await callOver(`https://127.0.0.1:${upstream.port}/`, {
      HTTPS_PROXY: proxy.url,
      HTTP_PROXY: proxy.url,
      NO_PROXY: noProxy,
    });
    expect(read.structuredContent).toMatchObject(answered.read);
    expect(proxy.tunnels).toEqual([]);
  });

  test("goes through a proxy given as host and port", async () => {
    const upstream = await startTlsUpstream("server", list);
    const proxy = await startProxy();
    const { read } = await callOver(`https://127.0.0.1:${upstream.port}/`, {
      HTTPS_PROXY: `user:${password}@127.0.0.1:${proxy.port}`,
    });
    expect(read.structuredContent).toMatchObject(answered.read);
    const basic = `Basic ${Buffer.from(`user:${password}`).toString("base64")}`;
    expect(proxy.tunnels[0]?.headers["proxy-authorization"]).toBe(basic);
  });

  test("goes through the proxy when NO_PROXY names other hosts or another port", async () => {
    const upstream = await startTlsUpstream("server", list);
    const proxy = await startProxy();
    await callOver(`https://127.0.0.1:${upstream.port}/`, {
      HTTPS_PROXY: proxy.url,
      NO_PROXY: "example.net,127.0.0.1:1,7.0.0.1",
    });
    expect(proxy.tunnels.length).toBeGreaterThan(0);
  });
});

describe("a proxy that does not work", () => {
  test.each([407, 502])(
    "answers %i: said so, nothing sent, the fate of a write is not in doubt",
    async (status) => {
      const proxy = await startProxy(status);
      const withCredentials = proxy.url.replace("http://", `http://user:${password}@`);
      const { read, write } = await callOver("https://sora.invalid/", { HTTPS_PROXY: withCredentials });
      for (const result of [read, write]) {
        const { code, message, hint } = errorOf(result);
        expect(code).toBe("unreachable");
        expect(message).toBe(`The proxy did not connect to sora.invalid (HTTP ${status}).`);
        expect(hint).toContain("HTTPS_PROXY");
        expect(hint).toContain("Nothing was sent");
      }
      expect(proxy.tunnels).toHaveLength(2);
    },
  );

  test("does not listen: unreachable, with a hint at the proxy", async () => {
    const port = await closedPort();
    const { read, write } = await callOver("https://sora.invalid/", {
      HTTPS_PROXY: `http://user:${password}@127.0.0.1:${port}`,
    });
    for (const result of [read, write]) {
      const { code, message, hint } = errorOf(result);
      expect(code).toBe("unreachable");
      expect(message).toBe(`The proxy 127.0.0.1:${port} could not be reached (ECONNREFUSED).`);
      expect(hint).toContain("HTTPS_PROXY");
    }
  });

  test("never answers: the call ends at its deadline", async () => {
    const proxy = await startProxy("silence");
    const { read, write } = await callOver("https://sora.invalid/", {
      HTTPS_PROXY: proxy.url,
      SORA_TIMEOUT_MS: "700",
    });
    expect([errorOf(read).code, errorOf(write).code]).toEqual(["timeout", "timeout"]);
  });
});

describe("an https proxy that is given by its address", () => {
  test("is spoken to, and Node does not warn of anything", async () => {
    const upstream = await startTlsUpstream("server", list);
    const proxy = await startTlsProxy("server");
    const session = await overStdio({
      env: {
        SORA_API_URL: `https://127.0.0.1:${upstream.port}/`,
        NODE_EXTRA_CA_CERTS: caFile,
        HTTPS_PROXY: `https://127.0.0.1:${proxy.port}`,
      },
    });
    const read = await session.call("sora_list_channel_connections", { channel_id: "c" });
    expect(read.structuredContent).toMatchObject(answered.read);
    expect(proxy.tunnels).toEqual([`127.0.0.1:${upstream.port}`]);
    expect(session.stderr()).not.toContain("Warning");
  });

  test.each([
    {
      certificate: "other-host",
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
      hint: "check the host in HTTPS_PROXY",
    },
    { certificate: "expired", code: "CERT_HAS_EXPIRED", hint: "must be renewed" },
  ] as const)("is the one whose certificate is $certificate", async ({ certificate, code, hint }) => {
    const proxy = await startTlsProxy(certificate);
    const { read, write } = await callOver("https://sora.invalid/", {
      HTTPS_PROXY: `https://127.0.0.1:${proxy.port}`,
    });
    for (const result of [read, write]) {
      const error = errorOf(result);
      expect(error.code).toBe("unreachable");
      expect(error.message).toBe(
        `The TLS certificate of the proxy 127.0.0.1:${proxy.port} could not be verified (${code}).`,
      );
      expect(error.hint).toContain(hint);
      expect(error.hint).toContain("Nothing was sent.");
    }
    expect(proxy.tunnels).toEqual([]);
  });
});

/** A proxy that is spoken to over TLS, and tunnels to the port on loopback that it is asked for. */
async function startTlsProxy(certificate: "server" | "expired" | "other-host") {
  const pem = readFileSync(new URL(`../support/tls/${certificate}.pem`, import.meta.url));
  const tunnels: string[] = [];
  const server = createServer({ key: pem, cert: pem });
  server.on("tlsClientError", () => {});
  server.on("connect", ({ url = "" }, client: Socket) => {
    tunnels.push(url);
    client.on("error", () => {});
    const there = connect(Number(url.split(":").at(-1)), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(there).pipe(client);
    });
    there.on("error", () => {});
    client.on("close", () => there.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { port, tunnels };
}

describe("a SOCKS proxy", () => {
  const socks = `socks5://user:${password}@127.0.0.1:1080`;

  test("that is used stops every call, named by its variable, and nothing is sent", async () => {
    const upstream = await startTlsUpstream("server", list);
    const { read, write } = await callOver(`https://127.0.0.1:${upstream.port}/`, { https_proxy: socks });
    for (const result of [read, write]) {
      const { code, message, hint } = errorOf(result);
      expect(code).toBe("not_configured");
      expect(message).toContain(`https_proxy, the proxy for 127.0.0.1:${upstream.port}, must be host:port`);
      expect(hint).toContain("https_proxy");
    }
    expect(upstream.connections()).toBe(0);
  });

  test.each([
    { NO_PROXY: "localhost, 127.0.0.0/8" },
    { https_proxy: "", HTTP_PROXY: "" },
    { HTTPS_PROXY: "", HTTP_PROXY: "", ALL_PROXY: socks },
  ])("that is not used under %j stops nothing", async (env) => {
    const upstream = await startTlsUpstream("server", list);
    const url = `https://127.0.0.1:${upstream.port}/`;
    const { read } = await callOver(url, { HTTP_PROXY: socks, HTTPS_PROXY: socks, ...env });
    expect(read.structuredContent).toMatchObject(answered.read);
  });

  test("for plain http alone stops no call over https", async () => {
    const upstream = await startTlsUpstream("server", list);
    const { read } = await callOver(`https://127.0.0.1:${upstream.port}/`, { HTTP_PROXY: socks });
    expect(read.structuredContent).toMatchObject(answered.read);
  });

  test("for plain http stops no call over https", async () => {
    const upstream = await startTlsUpstream("server", list);
    const proxy = await startProxy();
    const url = `https://127.0.0.1:${upstream.port}/`;
    const { read } = await callOver(url, { HTTP_PROXY: socks, HTTPS_PROXY: proxy.url });
    expect(read.structuredContent).toMatchObject(answered.read);
    expect(proxy.tunnels).not.toEqual([]);
  });

  test("stops nothing in the sandbox", async () => {
    const session = await overStdio({
      args: ["--sandbox"],
      env: { HTTP_PROXY: socks, HTTPS_PROXY: socks },
    });
    const { structuredContent } = await session.call("sora_list_channel_connections", { channel_id: "sora" });
    expect(structuredContent).toMatchObject({ total: 5 });
  });
});

describe("an http URL", () => {
  test("of this machine is not carried, key and all, through a proxy elsewhere", async () => {
    const upstream = await startUpstream(list);
    const { read, write } = await callOver(upstream.url, { HTTP_PROXY: `http://${nowhere}:3128` });
    expect(read.structuredContent).toMatchObject(answered.read);
    expect(write.structuredContent).toEqual(answered.write);
    expect(upstream.requests).toHaveLength(2);
  });

  test("of this machine goes through a proxy on this machine, as it was told to", async () => {
    const upstream = await startUpstream(list);
    const proxy = await startProxy();
    const { read } = await callOver(upstream.url, { HTTP_PROXY: proxy.url });
    expect(read.structuredContent).toMatchObject(answered.read);
    expect(proxy.tunnels[0]?.to).toBe(`127.0.0.1:${upstream.port}`);
  });

  test("does not go through HTTPS_PROXY", async () => {
    const upstream = await startUpstream(list);
    const proxy = await startProxy();
    const { read } = await callOver(upstream.url, { HTTPS_PROXY: proxy.url });
    expect(read.structuredContent).toMatchObject(answered.read);
    expect(proxy.tunnels).toEqual([]);
  });
});

test("the sandbox knows no proxy", async () => {
  const proxy = await startProxy();
  const session = await overStdio({
    args: ["--sandbox"],
    env: { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url },
  });
  const { structuredContent } = await session.call("sora_list_channel_connections", { channel_id: "sora" });
  expect(structuredContent).toMatchObject({ total: 5 });
  expect([proxy.tunnels, proxy.requests]).toEqual([[], []]);
});
