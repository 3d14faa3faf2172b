import { expect, test } from "vitest";
import { interpretAnswer } from "../../src/sora/answer.ts";
import { SoraFailure } from "../../src/sora/errors.ts";

// What an answer that came whole means.

function refusal(status: number, body: unknown, retryAfter?: string): SoraFailure {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  try {
    interpretAnswer({ status, retryAfter, text });
  } catch (error) {
    if (error instanceof SoraFailure) return error;
  }
  throw new Error("the answer was not refused");
}

test.each([
  { status: 400, code: "sora_error" },
  { status: 401, code: "unauthorized" },
  { status: 402, code: "sora_error" },
  { status: 403, code: "forbidden" },
  { status: 404, code: "sora_error" },
  { status: 408, code: "sora_error" },
  { status: 413, code: "sora_error" },
  { status: 418, code: "sora_error" },
  { status: 429, code: "rate_limited" },
  { status: 499, code: "sora_error" },
  { status: 500, code: "server_error" },
  { status: 501, code: "server_error" },
  { status: 503, code: "server_error" },
  { status: 599, code: "server_error" },
  { status: 600, code: "bad_response" },
])("$status is $code, with the status and without words of Sora in the message", ({ status, code }) => {
  const error = refusal(status, { error_type: "Said_by_Sora", error_reason: { why: ["x"] } });
  expect(error.code).toBe(code);
  expect(error.details).toMatchObject({
    status,
    error_type: "Said_by_Sora",
    error_reason: { why: ["x"] },
  });
  expect(error.message).toContain(String(status));
  expect(error.message + error.details.hint).not.toContain("Said_by_Sora");
});

test.each<{ name: string; body: unknown; told: Record<string, unknown> }>([
  { name: "error_type", body: { error_type: "A" }, told: { error_type: "A" } },
  { name: "type", body: { type: "A" }, told: { error_type: "A" } },
  { name: "both", body: { error_type: "A", type: "B" }, told: { error_type: "A" } },
  {
    name: "a reason that is an object",
    body: { error_type: "A", error_reason: { a: 1 } },
    told: { error_type: "A", error_reason: { a: 1 } },
  },
  {
    name: "a reason that is a list",
    body: { type: "A", error_reason: [{ path: [] }] },
    told: { error_type: "A", error_reason: [{ path: [] }] },
  },
  { name: "a reason that is null", body: { error_reason: null }, told: { error_reason: null } },
  { name: "a reason that is a text", body: { error_reason: "why" }, told: { error_reason: "why" } },
  { name: "a type that is no text", body: { error_type: 7 }, told: {} },
  { name: "an object of another kind", body: { message: "no" }, told: {} },
  { name: "an empty object", body: {}, told: {} },
  { name: "a list", body: [{ error_type: "A" }], told: {} },
  { name: "a text", body: '"error_type"', told: {} },
  { name: "null", body: "null", told: {} },
  { name: "nothing", body: "", told: {} },
  { name: "a web page", body: "<html>502</html>", told: {} },
  { name: "JSON cut off", body: '{"error_type":"A', told: {} },
  {
    name: "deep JSON",
    body: `{"error_type":"A","x":${"[".repeat(300)}${"]".repeat(300)}}`,
    told: { error_type: "A" },
  },
])("an error body of $name", ({ body, told }) => {
  const { status, hint, ...rest } = refusal(400, body).details;
  expect(status).toBe(400);
  expect(rest).toEqual(told);
});

test.each([
  { status: 400, type: "SchemaNotFound", hint: /does not offer the API/ },
  { status: 400, type: "MissingTarget", hint: /does not offer the API/ },
  { status: 400, type: "InvalidTarget", hint: /does not offer the API/ },
  { status: 400, type: "InvalidJSON", hint: /error_reason says which/ },
  { status: 404, type: undefined, hint: /path in SORA_API_URL/ },
  { status: 413, type: undefined, hint: /Send less/ },
  { status: 404, type: "SchemaNotFound", hint: /does not offer the API/ },
  { status: 401, type: "SchemaNotFound", hint: /SORA_API_KEY/ },
  { status: 403, type: undefined, hint: /project of the key/ },
  { status: 429, type: undefined, hint: /Wait/ },
  { status: 500, type: "InvalidJSON", hint: /Sora's logs/ },
])("$status $type comes with a hint", ({ status, type, hint }) => {
  expect(refusal(status, { error_type: type }).details.hint).toMatch(hint);
});

test("a 404 that Sora itself explains says nothing of the path", () => {
  expect(refusal(404, { error_type: "ChannelNotFound" }).details.hint).toMatch(/is still there/);
});

test.each([
  { status: 429, retryAfter: "30", hint: "Wait 30 s before the next call." },
  { status: 429, retryAfter: "9".repeat(400), hint: "Wait 31536000 s before the next call." },
  { status: 429, retryAfter: "soon", hint: "Wait before the next call." },
  { status: 503, retryAfter: "7", hint: "Wait 7 s before the next call. If it stays, look at Sora's logs." },
  { status: 503, retryAfter: undefined, hint: "Try again later. If it stays, look at Sora's logs." },
])("$status with Retry-After $retryAfter: $hint", ({ status, retryAfter, hint }) => {
  expect(refusal(status, "", retryAfter).details.hint).toBe(hint);
});

test.each(["ConnectionNotFound", "404", "constructor", "__proto__", "toString", "hasOwnProperty", ""])(
  "the error type %j has no hint of its own",
  (type) => {
    const own = { status: 400, error_type: type, hint: expect.stringMatching(/is still there/) };
    expect(refusal(400, JSON.stringify({ error_type: type })).details).toEqual(own);
    expect(refusal(418, JSON.stringify({ error_type: type })).details).toEqual({
      status: 418,
      error_type: type,
    });
  },
);

test("what Sora says comes out as it came, in answers and errors: it is made safe where it is shown", () => {
  const said = { error_type: "odd\u202e", error_reason: ["\u200b", { "a\u0000": 1 }] };
  const answer = (status: number) => ({ status, retryAfter: undefined, text: JSON.stringify(said) });
  expect(interpretAnswer(answer(200))).toEqual(said);
  expect(refusal(400, said).details).toMatchObject(said);
});
