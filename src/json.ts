/** Whether a JSON value is an object: neither an array nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Compact JSON with the members of every object in one order: the same for all that mean the same. So is that of all that
 * is nested too deep to be written, some thousand levels.
 */
export function canonicalJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_name, part: unknown) =>
      isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
    );
  } catch {
    return "nested too deep";
  }
}

/** Whether a JSON value holds a number beyond what JavaScript has: read as Infinity, it would be written as null. */
export function holdsInfinity(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsInfinity);
}

/** Nothing that Sora or a caller means is nested deeper; what is could exhaust the stack of JSON.stringify. */
export const maxDepth = 256;

/** Whether a JSON value nests objects and arrays more than `maxDepth` levels deep. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === maxDepth || Object.values(value).some((member) => isTooDeep(member, depth + 1));
}
