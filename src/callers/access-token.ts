import { JWKSNoMatchingKey } from "jose/errors";
import { createLocalJWKSet, type LocalJWKSet } from "jose/jwks/local";
import { jwtVerify } from "jose/jwt/verify";
import { isObject } from "../json.ts";
import { fetchKeys, IssuerFault } from "./issuer-keys.ts";
import { KeptKeys } from "./kept-keys.ts";
import { sha256 } from "./new-token.ts";

/** What a token says, once that is certain; "unreachable" when the keys that tell cannot be had now. */
export type Verdict = { readonly claims: Claims } | "invalid" | "unreachable";

type Claims = Readonly<Record<string, unknown>>;

/** Most headers end at 8 kB. */
const longestToken = 8000;

/** For so many milliseconds at most a token is not looked at again: a check takes 100 times as long as a look-up. */
const longestRemembered = 300_000;

interface Keys {
  /** Exactly as in tokens. */
  readonly issuer: string;
  readonly keyFor: LocalJWKSet;
}

interface Options {
  readonly issuer: URL | string;
  readonly audience: string;
  /** For the log. */
  readonly told: (message: string) => void;
  /** Milliseconds, from any time on. */
  readonly now?: () => number;
  /** So many tokens that count. */
  readonly mostRemembered?: number;
}

/**
 * Checks access tokens of one issuer (RFC 7519, RFC 9068): signature, issuer, audience and time. Nothing is fetched
 * before the first token.
 */
export function accessTokens(options: Options): (token: string) => Promise<Verdict> {
  const { issuer, audience, told, now = () => performance.now(), mostRemembered = 10_000 } = options;
  const kept = new KeptKeys({ load: () => keysOf(String(issuer)), told, now });
  const remembered = new Map<string, { readonly claims: Claims; readonly until: number }>();

  async function check(token: string): Promise<Verdict> {
    const keys = await kept.current();
    if (!keys) return "unreachable";
    const verdict = await checkWith(keys, token, audience);
    if (verdict !== "unknown key") return verdict;
    const renewed = await kept.renewed(keys);
    if (!renewed) return "unreachable";
    const second = await checkWith(renewed, token, audience);
    return second === "unknown key" ? "invalid" : second;
  }

  return async (token) => {
    if (token.length > longestToken) return "invalid";
    const hash = sha256(token);
    const known = remembered.get(hash);
    if (known && now() < known.until && !isExpired(known.claims)) return { claims: known.claims };
    remembered.delete(hash);
    const verdict = await check(token);
    if (typeof verdict === "object") {
      remembered.set(hash, { claims: verdict.claims, until: now() + longestRemembered });
      const [oldest] = remembered.keys();
      if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
    }
    return verdict;
  };
}

async function keysOf(issuer: string): Promise<Keys> {
  const { issuer: name, keySet } = await fetchKeys(issuer);
  try {
    if (isKeySet(keySet)) return { issuer: name, keyFor: createLocalJWKSet(keySet) };
  } catch {}
  throw new IssuerFault("what it answers is no JSON Web Key Set");
}

type KeySet = Parameters<typeof createLocalJWKSet>[0];

/** The rest is looked at by jose: what each key holds only when a token names it. */
function isKeySet(json: unknown): json is KeySet {
  return isObject(json) && Array.isArray(json.keys);
}

async function checkWith(
  { issuer, keyFor }: Keys,
  token: string,
  audience: string,
): Promise<Verdict | "unknown key"> {
  try {
    const { payload } = await jwtVerify(token, keyFor, {
      issuer,
      audience,
      algorithms: ["RS256", "ES256", "EdDSA"],
      requiredClaims: ["exp"],
      clockTolerance: 5,
    });
    return { claims: payload };
  } catch (error) {
    return error instanceof JWKSNoMatchingKey ? "unknown key" : "invalid";
  }
}

function isExpired({ exp }: Claims): boolean {
  return !(Number(exp) * 1000 > Date.now());
}
