import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { exportJWK, exportSPKI, importJWK, SignJWT } from "jose";
import { expect, test } from "vitest";
import { accessTokens } from "../../src/callers/access-token.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { type Answer, json } from "../support/upstream.ts";

const audience = "https://mcp.example.com/mcp";
const claims = { sub: "alice", aud: audience };

/** A check of the tokens of an issuer, what it told, and a clock that only moves when it is told to. */
function checkOf(issuer: string) {
  const messages: string[] = [];
  let ms = 0;
  const check = accessTokens({ issuer, audience, told: (message) => messages.push(message), now: () => ms });
  return {
    check,
    messages,
    later(seconds: number) {
      ms += seconds * 1000;
    },
  };
}

const now = () => Math.floor(Date.now() / 1000);

function unsigned(header: object, payload: object): string {
  return [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}

async function publicPem(issuer: Issuer): Promise<string> {
  const [jwk] = (await issuer.keySet()).keys;
  const key = await importJWK({ ...jwk, ext: true }, "RS256");
  if (key instanceof Uint8Array) throw new Error("no public key");
  return exportSPKI(key);
}

test.each(["RS256", "ES256", "EdDSA"] as const)("a right token by %s counts", async (alg) => {
  const issuer = await startIssuer();
  const { check, messages } = checkOf(issuer.url);
  const verdict = await check(await issuer.sign({ ...claims, groups: ["moderators"] }, { alg }));
  expect(verdict).toMatchObject({ claims: { sub: "alice", groups: ["moderators"] } });
  expect(messages).toEqual([]);
});

test("so does one for several audiences, and one that is expired by less than clocks differ", async () => {
  const issuer = await startIssuer();
  const { check } = checkOf(issuer.url);
  for (const right of [
    { aud: ["https://other.example.com", audience] },
    { exp: now() - 2 },
    { nbf: now() + 2 },
  ])
    expect(await check(await issuer.sign({ ...claims, ...right }))).toMatchObject({
      claims: { sub: "alice" },
    });
});

test.each<[how: string, token: (issuer: Issuer) => string | Promise<string>]>([
  ["for another audience", (issuer) => issuer.sign({ ...claims, aud: "https://other.example.com/mcp" })],
  ["for the audience with a slash more", (issuer) => issuer.sign({ ...claims, aud: `${audience}/` })],
  ["for no audience", (issuer) => issuer.sign({ sub: "alice" })],
  ["of another issuer", (issuer) => issuer.sign({ ...claims, iss: "https://other.example.com" })],
  ["of no issuer", (issuer) => issuer.sign({ ...claims, iss: undefined })],
  ["that is expired", (issuer) => issuer.sign({ ...claims, exp: now() - 10 })],
  ["that never expires", (issuer) => issuer.sign({ ...claims, exp: undefined })],
  ["that is not valid yet", (issuer) => issuer.sign({ ...claims, nbf: now() + 60 })],
  ["by a foreign key under the same name", (issuer) => issuer.sign(claims, { key: "foreign" })],
  ["by a foreign key under another name", (issuer) => issuer.sign(claims, { key: "foreign", kid: "other" })],
  ["by its own key under the name of another kind", (issuer) => issuer.sign(claims, { kid: "ES256-1" })],
  ["by nobody", (issuer) => `${unsigned({ alg: "none" }, { ...claims, iss: issuer.url, exp: now() + 60 })}.`],
  [
    "by HS256 with the public key for a secret",
    async (issuer) => {
      const text = unsigned(
        { alg: "HS256", kid: "RS256-1" },
        { ...claims, iss: issuer.url, exp: now() + 60 },
      );
      const pem = await publicPem(issuer);
      expect(createPublicKey(pem).asymmetricKeyType).toBe("rsa");
      return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
    },
  ],
  [
    "whose claims were changed",
    async (issuer) => {
      const [header, , signature] = (await issuer.sign(claims)).split(".");
      return [header, unsigned(claims, {}).split(".")[0], signature].join(".");
    },
  ],
  ["of more than 8 kB", (issuer) => issuer.sign({ ...claims, x: "x".repeat(8000) })],
  ["that is none", () => "a.b.c"],
])("a token %s does not count, and no part of it is told", async (_how, token) => {
  const issuer = await startIssuer();
  const { check, messages } = checkOf(issuer.url);
  expect(await check(await token(issuer))).toBe("invalid");
  expect(await check(await issuer.sign(claims))).toMatchObject({ claims });
  expect(messages).toEqual([]);
});

test("keys are fetched with the first token, and once for many", async () => {
  const issuer = await startIssuer();
  const { check } = checkOf(issuer.url);
  expect(issuer.upstream.requests).toEqual([]);
  const tokens = await Promise.all(
    Array.from({ length: 50 }, (_, jti) => issuer.sign({ ...claims, jti: `${jti}` })),
  );
  const verdicts = await Promise.all([...tokens, ...tokens].map(check));
  expect(verdicts.filter((verdict) => typeof verdict === "object")).toHaveLength(100);
  expect(issuer.fetches()).toBe(1);
});

test("a key that is new is fetched at once, and one that nobody has no more than every 30 seconds", async () => {
  const issuer = await startIssuer();
  const { check, later } = checkOf(issuer.url);
  const before = await issuer.sign({ ...claims, jti: "before" });
  const beforeToo = await issuer.sign({ ...claims, jti: "before, too" });
  expect(await check(before)).toMatchObject({ claims });
  await issuer.rotate();
  const after = await Promise.all(["1", "2"].map((jti) => issuer.sign({ ...claims, jti })));
  expect(await Promise.all(after.map(check))).toMatchObject([{ claims }, { claims }]);
  expect(issuer.fetches()).toBe(2);
  expect(await check(beforeToo)).toBe("invalid");
  await issuer.rotate();
  const last = await issuer.sign(claims);
  later(29);
  expect(await check(last)).toBe("invalid");
  expect(issuer.fetches()).toBe(2);
  later(2);
  expect(await check(last)).toMatchObject({ claims });
  expect(issuer.fetches()).toBe(3);
});

test("a token whose key is gone counts for five minutes more at most", async () => {
  const issuer = await startIssuer();
  const { check, later } = checkOf(issuer.url);
  const token = await issuer.sign({ ...claims, exp: now() + 3600 });
  expect(await check(token)).toMatchObject({ claims });
  await issuer.rotate();
  expect(await check(await issuer.sign(claims))).toMatchObject({ claims });
  later(299);
  expect(await check(token)).toMatchObject({ claims });
  later(2);
  expect(await check(token)).toBe("invalid");
});

test("by other algorithms a token does not count, though the key would do", async () => {
  const issuer = await startIssuer();
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...(await exportJWK(publicKey)), kid: "any" };
  issuer.upstream.answer((request, ...rest) =>
    (request.path === "/keys" ? json({ keys: [key] }) : issuer.answers)(request, ...rest),
  );
  const { check } = checkOf(issuer.url);
  const sign = (alg: string) =>
    new SignJWT({ ...claims, iss: issuer.url, exp: now() + 60 })
      .setProtectedHeader({ alg, kid: "any" })
      .sign(privateKey);
  for (const alg of ["RS384", "RS512", "PS256"]) expect(await check(await sign(alg))).toBe("invalid");
  expect(await check(await sign("RS256"))).toMatchObject({ claims });
});

