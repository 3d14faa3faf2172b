import type { Verdict } from "./access-token.ts";
import { bearerToken } from "./bearer.ts";
import type { Entry } from "./entry.ts";
import type { KnownCallers } from "./known-callers.ts";

/** Who sends a request; or why that is nobody: no token, one that does not count, one that counts and fits no caller. */
export type Identity =
  | { readonly entry: Entry; readonly subject?: string }
  | "no token"
  | "refused"
  | "no caller"
  | "issuer unreachable";

type Known = Pick<KnownCallers, "withToken" | "withClaims">;

/**
 * Tells who sends a request by its Authorization header (RFC 6750): by a token of the file of callers or, where there is
 * an issuer, by the claims of an access token.
 */
export async function identify(
  header: string | undefined,
  known: Known,
  verify: ((token: string) => Promise<Verdict>) | undefined,
): Promise<Identity> {
  const token = bearerToken(header);
  if (token === undefined) return header === undefined ? "no token" : "refused";
  const entry = known.withToken(token);
  if (entry) return { entry };
  // Three parts with dots between: whatever else it is, it is no JWT.
  if (!verify || !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return "refused";
  const verdict = await verify(token);
  if (verdict === "invalid") return "refused";
  if (verdict === "unreachable") return "issuer unreachable";
  const { claims } = verdict;
  const described = known.withClaims(claims);
  if (!described) return "no caller";
  return { entry: described, ...(typeof claims.sub === "string" && { subject: claims.sub }) };
}
