import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newToken } from "../../src/callers/new-token.ts";
import { auditLines } from "../support/audit-file.ts";
import { startIssuer } from "../support/issuer.ts";
import { bearer, connectOverHttp, post, serveOverHttp, write } from "../support/over-http.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Access tokens of an issuer, from the request to the audit line.

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const sora = { channel_id: "sora" };
const resource = "https://mcp.example.com/team/mcp";
const metadata = "https://mcp.example.com/.well-known/oauth-protected-resource/team/mcp";

async function serving(callers: readonly object[], settings: Record<string, string> = {}) {
  const [issuer, upstream, port] = await Promise.all([startIssuer(), startUpstream(json([])), closedPort()]);
  const folder = temporaryFolder();
  const path = join(folder, "callers.json");
  writeFileSync(path, JSON.stringify({ callers }));
  const audit = join(folder, "audit.jsonl");
  const server = await serveOverHttp({
    SORA_HTTP: `127.0.0.1:${port}`,
    SORA_HTTP_URL: resource,
    SORA_OAUTH_ISSUER: issuer.url,
    SORA_API_URL: upstream.url,
    SORA_CALLERS: path,
    SORA_AUDIT_LOG: audit,
    ...settings,
  });
  const url = `http://127.0.0.1:${port}/mcp`;
  const host = new URL(resource).host;
  return {
    ...server,
    url,
    upstream,
    issuer,
    audit: () => auditLines(audit),
    answer: (token: string | null, body: object = list) =>
      write(url, {
        headers: { host, authorization: token === null ? null : `Bearer ${token}` },
        body: JSON.stringify(body),
      }),
  };
}

const moderators = { name: "moderators", claims: { groups: "moderators" } };
const good = { aud: resource, groups: ["staff", "moderators"], sub: "user-17" };

/** A token of nobody's: its signature is empty, as the algorithm "none" has it. */
function unsigned(claims: object): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
  return `${part({ alg: "none", typ: "at+jwt" })}.${part(claims)}.`;
}

test("only what the issuer signed, for this server, and for now, counts; all else is 401 and says where to log in", async () => {
  const { issuer, answer, upstream } = await serving([moderators]);
  const past = Math.floor(Date.now() / 1000) - 60;
  const other = await issuer.sign({ ...good, sub: "user-18" });
  const right = await issuer.sign(good);
  const [head = "", claims = "", signature = ""] = right.split(".");
  const [, otherClaims = ""] = other.split(".");
  const wrong = {
    "another audience": await issuer.sign({ ...good, aud: "https://other.example.com/mcp" }),
    "the origin as audience": await issuer.sign({ ...good, aud: new URL(resource).origin }),
    "no audience": await issuer.sign({ ...good, aud: undefined }),
    "another issuer": await issuer.sign({ ...good, iss: "https://evil.example.com" }),
    "no issuer": await issuer.sign({ ...good, iss: undefined }),
    expired: await issuer.sign({ ...good, exp: past }),
    "without an end": await issuer.sign({ ...good, exp: undefined }),
    "not yet": await issuer.sign({ ...good, nbf: past + 3600 }),
    "a foreign key under the same kid": await issuer.sign(good, { key: "foreign" }),
    "alg none": unsigned({ ...good, iss: issuer.url, exp: past + 3600 }),
    "alg none with a signature": `${unsigned({ ...good, iss: issuer.url, exp: past + 3600 })}${signature}`,
    "claims of another": `${head}.${otherClaims}.${signature}`,
    "no signature": `${head}.${claims}.`,
    "more than 8 kB": await issuer.sign({ ...good, more: "x".repeat(8000) }),
  };
  for (const [what, token] of Object.entries(wrong)) {
    const { status, headers } = await answer(token);
    expect([what, status]).toEqual([what, 401]);
    expect(headers["www-authenticate"]).toBe(
      `Bearer realm="sora-labo-mcp", error="invalid_token", resource_metadata="${metadata}"`,
    );
  }
  const { status, headers } = await answer(null);
  expect([status, headers["www-authenticate"]]).toEqual([
    401,
    `Bearer realm="sora-labo-mcp", resource_metadata="${metadata}"`,
  ]);
  for (const alg of ["RS256", "ES256", "EdDSA"] as const) {
    expect((await answer(await issuer.sign(good, { alg }))).status, alg).toBe(200);
  }
  expect(
    (await answer(await issuer.sign({ ...good, aud: ["https://other.example.com", resource] }))).status,
  ).toBe(200);
  expect(upstream.requests).toEqual([]);
});

