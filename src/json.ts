/** Whether a JSON value is an object: neither an array nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON that a text holds, if it is of the kind that `fits`; undefined otherwise. */
export function jsonIn(text: string, fits: (json: unknown) => boolean): unknown {
  // Most texts are none, and to throw takes its time.
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return fits(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Compact JSON. What is nested too deep to be written, some thousand levels, all reads alike. */
export function jsonOf(value: unknown, replacer?: (name: string, part: unknown) => unknown): string {
  try {
    return JSON.stringify(value, replacer);
  } catch {
    return "nested too deep";
  }
}

/** The same with the members of every object in one order, and so for all that mean the same. Slow for a few MB. */
export function canonicalJson(value: unknown): string {
  return jsonOf(value, (_name, part) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
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
