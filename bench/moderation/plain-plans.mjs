// How a sensible model does each job with the tools that are one API of Sora each. A plan is given how to call, the channel,
// those whom the job is about by their client ids, and how to move the clock of the made-up Sora.

/** So many people in one answer: some clients cut answers of more than 25,000 tokens, and 100 people take 21,000. */
const page = 100;

/** Those of a page in the middle of a conversation, until one of them is wanted or no more come. */
async function pages(call, channel_id, isWanted) {
  for (let offset = 0; offset !== undefined; ) {
    const list = await call("sora_list_channel_connections", { channel_id, limit: page, offset });
    const found = list.connections.find(isWanted);
    if (found) return found;
    offset = list.next_offset;
  }
  return undefined;
}

const find = (call, channel_id, client_id) =>
  pages(call, channel_id, (connection) => connection.client_id === client_id);

export const plainPlans = {
  /** As many people as sora_overview shows. */
  async here({ call, channel_id }) {
    await call("sora_list_channel_connections", { channel_id, limit: 25 });
  },

  async find({ call, channel_id, bad }) {
    await find(call, channel_id, bad);
  },

  async loud({ call, channel_id }) {
    for (let offset = 0; offset !== undefined; ) {
      const args = { channel_id, types: ["media-source"], limit: page, offset };
      offset = (await call("sora_list_channel_rtc_stats", args)).next_offset;
    }
  },

  /** The list at the start and at the end. */
  async minute({ call, channel_id, setSecond }) {
    for (const second of [0, 60]) {
      await setSecond(second);
      await pages(call, channel_id, () => false);
    }
  },

  async bad({ call, channel_id, bad }) {
    const { connection_id } = await find(call, channel_id, bad);
    const types = ["inbound-rtp", "outbound-rtp", "remote-inbound-rtp", "candidate-pair"];
    await call("sora_get_rtc_stats", { channel_id, connection_id, types });
    await call("sora_get_stats_connection", { channel_id, connection_id });
    await call("sora_get_stats_connection", { channel_id, connection_id });
  },

  async mute({ call, channel_id, loud }) {
    const rules = [
      [
        { field: "client_id", operator: "is_in", values: [loud] },
        { field: "kind", operator: "is_in", values: ["audio"] },
      ],
    ];
    await call("sora_list_forwarding_filters", { channel_id });
    await call("sora_create_channel_forwarding_filter", { channel_id, action: "block", rules });
    await call("sora_list_forwarding_filters", { channel_id, blocked: true });
    await call("sora_delete_channel_forwarding_filter", { channel_id });
    await call("sora_delete_channel_forwarding_filter", { channel_id, confirm: true });
  },
};
