import {
  ErrorCode,
  InitializeRequestSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  JSONRPCRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { isObject, jsonOf } from "../json.ts";

/** An error in answer to what the SDK would drop. The id is null where what was given can be none. */
export interface ErrorAnswer {
  readonly jsonrpc: "2.0";
  readonly id: string | number | null;
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

/** What a line comes to: a message for the protocol or errors in answer to it; nothing, when it is neither. */
export interface Reading {
  readonly message?: JSONRPCMessage;
  readonly errors: readonly ErrorAnswer[];
}

const anObject = "must be an object; leave it out if there is nothing in it";

const expected: Readonly<Record<string, string>> = {
  jsonrpc: 'must be "2.0"',
  id: "must be a string or a whole number below 2^53",
  method: "must be a string",
  params: anObject,
  "params._meta": anObject,
  "params._meta.progressToken": "must be a string or a whole number",
};

/** The JSON of a text, before which some shells, editors and clients put a byte order mark; undefined when it is none. */
export function jsonOfText(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff+/, ""));
  } catch {
    return undefined;
  }
}

/** Characters of the params of `initialize`: clients send some hundreds. */
const longestHandshake = 50_000;

/**
 * Reads the JSON of a line (https://www.jsonrpc.org/specification). What has an id and is no response gets an answer also
 * when it is no valid request: the SDK drops that, and its sender would wait in vain.
 */
export function readMessage(json: unknown): Reading {
  if (Array.isArray(json)) {
    const advice = "This server takes no batches: send each message in a line of its own.";
    const errors = json.filter(wantsAnswer).map((sent) => answer(sent, ErrorCode.InvalidRequest, advice));
    // What waits for a response need not wait on.
    const [response] = json.filter((sent) => !wantsAnswer(sent));
    return { ...invalid(response), errors };
  }
  const { success, data } = JSONRPCMessageSchema.safeParse(cancelling(json) ?? json);
  if (!success) return invalid(json);
  // The SDK takes any text for the number that it reads as: " 1 " would be an answer to the question 1.
  if (!("method" in data) && typeof data.id === "string" && String(Number(data.id)) !== data.id)
    return { errors: [] };
  // The one request whose params the SDK itself checks. What it says of them is a page long, and no fault of the sender's.
  if ("method" in data && "id" in data && data.method === "initialize") {
    // Each entry that is wrong takes memory while it is checked: of 3 MB of them the process would die.
    if (jsonOf(data.params ?? {}).length > longestHandshake) {
      const advice = `Invalid params: more than ${longestHandshake} characters.`;
      return { errors: [answer(data, ErrorCode.InvalidParams, advice)] };
    }
    const problems = InitializeRequestSchema.safeParse(data).error?.issues ?? [];
    const told = problems
      .slice(0, 5)
      .map(({ path, message }) => `${path.join(".")}: ${message.replace("Invalid input: ", "")}`);
    if (told.length > 0) {
      return { errors: [answer(data, ErrorCode.InvalidParams, `Invalid params: ${told.join("; ")}.`)] };
    }
  }
  return { message: data, errors: [] };
}

/** A cancellation without what is wrong in it, such as a reason that is null: it must reach what it is to end. */
function cancelling(json: unknown): unknown {
  if (!isObject(json) || "id" in json || json.method !== "notifications/cancelled") return undefined;
  const { requestId, reason } = isObject(json.params) ? json.params : {};
  if (!/string|number/.test(typeof requestId)) return undefined;
  const params = { requestId, ...(typeof reason === "string" && { reason }) };
  return { jsonrpc: json.jsonrpc, method: json.method, params };
}

function invalid(json: unknown): Reading {
  if (wantsAnswer(json)) {
    const problems = JSONRPCRequestSchema.safeParse(json).error?.issues ?? [];
    const told = problems.map(({ path }) => {
      const name = path.join(".");
      if (name === "") return "it has members besides jsonrpc, id, method and params";
      return `${name} ${expected[name] ?? "is not valid"}`;
    });
    return { errors: [answer(json, ErrorCode.InvalidRequest, `Invalid request: ${told.join("; ")}.`)] };
  }
  const id = isObject(json) ? idOf(json) : null;
  if (id === null) return { errors: [] };
  // A response gets no answer, but what waits for it, as a call does for a person, need not wait on.
  const error = { code: ErrorCode.InvalidRequest, message: "The response is not valid." };
  return { message: { jsonrpc: "2.0", id, error }, errors: [] };
}

/** The answer to a line that was too long to be read, of which only the two ends are known; none where they show no id. */
export function tooLong(head: string, tail: string, limit: number): ErrorAnswer | undefined {
  const [, written] = atStart.exec(head) ?? atEnd.exec(tail) ?? [];
  if (written === undefined) return undefined;
  const id: unknown = JSON.parse(written);
  return answer({ id }, ErrorCode.InvalidRequest, `Invalid request: a message may have ${limit} bytes.`);
}

/** Where clients put the id: behind the first member, or at the end. */
const id = String.raw`"jsonrpc"\s*:\s*"2\.0"\s*,\s*"id"\s*:\s*(-?\d{1,15}|"(?:[^"\\\p{Cc}]|\\["\\/])*")\s*`;
const atStart = new RegExp(String.raw`^\ufeff*\s*\{\s*${id},`, "u");
const atEnd = new RegExp(String.raw`[{,]\s*${id}\}\s*$`, "u");

function wantsAnswer(json: unknown): json is Readonly<Record<string, unknown>> {
  return isObject(json) && "id" in json && ("method" in json || !("result" in json || "error" in json));
}

function answer(sent: Readonly<Record<string, unknown>>, code: ErrorCode, message: string): ErrorAnswer {
  return { jsonrpc: "2.0", id: idOf(sent), error: { code, message } };
}

function idOf({ id }: Readonly<Record<string, unknown>>): string | number | null {
  return typeof id === "string" || (typeof id === "number" && Number.isFinite(id)) ? id : null;
}
