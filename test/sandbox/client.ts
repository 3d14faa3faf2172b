import type { Edition } from "../../src/releases.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { operations } from "../../src/sandbox/operations.ts";

/** The target of each operation, so that a test names operations alone. */
const targets = new Map(operations.map(({ target }) => [target.replace(/^.*\./, ""), target]));

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Json = any;

export const startTime = Date.UTC(2026, 3, 1, 9, 30, 0, 250);
export const lounge = "sandbox_0_lounge";
export const stage = "sandbox_0_stage";

/** A small generator of repeatable numbers from 0 up to 1. */
export function repeatable(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    return value / 2_147_483_648;
  };
}

export interface TestSandbox extends Sandbox {
  readonly clock: { now: number };
  send(target: string, body?: string | Uint8Array): Promise<{ status: number; json: Json }>;
  /** The answer of an operation that must succeed. */
  call(operation: string, body: object): Promise<Json>;
  /** The body of the 400 that an operation must be refused with. */
  refused(operation: string, body: unknown): Promise<Json>;
  /** Connection ids in the order of joining. */
  ids(channel_id: string): Promise<string[]>;
}

export async function openSandbox(options: { seed?: number; edition?: Edition } = {}): Promise<TestSandbox> {
  const { seed = 1, edition } = options;
  const clock = { now: startTime };
  const sandbox = await startSandbox({
    now: () => clock.now,
    random: repeatable(seed),
    ...(edition && { edition }),
  });
  const send: TestSandbox["send"] = async (target, body) => {
    const headers = { "x-sora-target": target };
    const response = await fetch(sandbox.url, {
      method: "POST",
      headers,
      ...(body !== undefined && { body }),
    });
    return { status: response.status, json: await response.json() };
  };
  const expecting = (status: number) => async (operation: string, body: unknown) => {
    const target = targets.get(operation);
    if (target === undefined) throw new Error(`${operation} is no operation of Sora`);
    const answer = await send(target, JSON.stringify(body));
    if (answer.status !== status) {
      throw new Error(`${operation}: ${answer.status} ${JSON.stringify(answer.json)}`);
    }
    return answer.json;
  };
  const call = expecting(200);
  const ids = async (channel_id: string) =>
    (await call("ListChannelConnections", { channel_id })).map((entry: Json) => entry.connection_id);
  return { ...sandbox, clock, send, call, refused: expecting(400), ids };
}
