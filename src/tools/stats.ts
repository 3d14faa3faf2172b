import { z } from "zod";
import { api } from "./api.ts";
import { channel_id, client_id, connection_id, limit, offset, types } from "./fields.ts";
import { keepTypes, paged, statsList, userAgentStats, wrapped } from "./shapes.ts";

/** https://sora-doc.shiguredo.jp/API_STATS and https://sora-doc.shiguredo.jp/API_RTC_STATS */
export const statsTools = [
  api({
    operation: "GetStatsConnection",
    version: "20170529",
    kind: "read",
    title: "Get statistics of a connection",
    description: "Gets the server-side counters (RTP, DTLS, network) of one connection.",
    input: z.object({ channel_id, connection_id }).strict(),
    shape: wrapped("stats"),
  }),
  api({
    operation: "GetStatsClient",
    version: "20170529",
    kind: "read",
    title: "Get statistics of a client",
    description: "Gets the server-side counters of every connection of one client id.",
    input: z.object({ channel_id, client_id }).strict(),
    shape: statsList,
  }),
  api({
    operation: "ListChannelUserAgentStats",
    version: "20211215",
    kind: "read",
    title: "List client statistics of a channel",
    description:
      "Lists clients' last getStats() data; large without types. Deprecated: renamed ListChannelRtcStats in Sora 2024.1.0, later releases may lack it.",
    input: z.object({ channel_id, types, limit: limit(10), offset }).strict(),
    ...paged("connections", {}, keepTypes),
  }),
  api({
    operation: "GetUserAgentStats",
    version: "20211215",
    kind: "read",
    title: "Get client statistics of a connection",
    description:
      "Gets the getStats() data that one client last reported. Deprecated: renamed GetRtcStats in Sora 2024.1.0, later releases may lack it.",
    input: z.object({ channel_id, connection_id, types }).strict(),
    shape: userAgentStats,
  }),
];
