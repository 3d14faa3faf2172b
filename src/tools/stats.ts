import { z } from "zod";
import { api } from "./api.ts";
import { channel_id, client_id, connection_id, limit, local, offset, types } from "./fields.ts";
import { clientStats, keepTypes, paged, statsList, wrapped } from "./shapes.ts";

function renamed(name: string) {
  const text = `Deprecated: renamed ${name} in Sora 2024.1.0, later releases may lack it.`;
  return { from: "2024.1", text } as const;
}

/** https://sora-doc.shiguredo.jp/API_STATS and https://sora-doc.shiguredo.jp/API_RTC_STATS */
export const statsTools = [
  api({
    operation: "GetStatsConnection",
    version: "20170529",
    kind: "read",
    title: "Get connection statistics",
    description: "Gets the server-side counters of one connection.",
    input: z.object({ channel_id, connection_id }).strict(),
    shape: wrapped("stats"),
  }),
  api({
    operation: "GetStatsClient",
    version: "20170529",
    kind: "read",
    title: "Get client statistics",
    description: "Gets the server-side counters of a client's connections.",
    input: z.object({ channel_id, client_id }).strict(),
    shape: statsList,
  }),
  api({
    operation: "ListChannelUserAgentStats",
    version: "20211215",
    kind: "read",
    title: "List user agent statistics",
    removed: "2025.1",
    description: "Lists clients' last getStats() data; large without types.",
    ending: renamed("ListChannelRtcStats"),
    input: z.object({ channel_id, types, limit: limit(10), offset }).strict(),
    shape: paged("connections", {}, keepTypes),
  }),
  api({
    operation: "GetUserAgentStats",
    version: "20211215",
    kind: "read",
    title: "Get user agent statistics",
    removed: "2025.1",
    description: "Gets the getStats() data that one client last reported.",
    ending: renamed("GetRtcStats"),
    input: z.object({ channel_id, connection_id, types }).strict(),
    shape: clientStats("user_agent_stats"),
  }),
  api({
    operation: "ListChannelRtcStats",
    version: "20211215",
    kind: "read",
    since: "2024.1",
    title: "List channel reports",
    description: "Lists clients' last getStats() reports in a channel; large without types.",
    input: z.object({ channel_id, types, limit: limit(10), offset }).strict(),
    shape: paged("connections", {}, keepTypes),
  }),
  api({
    operation: "GetRtcStats",
    version: "20211215",
    kind: "read",
    since: "2024.1",
    title: "Get client report",
    description: "Gets what one client last reported of getStats().",
    input: z.object({ channel_id, connection_id, types }).strict(),
    shape: clientStats("rtc_stats"),
  }),
  api({
    operation: "ListRtcStats",
    version: "20211215",
    kind: "read",
    scope: "channels",
    since: "2024.1",
    title: "List client reports",
    description: "Lists clients' last getStats() reports of all channels; large without types.",
    input: z.object({ local, types, limit: limit(10), offset }).strict(),
    shape: paged("connections", {}, keepTypes),
  }),
  api({
    operation: "GetStatsAllConnections",
    version: "20171101",
    kind: "read",
    scope: "channels",
    since: "2021.2",
    title: "Get all statistics",
    description: "Gets the server-side counters of all connections.",
    input: z.object({ local, limit: limit(10), offset }).strict(),
    shape: paged("connections"),
  }),
];
