import { type CallOptions, type Endpoint, SoraClient } from "../../src/sora/client.ts";
import { SoraFailure } from "../../src/sora/errors.ts";
import { afterTest } from "./closing.ts";

/** A client of one endpoint, with one call of each kind. */
export interface Sora {
  /** May be sent again after a failure. */
  read(options?: Partial<CallOptions>, body?: Record<string, unknown>): Promise<unknown>;
  /** Is sent at most once. */
  write(options?: Partial<CallOptions>, body?: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
}

/** What the two kinds of call are called in tables of tests. */
export const kinds = ["read", "write"] as const;

export const noProxy = { http: "", https: "", no: "" };
export const readTarget = "Sora_20201013.ListChannelConnections";
export const writeTarget = "Sora_20160711.PushChannel";

/** A real client of this URL, closed after the test. */
export function soraAt(url: string, endpoint: Partial<Endpoint> = {}): Sora {
  const client = new SoraClient({
    url: new URL(url),
    timeoutMs: 15_000,
    userAgent: "sora-labo-mcp/test",
    proxy: noProxy,
    ...endpoint,
  });
  afterTest(() => client.close());
  const call: SoraClient["call"] = (target, body, options) => {
    const answer = client.call(target, body, options);
    // A test that fails before it awaits a call is to say why itself, not through a rejection that nobody handles.
    answer.catch(() => {});
    return answer;
  };
  return {
    read: (options, body = {}) => call(readTarget, body, { signal: never(), retryable: true, ...options }),
    write: (options, body = {}) => call(writeTarget, body, { signal: never(), retryable: false, ...options }),
    close: () => client.close(),
  };
}

/** A signal that is not aborted. */
function never(): AbortSignal {
  return new AbortController().signal;
}

/** The error that a call must end with, as it stands. */
export async function failureOf(call: Promise<unknown>): Promise<SoraFailure> {
  const outcome = await call.then(
    (answer) => new Error(`the call did not fail: ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof SoraFailure) return outcome;
  throw outcome;
}
