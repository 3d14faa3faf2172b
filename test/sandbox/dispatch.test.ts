import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answer } from "../../src/sandbox/dispatch.ts";
import { operations } from "../../src/sandbox/operations.ts";
import { seed } from "../../src/sandbox/seed.ts";
import { openSandbox, repeatable, startTime, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox.close());

const list = "Sora_20201013.ListChannelConnections";
const unknown = { service: "Sora", version: "20201013", operation: "MakeCoffee" };

describe("the method and the header", () => {
  test.each(["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])("%s is an unexpected method", async (method) => {
    const response = await fetch(sandbox.url, { method, headers: { "x-sora-target": list } });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ type: "UnexpectedMethod" });
  });

  test("a missing target", async () => {
    const response = await fetch(sandbox.url, { method: "POST", body: "{}" });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ type: "MissingHeaderName" });
  });

  test("the header's name is case-insensitive", async () => {
    const options = { method: "POST", headers: { "X-SORA-TARGET": list } };
    const status = await new Promise((resolve) => {
      httpRequest(sandbox.url, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end('{"channel_id":"sora"}');
    });
    expect(status).toBe(200);
  });

  test("another path is not the API", async () => {
    const response = await fetch(new URL("/api", sandbox.url), { method: "POST" });
    expect(response.status).toBe(404);
  });
});

describe("the target", () => {
  test.each([
    "",
    "Sora",
    "ListChannelConnections",
    "Sora_2020.List",
    "Sora_20201013.List_1",
    "Sora_20201013xList",
  ])("%j is not of the form Service_Date.Operation", async (target) => {
    expect(await sandbox.send(target, "{}")).toEqual({ status: 400, json: { error_type: "MissingService" } });
  });

  test("another service", async () => {
    const answered = await sandbox.send("ImageFlux_20201013.ListChannelConnections", "{}");
    expect(answered).toEqual({ status: 400, json: { error_type: "InvalidTarget" } });
  });

  test("an unknown operation, without and with a body", async () => {
    const target = "Sora_20201013.MakeCoffee";
    expect(await sandbox.send(target)).toEqual({ status: 400, json: { error_type: "MissingTarget" } });
    expect(await sandbox.send(target, "{}")).toEqual({
      status: 400,
      json: { error_type: "SchemaNotFound", error_reason: unknown },
    });
  });

  test("a known operation of another date is unknown", async () => {
    const { json } = await sandbox.send("Sora_20990101.ListChannelConnections", "{}");
    expect(json.error_type).toBe("SchemaNotFound");
  });

  test("a known operation without a body", async () => {
    expect(await sandbox.send(list)).toEqual({
      status: 400,
      json: {
        error_type: "MissingTargetFunction",
        error_reason: { service: "Sora", version: "20201013", operation: "ListChannelConnections" },
      },
    });
  });
});

describe("the body", () => {
  test.each(["{", "channel_id=sora", "\ufeff{}", '{"channel_id":"sora"} {}', " "])(
    "%j is malformed",
    async (body) => {
      expect(await sandbox.send(list, body)).toEqual({ status: 400, json: { error_type: "MalformedJSON" } });
    },
  );

  test("bytes that are not UTF-8 are malformed", async () => {
    const body = Buffer.from('{"channel_id":"\xff"}', "latin1");
    expect((await sandbox.send(list, body)).json).toEqual({ error_type: "MalformedJSON" });
  });

  test("malformed JSON is reported before an unknown operation", async () => {
    expect((await sandbox.send("Sora_20201013.MakeCoffee", "{")).json).toEqual({
      error_type: "MalformedJSON",
    });
  });
});

test("every operation that needs something says what is missing first", async () => {
  const newest = await openSandbox({ edition: "2026.2" });
  const first = new Map([
    ["ChangeMode", "mode"],
    ["InitCluster", "node_name_list"],
    ["PurgeClusterNode", "target_node_name"],
    ["RegisterClusterNode", "contact_node_name"],
  ]);
  for (const { target, needsBody } of operations) {
    const { status, json } = await (target.includes("UserAgent") || /Pause|Resume/.test(target)
      ? sandbox
      : newest
    ).send(target, "{}");
    if (!needsBody) {
      expect(status, target).toBe(200);
      continue;
    }
    expect(json.error_type).toBe("InvalidJSON");
    expect(json.error_reason[0]).toMatchObject({
      error: "missing_required_property",
      path: [first.get(target.replace(/^.*\./, "")) ?? "channel_id"],
    });
  }
  await newest.close();
});

test("a fault inside an operation is a HandlerException", () => {
  const state = seed(startTime, repeatable(1), "labo");
  const [first] = state.channels.values();
  const [connection] = first?.connections.values() ?? [];
  if (!connection) throw new Error("nobody is there");
  connection.metadata = 1n;
  const body = Buffer.from('{"channel_id":"sora"}');
  const target = "Sora_20201124.ListSignalingNotifyMetadata";
  expect(answer(state, startTime, { method: "POST", target, body })).toEqual({
    status: 500,
    json: '{"error_type":"HandlerException"}',
  });
});
