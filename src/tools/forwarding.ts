import { z } from "zod";
import { api } from "./api.ts";
import { channel_id, connection_id, objectAtBest } from "./fields.ts";
import { conditionFields, conditionOperators, filtersLost, listForwardingFilters } from "./filters.ts";

const receiver = connection_id.describe("Viewer");
const action = z.enum(["block", "allow"]).describe("allow cuts all else");
const condition = z
  .object({
    field: z.enum(conditionFields).describe("Sender's"),
    operator: z.enum(conditionOperators).describe("Test"),
    values: z.array(z.string()).describe("Ids; audio, video"),
  })
  .strict();
const rules = z.array(z.array(condition)).describe("All conditions of any list");
const name = z.string().describe("Filter name").optional();
const priority = z.number().int().describe("Order; goes with name").optional();
const version = z.string().describe("Updates with another fail").optional();
const metadata = objectAtBest("Kept with it").optional();

const since = "2023.1";
const channelFilter = z.object({ channel_id, action, rules, name, priority, version, metadata }).strict();
const connectionFilter = z
  .object({ channel_id, connection_id: receiver, action, rules, name, priority, version, metadata })
  .strict();

export const createChannelForwardingFilter = api({
  operation: "CreateChannelForwardingFilter",
  version: "20230628",
  kind: "write",
  since,
  title: "Create channel filter",
  description: "Filters what all viewers get: mutes a sender for everyone.",
  input: channelFilter,
});

export const updateChannelForwardingFilter = api({
  operation: "UpdateChannelForwardingFilter",
  version: "20230628",
  kind: "write",
  overwrites: true,
  since,
  title: "Replace channel filter",
  description: "Replaces a channel's filter.",
  input: channelFilter,
});

export const deleteChannelForwardingFilter = api({
  operation: "DeleteChannelForwardingFilter",
  version: "20230628",
  kind: "destructive",
  since,
  title: "Delete channel filter",
  description: "Deletes a channel's filter, which unmutes whom it muted.",
  input: z.object({ channel_id, name }).strict(),
  affects: filtersLost,
});

/** https://sora-doc.shiguredo.jp/API_FORWARDING_FILTER and https://sora-doc.shiguredo.jp/MULTI_FORWARDING_FILTER_EXT */
export const forwardingTools = [
  listForwardingFilters,
  createChannelForwardingFilter,
  updateChannelForwardingFilter,
  deleteChannelForwardingFilter,
  api({
    operation: "CreateConnectionForwardingFilter",
    version: "20230628",
    kind: "write",
    since,
    title: "Create connection filter",
    description: "Filters what one viewer gets: mutes a sender for them.",
    input: connectionFilter,
  }),
  api({
    operation: "UpdateConnectionForwardingFilter",
    version: "20230628",
    kind: "write",
    overwrites: true,
    since,
    title: "Replace connection filter",
    description: "Replaces one viewer's filter.",
    input: connectionFilter,
  }),
  api({
    operation: "DeleteConnectionForwardingFilter",
    version: "20230628",
    kind: "destructive",
    since,
    title: "Delete connection filter",
    description: "Deletes one viewer's filter, which unmutes whom it muted.",
    input: z.object({ channel_id, connection_id: receiver, name }).strict(),
    affects: filtersLost,
  }),
];