test("what is remembered of a token ends with it", async () => {
  const issuer = await startIssuer();
  const { check } = checkOf(issuer.url);
  // Five seconds of it are past already, but for what clocks may differ by.
  const token = await issuer.sign({ ...claims, exp: now() - 4 });
  expect(await check(token)).toMatchObject({ claims });
  await delay(1100);
  expect(await check(token)).toBe("invalid");
});

test("an issuer that is down is asked once a second, and told of once; then tokens count again", async () => {
  const issuer = await startIssuer();
  issuer.upstream.answer(json({}, 503));
  const { check, messages, later } = checkOf(issuer.url);
  const token = await issuer.sign(claims);
  expect(await Promise.all([check(token), check(token), check(token)])).toEqual(Array(3).fill("unreachable"));
  expect(await check(token)).toBe("unreachable");
  // Both places where metadata may be.
  expect(issuer.upstream.requests).toHaveLength(2);
  later(1);
  expect(await check(token)).toBe("unreachable");
  expect(issuer.upstream.requests).toHaveLength(4);
  const fault = "Access tokens cannot be checked, as their issuer gives no keys: it answers with status 503.";
  expect(messages).toEqual([fault]);
  issuer.upstream.answer(issuer.answers);
  later(1);
  expect(await check(token)).toMatchObject({ claims });
  const again = [fault, "The issuer of access tokens gives its keys again."];
  expect(messages).toEqual(again);
  later(601);
  expect(await check(await issuer.sign({ ...claims, jti: "later" }))).toMatchObject({ claims });
  expect(messages).toEqual(again);
  issuer.upstream.answer(json({}, 503));
  later(601);
  expect(await check(token)).toBe("unreachable");
  expect(messages).toEqual([...again, fault]);
});

test("while the issuer is gone, the keys that are there hold for ten minutes, and a new one cannot be told", async () => {
  const issuer = await startIssuer();
  const { check, messages, later } = checkOf(issuer.url);
  const sign = (jti: string, kid?: string) =>
    issuer.sign({ ...claims, jti }, kid === undefined ? {} : { kid });
  expect(await check(await sign("1"))).toMatchObject({ claims });
  await issuer.close();
  expect(await check(await sign("2", "new"))).toBe("unreachable");
  expect(await check(await sign("3"))).toMatchObject({ claims });
  later(599);
  expect(await check(await sign("4"))).toMatchObject({ claims });
  expect(await check(await sign("5", "new"))).toBe("unreachable");
  later(2);
  expect(await check(await sign("6"))).toBe("unreachable");
  expect(messages).toEqual([expect.stringContaining("it cannot be reached.")]);
});

/** Answers each path as it is said here. */
function paths(answers: Readonly<Record<string, Answer>>): Answer {
  return (request, ...rest) => (answers[request.path] ?? json({}, 404))(request, ...rest);
}

