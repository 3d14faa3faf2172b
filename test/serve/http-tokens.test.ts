import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newToken, sha256 } from "../../src/callers/new-token.ts";
import {
  bearer,
  bytesOf,
  callersFile,
  openConnection,
  post,
  serveOverHttp,
  type Written,
  write,
} from "../support/over-http.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startUpstream } from "../support/upstream.ts";

// Whose token counts, from when on and until when; and that none of it is ever shown.

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

/** A file of callers, written as a whole. */
function put(path: string, callers: readonly object[]): void {
  writeFileSync(`${path}.new`, JSON.stringify({ callers }));
  renameSync(`${path}.new`, path);
}

const authorizations: readonly (readonly [string, (token: string) => NonNullable<Written["headers"]>])[] = [
  ["none", () => ({})],
  ["an empty one", () => ({ authorization: "" })],
  ["a scheme alone", () => ({ authorization: "Bearer" })],
  ["a scheme and a blank", () => ({ authorization: "Bearer " })],
  ["another token", () => ({ authorization: `Bearer ${newToken("mallory").token}` })],
  ["the token alone", (token) => ({ authorization: token })],
  ["Basic", (token) => ({ authorization: `Basic ${Buffer.from(`alice:${token}`).toString("base64")}` })],
  ["the token as Basic", (token) => ({ authorization: `Basic ${token}` })],
  ["the token as DPoP", (token) => ({ authorization: `DPoP ${token}` })],
  ["its hash, as the file has it", (token) => ({ authorization: `Bearer ${sha256(token)}` })],
  ["a part of it", (token) => ({ authorization: `Bearer ${token.slice(0, -1)}` })],
  ["something behind it", (token) => ({ authorization: `Bearer ${token}x` })],
  ["padding behind it", (token) => ({ authorization: `Bearer ${token}=` })],
  ["in other letters", (token) => ({ authorization: `Bearer ${token.toUpperCase()}` })],
  ["two in one", (token) => ({ authorization: `Bearer ${token}, Bearer ${token}` })],
  ["two schemes in one", (token) => ({ authorization: `Basic x, Bearer ${token}` })],
  ["two, the right one first", (token) => ({ authorization: [`Bearer ${token}`, "Bearer x"] })],
  ["two, the right one last", (token) => ({ authorization: ["Bearer x", `Bearer ${token}`] })],
  ["the right one twice", (token) => ({ authorization: [`Bearer ${token}`, `Bearer ${token}`] })],
  ["quoted", (token) => ({ authorization: `Bearer "${token}"` })],
  ["behind a blank of Unicode", (token) => ({ authorization: `Bearer \u00a0${token}` })],
  ["behind a tab", (token) => ({ authorization: `Bearer\t${token}` })],
  ["as an API key", (token) => ({ "x-api-key": token, "proxy-authorization": `Bearer ${token}` })],
  ["as a cookie", (token) => ({ cookie: `authorization=Bearer ${token}; token=${token}` })],
];

test("what is no token of a caller is 401, and says no more than that", async () => {
  const upstream = await startUpstream();
  const { path, tokens } = callersFile({ alice: {} });
  const { url } = await serveOverHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path });
  const { alice = "" } = tokens;
  const body = JSON.stringify(list);
  for (const [what, headers] of authorizations) {
    const { status, headers: answered, body: told } = await write(url, { headers: headers(alice), body });
    expect(status, what).toBe(401);
    expect(answered["www-authenticate"]).toMatch(/^Bearer realm="sora-labo-mcp"(, error="invalid_token")?$/);
    expect(told).not.toContain(alice);
  }
  for (const query of [`?access_token=${alice}`, `?token=${alice}`, `?authorization=Bearer%20${alice}`]) {
    expect((await write(url, { line: `POST /mcp${query} HTTP/1.1`, body })).status).toBe(401);
  }
  const huge = openConnection(url);
  const tooLarge = bytesOf(url, { headers: bearer("x".repeat(1_000_000)), body });
  // No more at once than it reads: what comes after its answer would break the connection off.
  huge.socket.write(tooLarge.subarray(0, 20_000));
  await expect.poll(huge.text).toMatch(/^HTTP\/1\.1 431 /);
  for (const authorization of [
    `Bearer ${alice}`,
    `bearer ${alice}`,
    `BEARER   ${alice}`,
    ` Bearer ${alice} `,
  ]) {
    expect((await write(url, { headers: { authorization }, body })).status, authorization).toBe(200);
  }
  expect(upstream.requests).toEqual([]);
});

