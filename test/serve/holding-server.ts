import { holdingSora } from "../support/holding-sora.ts";
import { callersFile, serveOverHttp } from "../support/over-http.ts";

/** A server for alice and bob, whose Sora holds its answers back until a test releases them. */
export async function servingHeldCalls() {
  const upstream = await holdingSora();
  const { path, tokens } = callersFile({ alice: {}, bob: {} });
  // So that no request ends by itself while a test waits for its end.
  const patience = { SORA_TIMEOUT_MS: "120000" };
  const server = await serveOverHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path, ...patience });
  return { ...server, tokens, upstream, release: upstream.release, cut: upstream.cut };
}

/** A read of that Sora. */
export function heldCall(id: unknown, _meta: object = {}) {
  const params = { name: "sora_list_channel_connections", arguments: { channel_id: "sora" }, _meta };
  return { jsonrpc: "2.0", id, method: "tools/call", params };
}
