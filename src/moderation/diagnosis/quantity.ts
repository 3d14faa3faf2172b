/** A number of JSON, also one written as text; undefined for all that counts and measures nothing. */
export function signedQuantity(value: unknown): number | undefined {
  const number = typeof value === "string" && /^-?\d[\d.e+-]{0,30}$/i.test(value) ? Number(value) : value;
  return typeof number === "number" && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

/** The same of what is never negative. */
export function quantity(value: unknown): number | undefined {
  const number = signedQuantity(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

/** In milliseconds, this is the year 5138; in microseconds, 1973. */
const microsecondsFrom = 1e14;

/**
 * Milliseconds since the epoch of an RFC 3339 text, or of a number of milliseconds or microseconds: libwebrtc writes the
 * latter for clients that are no browsers.
 */
export function instant(value: unknown): number | undefined {
  if (typeof value === "string" && value.length <= 40 && value.includes("T")) {
    const at = Date.parse(value);
    return at > 0 ? at : undefined;
  }
  const number = quantity(value);
  return number !== undefined && number >= microsecondsFrom ? number / 1000 : number;
}

/** As exact as it means something to people: two digits behind the point below 1, none from 100 on. */
export function rounded(value: number): number {
  const factor = value < 1 ? 100 : value < 100 ? 10 : 1;
  return Math.round(value * factor) / factor;
}

/** The largest of those that are known. */
export function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** The one in the middle of those that are known: a few that are far off do not move it. */
export function middle(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((one, other) => one - other);
  return known[Math.floor((known.length - 1) / 2)];
}
