import { expect, test } from "vitest";
import { examine, settingIn, statusOf } from "../support/doctor.ts";
import { startProxy } from "../support/proxy.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { json, startUpstream } from "../support/upstream.ts";

// SORA_API_URL may name several nodes of one cluster.

const statuses = (page: string, ...names: string[]) => names.map((name) => statusOf(page, name));

test("the way to each node is looked at, and one of them is asked", async () => {
  const [one, other] = [await startUpstream(json([])), await startUpstream(json([]))];
  const { exitCode, page } = await examine({ SORA_API_URL: `${one.url}, ${other.url}` });
  const names = [one, other].flatMap(({ port }) => [`DNS 127.0.0.1:${port}`, `TCP 127.0.0.1:${port}`]);
  expect(statuses(page, ...names, "Sora API")).toEqual(Array(5).fill("ok"));
  expect(settingIn(page, "SORA_API_URL")).toBe(`${one.url}, ${other.url}  (environment)`);
  expect([one.requests.length > 0, other.requests.length]).toEqual([true, 0]);
  expect(exitCode).toBe(0);
});

test.each([0, 1])("a node that is down is what is wrong, and another is asked: number %i", async (at) => {
  const sora = await startUpstream(json([]));
  const down = `127.0.0.1:${await closedPort()}`;
  const nodes = [sora.url];
  nodes.splice(at, 0, `http://${down}/`);
  const { exitCode, page } = await examine({ SORA_API_URL: nodes.join() });
  expect(statuses(page, `TCP 127.0.0.1:${sora.port}`, `TCP ${down}`, "Sora API")).toEqual([
    "ok",
    "failed",
    "ok",
  ]);
  expect(page).toContain(`Check that something listens on 127.0.0.1 port ${down.slice(10)}`);
  expect(sora.requests.length).toBeGreaterThan(0);
  expect(exitCode).toBe(1);
});

test("none is asked when all are down", async () => {
  const down = [await closedPort(), await closedPort()].map((port) => `127.0.0.1:${port}`);
  const { exitCode, page } = await examine({ SORA_API_URL: down.map((host) => `http://${host}/`).join() });
  expect(statuses(page, ...down.map((host) => `TCP ${host}`), "Sora API")).toEqual([
    "failed",
    "failed",
    "skipped",
  ]);
  expect(exitCode).toBe(1);
});

test("each is reached its own way", async () => {
  const sora = await startUpstream(json([]));
  const proxy = await startProxy();
  const { page } = await examine({
    SORA_API_URL: `${sora.url},http://sora.invalid/`,
    HTTP_PROXY: proxy.url,
    NO_PROXY: "127.0.0.1",
  });
  expect(statuses(page, `TCP 127.0.0.1:${sora.port}`, "proxy sora.invalid")).toEqual(["ok", "ok"]);
});

test("the sandbox is one node, whatever the address names", async () => {
  const { exitCode, page } = await examine({
    SORA_SANDBOX: "true",
    SORA_API_URL: "http://a.invalid/,http://b.invalid/",
  });
  expect(statuses(page, "DNS", "TCP")).toEqual(["ok", "ok"]);
  expect(page).not.toContain("invalid");
  expect(exitCode).toBe(0);
});
