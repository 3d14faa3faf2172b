import { gzipSync } from "node:zlib";
import { each, type PerKind, readsAndOthers } from "../support/tool-kinds.ts";
import { type Answer, json } from "../support/upstream.ts";

/** What a model must be told, and how many requests each kind of call may have sent by then. */
export interface ExpectedError {
  readonly code: string;
  readonly status?: number;
  readonly error_type?: string;
  readonly error_reason?: unknown;
  /** Whether there is something that can be done about it. */
  readonly hint: boolean;
  readonly requests: PerKind<number>;
  /** The fate of a call that changes something is not known. */
  readonly unclear?: true;
}

export const html = "<!doctype html><h1>Bad Gateway</h1>";

export function says(status: number, body: string | Buffer, headers: Record<string, string> = {}): Answer {
  return (_request, response) => response.writeHead(status, headers).end(body);
}

/** Ends the connection behind the body, even when more was announced. */
function cutShort(status: number, body: string | Buffer, headers: Record<string, string>): Answer {
  return (_request, response) =>
    void response.writeHead(status, headers).write(body, () => response.socket?.end());
}

export const once = { requests: each(1) };
export const readsThrice = { requests: readsAndOthers(3, 1) };
const thrice = { requests: each(3) };
const soon = { "retry-after": "0" };
const unclear = { unclear: true } as const;

const refusals: [name: string, answer: Answer, expected: ExpectedError][] = [
  [
    "401 with a type",
    json({ error_type: "InvalidAPIKey" }, 401),
    { code: "unauthorized", status: 401, error_type: "InvalidAPIKey", hint: true, ...once },
  ],
  ["401 without a body", says(401, ""), { code: "unauthorized", status: 401, hint: true, ...once }],
  [
    "403 with a reason",
    json({ error_type: "Foreign", error_reason: "other project" }, 403),
    {
      code: "forbidden",
      status: 403,
      error_type: "Foreign",
      error_reason: "other project",
      hint: true,
      ...once,
    },
  ],
  ["403 of a gateway, in HTML", says(403, html), { code: "forbidden", status: 403, hint: true, ...once }],
  [
    "400 with a type that the API itself raises",
    json({ error_type: "ChannelNotFound" }, 400),
    { code: "sora_error", status: 400, error_type: "ChannelNotFound", hint: true, ...once },
  ],
  [
    "400 with `type` instead of `error_type`",
    json({ type: "UnexpectedMethod" }, 400),
    { code: "sora_error", status: 400, error_type: "UnexpectedMethod", hint: true, ...once },
  ],
  [
    "400 with a reason that is an object",
    json({ error_type: "SchemaNotFound", error_reason: { service: "Sora", operation: "X" } }, 400),
    {
      code: "sora_error",
      status: 400,
      error_type: "SchemaNotFound",
      error_reason: { service: "Sora", operation: "X" },
      hint: true,
      ...once,
    },
  ],
  [
    "400 with a reason that is a list",
    json({ error_type: "InvalidJSON", error_reason: [{ invalid: "data", path: ["a", 0] }] }, 400),
    {
      code: "sora_error",
      status: 400,
      error_type: "InvalidJSON",
      error_reason: [{ invalid: "data", path: ["a", 0] }],
      hint: true,
      ...once,
    },
  ],
  ["400 without a body", says(400, ""), { code: "sora_error", status: 400, hint: true, ...once }],
  ["404 in HTML", says(404, html), { code: "sora_error", status: 404, hint: true, ...once }],
  [
    "408",
    json({ error_type: "RequestTimeout" }, 408),
    { code: "sora_error", status: 408, error_type: "RequestTimeout", hint: false, ...once },
  ],
  [
    "413",
    json({ error_type: "PayloadTooLarge" }, 413),
    { code: "sora_error", status: 413, error_type: "PayloadTooLarge", hint: true, ...once },
  ],
  [
    "429",
    json({ error_type: "TooMany" }, 429),
    { code: "rate_limited", status: 429, error_type: "TooMany", hint: true, ...readsThrice },
  ],
  ["429 with Retry-After", says(429, "", soon), { code: "rate_limited", status: 429, hint: true, ...thrice }],
];

const unreadable: [name: string, body: string | Buffer, headers: Record<string, string>][] = [
  ["cut off", "{", { "content-length": "9" }],
  ["larger than 8 MB", `"${"x".repeat(8_000_000)}"`, {}],
  ["not encoded as it says", "{}", { "content-encoding": "gzip" }],
  ["in an encoding that was not asked for", "\u0000(\u00b5/\u00fd", { "content-encoding": "zstd" }],
];

/** The status says what happened, whatever became of the body. */
const withoutBody: typeof refusals = unreadable.flatMap(([name, body, headers]): typeof refusals => [
  [`401, ${name}`, cutShort(401, body, headers), { code: "unauthorized", status: 401, hint: true, ...once }],
  [
    `503, ${name}`,
    cutShort(503, body, headers),
    { code: "server_error", status: 503, hint: true, ...readsThrice, ...unclear },
  ],
]);

const failures: typeof refusals = [
  [
    "500",
    json({ error_type: "HandlerException" }, 500),
    { code: "server_error", status: 500, error_type: "HandlerException", hint: true, ...once, ...unclear },
  ],
  [
    "502 in HTML",
    says(502, html),
    { code: "server_error", status: 502, hint: true, ...readsThrice, ...unclear },
  ],
  ["503", says(503, ""), { code: "server_error", status: 503, hint: true, ...readsThrice, ...unclear }],
  [
    "503 with Retry-After",
    says(503, "", soon),
    { code: "server_error", status: 503, hint: true, ...thrice, ...unclear },
  ],
  [
    "504 in HTML",
    says(504, html),
    { code: "server_error", status: 504, hint: true, ...readsThrice, ...unclear },
  ],
  ["no answer", () => {}, { code: "timeout", hint: true, ...once, ...unclear }],
];

const unusable: typeof refusals = [
  ["200 in HTML", says(200, html), { code: "bad_response", status: 200, hint: true, ...once, ...unclear }],
  [
    "200 with half a JSON text",
    says(200, '{"connection_id":'),
    { code: "bad_response", status: 200, hint: true, ...once, ...unclear },
  ],
  [
    "200 that is not encoded as it says",
    says(200, "{}", { "content-encoding": "gzip" }),
    { code: "bad_response", hint: true, ...once, ...unclear },
  ],
  [
    "200 in an encoding that was not asked for",
    says(200, "\u0000(\u00b5/\u00fd", { "content-encoding": "zstd" }),
    { code: "bad_response", hint: true, ...once, ...unclear },
  ],
  [
    "more than 8 MB",
    says(200, `"${"x".repeat(8_000_000)}"`),
    { code: "bad_response", hint: true, ...once, ...unclear },
  ],
  [
    "more than 8 MB, packed small",
    says(200, gzipSync(`"${"x".repeat(8_000_000)}"`), { "content-encoding": "gzip" }),
    { code: "bad_response", hint: true, ...once, ...unclear },
  ],
  [
    "301",
    says(301, "", { location: "/there" }),
    { code: "bad_response", status: 301, hint: true, ...once, ...unclear },
  ],
  [
    "307 without end",
    says(307, "", { location: "/" }),
    { code: "bad_response", status: 307, hint: true, requests: each(4), ...unclear },
  ],
];

/** Ways in which an answer, or none, fails a call. */
export const failingAnswers = [...refusals, ...withoutBody, ...failures, ...unusable];