const metadata = "/.well-known/openid-configuration";

test.each<[what: string, fault: string, answers: (url: string, keySet: object) => Record<string, Answer>]>([
  [
    "whose metadata is that of another",
    "its metadata is that of another issuer; it answers with status 404",
    (url) => ({ [metadata]: json({ issuer: "https://other.example.com", jwks_uri: `${url}/keys` }) }),
  ],
  [
    "whose metadata names nobody",
    "its metadata is that of another issuer; it answers with status 404",
    (url) => ({ [metadata]: json({ jwks_uri: `${url}/keys` }) }),
  ],
  [
    "whose metadata is a list",
    "its metadata is that of another issuer; it answers with status 404",
    () => ({ [metadata]: json([]) }),
  ],
  [
    "without keys",
    "the jwks_uri of its metadata is no https address; it answers with status 404",
    (issuer) => ({
      [metadata]: json({ issuer }),
    }),
  ],
  [
    "whose keys come from elsewhere over http",
    "the jwks_uri of its metadata is no https address; it answers with status 404",
    (issuer) => ({ [metadata]: json({ issuer, jwks_uri: "http://192.0.2.1/keys" }) }),
  ],
  [
    "whose metadata is no JSON",
    "what it answers is not JSON; it answers with status 404",
    () => ({ [metadata]: (_request, response) => response.end("<html>") }),
  ],
  [
    "that redirects",
    "it answers with status 302; it answers with status 404",
    (url) => ({ [metadata]: json({}, 302, { location: `${url}/elsewhere` }) }),
  ],
  [
    "with 2 MB of keys",
    "it answers with more than 1 MB",
    (issuer, keySet) => ({
      [metadata]: json({ issuer, jwks_uri: `${issuer}/keys` }),
      "/keys": json({ ...keySet, x: "x".repeat(2_000_000) }),
    }),
  ],
  [
    "whose keys are no key set",
    "what it answers is no JSON Web Key Set",
    (issuer) => ({
      [metadata]: json({ issuer, jwks_uri: `${issuer}/keys` }),
      "/keys": json({ keys: ["key"] }),
    }),
  ],
  [
    "whose keys redirect",
    "it answers with status 302",
    (issuer) => ({
      [metadata]: json({ issuer, jwks_uri: `${issuer}/keys` }),
      "/keys": json({}, 302, { location: `${issuer}/elsewhere` }),
    }),
  ],
])("an issuer %s: its tokens cannot be checked", async (_what, fault, answers) => {
  const issuer = await startIssuer();
  const keySet = await issuer.keySet();
  issuer.upstream.answer(
    paths({ "/keys": json(keySet), "/elsewhere": json(keySet), ...answers(issuer.url, keySet) }),
  );
  const { check, messages } = checkOf(issuer.url);
  expect(await check(await issuer.sign(claims))).toBe("unreachable");
  expect(messages).toEqual([`Access tokens cannot be checked, as their issuer gives no keys: ${fault}.`]);
});

// The paths of OpenID Connect Discovery, section 4.1, and RFC 8414, section 3.1; what tokens hold is what metadata says.
test.each([
  ["", metadata, ""],
  ["/", metadata, ""],
  ["", metadata, "/"],
  ["", "/.well-known/oauth-authorization-server", ""],
  ["/realms/one", "/realms/one/.well-known/openid-configuration", "/realms/one"],
  ["/realms/one/", "/realms/one/.well-known/openid-configuration", "/realms/one"],
  ["/realms/one", "/.well-known/oauth-authorization-server/realms/one", "/realms/one"],
  ["/realms/one", "/.well-known/oauth-authorization-server/realms/one", "/realms/one/"],
])("an issuer set as %j with metadata at %s that name it %j", async (set, path, named) => {
  const issuer = await startIssuer();
  const name = `${issuer.url}${named}`;
  issuer.upstream.answer(
    paths({
      [path]: json({ issuer: name, jwks_uri: `${issuer.url}/keys` }),
      "/keys": json(await issuer.keySet()),
    }),
  );
  const { check } = checkOf(`${issuer.url}${set}`);
  expect(await check(await issuer.sign({ ...claims, iss: name }))).toMatchObject({ claims });
  expect(await check(await issuer.sign({ ...claims, iss: `${name}/` }))).toBe("invalid");
});

test("those tokens are remembered that were checked last", async () => {
  const issuer = await startIssuer();
  const check = accessTokens({ issuer: issuer.url, audience, told() {}, mostRemembered: 3 });
  const tokens = await Promise.all([1, 2, 3, 4].map((jti) => issuer.sign({ ...claims, jti: `${jti}` })));
  for (const token of tokens) await check(token);
  await issuer.rotate();
  // The last one has the new keys fetched, and is remembered in the place of another.
  const [first, second, ...others] = [...tokens, await issuer.sign(claims)];
  for (const token of others.reverse()) expect(await check(token)).toMatchObject({ claims });
  for (const token of [first, second]) expect(await check(String(token))).toBe("invalid");
});
