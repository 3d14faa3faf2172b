import { SoraFailure, UnclearFailure } from "../sora/errors.ts";
import { listForwardingFilters } from "../tools/filters.ts";
import {
  createChannelForwardingFilter,
  deleteChannelForwardingFilter,
  updateChannelForwardingFilter,
} from "../tools/forwarding.ts";
import type { Sora } from "../tools/tool.ts";
import { JobFailure } from "./errors.ts";
import { extra, harmDone, missing } from "./harm.ts";
import { isLacking } from "./lacking.ts";
import { carriesOut, filterOf, type Mute, randomWord, type Writing, writingIn } from "./mutes.ts";
import {
  type Filters,
  filtersIn,
  filtersUnsupported,
  mutesIn,
  type Scene,
  sceneAfter,
  those,
} from "./scene.ts";

/** Sora may take a moment to list, and to cut, what a filter says: it is looked so often, with so many milliseconds between. */
const mostLooks = 3;
const momentMs = 250;

/** How a call goes on that cannot say what is in force. */
const lookNow =
  "sora_list_forwarding_filters shows what is in force. Only a filter with sora_labo_mcp in its metadata is of sora_mute: sora_delete_channel_forwarding_filter lifts that.";

/** A change under way, and what it may have to be taken back to. */
interface Change {
  readonly sora: Sora;
  readonly channel_id: string;
  readonly before: Scene;
  readonly was: Writing;
  readonly wanted: Writing;
}

/**
 * Lets these mutes take the place of those that `before` shows, and looks what has come of it, a few times until it
 * `isSettled`: resolves to the channel after it, with those only who were in it all the while. What cuts others than the
 * muted, or lets through whom other mutes cut, is taken back at once and thrown as `unsupported`; what cannot be seen, as
 * `bad_response`. Throws `conflict` when somebody else changes the filter meanwhile, and what the write failed with.
 */
export async function changeMutes(
  sora: Sora,
  channel_id: string,
  before: Scene,
  mutes: readonly Mute[],
  isSettled: (after: Scene) => boolean,
): Promise<Scene> {
  const wanted: Writing = { mutes, revision: randomWord() };
  const change: Change = { sora, channel_id, before, was: mutesIn(before), wanted };
  const failed = await write(sora, channel_id, before.filter !== undefined, wanted).then(
    () => undefined,
    (error: unknown) => error,
  );
  const isRefused = failed !== undefined && !(failed instanceof UnclearFailure);
  // Something in between may refuse what Sora has carried out.
  if (isRefused && !mayBeDone(failed)) throw isLacking(failed) ? filtersUnsupported() : failed;

  let earlier = before;
  for (let looks = 1; ; looks += 1) {
    const isLast = looks === mostLooks;
    const after = await look(change, failed);
    if (after.members.length === 0) {
      if (isRefused) throw failed;
      return after;
    }
    const inForce = mutesInForce(after, change);
    if (inForce) {
      const harm = harmDone(before, after, inForce);
      if (harm !== undefined) throw new JobFailure("unsupported", ...(await takenBack(change, harm)));
      const seen = those(after, earlier);
      if (isLast || isSettled(seen)) return seen;
    } else if (!isInForce(after, change.was)) {
      if (!isOurs(after, wanted)) throw changedMeanwhile();
      const why = "This Sora does not list a filter as it was written, by which a mute is known.";
      throw new JobFailure("unsupported", ...(await takenBack(change, why)));
    } else if (isLast || isRefused) {
      throw failed ?? withoutEffect();
    }
    earlier = after;
    await sora.pause(momentMs);
  }
}

/** No mutes are no filter. */
async function write(sora: Sora, channel_id: string, isThere: boolean, writing: Writing): Promise<unknown> {
  if (writing.mutes.length === 0) return sora.write(deleteChannelForwardingFilter.target, { channel_id });
  const { target } = isThere ? updateChannelForwardingFilter : createChannelForwardingFilter;
  return sora.write(target, { channel_id, ...filterOf(writing) });
}

