import { describe, expect, test } from "vitest";
import { checkApi } from "../../src/doctor/api.ts";
import { Gate } from "../../src/mcp/gate.ts";
import { SoraClient } from "../../src/sora/client.ts";
import { examine, statusOf } from "../support/doctor.ts";
import { noLimits } from "../support/limits.ts";
import { startProxy } from "../support/proxy.ts";
import { noProxy } from "../support/sora.ts";
import { json, startUpstream } from "../support/upstream.ts";

const key = "distinctive-key-of-the-doctor-0123456789";

test("403 without a key is a failure: nobody was let in", async () => {
  const upstream = await startUpstream(json({}, 403));
  const { exitCode, page } = await examine({ SORA_API_URL: upstream.url });
  expect(statusOf(page, "API key")).toBe("failed");
  expect(exitCode).toBe(1);
});

describe("a key is said to be accepted only where nobody gets in without one", () => {
  test.each([
    ["api.sora-cloud.shiguredo.app", "accepted"],
    ["sora.invalid", "not refused; whether anyone looked at it cannot be told"],
  ])("%s: %s", async (host, said) => {
    const upstream = await startUpstream(json([]));
    // It takes every host for this machine.
    const proxy = await startProxy();
    const endpoint = {
      url: new URL(`http://${host}:${upstream.port}/`),
      apiKey: key,
      timeoutMs: 10_000,
      userAgent: "sora-labo-mcp/test",
      proxy: { ...noProxy, http: proxy.url },
    };
    const client = new SoraClient(endpoint);
    const gate = new Gate(
      client,
      { channels: undefined, release: "labo" },
      noLimits(),
      "read",
      new AbortController().signal,
    );
    const [api, apiKey] = await checkApi(gate, endpoint, "test-channel", false);
    await client.close();
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${key}`]);
    expect([api?.status, apiKey?.status]).toEqual(["ok", "ok"]);
    expect(apiKey?.detail).toBe(said);
  });
});

describe("a 400 is an answer only if an operation gave it", () => {
  const notOffered = "Check SORA_API_URL and the release of Sora: it does not offer the list of connections.";
  const notSora = "Check SORA_API_URL: what answers there is not the Sora API.";
  const changed = "Check that nothing in front of Sora, such as a reverse proxy, changes requests.";
  test.each([
    [{ error_type: "SchemaNotFound" }, notOffered],
    [{ error_type: "MissingTarget" }, notOffered],
    [{ error_type: "InvalidTarget" }, notOffered],
    [{ error_type: "MissingTargetModule" }, notOffered],
    [{ error_type: "MissingService" }, changed],
    [{ error_type: "MissingTargetFunction" }, changed],
    [{ error_type: "MalformedJSON" }, changed],
    [{ type: "UnexpectedMethod" }, changed],
    [{ type: "MissingHeaderName" }, changed],
    [{}, notSora],
  ])("%j is none", async (body, fix) => {
    const upstream = await startUpstream(json(body, 400));
    for (const options of [{}, { channel: "mine" }]) {
      const { exitCode, page } = await examine({ SORA_API_URL: upstream.url, SORA_API_KEY: key }, options);
      expect(statusOf(page, "Sora API")).toBe("failed");
      expect(statusOf(page, "API key")).toBe("skipped");
      for (const type of Object.values(body)) expect(page).toContain(`It says ${type}.`);
      expect(page).toContain(`  - ${fix}`);
      expect(exitCode).toBe(1);
    }
  });

  test("InvalidJSON is one for the test channel, but not for a channel that the person named", async () => {
    const upstream = await startUpstream(json({ error_type: "InvalidJSON", error_reason: [] }, 400));
    const { exitCode, page } = await examine({ SORA_API_URL: upstream.url });
    expect(page).toContain("answers (InvalidJSON)");
    expect(exitCode).toBe(0);
    const named = await examine({ SORA_API_URL: upstream.url }, { channel: "mine" });
    expect(statusOf(named.page, "Sora API")).toBe("failed");
    expect(named.page).toContain("Name another channel");
    expect(named.exitCode).toBe(1);
  });

  test.each([
    [404, "Check the path in SORA_API_URL."],
    [405, notSora],
  ])("nor is a %i, whatever it says", async (status, fix) => {
    const upstream = await startUpstream(json({ error_type: "ChannelNotFound" }, status));
    const { exitCode, page } = await examine({ SORA_API_URL: upstream.url });
    expect(page).toContain(`  - ${fix}`);
    expect(exitCode).toBe(1);
  });
});
