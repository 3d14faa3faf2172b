import { expect, test } from "vitest";
import { errorOf, overStdio } from "../support/session.ts";
import { caFile, startTlsUpstream } from "../support/tls.ts";
import { json, startUpstream } from "../support/upstream.ts";

// The built server against real HTTPS servers whose certificates a private CA signed.

const key = "distinctive-key-over-tls-0123456789";
const list = json([]);

async function callOver(url: string, env: Record<string, string>) {
  const session = await overStdio({
    env: { SORA_API_URL: url, SORA_API_KEY: key, ...env },
  });
  const read = await session.call("sora_list_channel_connections", { channel_id: "c" });
  const write = await session.call("sora_push_channel", { channel_id: "c", data: {} });
  return { read, write, stderr: session.stderr() };
}

test.each(["127.0.0.1", "localhost"])(
  "with the CA in NODE_EXTRA_CA_CERTS, %s is called with the key",
  async (host) => {
    const upstream = await startTlsUpstream("server", list);
    const { read, write } = await callOver(`https://${host}:${upstream.port}/`, {
      NODE_EXTRA_CA_CERTS: caFile,
    });
    expect(read.structuredContent).toMatchObject({ channel_id: "c", total: 0 });
    expect(write.structuredContent).toEqual({ status: "done", response: [] });
    expect(upstream.keys).toEqual([`Bearer ${key}`, `Bearer ${key}`]);
  },
);

test.each<{
  name: string;
  certificate: "server" | "expired" | "other-host";
  env: Record<string, string>;
  code: string;
  hint: string;
}>([
  {
    name: "a private CA that nobody named",
    certificate: "server",
    env: {},
    code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    hint: "NODE_EXTRA_CA_CERTS",
  },
  {
    name: "the same, with verification switched off in the environment",
    certificate: "server",
    env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    hint: "NODE_EXTRA_CA_CERTS",
  },
  {
    name: "an expired certificate",
    certificate: "expired",
    env: { NODE_EXTRA_CA_CERTS: caFile },
    code: "CERT_HAS_EXPIRED",
    hint: "renewed",
  },
  {
    name: "an expired certificate, with verification switched off in the environment",
    certificate: "expired",
    env: { NODE_EXTRA_CA_CERTS: caFile, NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    code: "CERT_HAS_EXPIRED",
    hint: "renewed",
  },
  {
    name: "a certificate of another host",
    certificate: "other-host",
    env: { NODE_EXTRA_CA_CERTS: caFile },
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
    hint: "SORA_API_URL",
  },
  {
    name: "a certificate of another host, with verification switched off in the environment",
    certificate: "other-host",
    env: { NODE_EXTRA_CA_CERTS: caFile, NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
    hint: "SORA_API_URL",
  },
])("$name: unreachable, nothing sent, one try", async ({ certificate, env, code, hint }) => {
  const upstream = await startTlsUpstream(certificate, list);
  const { read, write, stderr } = await callOver(`https://127.0.0.1:${upstream.port}/`, env);
  for (const result of [read, write]) {
    const error = errorOf(result);
    expect(error.code).toBe("unreachable");
    expect(error.message).toBe(
      `The TLS certificate of 127.0.0.1:${upstream.port} could not be verified (${code}).`,
    );
    expect(error.hint).toContain(hint);
    expect(error.hint).toContain("Nothing was sent");
    expect(JSON.stringify(error)).not.toMatch(/REJECT_UNAUTHORIZED|insecure|disable|switch/i);
  }
  expect(upstream.keys).toEqual([]);
  expect(upstream.connections()).toBe(2);
  expect(stderr).not.toContain(key);
});

test("a redirect from https to http is not followed, not even on this machine", async () => {
  const plain = await startUpstream(list);
  const upstream = await startTlsUpstream("server", (_request, response) =>
    response.writeHead(307, { location: plain.url }).end(),
  );
  const url = `https://localhost:${upstream.port}/`;
  const { read, write } = await callOver(url, { NODE_EXTRA_CA_CERTS: caFile });
  for (const result of [read, write]) {
    expect(errorOf(result)).toMatchObject({ code: "bad_response", status: 307 });
    expect(errorOf(result).message).toContain("less safe or not http at all");
  }
  expect(upstream.keys).toHaveLength(2);
  expect(plain.requests).toHaveLength(0);
});

test("a redirect to an https server with another certificate is not trusted either", async () => {
  const other = await startTlsUpstream("other-host", list);
  const upstream = await startTlsUpstream("server", (_request, response) =>
    response.writeHead(307, { location: `https://localhost:${other.port}/` }).end(),
  );
  const url = `https://localhost:${upstream.port}/`;
  const { read } = await callOver(url, { NODE_EXTRA_CA_CERTS: caFile });
  expect(errorOf(read).code).toBe("unreachable");
  expect(other.keys).toEqual([]);
});

test("from http to https a redirect is followed, without the key", async () => {
  const safe = await startTlsUpstream("server", list);
  const upstream = await startUpstream((_request, response) =>
    response.writeHead(307, { location: `https://127.0.0.1:${safe.port}/` }).end(),
  );
  const { read } = await callOver(upstream.url, { NODE_EXTRA_CA_CERTS: caFile });
  expect(read.structuredContent).toMatchObject({ total: 0 });
  expect(safe.keys).toEqual([undefined, undefined]);
});
