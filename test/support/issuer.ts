import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { json, startUpstream, type Upstream } from "./upstream.ts";

const algorithms = ["RS256", "ES256", "EdDSA"] as const;
type Algorithm = (typeof algorithms)[number];
type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
type Pairs = Readonly<Record<Algorithm, Pair>>;

/** How a token is signed. */
interface Signing {
  /** RS256 if nothing else is said. */
  readonly alg?: Algorithm;
  /** By default that of the issuer's own key. */
  readonly kid?: string;
  /** A foreign one is not among those that the issuer shows. */
  readonly key?: "own" | "foreign";
}

export interface Issuer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Its server: other answers may be set, and `answers` is what it says by itself. */
  readonly upstream: Upstream;
  readonly answers: Parameters<Upstream["answer"]>[0];
  /** A token with these claims; `iss`, and an `exp` in five minutes, unless these say otherwise, if only undefined. */
  sign(claims: object, signing?: Signing): Promise<string>;
  /** How often its keys were asked for. */
  fetches(): number;
  /** The keys that it shows. */
  keySet(): Promise<{ readonly keys: readonly object[] }>;
  /** New keys take the place of the old, under other names. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

/** RSA keys take their time, and no test needs its own. */
const made = new Map<string, Promise<Pairs>>();

function pairsOf(name: string): Promise<Pairs> {
  const known = made.get(name) ?? newPairs();
  made.set(name, known);
  return known;
}

async function newPairs(): Promise<Pairs> {
  const [RS256, ES256, EdDSA] = await Promise.all([
    generateKeyPair("RS256", { extractable: true }),
    generateKeyPair("ES256", { extractable: true }),
    generateKeyPair("EdDSA", { extractable: true }),
  ]);
  return { RS256, ES256, EdDSA };
}

/** An issuer of access tokens on loopback: metadata, keys, and tokens by them. Closed after the test. */
export async function startIssuer(): Promise<Issuer> {
  let generation = 1;
  let pairs = await pairsOf("own 1");
  const foreign = await pairsOf("foreign");
  const kidOf = (alg: Algorithm) => `${alg}-${generation}`;
  const keySet = async () => ({
    keys: await Promise.all(
      algorithms.map(async (alg) => ({
        ...(await exportJWK(pairs[alg].publicKey)),
        alg,
        kid: kidOf(alg),
        use: "sig",
      })),
    ),
  });
  const answers: Issuer["answers"] = async (request, ...rest) => {
    const answer =
      request.path === "/.well-known/openid-configuration"
        ? json({ issuer: url, jwks_uri: `${url}/keys` })
        : request.path === "/keys"
          ? json(await keySet())
          : json({}, 404);
    answer(request, ...rest);
  };
  const upstream = await startUpstream(answers);
  const url = upstream.url.replace(/\/$/, "");
  return {
    url,
    upstream,
    answers,
    keySet,
    sign(claims, { alg = "RS256", kid = kidOf(alg), key = "own" } = {}) {
      const inFiveMinutes = Math.floor(Date.now() / 1000) + 300;
      return new SignJWT({ iss: url, exp: inFiveMinutes, ...claims })
        .setProtectedHeader({ alg, kid, typ: "at+jwt" })
        .sign((key === "own" ? pairs : foreign)[alg].privateKey);
    },
    fetches: () => upstream.requests.filter(({ path }) => path === "/keys").length,
    async rotate() {
      generation += 1;
      pairs = await pairsOf(`own ${generation}`);
    },
    close: () => upstream.close(),
  };
}
