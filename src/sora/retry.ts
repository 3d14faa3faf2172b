import { isConnectionFailure, refusedBeforeSending } from "./failures.ts";

const maxTries = 3;
const firstBackoffMs = 200;
/** A year: longer is no wait. */
const longestWaitSeconds = 365 * 24 * 60 * 60;

/** What came of a request: no answer, or what is to be known of one. */
export type Outcome =
  | { readonly error: unknown }
  | { readonly status: number; readonly retryAfter: string | undefined };

/**
 * How many milliseconds to wait before the same request goes out again, or undefined when it must not. Reads are sent
 * again after a failed connection, 429, 502, 503 and 504; anything else only if it was certainly not carried out:
 * refused before a byte was sent, or put off by Sora with 429 or 503 and a Retry-After.
 */
export function waitBeforeRetry(outcome: Outcome, attempt: number, retryable: boolean): number | undefined {
  if (attempt === maxTries) return undefined;
  const backoff = firstBackoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  if ("error" in outcome) {
    const again = retryable ? isConnectionFailure(outcome.error) : refusedBeforeSending(outcome.error);
    return again ? backoff : undefined;
  }
  const putOff = retryAfterMs(outcome.retryAfter);
  switch (outcome.status) {
    case 429:
    case 503:
      return putOff ?? (retryable ? backoff : undefined);
    case 502:
    case 504:
      return retryable ? (putOff ?? backoff) : undefined;
    default:
      return undefined;
  }
}

/**
 * The milliseconds to wait of a Retry-After header: a number of seconds or a date (RFC 9110, section 10.2.3). Undefined
 * when there is none or it is neither; Date.parse takes far more for a date.
 */
export function retryAfterMs(header = ""): number | undefined {
  const retryAfter = header.trim();
  if (/^\d+$/.test(retryAfter)) return Math.min(Number(retryAfter), longestWaitSeconds) * 1000;
  const at = Date.parse(retryAfter);
  const isDate = !Number.isNaN(at) && new Date(at).toUTCString() === retryAfter;
  return isDate ? Math.max(0, at - Date.now()) : undefined;
}
