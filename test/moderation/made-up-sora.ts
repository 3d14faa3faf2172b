import { afterEach, beforeEach, vi } from "vitest";
import { wait } from "../../src/moderation/wait.ts";
import { SoraFailure } from "../../src/sora/errors.ts";
import type { Sora } from "../../src/tools/tool.ts";

/** Made-up time, which passes while Sora is paused for only. */
export function withMadeUpTime(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());
}

export const pass = (ms: number) => void vi.advanceTimersByTime(ms);

/** What Sora does when it is polled: an answer, or a failure, which it throws. May take its time. */
export type Answer = (withinMs: number) => unknown;

/** The connection `alice-1` is one of the client `alice`. */
export function row(connection_id: string) {
  return { client_id: connection_id.replace(/-.*/, ""), connection_id, role: "sendrecv" };
}

/** Sora's list of who is here, by the ids of connections. */
export function here(...ids: readonly string[]): Answer {
  const rows = ids.map((id) => ({ ...row(id), channel_id: "sora", audio: true, video: false }));
  return () => rows;
}

export function fails(code: SoraFailure["code"], message = `made up: ${code}`): Answer {
  return () => {
    throw new SoraFailure(code, message);
  };
}

/** No answer: what asks gives up when it said it would. */
export const hangs: Answer = (withinMs) => {
  pass(withinMs);
  throw new SoraFailure("timeout", "made up: no answer in time");
};

/** A Sora that gives these answers one after the other, and then the last one again and again. */
export class MadeUpSora implements Sora {
  readonly caller: object;
  /** When it was polled, in milliseconds. */
  readonly polledAt: number[] = [];
  readonly asked: unknown[] = [];
  readonly answers: Answer[];

  constructor(answers: readonly Answer[], caller: object = {}) {
    this.answers = [...answers];
    this.caller = caller;
  }

  async read(target: string, body: unknown, withinMs = Number.POSITIVE_INFINITY): Promise<unknown> {
    this.polledAt.push(performance.now());
    this.asked.push({ target, body });
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return answer?.(withinMs);
  }

  async pause(ms: number): Promise<void> {
    pass(ms);
  }

  allows(): boolean {
    return true;
  }

  offers(): boolean {
    return true;
  }

  async write(): Promise<never> {
    throw new Error("a wait changes nothing");
  }
}

export interface Waited {
  readonly channel_id: string;
  readonly total: number;
  readonly joined: readonly ReturnType<typeof row>[];
  readonly left: readonly ReturnType<typeof row>[];
  readonly reason: string;
  readonly waited_s: number;
  readonly cursor: string;
  readonly more?: number;
  readonly hint?: string;
}

const idsOf = (rows: readonly { readonly connection_id: string }[]) =>
  rows.map(({ connection_id }) => connection_id).join(" ");

/** In short: why, when, and who came and went. */
export function short({ reason, waited_s, total, joined, left, more }: Waited): string {
  const told = [`+ ${idsOf(joined)}`, `- ${idsOf(left)}`, `more ${more ?? 0}`];
  return [reason, waited_s, total, ...told].join(" | ").replaceAll(/ +\|/g, " |");
}

export interface WaitArguments {
  readonly channel_id?: string;
  readonly cursor?: string | undefined;
  readonly until?: "change" | "join" | "leave";
  readonly client_id?: string | undefined;
  readonly timeout_s?: number;
}

/** One call of sora_wait, its arguments as a client writes them. */
export async function waitFor(sora: Sora, args: WaitArguments = {}): Promise<Waited> {
  const given = JSON.parse(JSON.stringify({ channel_id: "sora", ...args }));
  const content = await wait.prepare(given, "flag", (text) => text).run(sora);
  return JSON.parse(JSON.stringify(content));
}

/** A wait that finds these people here and ends: the cursor to go on from. */
export async function cursorOf(caller: object, channel_id: string, ...ids: readonly string[]) {
  const { cursor } = await waitFor(new MadeUpSora([here(...ids)], caller), { channel_id, cursor: "none" });
  return cursor;
}
