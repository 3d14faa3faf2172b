import { SoraFailure } from "./errors.ts";

const maxHops = 3;
const hint = "Set SORA_API_URL to the address that Sora itself answers on.";

/**
 * Where to send the same request next, or undefined when the answer is no redirect. A node of a Sora cluster redirects
 * with 307 to the node that owns the channel; 301, 302 and 303 would turn the POST into a GET. Throws `bad_response`
 * for those, for a redirect that cannot be followed and for one hop too many.
 */
export function redirectTarget(
  status: number,
  location: string | string[] | undefined,
  from: URL,
  hops: number,
): URL | undefined {
  if (status < 300 || status > 399) return undefined;
  const refuse = (problem: string) =>
    new SoraFailure("bad_response", `The Sora API redirected the call (HTTP ${status}) ${problem}.`, {
      status,
      hint,
    });
  if (status !== 307 && status !== 308) throw refuse("in a way that would lose it");
  if (hops === maxHops) throw refuse(`more than ${maxHops} times in a row`);
  if (typeof location !== "string" || !URL.canParse(location, from.href))
    throw refuse("without saying where to");
  const next = new URL(location, from);
  if (next.username || next.password) throw refuse("to an address with credentials in it");
  const sameOrSafer = next.protocol === from.protocol || next.protocol === "https:";
  if (!/^https?:$/.test(next.protocol) || !sameOrSafer)
    throw refuse("to an address that is less safe or not http at all");
  return next;
}
