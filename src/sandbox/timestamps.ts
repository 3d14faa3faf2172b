/** RFC 3339 in UTC with six decimals, as Sora writes instants. */
export function microsecondTimestamp(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  const fraction = String(microseconds - seconds * 1_000_000).padStart(6, "0");
  return new Date(seconds * 1000).toISOString().replace(".000Z", `.${fraction}Z`);
}
