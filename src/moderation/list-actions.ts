import { z } from "zod";
import { ToolError } from "../errors.ts";
import { channel_id, limit } from "../tools/fields.ts";
import { listForwardingFilters } from "../tools/filters.ts";
import { type Content, callable, type SoraReads } from "../tools/tool.ts";
import { type Action, actionsOf } from "./actions.ts";
import { isLacking } from "./lacking.ts";
import { undoOf } from "./mute.ts";
import { mutesIn } from "./mutes.ts";
import { filtersIn } from "./scene.ts";

/** Of so many channels it is looked which mutes are in force. */
const mostChannels = 8;

/** What was done in this process and why, and how it is taken back; the mutes in force as Sora tells them now. */
export const listActions = callable({
  operation: "ListActions",
  kind: "read",
  scope: "channels",
  title: "List actions",
  description: "Lists what was done here, why, how to undo it, and the mutes in force.",
  input: z.object({ channel_id: channel_id.optional(), limit: limit(20) }).strict(),
  async run(sora, { channel_id, limit }) {
    const all = actionsOf(sora.caller).newestFirst;
    const actions = all.filter((action) => channel_id === undefined || action.channel_id === channel_id);
    const channels = channel_id === undefined ? mutedChannels(actions) : [channel_id];
    const looks = sora.offers(listForwardingFilters)
      ? await Promise.all(channels.slice(0, mostChannels).map((channel) => mutesInForce(sora, channel)))
      : [];
    const isWhole = channels.length <= looks.length || !sora.offers(listForwardingFilters);
    return {
      actions: actions.slice(0, limit),
      mutes_in_force: looks.flatMap((mutes) => mutes ?? []),
      ...((!isWhole || looks.includes(undefined)) && { not_measured: ["mutes_in_force"] }),
    };
  },
});

/** The channels in which somebody was muted, newest first. */
function mutedChannels(actions: readonly Action[]): readonly string[] {
  const channels = actions.flatMap(({ tool, channel_id }) =>
    tool === "sora_mute" ? (channel_id ?? []) : [],
  );
  return [...new Set(channels)];
}

/** Undefined when it could not be seen. With its session a channel has lost its filters too. */
async function mutesInForce(sora: SoraReads, channel_id: string): Promise<readonly Content[] | undefined> {
  try {
    const { filter } = filtersIn(await sora.read(listForwardingFilters.target, { channel_id }));
    const mutes = filter && mutesIn(filter);
    return (mutes ?? []).map((mute) => ({ channel_id, ...mute, undo: undoOf(channel_id, mute.mute_id) }));
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === "cancelled_by_client") throw error;
    return error.code === "sora_error" && !isLacking(error) ? [] : undefined;
  }
}
