import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMessage, tooLong } from "../../src/serve/json-rpc.ts";

// What each line of JSON comes to. What the SDK accepts goes on to it; what it would drop is answered, if it has an id.

const ping = { jsonrpc: "2.0", id: "x", method: "ping" };
const noParams = "params must be an object; leave it out if there is nothing in it";
const noMeta = `params._meta must be an object; leave it out if there is nothing in it`;
const noToken = "params._meta.progressToken must be a string or a whole number";
const noVersion = 'jsonrpc must be "2.0"';
const noId = "id must be a string or a whole number below 2^53";
const noMethod = "method must be a string";
const noMore = "it has members besides jsonrpc, id, method and params";

const invalidRequest = (id: unknown, told: string) => ({
  jsonrpc: "2.0",
  id,
  error: { code: -32600, message: `Invalid request: ${told}.` },
});

describe("a request that is not valid is answered with its id, and told what is wrong", () => {
  test.each<[json: string, told: string]>([
    ['{"jsonrpc":"2.0","id":"x","method":"tools/list","params":null}', noParams],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":[]}', noParams],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":"a"}', noParams],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":0}', noParams],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":false}', noParams],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":{"_meta":null}}', noMeta],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":{"_meta":[]}}', noMeta],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":{"_meta":"a"}}', noMeta],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":{"_meta":{"progressToken":null}}}', noToken],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":{"_meta":{"progressToken":{}}}}', noToken],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","params":{"_meta":{"progressToken":1.5}}}', noToken],
    [
      '{"jsonrpc":"2.0","id":"x","method":"ping","params":{"_meta":{"io.modelcontextprotocol/related-task":7}}}',
      "params._meta.io.modelcontextprotocol/related-task is not valid",
    ],
    ['{"id":"x","method":"ping"}', noVersion],
    ['{"jsonrpc":"1.0","id":"x","method":"ping"}', noVersion],
    ['{"jsonrpc":2.0,"id":"x","method":"ping"}', noVersion],
    ['{"jsonrpc":null,"id":"x","method":"ping"}', noVersion],
    ['{"jsonrpc":"2.0","id":"x"}', noMethod],
    ['{"jsonrpc":"2.0","id":"x","method":7}', noMethod],
    ['{"jsonrpc":"2.0","id":"x","method":null}', noMethod],
    ['{"jsonrpc":"2.0","id":"x","method":null,"result":{}}', `${noMethod}; ${noMore}`],
    ['{"id":"x"}', `${noVersion}; ${noMethod}`],
    ['{"id":"x","method":7,"params":7}', `${noVersion}; ${noMethod}; ${noParams}`],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","result":{}}', noMore],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","error":{}}', noMore],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","extra":1}', noMore],
    ['{"jsonrpc":"2.0","id":"x","method":"ping","__proto__":{}}', noMore],
    ['{"jsonrpc":"2.0","id":"x","method":"no","method":7}', noMethod],
  ])("%s", (json, told) => {
    expect(readMessage(JSON.parse(json))).toEqual({ errors: [invalidRequest("x", told)] });
  });
});

