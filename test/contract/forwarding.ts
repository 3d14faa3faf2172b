import {
  type ContractRow,
  channel_id,
  connection_id,
  done,
  doneByFlag,
  recv_connection_id,
  send_connection_id,
  wouldAffect,
} from "./row.ts";

const rules = [
  [
    { field: "client_id", operator: "is_in", values: ["user-1", "参加者"] },
    { field: "kind", operator: "is_not_in", values: ["video"] },
  ],
  [{ field: "connection_id", operator: "is_in", values: [send_connection_id] }],
];
const extras = { name: "quiet", priority: 100, version: "v1", metadata: { by: ["値", null] } };

const ofChannel = { channel_id, action: "block", rules };
const ofChannelFull = { channel_id, action: "allow", rules: [], ...extras };
const receiver = { channel_id, connection_id: recv_connection_id };
const ofConnection = { ...receiver, action: "block", rules };
const ofConnectionFull = { ...receiver, action: "allow", rules, ...extras };

const channelFilter = {
  action: "block",
  rules: [[{ field: "kind", operator: "is_in", values: ["video", "audio"] }]],
  version: "v1",
  metadata: { reason: "静かに" },
};
const connectionFilter = {
  action: "allow",
  connection_id: recv_connection_id,
  rules: [[{ field: "kind", operator: "is_in", values: ["video"] }]],
};
const filters = {
  channel_forwarding_filter: channelFilter,
  connection_forwarding_filters: [{ ...connectionFilter, connection_id }, connectionFilter],
};
const filtersAndBlocked = {
  ...filters,
  blocked: [
    {
      destination_connection_id: recv_connection_id,
      kind: "audio",
      source_connection_id_list: [send_connection_id],
    },
  ],
};
const list = { target: "Sora_20230628.ListForwardingFilters", body: { channel_id }, answer: filters };

export const forwarding: readonly ContractRow[] = [
  {
    tool: "sora_list_forwarding_filters",
    kind: "read",
    since: "2023.1",
    channel: "channel_id",
    least: { args: { channel_id }, requests: [list], gives: { forwarding_filters: filters } },
    full: {
      args: { channel_id, blocked: true },
      requests: [{ ...list, body: { channel_id, blocked: true }, answer: filtersAndBlocked }],
      gives: { forwarding_filters: filtersAndBlocked },
    },
  },
  {
    tool: "sora_create_channel_forwarding_filter",
    kind: "write",
    since: "2023.1",
    channel: "channel_id",
    least: {
      args: ofChannel,
      requests: [
        { target: "Sora_20230628.CreateChannelForwardingFilter", body: ofChannel, answer: ofChannel },
      ],
      gives: done(ofChannel),
    },
    full: {
      args: ofChannelFull,
      requests: [
        { target: "Sora_20230628.CreateChannelForwardingFilter", body: ofChannelFull, answer: ofChannelFull },
      ],
      gives: done(ofChannelFull),
    },
  },
  {
    tool: "sora_update_channel_forwarding_filter",
    kind: "write",
    effect: "overwrites",
    since: "2023.1",
    channel: "channel_id",
    least: {
      args: ofChannel,
      requests: [
        { target: "Sora_20230628.UpdateChannelForwardingFilter", body: ofChannel, answer: ofChannel },
      ],
      gives: done(ofChannel),
    },
    full: {
      args: ofChannelFull,
      requests: [
        { target: "Sora_20230628.UpdateChannelForwardingFilter", body: ofChannelFull, answer: ofChannelFull },
      ],
      gives: done(ofChannelFull),
    },
  },
  {
    tool: "sora_delete_channel_forwarding_filter",
    kind: "destructive",
    since: "2023.1",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [list],
      gives: wouldAffect({ total: 1, forwarding_filters: [channelFilter] }),
    },
    confirmed: {
      args: { channel_id, confirm: true },
      requests: [
        {
          target: "Sora_20230628.DeleteChannelForwardingFilter",
          body: { channel_id },
          answer: channelFilter,
        },
      ],
      gives: doneByFlag(channelFilter),
    },
    full: {
      args: { channel_id, name: "default", confirm: true },
      requests: [
        {
          target: "Sora_20230628.DeleteChannelForwardingFilter",
          body: { channel_id, name: "default" },
          answer: {},
        },
      ],
      gives: doneByFlag({}),
    },
  },
  {
    tool: "sora_create_connection_forwarding_filter",
    kind: "write",
    since: "2023.1",
    channel: "channel_id",
    least: {
      args: ofConnection,
      requests: [
        {
          target: "Sora_20230628.CreateConnectionForwardingFilter",
          body: ofConnection,
          answer: ofConnection,
        },
      ],
      gives: done(ofConnection),
    },
    full: {
      args: ofConnectionFull,
      requests: [
        { target: "Sora_20230628.CreateConnectionForwardingFilter", body: ofConnectionFull, answer: {} },
      ],
      gives: done({}),
    },
  },
  {
    tool: "sora_update_connection_forwarding_filter",
    kind: "write",
    effect: "overwrites",
    since: "2023.1",
    channel: "channel_id",
    least: {
      args: ofConnection,
      requests: [
        {
          target: "Sora_20230628.UpdateConnectionForwardingFilter",
          body: ofConnection,
          answer: ofConnection,
        },
      ],
      gives: done(ofConnection),
    },
    full: {
      args: ofConnectionFull,
      requests: [
        { target: "Sora_20230628.UpdateConnectionForwardingFilter", body: ofConnectionFull, answer: {} },
      ],
      gives: done({}),
    },
  },
  {
    tool: "sora_delete_connection_forwarding_filter",
    kind: "destructive",
    since: "2023.1",
    channel: "channel_id",
    least: {
      args: receiver,
      requests: [list],
      gives: wouldAffect({ total: 1, forwarding_filters: [connectionFilter] }),
    },
    confirmed: {
      args: { ...receiver, confirm: true },
      requests: [{ target: "Sora_20230628.DeleteConnectionForwardingFilter", body: receiver, answer: {} }],
      gives: doneByFlag({}),
    },
    full: {
      args: { ...receiver, name: "default", confirm: true },
      requests: [
        {
          target: "Sora_20230628.DeleteConnectionForwardingFilter",
          body: { ...receiver, name: "default" },
          answer: {},
        },
      ],
      gives: doneByFlag({}),
    },
  },
];
