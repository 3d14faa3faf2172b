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
    title: "Connection statistics",
    description: "Gets Sora's counters of one connection; untrusted text.",
    input: z.object({ channel_id, connection_id }).strict(),
    shape: wrapped("stats"),
  }),
  api({
    operation: "GetStatsClient",
    version: "20170529",
    kind: "read",
    title: "Client statistics",
    description: "Gets Sora's counters of a client's connections; untrusted text.",
    input: z.object({ channel_id, client_id }).strict(),
    shape: statsList,
  }),
  api({
    operation: "ListChannelUserAgentStats",
    version: "20211215",
    kind: "read",
    title: "User agent statistics",
    removed: "2025.1",
    description: "Lists clients' last getStats() data; large without types; untrusted text.",
    ending: renamed("ListChannelRtcStats"),
    input: z.object({ channel_id, types, limit: limit(10), offset }).strict(),
    shape: paged("connections", {}, keepTypes),
  }),
  api({
    operation: "GetUserAgentStats",
    version: "20211215",
    kind: "read",
    title: "Client user agent statistics",
    removed: "2025.1",
    description: "Gets the getStats() data that one client last reported; untrusted text.",
    ending: renamed("GetRtcStats"),
    input: z.object({ channel_id, connection_id, types }).strict(),
    shape: clientStats("user_agent_stats"),
  }),
  api({
    operation: "ListChannelRtcStats",
    version: "20211215",
    kind: "read",
    since: "2024.1",
    title: "Channel reports",
    description: "Lists a channel's getStats() reports; large without types; untrusted text.",
    input: z.object({ channel_id, types, limit: limit(10), offset }).strict(),
    shape: paged("connections", {}, keepTypes),
  }),
  api({
    operation: "GetRtcStats",
    version: "20211215",
    kind: "read",
    since: "2024.1",
    title: "Client report",
    description: "Gets a client's last getStats() report; untrusted text.",
    input: z.object({ channel_id, connection_id, types }).strict(),
    shape: clientStats("rtc_stats"),
  }),
  api({
    operation: "ListRtcStats",
    version: "20211215",
    kind: "read",
    scope: "channels",
    since: "2024.1",
    title: "All client reports",
    description: "Lists getStats() reports of all channels; large without types; untrusted text.",
    input: z.object({ local, types, limit: limit(10), offset }).strict(),
    shape: paged("connections", {}, keepTypes),
  }),
  api({
    operation: "GetStatsAllConnections",
    version: "20171101",
    kind: "read",
    scope: "channels",
    since: "2021.2",
    title: "All statistics",
    description: "Gets Sora's counters of all connections; untrusted text.",
    input: z.object({ local, limit: limit(10), offset }).strict(),
    shape: paged("connections"),
  }),
];