describe("an id that is not valid comes back as it is if it is text or a number, as null otherwise", () => {
  test.each<[id: string, answered: unknown]>([
    ["1.5", 1.5],
    ["9007199254740992", 9007199254740992],
    ["-1e300", -1e300],
    ["1e400", null],
    ["null", null],
    ["true", null],
    ["{}", null],
    ["[1]", null],
  ])("%s", (id, answered) => {
    const json: unknown = JSON.parse(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
    expect(readMessage(json)).toEqual({ errors: [invalidRequest(answered, noId)] });
  });

  test("of two ids the last counts, as in all JSON", () => {
    expect(readMessage(JSON.parse('{"jsonrpc":"2.0","id":1,"id":{},"method":"ping"}'))).toEqual({
      errors: [invalidRequest(null, noId)],
    });
    expect(readMessage(JSON.parse('{"jsonrpc":"2.0","id":{},"id":1,"method":"ping"}')).message).toMatchObject(
      {
        id: 1,
      },
    );
  });
});

describe("what is valid goes on as it is", () => {
  test.each<[message: object]>([
    [ping],
    [{ ...ping, id: 0 }],
    [{ ...ping, id: "" }],
    [{ ...ping, id: -7 }],
    [{ ...ping, id: Number.MAX_SAFE_INTEGER }],
    [{ ...ping, method: "" }],
    [{ ...ping, method: "no/such/method" }],
    [{ ...ping, params: {} }],
    [{ ...ping, params: { any: [1], _meta: { progressToken: 0, more: null } } }],
    [{ jsonrpc: "2.0", method: "notifications/initialized" }],
    [{ jsonrpc: "2.0", method: "initialize" }],
    [{ jsonrpc: "2.0", id: 1, result: {} }],
    [{ jsonrpc: "2.0", id: 1, error: { code: 1, message: "no" } }],
    [{ jsonrpc: "2.0", error: { code: 1, message: "no id" } }],
  ])("%j", (message) => {
    expect(readMessage(message)).toEqual({ message, errors: [] });
  });
});

test.each([
  ["undefined", undefined],
  ["null", null],
  ["a text", "ping"],
  ["a number", 1],
  ["an object with nothing in it", {}],
  ["a notification that is not valid", { jsonrpc: "2.0", method: "ping", params: null }],
  ["a notification of another version", { method: "ping" }],
  ["an id that is only inherited", JSON.parse('{"__proto__":{"id":1},"method":"ping"}')],
  ["a response without an id", { jsonrpc: "2.0", result: null }],
  ["a response whose id is null", { jsonrpc: "2.0", id: null, error: { code: 1, message: "no" } }],
])("%s comes to nothing", (_what, json) => {
  expect(readMessage(json)).toEqual({ errors: [] });
});

describe("a response that is not valid is never answered, but what waits for it is told", () => {
  test.each([
    [{ jsonrpc: "2.0", id: 1, result: null }],
    [{ jsonrpc: "2.0", id: 1, result: {}, extra: 1 }],
    [{ jsonrpc: "2.0", id: 1, result: {}, error: { code: 1, message: "both" } }],
    [{ jsonrpc: "2.0", id: 1, error: "no" }],
    [{ jsonrpc: "2.0", id: 1, error: { message: "no code" } }],
    [{ id: 1, result: {} }],
  ])("%j", (json) => {
    const error = { code: -32600, message: "The response is not valid." };
    expect(readMessage(json)).toEqual({ message: { jsonrpc: "2.0", id: 1, error }, errors: [] });
  });
});

describe("a batch", () => {
  const message = "This server takes no batches: send each message in a line of its own.";
  const refused = (id: unknown) => ({ jsonrpc: "2.0", id, error: { code: -32600, message } });

  test("is answered once for each member that would be answered by itself", () => {
    const members = [
      ping,
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 2, result: {} },
      { jsonrpc: "2.0", id: 3, error: "no" },
      { id: 4 },
      { ...ping, id: {} },
      7,
      null,
      [{ ...ping, id: "deeper" }],
    ];
    const { errors } = readMessage(members);
    expect(errors).toEqual([refused("x"), refused(4), refused(null)]);
  });

  test.each([[[]], [[[]]], [[{ jsonrpc: "2.0", method: "ping" }]]])("%j comes to nothing", (json) => {
    expect(readMessage(json)).toEqual({ errors: [] });
  });
});

test("a response in a batch is no valid one: what waits for it is told", () => {
  const error = { code: -32600, message: "The response is not valid." };
  const response = { jsonrpc: "2.0", id: 2, result: { action: "decline" } };
  expect(readMessage([response])).toEqual({ message: { jsonrpc: "2.0", id: 2, error }, errors: [] });
});

describe("a cancellation reaches what it is to end, whatever else is wrong in it", () => {
  const cancelling = (params: object) => ({ jsonrpc: "2.0", method: "notifications/cancelled", params });

  test.each([
    { requestId: 7, reason: null },
    { requestId: 7, reason: 5 },
    { requestId: 7, _meta: null },
    { requestId: 7, extra: {} },
  ])("%j", (params) => {
    expect(readMessage(cancelling(params))).toEqual({ message: cancelling({ requestId: 7 }), errors: [] });
  });

  test("its reason goes along where it is a text", () => {
    const whole = cancelling({ requestId: 0, reason: "changed my mind" });
    expect(readMessage(whole)).toEqual({ message: whole, errors: [] });
  });
});

test("a response to the text that only reads like a number is no answer to the question of that number", () => {
  const response = (id: unknown) => ({ jsonrpc: "2.0", id, result: {} });
  for (const id of [" 13 ", "13.0", "0x0d", "1.3e1", ""])
    expect(readMessage(response(id))).toEqual({ errors: [] });
  for (const id of [13, "13"]) expect(readMessage(response(id)).message).toEqual(response(id));
});

