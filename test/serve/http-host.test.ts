import { describe, expect, test } from "vitest";
import { write } from "../support/over-http.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { both, servingAlice } from "./checked-server.ts";

// By which names and at which paths a server answers.

describe("Host", () => {
  test("is that of the address that clients use, by name, whatever port is listened on", async () => {
    const port = await closedPort();
    const settings = { SORA_HTTP: `127.0.0.1:${port}`, SORA_HTTP_URL: "https://Mcp.Example.com/mcp" };
    const { well } = await servingAlice(settings);
    const statuses = async (hosts: readonly (string | readonly string[] | null)[]) =>
      Promise.all(
        hosts.map(async (host) => {
          const request = both(well, { headers: { host } });
          return [host, (await write(`http://127.0.0.1:${port}/mcp`, request)).status];
        }),
      );
    const right = ["mcp.example.com", "MCP.example.COM", "mcp.example.com:443"];
    expect(await statuses(right)).toEqual(right.map((host) => [host, 200]));
    const wrong = [
      "mcp.example.com.",
      "mcp.example.com:80",
      `mcp.example.com:${port}`,
      `127.0.0.1:${port}`,
      "localhost",
      "sub.mcp.example.com",
      "mcp.example.com.evil.example",
      "evil.example/mcp.example.com",
      "evil.example#mcp.example.com",
      "mcp.example.com@evil.example",
      "evil.example@mcp.example.com",
      "mcp.example.com/evil",
      "mcp.example.com?",
      "mcp.example.com\\",
      "mcp.example.com, evil.example",
      "https://mcp.example.com",
      "",
    ];
    expect(await statuses(wrong)).toEqual(wrong.map((host) => [host, 403]));
  });

  test("said twice is none: of two that differ, whoever stands in front may have looked at the other", async () => {
    const { url, well } = await servingAlice();
    const { host } = new URL(url);
    for (const hosts of [
      [host, "evil.example"],
      ["evil.example", host],
      [host, host],
    ]) {
      expect((await write(url, both(well, { headers: { host: hosts } }))).status).toBe(403);
    }
  });

  test("is needed: HTTP/1.0 can leave it out, HTTP/1.1 cannot even do that", async () => {
    const { url, well } = await servingAlice();
    const without = both(well, { headers: { host: null } });
    expect((await write(url, both(without, { line: "POST /mcp HTTP/1.0" }))).status).toBe(403);
    expect((await write(url, without)).status).toBe(400);
    expect((await write(url, both(well, { line: "POST /mcp HTTP/1.0" }))).status).toBe(200);
  });

  test("does not matter to /healthz and /readyz: kubelets ask by address", async () => {
    const { url } = await servingAlice();
    for (const path of ["/healthz", "/readyz"]) {
      for (const host of ["10.1.2.3:8080", "evil.example"]) {
        const probe = { line: `GET ${path} HTTP/1.1`, headers: { host } };
        expect(await write(url, probe)).toMatchObject({ status: 200 });
      }
      expect((await write(url, { line: `GET ${path} HTTP/1.0`, headers: { host: null } })).status).toBe(200);
      const head = await write(url, { line: `HEAD ${path} HTTP/1.1` });
      expect([head.status, head.body]).toEqual([200, ""]);
      const posted = await write(url, { line: `POST ${path} HTTP/1.1` });
      expect([posted.status, posted.headers.allow]).toEqual([405, "GET, HEAD"]);
    }
  });
});

test("CONNECT gets nowhere, and an upgrade is none", async () => {
  const { url, well } = await servingAlice();
  const tunnel = await write(url, both(well, { line: "CONNECT 127.0.0.1:22 HTTP/1.1", body: "" }));
  expect(tunnel.status).not.toBe(200);
  const headers = { upgrade: "websocket", connection: "upgrade, close" };
  expect((await write(url, both(well, { headers }))).status).toBe(200);
});

test("MCP is at /mcp alone, whatever query it has; elsewhere nobody is asked for a token", async () => {
  const { url, well } = await servingAlice();
  for (const path of ["/mcp", "/mcp?", "/mcp?x=1", "/mcp?/../x"]) {
    expect((await write(url, both(well, { line: `POST ${path} HTTP/1.1` }))).status, path).toBe(200);
  }
  const { origin } = new URL(url);
  const elsewhere = [
    "/mcp/",
    "//mcp",
    "/MCP",
    "/",
    "*",
    "/mcp%2f",
    "/%6dcp",
    "/x/%2e%2e/mcp",
    "/x/../mcp",
    "/mcp;x",
    "/mcp#x",
    "/sse",
    "/metrics",
    `${origin}/mcp`,
    "http://evil.example/mcp",
    "/healthz/",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/oauth-authorization-server",
  ];
  for (const path of elsewhere) {
    const { status, headers } = await write(url, both(well, { line: `POST ${path} HTTP/1.1` }));
    expect([path, status, headers["www-authenticate"]]).toEqual([path, 404, undefined]);
  }
});
