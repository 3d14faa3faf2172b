import { randomInt } from "node:crypto";
import { ToolError } from "../errors.ts";
import { SoraFailure, UnclearFailure } from "../sora/errors.ts";
import {
  createChannelForwardingFilter,
  deleteChannelForwardingFilter,
  updateChannelForwardingFilter,
} from "../tools/forwarding.ts";
import type { Sora } from "../tools/tool.ts";
import { Deliveries, deliveriesCut } from "./audience.ts";
import type { Blocked } from "./blocked.ts";
import { JobFailure } from "./errors.ts";
import { isLacking } from "./lacking.ts";
import { filterOf, type Mute, mutesIn, revisionOf, sameRules } from "./mutes.ts";
import { filtersUnsupported, mutesOf, type Scene, sceneOf } from "./scene.ts";

/** A short word that nothing else is called. */
export function randomWord(): string {
  return randomInt(36 ** 8)
    .toString(36)
    .padStart(8, "0");
}

/** What a channel's filter is to carry out, as one writing of it. */
interface Writing {
  readonly mutes: readonly Mute[];
  readonly revision: string;
}

/** How a call goes on that cannot say what is in force. */
const lookNow =
  "sora_list_forwarding_filters shows what is in force; sora_delete_channel_forwarding_filter lifts it.";

/**
 * Lets these mutes take the place of those that `before` shows, and looks what has come of it: resolves to the channel
 * after it. What cuts others than the muted, or lets through whom other mutes cut, is taken back at once and thrown as
 * `unsupported`. Throws `conflict` when somebody else changes the filter meanwhile.
 */
export async function changeMutes(
  sora: Sora,
  channel_id: string,
  before: Scene,
  mutes: readonly Mute[],
): Promise<Scene> {
  const was: Writing = { mutes: mutesOf(before), revision: revisionIn(before) };
  const wanted: Writing = { mutes, revision: randomWord() };
  const back = { sora, channel_id, before, was };
  const failed = await write(sora, channel_id, before.filter !== undefined, wanted).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failed !== undefined && !(failed instanceof UnclearFailure)) throw await whyRefused(back, failed);

  const after = await sceneOf(sora, channel_id).catch(async (error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    if (failed !== undefined) throw failed;
    const end = await takeBack(back, wanted);
    throw new SoraFailure(
      "bad_response",
      `Sora took the change, but what has come of it could not be seen (${error.code}). ${end.message}`,
      { hint: end.hint },
    );
  });

  if (!isInForce(after, wanted)) {
    if (isInForce(after, was)) throw failed ?? withoutEffect();
    if (!keepsNoMetadata(after, wanted)) throw changedMeanwhile();
    const end = await takeBack(back, wanted);
    const message = `This Sora does not keep metadata with a filter, by which a mute is known. ${end.message}`;
    throw new JobFailure("unsupported", message, { hint: end.hint });
  }
  const harm = harmDone(before, after, wanted.mutes);
  if (harm === undefined) return after;
  const end = await takeBack(back, wanted);
  throw new JobFailure("unsupported", `${harm} ${end.message}`, { hint: end.hint });
}

function withoutEffect(): SoraFailure {
  const message = "Sora said that it was done, but the filter is as before.";
  return new SoraFailure("bad_response", message, { hint: lookNow });
}

function changedMeanwhile(): JobFailure {
  const message =
    "Somebody else, as a rule the application, changed the channel's filter at the same moment: what was asked for is not in force.";
  return new JobFailure("conflict", message, { hint: lookNow });
}

function revisionIn({ filter }: Scene): string {
  return (filter && revisionOf(filter)) ?? "";
}

/** No mutes are no filter. */
async function write(sora: Sora, channel_id: string, isThere: boolean, { mutes, revision }: Writing) {
  if (mutes.length === 0) return sora.write(deleteChannelForwardingFilter.target, { channel_id });
  const { target } = isThere ? updateChannelForwardingFilter : createChannelForwardingFilter;
  return sora.write(target, { channel_id, ...filterOf(mutes, revision) });
}

function isInForce({ filter }: Scene, { mutes, revision }: Writing): boolean {
  if (filter === undefined) return mutes.length === 0;
  return mutesIn(filter) !== undefined && revisionOf(filter) === revision;
}

function keepsNoMetadata({ filter }: Scene, { mutes, revision }: Writing): boolean {
  return filter?.metadata === undefined && sameRules(filter?.rules, filterOf(mutes, revision).rules);
}

interface WayBack {
  readonly sora: Sora;
  readonly channel_id: string;
  readonly before: Scene;
  readonly was: Writing;
}

/** Why Sora refused a change: somebody else may have been quicker. */
async function whyRefused({ sora, channel_id, was }: WayBack, error: unknown): Promise<unknown> {
  if (isLacking(error)) return filtersUnsupported();
  if (!(error instanceof SoraFailure) || error.code !== "sora_error") return error;
  const now = await sceneOf(sora, channel_id).catch(() => undefined);
  return now && !isInForce(now, was) ? changedMeanwhile() : error;
}

/** Puts the mutes back that were in force before, and looks whether they are. */
async function takeBack({ sora, channel_id, before, was }: WayBack, wanted: Writing) {
  const isBack = await write(sora, channel_id, wanted.mutes.length > 0, was)
    .then(() => sceneOf(sora, channel_id))
    .then(
      (now) =>
        isInForce(now, was) &&
        missing(before.blocked, now).length === 0 &&
        extra(before, now, []).length === 0,
      () => false,
    );
  return isBack
    ? { message: "It was taken back, and all is as before.", hint: "Ask them with a push message instead." }
    : { message: "It could NOT be taken back for certain.", hint: `Look at once: ${lookNow}` };
}

/** What a change did that nobody asked for, in a sentence. */
function harmDone(before: Scene, after: Scene, mutes: readonly Mute[]): string | undefined {
  const more = extra(before, after, mutes).length;
  if (more > 0) return `More was cut off than was asked for: ${more} deliveries of others.`;
  const cut = new Deliveries(mutes.flatMap((mute) => deliveriesCut(before.members, mute)));
  const lost = missing(
    before.blocked.filter((delivery) => cut.has(delivery)),
    after,
  ).length;
  return lost > 0 ? `Other mutes lost their hold: ${lost} deliveries came through again.` : undefined;
}

/** What is cut now, was not before, and belongs to no mute. Who came in between may bring filters of their own. */
function extra(before: Scene, after: Scene, mutes: readonly Mute[]): readonly Blocked[] {
  const known = new Deliveries([
    ...before.blocked,
    ...mutes.flatMap((mute) => deliveriesCut(before.members, mute)),
  ]);
  const were = idsOf(before);
  return after.blocked.filter(
    (delivery) => !known.has(delivery) && were.has(delivery.receiver) && were.has(delivery.sender),
  );
}

/** What was cut and is no more, though both are still there. */
function missing(blocked: readonly Blocked[], after: Scene): readonly Blocked[] {
  const cut = new Deliveries(after.blocked);
  const are = idsOf(after);
  return blocked.filter(
    (delivery) => !cut.has(delivery) && are.has(delivery.receiver) && are.has(delivery.sender),
  );
}

function idsOf({ members }: Scene): ReadonlySet<string> {
  return new Set(members.map(({ connection_id }) => connection_id));
}
