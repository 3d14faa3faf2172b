import { ToolError } from "../errors.ts";

/** Every code of a job that cannot be done, though Sora answered. */
export const jobFailureCodes = ["unsupported", "not_found", "conflict"] as const;

/**
 * A job that cannot be done: this Sora lacks an API that it needs, nobody of that id is there, or somebody else's work
 * would be undone.
 */
export class JobFailure extends ToolError<(typeof jobFailureCodes)[number]> {}
