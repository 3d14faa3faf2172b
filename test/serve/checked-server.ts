import { bearer, callersFile, serveOverHttp, type Written } from "../support/over-http.ts";
import { startUpstream } from "../support/upstream.ts";

const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });

/** A server for alice, and a request of hers in which all is well. */
export async function servingAlice(settings: Record<string, string> = {}) {
  const upstream = await startUpstream();
  const { path, tokens } = callersFile({ alice: {} });
  const server = await serveOverHttp({ SORA_API_URL: upstream.url, SORA_CALLERS: path, ...settings });
  const well: Written = { headers: bearer(tokens.alice), body: list };
  return { ...server, upstream, well };
}

/** A request with what another has besides. */
export function both(one: Written, other: Written): Written {
  return { ...one, ...other, headers: { ...one.headers, ...other.headers } };
}
