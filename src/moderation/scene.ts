import { isObject } from "../json.ts";
import { listChannelConnections } from "../tools/connections.ts";
import { listForwardingFilters } from "../tools/filters.ts";
import { undocumented } from "../tools/shapes.ts";
import type { SoraReads } from "../tools/tool.ts";
import { type Member, membersIn } from "./audience.ts";
import { type Blocked, blockedIn } from "./blocked.ts";
import { JobFailure } from "./errors.ts";
import { isLacking } from "./lacking.ts";
import { type Filter, type Mute, mutesIn } from "./mutes.ts";

/** Who is in a channel, and what its forwarding filters cut. */
export interface Scene {
  readonly members: readonly Member[];
  /** The channel's filter without a name; the only one that mutes are put into. */
  readonly filter: Filter | undefined;
  /** All other filters, of the channel and of single viewers. */
  readonly others: readonly Filter[];
  readonly blocked: readonly Blocked[];
}

/** With several filters to a channel, the one without a name is listed under this one. */
const unnamed = "default";

/** This Sora cannot mute for everybody, or cannot tell whether it did. */
export function filtersUnsupported(): JobFailure {
  return new JobFailure(
    "unsupported",
    "This Sora has no forwarding filters that tell who is cut off from whom. Nothing was changed.",
    { hint: "Sora 2023.1 and later have them. Without, a push message can ask people to mute themselves." },
  );
}

/** Throws `unsupported` when this Sora cannot tell, `not_found` when nobody is there, or `SoraFailure`. */
export async function sceneOf(sora: SoraReads, channel_id: string): Promise<Scene> {
  const [connections, filters] = await Promise.allSettled([
    sora.read(listChannelConnections.target, { channel_id }),
    readFilters(sora, channel_id),
  ]);
  if (connections.status === "rejected") throw connections.reason;
  const members = membersIn(connections.value);
  // Of a channel that nobody is in, Sora may refuse to list the filters.
  if (members.length === 0) throw new JobFailure("not_found", "Nobody is in the channel.");
  if (filters.status === "rejected") throw filters.reason;
  return { members, ...filters.value };
}

/** Throws `unsupported`. */
async function readFilters(sora: SoraReads, channel_id: string): Promise<Omit<Scene, "members">> {
  const answer = await sora
    .read(listForwardingFilters.target, { channel_id, blocked: true })
    .catch((error: unknown) => {
      throw isLacking(error) ? filtersUnsupported() : error;
    });
  const blocked = blockedIn(answer);
  if (!blocked) throw filtersUnsupported();
  return { ...filtersIn(answer), blocked };
}

/** The filters in an answer of ListForwardingFilters: in the singular or, where filters have names, in the plural. */
export function filtersIn(answer: unknown): Pick<Scene, "filter" | "others"> {
  if (!isObject(answer)) throw undocumented("Sora listed something other than forwarding filters.");
  const { channel_forwarding_filter, channel_forwarding_filters, connection_forwarding_filters } = answer;
  const ofChannel = [channel_forwarding_filter, channel_forwarding_filters].flat().filter(isObject);
  const filter = ofChannel.find(({ name }) => (name ?? unnamed) === unnamed);
  const ofConnections = [connection_forwarding_filters].flat().filter(isObject);
  return { filter, others: [...ofChannel.filter((other) => other !== filter), ...ofConnections] };
}

/** The mutes that are in force. Throws `conflict` when somebody else has set the filter that they would be in. */
export function mutesOf({ filter }: Pick<Scene, "filter">): readonly Mute[] {
  const mutes = filter ? mutesIn(filter) : [];
  if (mutes) return mutes;
  throw new JobFailure(
    "conflict",
    "The channel has a forwarding filter that is not of sora_mute, or was changed since. Nothing was changed.",
    {
      hint: "sora_list_forwarding_filters shows it; who set it, as a rule the application, has to change it.",
    },
  );
}