test("a good token that fits no caller is 403, and no challenge to log in once more", async () => {
  const { issuer, answer } = await serving([moderators]);
  for (const groups of [undefined, [], "admins", "moderators,admins", ["Moderators"], { moderators: true }]) {
    const { status, headers } = await answer(await issuer.sign({ ...good, groups }));
    expect([groups, status, headers["www-authenticate"]]).toEqual([groups, 403, undefined]);
  }
});

test("the audit line has the name of the entry, and whose token it was", async () => {
  const { token, entry } = newToken("bot");
  const { issuer, answer, audit } = await serving([moderators, entry]);
  const push = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "sora_push_channel", arguments: { ...sora, data: {} } },
  };
  for (const who of [await issuer.sign(good), await issuer.sign({ ...good, sub: undefined }), token]) {
    expect((await answer(who, push)).status).toBe(200);
  }
  const lines = audit().map(({ caller, subject, client }) => ({ caller, subject, client }));
  expect(lines).toEqual([
    { caller: "moderators", subject: "user-17", client: null },
    { caller: "moderators", subject: undefined, client: null },
    { caller: "bot", subject: undefined, client: null },
  ]);
});

test("an issuer that is down is no fault of the token: 503, and again 200 when it is up; tokens of the file go on", async () => {
  const { token, entry } = newToken("bot");
  const { issuer, answer, stderr } = await serving([moderators, entry]);
  const right = await issuer.sign(good);
  issuer.upstream.answer((_request, response) => response.writeHead(502).end());
  const { status, headers } = await answer(right);
  expect([status, headers["retry-after"], headers["www-authenticate"]]).toEqual([503, "5", undefined]);
  expect((await answer(token)).status).toBe(200);
  // What is no JWT at all, nobody needs to ask the issuer about.
  expect((await answer("x.y")).status).toBe(401);
  expect(stderr()).toContain("their issuer gives no keys: it answers with status 502");
  issuer.upstream.answer(issuer.answers);
  await expect.poll(async () => (await answer(right)).status, { interval: 100 }).toBe(200);
});

test("the metadata of the resource is at the root, at the path of the server, and at /mcp", async () => {
  const { issuer, url } = await serving([moderators]);
  for (const path of ["", "/team/mcp", "/mcp"]) {
    const at = new URL(`/.well-known/oauth-protected-resource${path}`, url);
    const response = await fetch(at);
    expect([path, response.status, response.headers.get("content-type")]).toEqual([
      path,
      200,
      "application/json",
    ]);
    expect(await response.json()).toMatchObject({ resource, authorization_servers: [issuer.url] });
  }
  expect((await fetch(new URL("/.well-known/oauth-protected-resource/other", url))).status).toBe(404);
});

test("the SDK's client with an access token: the audience is the address itself where no other is set", async () => {
  const [issuer, port] = await Promise.all([startIssuer(), closedPort()]);
  const path = join(temporaryFolder(), "callers.json");
  writeFileSync(path, JSON.stringify({ callers: [{ ...moderators, read_only: true }] }));
  const audit = join(temporaryFolder(), "audit.jsonl");
  const { url } = await serveOverHttp({
    SORA_HTTP: `127.0.0.1:${port}`,
    SORA_SANDBOX: "true",
    SORA_OAUTH_ISSUER: issuer.url,
    SORA_CALLERS: path,
    SORA_AUDIT_LOG: audit,
  });
  expect(url).toBe(`http://127.0.0.1:${port}/mcp`);
  const token = await issuer.sign({ ...good, aud: url });
  const { client, call } = await connectOverHttp(url, bearer(token));
  const { tools } = await client.listTools();
  expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
  expect((await call("sora_list_channel_connections", sora)).structuredContent).toMatchObject({ total: 5 });
});

test("without an issuer an access token is a token like any other, and nobody is told to log in elsewhere", async () => {
  const issuer = await startIssuer();
  const path = join(temporaryFolder(), "callers.json");
  writeFileSync(path, JSON.stringify({ callers: [moderators] }));
  const { url } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  const { status, headers } = await post(url, list, bearer(await issuer.sign({ ...good, aud: url })));
  expect([status, headers.get("www-authenticate")]).toEqual([
    401,
    'Bearer realm="sora-labo-mcp", error="invalid_token"',
  ]);
  expect(issuer.upstream.requests).toEqual([]);
});
