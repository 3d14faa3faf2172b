import { z } from "zod";
import { channel_id } from "../tools/fields.ts";
import { type Content, callable } from "../tools/tool.ts";
import { cutBy } from "./audience.ts";
import { changeMutes } from "./change-mutes.ts";
import { JobFailure } from "./errors.ts";
import type { Mute } from "./mutes.ts";
import { mutesIn, type Scene, sceneBefore } from "./scene.ts";
import { inTurn } from "./turns.ts";

/** How many causes are named. */
const mostCauses = 20;

/**
 * Lifts a mute of sora_mute, also of another process of this server. It switches no microphone on. Throws `not_found`,
 * `conflict`, `unsupported` or `SoraFailure`.
 */
export const unmute = callable({
  operation: "Unmute",
  kind: "write",
  since: "2023.1",
  title: "Unmute",
  description: "Lets someone speak again: lifts a mute made by sora_mute. It switches no microphone on.",
  input: z.object({ channel_id, mute_id: z.string().describe("Of the mute") }).strict(),
  async run(sora, { channel_id, mute_id }) {
    return inTurn(channel_id, async () => {
      const before = await sceneBefore(sora, channel_id);
      const { mutes } = mutesIn(before);
      const lifted = mutes.find((mute) => mute.mute_id === mute_id);
      if (!lifted) {
        throw new JobFailure(
          "not_found",
          "No mute of that id is in force in the channel. Nothing was changed.",
          {
            hint: "sora_list_actions with the channel_id tells which are.",
          },
        );
      }
      const rest = mutes.filter((mute) => mute !== lifted);
      const isFree = (scene: Scene) => causesOf(lifted, rest, scene).length === 0;
      const after = await changeMutes(sora, channel_id, before, rest, isFree);
      return { status: "unmuted", still_blocked_by: causesOf(lifted, rest, after) };
    });
  },
});

/** What still cuts somebody off whose mute was lifted: other mutes, or filters of others. */
function causesOf(
  lifted: Mute,
  mutes: readonly Mute[],
  { members, blocked, others }: Scene,
): readonly Content[] {
  const still = blocked.filter(cutBy(members, [lifted]));
  if (still.length === 0) return [];
  const viewers = new Set<unknown>(still.map(({ receiver }) => receiver));
  const causes = [
    ...mutes.filter((mute) => still.some(cutBy(members, [mute]))).map(({ mute_id }) => ({ mute_id })),
    ...others
      .filter(({ connection_id }) => connection_id === undefined || viewers.has(connection_id))
      .map(({ name, connection_id }) => ({ filter: name ?? "default", connection_id })),
  ];
  return causes.length > 0 ? causes.slice(0, mostCauses) : [{ filter: "unknown" }];
}
