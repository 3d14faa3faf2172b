import { isTooDeep } from "../json.ts";
import { advance } from "./clock.ts";
import { refusal, SoraError } from "./errors.ts";
import { isKnown } from "./operation.ts";
import { operations } from "./operations.ts";
import type { State } from "./state.ts";

/** A request once all of it has arrived. */
export interface SoraRequest {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly body: Uint8Array;
}

export interface SoraAnswer {
  readonly status: number;
  readonly json: string;
}

const targetForm = /^([a-zA-Z]+)_(\d{8})\.([a-zA-Z]+)$/;
const byTarget = new Map(operations.map((operation) => [operation.target, operation]));
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parsed(body: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    // Deeper values could be stored but never be written out again.
    if (!isTooDeep(value)) return value;
  } catch {
    // Neither UTF-8 nor JSON: the same refusal.
  }
  throw refusal("MalformedJSON");
}

function run(state: State, now: number, { method, target, body }: SoraRequest): unknown {
  // These two say `type` where all others say `error_type`.
  if (method !== "POST") throw new SoraError(400, { type: "UnexpectedMethod" });
  if (target === undefined) throw new SoraError(400, { type: "MissingHeaderName" });
  const parts = targetForm.exec(target);
  if (!parts) throw refusal("MissingService");
  const [, service, version, operationName] = parts;
  if (service !== "Sora") throw refusal("InvalidTarget");
  const named = { service, version, operation: operationName };
  const found = byTarget.get(target);
  const operation = found && isKnown(state, found) ? found : undefined;
  if (body.length === 0 && (!operation || operation.needsBody)) {
    throw operation ? refusal("MissingTargetFunction", named) : refusal("MissingTarget");
  }
  const value = body.length === 0 ? {} : parsed(body);
  if (!operation) throw refusal("SchemaNotFound", named);
  advance(state, now);
  return operation.run(state, value);
}

/** Answers a request, whatever it holds: a fault inside an operation is a 500, as in Sora. */
export function answer(state: State, now: number, request: SoraRequest): SoraAnswer {
  try {
    return { status: 200, json: JSON.stringify(run(state, now, request)) };
  } catch (error) {
    if (error instanceof SoraError) return { status: error.status, json: JSON.stringify(error.body) };
    return { status: 500, json: JSON.stringify({ error_type: "HandlerException" }) };
  }
}
