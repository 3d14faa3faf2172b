import { SoraFailure } from "../sora/errors.ts";

/** What Sora answers to an API that it does not have. */
const types = new Set([
  "SchemaNotFound",
  "MissingTarget",
  "MissingTargetModule",
  "MissingTargetFunction",
  "InvalidTarget",
]);

/** Whether a call failed because this Sora lacks the API, whatever SORA_RELEASE says. */
export function isLacking(error: unknown): boolean {
  return error instanceof SoraFailure && types.has(error.details.error_type ?? "");
}
