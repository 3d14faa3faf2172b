import { expect, test } from "vitest";
import { type Written, write } from "../support/over-http.ts";
import { both, servingAlice } from "./checked-server.ts";

// What a request is asked before it reaches MCP, and in which order.

/** What can be wrong, in the order in which it is told. */
const faults: readonly { what: string; fault: Written; status: number; told: RegExp }[] = [
  { what: "Origin", fault: { headers: { origin: "null" } }, status: 403, told: /Origin/ },
  { what: "Host", fault: { headers: { host: "evil.example" } }, status: 403, told: /Host must be/ },
  { what: "token", fault: { headers: { authorization: null } }, status: 401, told: /Send a token/ },
  { what: "method", fault: { line: "PUT /mcp HTTP/1.1" }, status: 405, told: /Only POST/ },
  { what: "media type", fault: { headers: { "content-type": "text/plain" } }, status: 415, told: /json/ },
  { what: "size", fault: { headers: { "content-length": "8000001" } }, status: 413, told: /8000000/ },
  { what: "body", fault: { body: "{" }, status: 400, told: /no JSON/ },
];

test("of all that is wrong with a request the first is told, in the order of the checks", async () => {
  const { url, well, upstream } = await servingAlice();
  expect((await write(url, well)).status).toBe(200);
  for (const [index, { what, fault, status, told }] of faults.entries()) {
    const later = faults.slice(index + 1).map((other) => other.fault);
    const all = [fault, ...later].reduce(both, well);
    for (const request of [both(well, fault), ...later.map((other) => both(both(well, fault), other)), all]) {
      const answer = await write(url, request);
      expect(answer.status, `${what}: ${JSON.stringify(request)}`).toBe(status);
      const { error, id } = JSON.parse(answer.body);
      expect(error.message).toMatch(told);
      expect([typeof error.code, id]).toEqual(["number", null]);
    }
  }
  expect(upstream.requests).toEqual([]);
});

test.each(["null", "", "http://127.0.0.1", "https://claude.ai", ["https://a.example", "null"]])(
  "no page is served, whatever its Origin: %j",
  async (origin) => {
    const { url, well } = await servingAlice();
    for (const line of ["POST /mcp HTTP/1.1", "OPTIONS /mcp HTTP/1.1", "GET /mcp HTTP/1.1"]) {
      const { status, headers } = await write(url, both(well, { line, headers: { origin } }));
      expect(status).toBe(403);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  },
);

test.each(["GET", "HEAD", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"])(
  "%s is 401 to nobody, and to a caller 405 with what there is instead",
  async (method) => {
    const { url, well } = await servingAlice();
    const request = both(well, { line: `${method} /mcp HTTP/1.1`, body: "" });
    const refused = await write(url, request);
    expect([refused.status, refused.headers.allow]).toEqual([405, "POST"]);
    expect((await write(url, both(request, { headers: { authorization: null } }))).status).toBe(401);
  },
);

test.each([
  ["application/json", 200],
  ["Application/JSON ; charset=utf-8", 200],
  ["application/json-rpc", 415],
  ["text/json", 415],
  ["application/x-www-form-urlencoded", 415],
  ["multipart/form-data; boundary=application/json", 415],
  ["text/plain, application/json", 415],
  [null, 415],
])("a body said to be %j: %i", async (type, status) => {
  const { url, well } = await servingAlice();
  expect((await write(url, both(well, { headers: { "content-type": type } }))).status).toBe(status);
});

test.each([
  ["application/json", 200],
  ["text/event-stream, application/json;q=0.5", 200],
  ["*/*", 200],
  ["application/*", 200],
  [null, 200],
  ["text/event-stream", 406],
  ["text/html", 406],
])("a client that accepts %j: %i", async (accept, status) => {
  const { url, well } = await servingAlice();
  expect((await write(url, both(well, { headers: { accept } }))).status).toBe(status);
});

test.each([
  { "x-mcp-readonly": "maybe" },
  { "x-mcp-toolsets": "nonsense" },
  { "x-mcp-readonly": ["true", "false"] },
  { "x-mcp-readonly": "false", "x-mcp-toolsets": "push,nonsense" },
])("%j is not understood and may be meant as a limit: 400, and nothing is sent", async (headers) => {
  const { url, well, upstream } = await servingAlice();
  const params = { name: "sora_push_channel", arguments: { channel_id: "sora", data: {} } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  const answer = await write(url, both(well, { headers, body }));
  expect([answer.status, answer.body]).toEqual([400, expect.stringMatching(/X-MCP-\w+ must be/)]);
  expect(upstream.requests).toEqual([]);
});
