import { z } from "zod";
import { channelId, clientId, connectionId, limit, offset, statsTypes } from "./fields.ts";
import { keepTypes, paged, statsList, userAgentStats, wrapped } from "./shapes.ts";
import { deriveTools } from "./tool.ts";

/** https://sora-doc.shiguredo.jp/API_STATS and https://sora-doc.shiguredo.jp/API_RTC_STATS */
export const statsTools = deriveTools("stats", [
  {
    operation: "GetStatsConnection",
    version: "20170529",
    kind: "read",
    title: "Get statistics of a connection",
    description: "Gets the server-side counters (RTP, DTLS, network) of one connection.",
    input: z.object({ channel_id: channelId, connection_id: connectionId }).strict(),
    shape: wrapped("stats"),
  },
  {
    operation: "GetStatsClient",
    version: "20170529",
    kind: "read",
    title: "Get statistics of a client",
    description: "Gets the server-side counters of every connection of one client id.",
    input: z.object({ channel_id: channelId, client_id: clientId }).strict(),
    shape: statsList,
  },
  {
    operation: "ListChannelUserAgentStats",
    version: "20211215",
    kind: "read",
    title: "List client statistics of a channel",
    description:
      "Lists clients' last getStats() data; large without types. Deprecated: renamed ListChannelRtcStats in Sora 2024.1.0, later releases may lack it.",
    input: z.object({ channel_id: channelId, types: statsTypes, limit: limit(10), offset }).strict(),
    ...paged("connections", {}, keepTypes),
  },
  {
    operation: "GetUserAgentStats",
    version: "20211215",
    kind: "read",
    title: "Get client statistics of a connection",
    description:
      "Gets the getStats() data that one client last reported. Deprecated: renamed GetRtcStats in Sora 2024.1.0, later releases may lack it.",
    input: z.object({ channel_id: channelId, connection_id: connectionId, types: statsTypes }).strict(),
    shape: userAgentStats,
  },
]);
