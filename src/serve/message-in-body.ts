import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { isObject } from "../json.ts";
import { type Refused, rpcCode } from "./http-answers.ts";
import { jsonOfText, readMessage } from "./json-rpc.ts";

/** Commas, [ and { of one body. Twice as many values to look through have held up all others for over half a second. */
const mostParts = 50_000;

/** Characters of what comes back with the answer. */
const longestEcho = 1000;

/** The message of JSON-RPC that a body holds, or why it holds none that is served. */
export function messageIn(text: string): JSONRPCMessage | Refused {
  if (hasTooManyParts(text)) {
    return { status: 413, code: rpcCode.own, message: `A body may have ${mostParts} commas, [ and {.` };
  }
  const json = jsonOfText(text);
  if (json === undefined) return { status: 400, code: rpcCode.parse, message: "The body is no JSON." };
  const invalid = { status: 400, code: rpcCode.invalid };
  if (Array.isArray(json)) {
    return {
      ...invalid,
      message: "This server takes no batches: send each message in a request of its own.",
    };
  }
  const long = echoes(json).find(([, value]) => typeof value === "string" && value.length > longestEcho);
  if (long) return { ...invalid, message: `Invalid request: ${long[0]} may have ${longestEcho} characters.` };
  const { message, errors } = readMessage(json);
  const [error] = errors;
  if (error) return { status: 400, id: error.id, ...error.error };
  return message ?? { ...invalid, message: "The body is no message of JSON-RPC 2.0." };
}

/** Those in texts count too: `data` may be a text that holds JSON. */
function hasTooManyParts(text: string): boolean {
  return text.split(/[,[{]/, mostParts + 2).length > mostParts + 1;
}

function echoes(json: unknown): [name: string, value: unknown][] {
  if (!isObject(json)) return [];
  const meta = isObject(json.params) ? json.params._meta : undefined;
  return [
    ["id", json.id],
    ["params._meta.progressToken", isObject(meta) ? meta.progressToken : undefined],
  ];
}