describe("a line that is too long to be read", () => {
  const bytes = "x".repeat(900);
  test.each([
    [
      "behind the first member",
      `{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"a":"${bytes}`,
      `${bytes}"}}\n`,
      5,
    ],
    [
      "at the end",
      `{"method":"tools/call","params":{"a":"${bytes}`,
      `${bytes}"},"jsonrpc":"2.0","id":"a-7"}\r\n`,
      "a-7",
    ],
    ["with blanks", '{ "jsonrpc": "2.0", "id": 0, "method"', `${bytes}"}}`, 0],
    ["behind a byte order mark", '\ufeff{"jsonrpc":"2.0","id":1,"method"', `${bytes}"}}`, 1],
  ])("is answered where its id stands %s", (_name, head, tail, id) => {
    expect(tooLong(head, tail, 10)).toEqual({
      jsonrpc: "2.0",
      id,
      error: { code: -32600, message: "Invalid request: a message may have 10 bytes." },
    });
  });

  test.each([
    [
      "inside of what it says",
      `{"method":"x","params":{"a":"${bytes}`,
      `${bytes}"},"b":{"jsonrpc":"2.0","id":5}}}\n`,
    ],
    ["in no JSON", "x".repeat(1000), "y".repeat(1000)],
    ["broken", '{"jsonrpc":"2.0","id":"a\\u00', "z"],
  ])("is not where an id stands %s", (_name, head, tail) => {
    expect(tooLong(head, tail, 10)).toBeUndefined();
  });
});

describe("initialize", () => {
  const initialize = (params?: unknown) => readMessage({ ...ping, method: "initialize", params });
  const whole = { protocolVersion: "1", capabilities: {}, clientInfo: { name: "a", version: "1" } };

  test("with what it needs goes on, with more than that too", () => {
    expect(initialize(whole).message).toMatchObject({ method: "initialize", params: whole });
    expect(initialize({ ...whole, more: 1 }).message).toMatchObject({ params: { more: 1 } });
  });

  test.each([
    [undefined, "Invalid params: params: expected object, received undefined."],
    [
      { ...whole, protocolVersion: 7 },
      "Invalid params: params.protocolVersion: expected string, received number.",
    ],
    [
      { protocolVersion: "1" },
      "Invalid params: params.capabilities: expected object, received undefined; params.clientInfo: expected object, received undefined.",
    ],
  ])("with the params %j is told in one line what is wrong", (params, message) => {
    expect(initialize(params)).toEqual({
      errors: [{ jsonrpc: "2.0", id: "x", error: { code: -32602, message } }],
    });
  });

  test("tells of five things at most", () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`name-${index}`, index]));
    const [error] = initialize({ ...whole, capabilities: { experimental: many } }).errors;
    expect(error?.error.message.match(/name-/g)).toHaveLength(5);
  });
});

test("whatever has an id and a method is either handed on or answered once", () => {
  const part = fc.oneof(fc.jsonValue(), fc.constantFrom("2.0", "ping", {}, 1));
  const parts = fc.record(
    { jsonrpc: part, id: part, method: part, params: part, result: part, error: part },
    { requiredKeys: ["id", "method"] },
  );
  fc.assert(
    fc.property(parts, (json) => {
      const { message, errors } = readMessage(JSON.parse(JSON.stringify(json)));
      expect(errors.length + (message ? 1 : 0)).toBe(1);
    }),
    { numRuns: 1000 },
  );
});

test("an initialize of some MB of what is wrong is answered at once, whatever it says", () => {
  const icons = Array.from({ length: 1_500_000 }, () => 1);
  const params = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "x", version: "1", icons },
  };
  const startedAt = process.cpuUsage();
  const { message, errors } = readMessage({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  expect(message).toBeUndefined();
  expect(errors).toMatchObject([
    { id: 1, error: { code: -32602, message: expect.stringContaining("50000") } },
  ]);
  // Checked entry by entry it takes many seconds, and gigabytes.
  expect(process.cpuUsage(startedAt).user).toBeLessThan(3_000_000);
});

test("an initialize that is nested very deep ends nothing", () => {
  const icons: unknown = JSON.parse("[".repeat(1_000_000) + "]".repeat(1_000_000));
  const params = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "x", version: "1", icons },
  };
  const { message, errors } = readMessage({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  expect(message ?? errors[0]).toMatchObject({ id: 1 });
});
