/** Every code that a failed tool call can carry. */
export const errorCodes = [
  "invalid_arguments",
  "not_configured",
  "channel_not_allowed",
  "declined",
  "cancelled",
  "confirmation_unavailable",
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
export type ErrorCode = (typeof errorCodes)[number];

/** What is said beside code and message; absent members are left out of the answer. */
export interface ErrorDetails {
  /** What to do next, for the model or the operator. */
  readonly hint?: string;
  /** The HTTP status of Sora's answer. */
  readonly status?: number;
  /** Sora's own words, passed on as data and never woven into the message. */
  readonly error_type?: string;
  readonly error_reason?: unknown;
}

/**
 * A failure that is answered to the MCP client as it stands. `message` and `hint` are our own fixed texts: they never
 * hold the API key, credentials, a stack, a local path or text from Sora.
 */
export class ToolError extends Error {
  override readonly name = "ToolError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