test("a token counts from the moment that it is in the file until it is out of it again", async () => {
  const { path, tokens } = callersFile({ alice: {}, bob: {} });
  const { url, stderr } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  const status = async (token?: string) => (await post(url, list, bearer(token))).status;
  expect([await status(tokens.alice), await status(tokens.bob)]).toEqual([200, 200]);
  const { callers } = JSON.parse(readFileSync(path, "utf8"));
  const carol = newToken("carol");
  const changedAt = performance.now();
  put(path, [callers[1], carol.entry]);
  await expect.poll(() => status(tokens.alice), { interval: 50 }).toBe(401);
  expect(performance.now() - changedAt).toBeLessThan(2500);
  expect([await status(tokens.bob), await status(carol.token)]).toEqual([200, 200]);

  // A file that is broken keeps the callers as they were.
  writeFileSync(path, `{"callers": [{"name": "alice", "token_sha256": "${sha256(tokens.alice ?? "")}"},`);
  await expect.poll(stderr).toContain("is not in force: it is not JSON");
  expect([await status(tokens.alice), await status(tokens.bob), await status(carol.token)]).toEqual([
    401, 200, 200,
  ]);
});

test("a list of callers without any is one: nobody is let in, and it is ready", async () => {
  const { path } = callersFile({});
  const { url } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  expect((await post(url, list, bearer(newToken("x").token))).status).toBe(401);
  expect((await fetch(new URL("/readyz", url))).status).toBe(200);
});

test("tokens, their hashes, keys and what was sent as Authorization are in nothing that comes out", async () => {
  const key = "sora-key-4f2a9c71";
  const ticketKey = "ticket-key-that-is-long-enough-for-all-5e8b";
  const upstream = await startUpstream(({ text }, response) => {
    // A Sora that repeats what it was sent.
    response.writeHead(400).end(JSON.stringify({ error_type: `no ${key}`, echo: text }));
  });
  const folder = temporaryFolder();
  const { path, tokens } = callersFile({ alice: {} }, join(folder, "callers.json"));
  const { alice = "" } = tokens;
  const server = await serveOverHttp({
    SORA_API_URL: upstream.url,
    SORA_API_KEY: key,
    SORA_CALLERS: path,
    SORA_TICKET_KEY: ticketKey,
    SORA_AUDIT_LOG: "-",
    SORA_LOG_LEVEL: "debug",
  });
  const { url } = server;
  const wrong = `wrong-${newToken("x").token}`;
  const basic = Buffer.from(`alice:${alice}`).toString("base64");
  const call = (name: string, args: object) =>
    JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } });
  const bodies = [
    JSON.stringify(list),
    call("sora_push_channel", { channel_id: "sora", data: {} }),
    call("sora_disconnect_channel", { channel_id: "sora", confirm: true }),
    call("sora_list_channel_connections", { channel_id: "sora" }),
    call("no_such_tool", {}),
    "{",
    "[]",
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}',
  ];
  const said: string[] = [];
  for (const body of bodies) {
    for (const authorization of [`Bearer ${alice}`, `Bearer ${wrong}`, `Basic ${basic}`, wrong]) {
      said.push(JSON.stringify(await write(url, { headers: { authorization }, body })));
    }
  }
  for (const target of ["/healthz", "/readyz", "/mcp", `/mcp?token=${alice}`, "/metrics"]) {
    said.push(JSON.stringify(await write(url, { line: `GET ${target} HTTP/1.1`, headers: bearer(alice) })));
  }
  const { callers } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ callers: [{ ...callers[0], token_sha256: alice, [alice]: 1 }] }));
  await expect.poll(server.stderr).toContain("not in force");

  const out = [...said, server.stdout(), server.stderr()].join("\n");
  expect(out).toContain('"caller":"alice"');
  expect(server.stderr()).toContain("refused");
  const secrets = [alice, sha256(alice), wrong, sha256(wrong), basic, key, ticketKey];
  expect(secrets.filter((secret) => out.toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
  // And no caller's own token goes on to Sora.
  expect(upstream.requests.length).toBeGreaterThan(2);
  const sent = JSON.stringify(upstream.requests);
  expect([alice, wrong, basic, path].filter((secret) => sent.includes(secret))).toEqual([]);
  expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual(
    upstream.requests.map(() => `Bearer ${key}`),
  );
});

test("refused tokens are told, but no log can be filled with them", async () => {
  const { path } = callersFile({ alice: {} });
  const { url, stderr } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  for (let count = 0; count < 50; count++) await post(url, list, bearer(`guess-${count}`));
  expect(stderr().match(/refused/g)).toHaveLength(1);
  expect(stderr()).not.toContain("guess");
});

test("a file that is broken at the start lets nobody in, says so, and is in force once it is mended", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "callers.json");
  const { token, entry } = newToken("alice");
  writeFileSync(path, JSON.stringify({ callers: [{ ...entry, chanels: "sora" }] }));
  const { url, stderr } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  expect(stderr()).toContain("callers[0] has a member that is not known: chanels");
  const refused = await post(url, list, bearer(token));
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([
    503,
    expect.stringContaining("SORA_CALLERS"),
  ]);
  const ready = await fetch(new URL("/readyz", url));
  expect([ready.status, JSON.stringify(await ready.json())]).toEqual([
    503,
    expect.stringContaining("SORA_CALLERS"),
  ]);
  put(path, [entry]);
  await expect.poll(async () => (await post(url, list, bearer(token))).status).toBe(200);
  expect((await fetch(new URL("/readyz", url))).status).toBe(200);
});
