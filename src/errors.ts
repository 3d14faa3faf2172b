/** What is said beside code and message; absent members are left out of the answer. */
export interface ErrorDetails {
  /** What to do next, for the model or the operator. */
  readonly hint?: string;
  readonly status?: number;
  /** Sora's own words, passed on as data and never woven into the message. */
  readonly error_type?: string;
  readonly error_reason?: unknown;
  /** What the call would hit now, and the ticket for that. */
  readonly would_affect?: unknown;
  readonly ticket?: string;
}

/**
 * A failure that is answered to the MCP client as it stands. `message` and `hint` are our own texts: they never hold the
 * API key, credentials, a stack, a local path or text from Sora.
 */
export class ToolError<Code extends string = string> extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Every code of a call that this server itself does not carry out. */
export const refusalCodes = [
  "invalid_arguments",
  "not_configured",
  "channel_not_allowed",
  "limit_reached",
  "declined",
  "cancelled",
  "confirmation_unavailable",
  "ticket_invalid",
] as const;

/** What every refusal of a destructive call says. */
export const nothingDone = "Nothing was disconnected, deleted or changed.";

/** A call that this server itself does not carry out, or, with the audit log gone, cannot record. */
export class Refusal extends ToolError<(typeof refusalCodes)[number]> {}
