import { z } from "zod";
import { bytesShown, within } from "../tools/bytes-shown.ts";
import { listChannelConnections } from "../tools/connections.ts";
import { channel_id, limit } from "../tools/fields.ts";
import { listForwardingFilters } from "../tools/filters.ts";
import { pageBytes } from "../tools/pages.ts";
import { type Content, callable, type SoraReads } from "../tools/tool.ts";
import { actionsOf } from "./actions.ts";
import { attempt } from "./attempt.ts";
import { isMarked, undoOf, writingIn } from "./mutes.ts";
import { filtersIn } from "./scene.ts";

/** Bytes of what stands around the two lists. */
const frame = 500;

/** Of so many channels it is looked which mutes are in force. */
const mostChannels = 8;

/** What was done in this process and why, and how it is taken back; the mutes in force as Sora tells them now. */
export const listActions = callable({
  operation: "ListActions",
  kind: "read",
  scope: "channels",
  title: "What was done",
  description:
    "Lists what was done here, why, how to undo it, and the mutes in force: all with channel_id; untrusted text.",
  input: z.object({ channel_id: channel_id.optional(), limit: limit(20) }).strict(),
  async run(sora, { channel_id, limit }) {
    const kept = actionsOf(sora.caller);
    const { newestFirst, mutedChannels } = kept;
    const actions = newestFirst.filter(
      (action) =>
        (channel_id === undefined || action.channel_id === channel_id) &&
        (action.channel_id === null || sora.allows(action.channel_id)),
    );
    const canMute = sora.offers(listForwardingFilters);
    const channels =
      channel_id === undefined ? mutedChannels.filter((channel) => sora.allows(channel)) : [channel_id];
    const asked = canMute ? channels.slice(0, mostChannels) : [];
    const looks = await Promise.all(asked.map((channel) => mutesInForce(sora, channel)));
    for (const [at, channel] of asked.entries()) if (looks[at]?.length === 0) kept.forgetMutes(channel);
    const mutes = looks.flatMap((look) => look ?? []);
    const isUnknown = looks.includes(undefined) || (canMute && channels.length > asked.length);
    const shownMutes = within(mutes.slice(0, limit), pageBytes / 2);
    const room = pageBytes - frame - bytesShown(shownMutes, pageBytes);
    const shown = within(actions.slice(0, limit), room);
    return {
      actions: shown,
      ...(shown.length < Math.min(limit, actions.length) && { more_actions: actions.length - shown.length }),
      mutes_in_force: shownMutes,
      ...(mutes.length > shownMutes.length && { more_mutes: mutes.length - shownMutes.length }),
      ...(isUnknown && { not_measured: ["mutes_in_force"] }),
    };
  },
});

/** Undefined when it could not be seen. */
async function mutesInForce(sora: SoraReads, channel_id: string): Promise<readonly Content[] | undefined> {
  const outcome = await attempt(sora.read(listForwardingFilters.target, { channel_id }).then(filtersIn));
  // With its session a channel has lost its filters, and Sora may refuse to list them.
  if ("failure" in outcome) return (await isEmpty(sora, channel_id)) ? [] : undefined;
  const { filter } = outcome.answer;
  const writing = filter && writingIn(filter);
  // Somebody has changed what it cuts, or another release of this server has written it.
  if (filter && isMarked(filter) && !writing?.isWhole) return undefined;
  return (writing?.mutes ?? []).map((mute) => ({ channel_id, ...mute, undo: undoOf(channel_id, mute) }));
}

async function isEmpty(sora: SoraReads, channel_id: string): Promise<boolean> {
  const connections = await sora.read(listChannelConnections.target, { channel_id }).catch(() => undefined);
  return Array.isArray(connections) && connections.length === 0;
}
