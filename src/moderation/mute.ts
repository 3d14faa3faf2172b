import { z } from "zod";
import { channel_id, client_id, connection_id } from "../tools/fields.ts";
import { type Content, callable } from "../tools/tool.ts";
import { isMuted, reachOf } from "./audience.ts";
import { changeMutes } from "./change-mutes.ts";
import { JobFailure } from "./errors.ts";
import { covers, type Mute, type Muted, mediaKinds, randomWord, undoOf } from "./mutes.ts";
import { mutesIn, type Scene, sceneAfter, sceneBefore, those } from "./scene.ts";
import { inTurn } from "./turns.ts";

/** How many of those who still get something are named. */
const mostMissed = 20;

const longestReason = 500;

/**
 * Mutes somebody for everybody, and looks whether it took hold (https://sora-doc.shiguredo.jp/API_FORWARDING_FILTER).
 * Throws `not_found`, `conflict`, `unsupported` or `SoraFailure`.
 */
export const mute = callable({
  operation: "Mute",
  kind: "write",
  since: "2023.1",
  title: "Mute for everyone",
  description: "Mutes a participant for everyone and checks it; they cannot lift it and are not told.",
  searchHint: "silence quiet microphone camera",
  input: z
    .object({
      channel_id,
      client_id: client_id.describe("Client; also when back").optional(),
      connection_id: connection_id.describe("Or one connection").optional(),
      kind: z
        .enum([...mediaKinds, "both"])
        .describe("What to cut")
        .default("audio"),
      reason: z
        .string()
        .refine((text) => text.length <= longestReason, `must have at most ${longestReason} characters`)
        .describe("Why, for the record")
        .optional(),
    })
    .strict(),
  problem({ client_id, connection_id }) {
    const isOne = (client_id === undefined) !== (connection_id === undefined);
    return isOne ? undefined : "client_id, connection_id: exactly one of them is needed";
  },
  async run(sora, { channel_id, ...asked }) {
    return inTurn(channel_id, async () => {
      const before = await sceneBefore(sora, channel_id);
      if (!before.members.some((member) => isMuted(member, asked))) {
        throw new JobFailure("not_found", "Nobody of that id is in the channel. Nothing was changed.", {
          hint: "sora_overview tells who is. Where an id is shown with escapes such as \\u200b, the connection_id finds it.",
        });
      }
      const { mutes } = mutesIn(before);
      const present = mutes.find((other) => covers(other, asked));
      if (present) {
        const now = those(await sceneAfter(sora, channel_id), before);
        return told(channel_id, present, asked, now, "already_muted");
      }
      const added: Mute = { mute_id: randomWord(), ...asked, at: new Date().toISOString() };
      const hasTakenHold = ({ members, blocked }: Scene) => {
        const { of, missed } = reachOf(members, added, blocked);
        return of > 0 && missed.length === 0;
      };
      const wanted = [...stillMeant(mutes, before), added];
      const after = await changeMutes(sora, channel_id, before, wanted, hasTakenHold);
      if (after.members.length === 0) {
        throw new JobFailure("not_found", "Everybody has left, and the mute has ended with the session.");
      }
      return told(channel_id, added, asked, after, "muted");
    });
  },
});

/** A mute of a connection ends with it: who is gone is left out when the filter is next written. */
function stillMeant(mutes: readonly Mute[], { members }: Scene): readonly Mute[] {
  const ids = new Set(members.map(({ connection_id }) => connection_id));
  return mutes.filter(({ connection_id }) => connection_id === undefined || ids.has(connection_id));
}

/** What was seen of a mute, and the way back. */
function told(
  channel_id: string,
  mute: Mute,
  asked: Muted,
  scene: Scene,
  whole: "muted" | "already_muted",
): Content {
  const { blockedFor, of, missed } = reachOf(scene.members, asked, scene.blocked);
  const since = whole === "muted" ? "" : `Muted since ${mute.at} (${mute.kind}): undo lifts that. `;
  return {
    status: missed.length === 0 && of > 0 ? whole : "partly",
    mute_id: mute.mute_id,
    blocked_for: blockedFor,
    of,
    not_blocked_for: missed
      .slice(0, mostMissed)
      .map(({ connection_id, client_id }) => ({ connection_id, client_id })),
    note: since + noteOn(mute, of),
    undo: undoOf(channel_id, mute),
  };
}

function noteOn({ client_id }: Mute, of: number): string {
  const seen = of > 0 ? "" : "Nobody gets anything of them now, so no effect could be seen. ";
  const lasts =
    client_id === undefined
      ? "It ends with this connection: who rejoins is heard again."
      : "It holds for this client_id, rejoined too, until the session ends.";
  return `${seen}They are not told: a push message can. ${lasts}`;
}