/** Whether the answer that refuses it came from Sora, or something in between, once it was carried out. */
function mayBeDone(failed: unknown): boolean {
  return failed instanceof SoraFailure && failed.details.status !== undefined && !isLacking(failed);
}

/** Throws what the change came to when it cannot be seen. */
async function look(change: Change, failed: unknown): Promise<Scene> {
  const { sora, channel_id } = change;
  try {
    return await sceneAfter(sora, channel_id);
  } catch (error) {
    if (failed !== undefined) throw failed;
    const code = error instanceof SoraFailure ? ` (${error.code})` : "";
    const why = `Sora took the change, but what has come of it could not be seen${code}.`;
    throw new SoraFailure("bad_response", ...(await takenBack(change, why)));
  }
}

function isInForce({ filter }: Pick<Filters, "filter">, { mutes, revision }: Writing): boolean {
  if (filter === undefined) return mutes.length === 0;
  const writing = writingIn(filter);
  return writing?.isWhole === true && writing.revision === revision;
}

/** What is in force once the change is: what was written, or what another server has made of it since. */
function mutesInForce(after: Pick<Filters, "filter">, { was, wanted }: Change): readonly Mute[] | undefined {
  if (isInForce(after, wanted)) return wanted.mutes;
  const writing = after.filter && writingIn(after.filter);
  if (!writing?.isWhole || writing.revision === was.revision) return undefined;
  const ids = new Set(writing.mutes.map(({ mute_id }) => mute_id));
  const meant = new Set(wanted.mutes.map(({ mute_id }) => mute_id));
  const isMade = [...meant].every((id) => ids.has(id));
  const isLifted = was.mutes.every(({ mute_id }) => meant.has(mute_id) || !ids.has(mute_id));
  return isMade && isLifted ? writing.mutes : undefined;
}

/** Whether a filter is what was written, with or without what it is known by. */
function isOurs(filters: Pick<Filters, "filter">, wanted: Writing): boolean {
  const { filter } = filters;
  if (filter === undefined) return isInForce(filters, wanted);
  const writing = writingIn(filter);
  return writing ? writing.revision === wanted.revision : carriesOut(filter, wanted);
}

/** Takes a change back that must not stay, and says so: message and details of an error. */
async function takenBack(change: Change, why: string): Promise<[message: string, { hint: string }]> {
  const isBack = await takeBack(change).catch(() => false);
  return isBack
    ? [
        `${why} It was taken back, and all is as before.`,
        { hint: "A push message can still ask people to mute themselves." },
      ]
    : [`${why} It could NOT be taken back for certain.`, { hint: `Look at once: ${lookNow}` }];
}

/** Puts the mutes back that were in force before. Resolves to whether they are, and all is as it was. */
async function takeBack({ sora, channel_id, before, was, wanted }: Change): Promise<boolean> {
  const now = filtersIn(await sora.read(listForwardingFilters.target, { channel_id }));
  // Never what somebody else has put there since.
  if (isOurs(now, wanted)) await write(sora, channel_id, wanted.mutes.length > 0, was);
  else if (!isInForce(now, was)) return false;
  const after = await sceneAfter(sora, channel_id);
  if (after.members.length === 0) return true;
  const isAsBefore = missing(before.blocked, after).length === 0 && extra(before, after, []).length === 0;
  return isInForce(after, was) && isAsBefore;
}

function withoutEffect(): SoraFailure {
  const message =
    "Sora took the change, but lists the filter as before: whether it is in force is not known.";
  return new SoraFailure("bad_response", message, { hint: lookNow });
}

function changedMeanwhile(): JobFailure {
  const message =
    "Somebody else, as a rule the application, changed the channel's filter at the same moment: what was asked for is not in force.";
  return new JobFailure("conflict", message, {
    hint: "sora_list_forwarding_filters shows it; who set it, as a rule the application, has to change it.",
  });
}
