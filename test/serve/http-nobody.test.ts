import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { callersFile, post, serveOverHttp } from "../support/over-http.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Who is served where the operator has not said who may.

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const params = { name: "sora_list_channel_connections", arguments: { channel_id: "sora" } };
const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params };

async function readiness(url: string): Promise<readonly [status: number, text: string]> {
  const response = await fetch(new URL("/readyz", url));
  return [response.status, await response.text()];
}

describe("without callers", () => {
  test("nobody is served, and it says why, on stderr too; it lives", async () => {
    const upstream = await startUpstream();
    const { url, stderr } = await serveOverHttp({ SORA_API_URL: upstream.url });
    for (const message of [list, call]) {
      for (const authorization of ["", "Bearer x", "Bearer undefined", "Bearer null"]) {
        const { status, body } = await post(url, message, authorization === "" ? {} : { authorization });
        expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining("SORA_CALLERS")]);
      }
    }
    expect(await readiness(url)).toEqual([503, expect.stringContaining("SORA_CALLERS")]);
    expect((await fetch(new URL("/healthz", url))).status).toBe(200);
    expect(stderr()).toMatch(/error: .*nobody is served.*SORA_CALLERS/i);
    expect(upstream.requests).toEqual([]);
  });

  test.each(["127.0.0.1:0", "localhost:0", "127.9.9.9:0"])(
    "the sandbox at %s is for anybody",
    async (place) => {
      const { url } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_HTTP: place });
      expect((await post(url, call)).body).toMatchObject({ result: { structuredContent: { total: 5 } } });
      expect((await readiness(url))[0]).toBe(200);
    },
  );

  test("the sandbox where others can reach it is for nobody", async () => {
    const { url, stderr } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_HTTP: "0.0.0.0:0" });
    expect(new URL(url).hostname).toBe("0.0.0.0");
    for (const message of [list, call]) expect((await post(url, message)).status).toBe(503);
    expect(await readiness(url)).toEqual([503, expect.stringContaining("SORA_CALLERS")]);
    expect(stderr()).toMatch(/error: .*nobody is served.*SORA_CALLERS/i);
  });

  test("a file that is not there lets nobody in, not even to the sandbox on this machine", async () => {
    const path = join(temporaryFolder(), "none.json");
    const { url } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
    expect((await post(url, list)).status).toBe(503);
    expect(await readiness(url)).toEqual([503, expect.stringContaining("there is no such file")]);
  });
});

test("settings that are not understood: not ready, and nothing is sent under them", async () => {
  const upstream = await startUpstream(json([]));
  const { url, stderr } = await serveOverHttp({
    SORA_SANDBOX: "true",
    SORA_API_URL: upstream.url,
    SORA_READ_ONLY: "maybe",
  });
  expect(await readiness(url)).toEqual([503, expect.stringContaining("SORA_READ_ONLY must be")]);
  // What was given may be a secret in the wrong place.
  expect((await readiness(url))[1]).not.toContain("maybe");
  expect(JSON.stringify((await post(url, call)).body)).toContain("not_configured");
  expect((await fetch(new URL("/healthz", url))).status).toBe(200);
  expect(stderr()).toContain('It is "maybe".');
  expect(upstream.requests).toEqual([]);
});

test("a Sora that is down is no reason to send nobody: the other replicas would fare no better", async () => {
  const { path } = callersFile({ alice: {} });
  const SORA_API_URL = `http://127.0.0.1:${await closedPort()}/`;
  const { url } = await serveOverHttp({ SORA_API_URL, SORA_CALLERS: path });
  expect((await readiness(url))[0]).toBe(200);
});
