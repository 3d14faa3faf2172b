import { nothingDone, ToolError } from "../errors.ts";
import type { Affected } from "../tools/tool.ts";

/** Finds out what a destructive call would hit at this moment. */
export type Look = () => Promise<Affected>;

export const notLookedUp = "It could not be looked up what this would hit.";

/** What would be hit. Throws why that is not known, and says that the call was not carried out. */
export async function lookOrRefuse(look: Look): Promise<Affected> {
  try {
    return await look();
  } catch (error) {
    if (!isFailedLook(error)) throw error;
    const message = `${notLookedUp} ${nothingDone} ${error.message}`;
    throw new ToolError(error.code, message, error.details, { cause: error });
  }
}

export function isFailedLook(error: unknown): error is ToolError {
  return error instanceof ToolError && error.code !== "cancelled_by_client";
}
