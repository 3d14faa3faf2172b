import { Limits } from "../../src/mcp/limits.ts";

/** What counts nothing and refuses nothing. */
export function noLimits(): Limits {
  return new Limits({ maxAffected: undefined, maxDestructivePerHour: undefined });
}
