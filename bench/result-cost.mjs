import { ownServer } from "./servers.mjs";
import { startSora } from "./sora.mjs";
import { makeChannel } from "./sora-data.mjs";
import { StdioProcess } from "./stdio-process.mjs";
import { tokensOf } from "./tokens.mjs";

export const sizes = [5, 50, 500];

/** Every read tool, and what each is asked for beside the channel. */
const reads = {
  sora_list_channel_connections: () => ({}),
  sora_list_signaling_notify_metadata: () => ({}),
  sora_get_signaling_notify_metadata: (first) => ({ connection_id: first.connection_id }),
  sora_get_stats_connection: (first) => ({ connection_id: first.connection_id }),
  sora_get_stats_client: (_first, last) => ({ client_id: last.client_id }),
  sora_list_channel_user_agent_stats: () => ({}),
  sora_get_user_agent_stats: (first) => ({ connection_id: first.connection_id }),
};

/** Tokens of `structuredContent` of every read tool under its default limits, for channels of three sizes. */
export async function measureResultCost(home) {
  const sora = await startSora(sizes);
  const server = new StdioProcess(ownServer(home, { env: { SORA_API_URL: sora.url } }));
  await server.open();
  const rows = [];
  for (const [tool, wanted] of Object.entries(reads)) {
    const tokens = {};
    const next = {};
    for (const size of sizes) {
      const { channel_id, connections } = makeChannel(size);
      const args = wanted(connections[0], connections[connections.length - 1]);
      const { structuredContent, isError, content } = await server.call(tool, { channel_id, ...args });
      if (isError) throw new Error(`${tool}: ${content[0].text}`);
      tokens[size] = tokensOf(structuredContent);
      next[size] = structuredContent.next_offset;
    }
    rows.push({ tool, tokens, next });
  }
  await server.end();
  await sora.end();
  return rows;
}
