import { expect, test } from "vitest";
import { fetchKeys, metadataIn } from "../../src/callers/issuer-keys.ts";
import { type Answer, json, startUpstream } from "../support/upstream.ts";

test.each<[what: string, keys: Answer]>([
  ["does not answer", () => {}],
  ["sends a part of its answer", (_request, response) => response.write('{"keys": [')],
])("an issuer that %s when its keys are asked for is waited for, but not for ever", async (_what, keys) => {
  const upstream = await startUpstream();
  const metadata = json({ issuer: upstream.url, jwks_uri: `${upstream.url}keys` });
  upstream.answer((request, ...rest) => (request.path === "/keys" ? keys : metadata)(request, ...rest));
  await expect(fetchKeys(upstream.url, 1000)).rejects.toThrow(/^it does not answer in time$/);
  expect(upstream.requests.map(({ path }) => path)).toEqual(["/.well-known/openid-configuration", "/keys"]);
});

test("an issuer that does not answer at all is asked once, and for all that it was to be asked", async () => {
  const upstream = await startUpstream(() => {});
  await expect(fetchKeys(upstream.url, 1000)).rejects.toThrow(/^it does not answer in time$/);
  expect(upstream.requests).toHaveLength(1);
});

const secure = "https://login.example.com";
const local = "http://127.0.0.1:8080";

test.each([
  [secure, "https://keys.example.com/jwks?p=policy"],
  [local, "https://keys.example.com/jwks"],
  [local, "http://127.0.0.1:9090/keys"],
  [local, "http://localhost:9090/keys"],
])("an issuer at %s may have its keys at %s", (issuer, jwks_uri) => {
  expect(metadataIn({ issuer, jwks_uri }, issuer).keysAt.href).toBe(jwks_uri);
});

test.each([
  [secure, "http://keys.example.com/jwks"],
  [secure, "http://127.0.0.1:9090/keys"],
  [secure, "file:///etc/keys"],
  [secure, "/keys"],
  [secure, undefined],
  [local, "http://192.0.2.1/keys"],
  [local, "http://127.0.0.1.example.com/keys"],
  [local, "data:application/json,{}"],
])("an issuer at %s may not have its keys at %s", (issuer, jwks_uri) => {
  expect(() => metadataIn({ issuer, jwks_uri }, issuer)).toThrow(
    "the jwks_uri of its metadata is no https address",
  );
});

test.each([
  "https://login.example.com.evil.example",
  "https://login.example.com/other",
  "https://LOGIN.example.com",
  "http://login.example.com",
  "https://login.example.com//",
  "",
  1,
  [secure],
])("metadata that names %j is that of another issuer", (issuer) => {
  expect(() => metadataIn({ issuer, jwks_uri: `${secure}/jwks` }, secure)).toThrow(
    "its metadata is that of another issuer",
  );
});
