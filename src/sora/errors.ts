import { ToolError } from "../errors.ts";

/** Every code of a call that got no answer from Sora that could be used. */
export const soraFailureCodes = [
  "unauthorized",
  "forbidden",
  "sora_error",
  "rate_limited",
  "server_error",
  "timeout",
  "unreachable",
  "bad_response",
  "cancelled_by_client",
] as const;

/** A call to Sora that came to no answer that could be used. */
export class SoraFailure extends ToolError<(typeof soraFailureCodes)[number]> {}

/** One after which it is not known whether Sora carried the call out all the same. */
export class UnclearFailure extends SoraFailure {}
