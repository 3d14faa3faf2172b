import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import {
  bearer,
  callersFile,
  clientInfo,
  connectOverHttp,
  post,
  serveOverHttp,
} from "../support/over-http.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const sora = { channel_id: "sora" };

test("the newcomer's command: the sandbox on this machine serves whoever comes", async () => {
  const { url } = await serveOverHttp({ SORA_SANDBOX: "true" });
  const { client, call } = await connectOverHttp(url);
  expect(client.getServerVersion()?.title).toBe("Sora Labo MCP (sandbox)");
  expect((await client.listTools()).tools.length).toBeGreaterThan(30);
  expect((await call("sora_list_channel_connections", sora)).structuredContent).toMatchObject({ total: 5 });
});

test("a preview by one server, its ticket used at another: the audit lines of both name the caller and its client", async () => {
  const upstream = await startUpstream(
    json([{ channel_id: "sora", client_id: "a", connection_id: "C1", role: "sendrecv" }]),
  );
  const folder = temporaryFolder();
  const { path, tokens } = callersFile({ alice: {}, bob: {} });
  const settings = (name: string) => ({
    SORA_API_URL: upstream.url,
    SORA_CALLERS: path,
    SORA_CONFIRM: "preview",
    SORA_TICKET_KEY: "one secret for both of the replicas",
    SORA_AUDIT_LOG: join(folder, name),
  });
  const [a, b] = await Promise.all(["a.jsonl", "b.jsonl"].map((name) => serveOverHttp(settings(name))));
  if (!a || !b) throw new Error("two servers");
  const args = { channel_id: "sora", connection_id: "C1" };
  const alice = await Promise.all([a, b].map(({ url }) => connectOverHttp(url, bearer(tokens.alice))));
  const bob = await connectOverHttp(b.url, bearer(tokens.bob));
  const preview = await alice[0]?.call("sora_disconnect_connection", args);
  const ticket = preview?.structuredContent?.ticket;
  expect(ticket).toMatch(/^[\w-]{40,72}$/);

  const stolen = await bob.call("sora_disconnect_connection", { ...args, ticket });
  expect(JSON.stringify(stolen.content)).toContain("ticket_invalid");
  expect(upstream.requests.filter(({ target }) => target.includes("Disconnect"))).toEqual([]);
  const done = await alice[1]?.call("sora_disconnect_connection", { ...args, ticket });
  expect(done?.structuredContent).toMatchObject({ status: "done", confirmed_by: "ticket" });

  expect(auditLines(join(folder, "a.jsonl"))).toMatchObject([
    { outcome: "confirmation_required", caller: "alice", client: clientInfo, confirmed_by: null },
  ]);
  expect(auditLines(join(folder, "b.jsonl"))).toMatchObject([
    { outcome: "ticket_invalid", caller: "bob", confirmed_by: null },
    { outcome: "done", caller: "alice", client: clientInfo, confirmed_by: "ticket" },
  ]);
});

test("where a person would have to be asked, over HTTP nobody can be", async () => {
  const upstream = await startUpstream(json([]));
  const { path, tokens } = callersFile({ alice: { confirm: "ask" } });
  const { url } = await serveOverHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path });
  const { call } = await connectOverHttp(url, bearer(tokens.alice));
  const refused = await call("sora_disconnect_channel", sora);
  expect(refused.isError).toBe(true);
  expect(JSON.stringify(refused.content)).toMatch(/confirmation_unavailable.*SORA_CONFIRM=preview/);
  expect(upstream.requests).toEqual([]);
});

test("a list for a caller without a token is none", async () => {
  const { path } = callersFile({ alice: {} });
  const { url } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path });
  const { status, headers } = await post(url, list);
  expect(status).toBe(401);
  expect(headers.get("www-authenticate")).toBe('Bearer realm="sora-labo-mcp"');
});

test("a session is no more than what the client said of itself: any other id, or none, is served as well", async () => {
  const audit = join(temporaryFolder(), "audit.jsonl");
  const { path, tokens } = callersFile({ alice: {} });
  const { url } = await serveOverHttp({ SORA_SANDBOX: "true", SORA_CALLERS: path, SORA_AUDIT_LOG: audit });
  const initialize = {
    jsonrpc: "2.0",
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
  };
  const session = (await post(url, initialize, bearer(tokens.alice))).headers.get("mcp-session-id") ?? "";
  const params = { name: "sora_push_channel", arguments: { ...sora, data: {} } };
  const push = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
  for (const headers of [
    { "mcp-session-id": session },
    { "mcp-session-id": "of-some-other-server" },
    { "last-event-id": "7", "mcp-protocol-version": "2025-03-26" },
  ]) {
    expect((await post(url, push, { ...bearer(tokens.alice), ...headers })).status).toBe(200);
  }
  expect(auditLines(audit).map(({ client }) => client)).toEqual([clientInfo, null, null]);
  const future = { ...bearer(tokens.alice), "mcp-protocol-version": "1999-01-01" };
  expect((await post(url, push, future)).status).toBe(400);
  expect(auditLines(audit)).toHaveLength(3);
});
