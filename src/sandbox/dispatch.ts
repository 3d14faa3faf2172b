import { advance } from "./delivery.ts";
import { headerError, requestError, SoraError } from "./errors.ts";
import { operations } from "./operations.ts";
import type { State } from "./state.ts";

/** A request once all of it has arrived. */
export interface SoraRequest {
  readonly method: string | undefined;
  /** The `x-sora-target` header. */
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

/** Deeper values could be stored but never be written out again. */
const maxDepth = 500;

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1));
}

function parsed(body: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    if (!isDeeper(value, maxDepth)) return value;
  } catch {
    // Neither UTF-8 nor JSON: the same refusal.
  }
  throw requestError("MalformedJSON");
}

/** The checks in the order in which Sora's HTTP layer makes them. */
function run(state: State, now: number, { method, target, body }: SoraRequest): unknown {
  if (method !== "POST") throw headerError("UnexpectedMethod");
  if (target === undefined) throw headerError("MissingHeaderName");
  const parts = targetForm.exec(target);
  if (!parts) throw requestError("MissingService");
  const [, service, version, operationName] = parts;
  if (service !== "Sora") throw requestError("InvalidTarget");
  const named = { service, version, operation: operationName };
  const operation = byTarget.get(target);
  if (body.length === 0) {
    throw operation ? requestError("MissingTargetFunction", named) : requestError("MissingTarget");
  }
  const value = parsed(body);
  if (!operation) throw requestError("SchemaNotFound", named);
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
