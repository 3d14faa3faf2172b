import { isObject } from "../json.ts";
import { listChannelConnections } from "../tools/connections.ts";
import { listForwardingFilters } from "../tools/filters.ts";
import { listOf, undocumented } from "../tools/shapes.ts";
import type { SoraReads } from "../tools/tool.ts";
import { type Member, membersIn } from "./audience.ts";
import { type Blocked, blockedIn } from "./blocked.ts";
import { JobFailure } from "./errors.ts";
import { isLacking } from "./lacking.ts";
import { type Filter, type Mute, type Writing, writingIn } from "./mutes.ts";

/** The forwarding filters of a channel, and what they cut. */
export interface Filters {
  /** The channel's filter without a name; the only one that mutes are put into. */
  readonly filter: Filter | undefined;
  /** All other filters, of the channel and of single viewers. */
  readonly others: readonly Filter[];
  readonly blocked: readonly Blocked[];
}

/** The same with who is in the channel. */
export interface Scene extends Filters {
  readonly members: readonly Member[];
}

/** With several filters to a channel, the one without a name is listed under this one. */
const unnamed = "default";

/**
 * A channel before it is changed, with those who were in it already when it was read what is cut. Throws `unsupported` when
 * this Sora cannot tell, `not_found` when nobody is there, or `SoraFailure`.
 */
export async function sceneBefore(sora: SoraReads, channel_id: string): Promise<Scene> {
  const members = await membersOf(sora, channel_id);
  if (members.length === 0) {
    throw new JobFailure("not_found", "Nobody is in the channel. Nothing was changed.");
  }
  return { members, ...(await filtersOf(sora, channel_id)) };
}

/**
 * A channel after it was changed: those who are still in it once it was read what is cut. Whoever has left or come in
 * between is in only one of the two, and nothing that a filter did. Throws `unsupported` or `SoraFailure`.
 */
export async function sceneAfter(sora: SoraReads, channel_id: string): Promise<Scene> {
  const filters = await filtersOf(sora, channel_id).catch((error: unknown) => ({ error }));
  const members = await membersOf(sora, channel_id);
  // With its session a channel has lost its filters, and Sora may refuse to list them.
  if (members.length === 0) return { members, filter: undefined, others: [], blocked: [] };
  if ("error" in filters) throw filters.error;
  return { members, ...filters };
}

/** A channel with those only who were in it before, too. */
export function those(after: Scene, before: Scene): Scene {
  const were = new Set(before.members.map(({ connection_id }) => connection_id));
  return { ...after, members: after.members.filter(({ connection_id }) => were.has(connection_id)) };
}

async function membersOf(sora: SoraReads, channel_id: string): Promise<readonly Member[]> {
  const answer = await sora.read(listChannelConnections.target, { channel_id });
  const members = membersIn(answer);
  // Nobody of whom is known which connection they are is not nobody.
  if (members.length === 0 && listOf(answer).length > 0) {
    throw undocumented("Sora listed connections without their ids.");
  }
  return members;
}

/** Throws `unsupported` or `SoraFailure`. */
export async function filtersOf(sora: SoraReads, channel_id: string): Promise<Filters> {
  const answer = await sora
    .read(listForwardingFilters.target, { channel_id, blocked: true })
    .catch((error: unknown) => {
      throw isLacking(error) ? filtersUnsupported() : error;
    });
  const blocked = blockedIn(answer);
  if (!blocked) throw filtersUnsupported();
  return { ...filtersIn(answer), blocked };
}

/** This Sora cannot mute for everybody, or cannot tell whether it did. */
export function filtersUnsupported(): JobFailure {
  return new JobFailure(
    "unsupported",
    "This Sora has no forwarding filters that tell who is cut off from whom. Nothing was changed.",
    { hint: "Sora 2023.1 and later have them. Without, a push message can ask people to mute themselves." },
  );
}

/** The filters in an answer of ListForwardingFilters: in the singular or, where filters have names, in the plural. */
export function filtersIn(answer: unknown): Pick<Filters, "filter" | "others"> {
  if (!isObject(answer)) throw undocumented("Sora listed something other than forwarding filters.");
  const { channel_forwarding_filter, channel_forwarding_filters, connection_forwarding_filters } = answer;
  const ofChannel = [channel_forwarding_filter, channel_forwarding_filters].flat().filter(isObject);
  const filter = ofChannel.find(({ name }) => (name ?? unnamed) === unnamed);
  const ofConnections = [connection_forwarding_filters].flat().filter(isObject);
  return { filter, others: [...ofChannel.filter((other) => other !== filter), ...ofConnections] };
}

/** The mutes that are in force, as they were written. Throws `conflict` when somebody else has set their filter. */
export function mutesIn({ filter }: Pick<Filters, "filter">): Writing {
  if (filter === undefined) return nothingWritten;
  const writing = writingIn(filter);
  if (writing?.isWhole) return writing;
  throw new JobFailure(
    "conflict",
    "The channel has a forwarding filter that is not of sora_mute, or was changed since. Nothing was changed.",
    {
      hint: "sora_list_forwarding_filters shows it; who set it, as a rule the application, has to change it.",
    },
  );
}

const none: readonly Mute[] = [];
const nothingWritten: Writing = { mutes: none, revision: "" };
