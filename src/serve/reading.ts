import {
  ErrorCode,
  InitializeRequestSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  JSONRPCRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { isObject } from "../json.ts";

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

const expected: Readonly<Record<string, string>> = {
  jsonrpc: 'must be "2.0"',
  id: "must be a string or a whole number below 2^53",
  method: "must be a string",
  params: "must be an object; leave it out if there is nothing in it",
  "params._meta": "must be an object; leave it out if there is nothing in it",
  "params._meta.progressToken": "must be a string or a whole number",
};

/**
 * Reads the JSON of a line (https://www.jsonrpc.org/specification). What has an id and is no response gets an answer also
 * when it is no valid request: the SDK drops that, and its sender would wait in vain.
 */
export function read(json: unknown): Reading {
  if (Array.isArray(json)) {
    const advice = "MCP has no batches: send each message in a line of its own.";
    return {
      errors: json.filter(wantsAnswer).map((sent) => answer(sent, ErrorCode.InvalidRequest, advice)),
    };
  }
  const { success, data } = JSONRPCMessageSchema.safeParse(json);
  if (!success) return invalid(json);
  // The one request whose params the SDK itself checks. What it says of them is a page long, and no fault of the sender's.
  if ("method" in data && "id" in data && data.method === "initialize") {
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

function wantsAnswer(json: unknown): json is Readonly<Record<string, unknown>> {
  return isObject(json) && "id" in json && ("method" in json || !("result" in json || "error" in json));
}

function answer(sent: Readonly<Record<string, unknown>>, code: ErrorCode, message: string): ErrorAnswer {
  return { jsonrpc: "2.0", id: idOf(sent), error: { code, message } };
}

function idOf({ id }: Readonly<Record<string, unknown>>): string | number | null {
  return typeof id === "string" || (typeof id === "number" && Number.isFinite(id)) ? id : null;
}
