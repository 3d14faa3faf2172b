import { z } from "zod";
import { bytesShown } from "../tools/bytes-shown.ts";
import { listConnections } from "../tools/channels.ts";
import { listChannelConnections } from "../tools/connections.ts";
import { channel_id, client_id, limit, offset } from "../tools/fields.ts";
import { listForwardingFilters } from "../tools/filters.ts";
import { oldestFirst, type PageArguments, pages } from "../tools/pages.ts";
import { countByRole, listOf } from "../tools/shapes.ts";
import { type Content, callable, type Sora } from "../tools/tool.ts";
import { attempt } from "./attempt.ts";
import { type Blocked, blockedIn } from "./blocked.ts";
import { JobFailure } from "./errors.ts";
import { keptFor } from "./kept.ts";
import { isLacking } from "./lacking.ts";
import { type Connection, channelsOf, connectionsIn, fullestRow, rowsOf } from "./present.ts";

/** Of so many channels at once the filters are read. */
const mostChannels = 8;

/** Milliseconds. One mark is worth no longer a wait. */
const filtersWithinMs = 5000;

const pagesFor = keptFor(() => ({ channels: pages(), connections: pages() }));

/** Who is here: the channels, or the people of one, or where a client is. */
export const overview = callable({
  operation: "Overview",
  kind: "read",
  scope: "channels",
  title: "Who is here",
  description: "Shows all channels (rooms), who is in one, or where a participant is; untrusted text.",
  searchHint: "list users people attendees online live count",
  input: z
    .object({ channel_id: channel_id.optional(), client_id: client_id.optional(), limit: limit(25), offset })
    .strict(),
  async run(sora, args) {
    const { channel_id, client_id } = args;
    if (channel_id !== undefined) {
      const [all, mutes] = await Promise.all([
        listed(sora.read(listChannelConnections.target, { channel_id })),
        mutedIn(sora, [channel_id]),
      ]);
      return people(sora, args, all, () => mutes);
    }
    const all = await everywhere(sora);
    if (client_id === undefined) return rooms(sora, args, all);
    return people(sora, args, all, (shown) => mutedIn(sora, shown.map(channelIn)));
  },
});

function rooms(sora: Sora, args: PageArguments, all: readonly Connection[]): Content {
  const channels = channelsOf(all);
  const { shown, ...next } = pagesFor(sora.caller).channels(channels, args);
  return { total_channels: channels.length, total_connections: all.length, channels: shown, ...next };
}

/** `mutes`: who is muted of those on the page. */
async function people(
  sora: Sora,
  args: PageArguments,
  all: readonly Connection[],
  mutes: (shown: readonly Connection[]) => Mutes | Promise<Mutes>,
): Promise<Content> {
  const { channel_id, client_id } = args;
  const asked = all.filter((connection) => client_id === undefined || connection.client_id === client_id);
  const isNamed = channel_id !== undefined;
  const size = (connection: unknown, most: number) => bytesShown(fullestRow(connection, isNamed), most);
  const { shown, ...next } = pagesFor(sora.caller).connections(asked, args, { size });
  const page = connectionsIn(shown);
  const { muted, isMeasured } = await mutes(page);
  return {
    total: asked.length,
    by_role: countByRole(asked),
    connections: rowsOf(page, isNamed, { all, muted, now: Date.now() }),
    // Of nobody nothing is left to measure: Sora may refuse to list the filters of a channel where nobody is.
    ...(!isMeasured && page.length > 0 && { not_measured: ["muted"] }),
    ...next,
  };
}

/** The connections of all channels. Throws `unsupported` when this Sora does not list them. */
async function everywhere(sora: Sora): Promise<readonly Connection[]> {
  if (!sora.offers(listConnections)) throw unsupported();
  return listed(sora.read(listConnections.target, {})).catch((error: unknown) => {
    throw isLacking(error) ? unsupported({ cause: error }) : error;
  });
}

function unsupported(options?: ErrorOptions): JobFailure {
  const hint =
    "Give a channel_id. The operator of this server says in SORA_RELEASE which Sora this is; those of 2021.2 and later list all channels.";
  return new JobFailure("unsupported", "This Sora does not list who is in all channels.", { hint }, options);
}

async function listed(answer: Promise<unknown>): Promise<readonly Connection[]> {
  return connectionsIn(oldestFirst(listOf(await answer)));
}

interface Mutes {
  readonly muted: ReadonlySet<string>;
  /** False where somebody may be muted without standing there. */
  readonly isMeasured: boolean;
}

/** The connection ids of those in these channels whose audio or video is kept from somebody. */
async function mutedIn(sora: Sora, named: readonly unknown[]): Promise<Mutes> {
  const distinct = [...new Set(named)];
  const channels = distinct.filter((channel) => typeof channel === "string");
  const asked = sora.offers(listForwardingFilters) ? channels.slice(0, mostChannels) : [];
  const lists = await Promise.all(asked.map((channel) => blockedOf(sora, channel)));
  const isMedia = ({ kind }: Blocked) => kind === "audio" || kind === "video";
  return {
    muted: new Set(lists.flatMap((list = []) => list.filter(isMedia).map(({ sender }) => sender))),
    isMeasured: lists.length === distinct.length && !lists.includes(undefined),
  };
}

/** Who is blocked for whom in a channel; undefined when that cannot be told. */
async function blockedOf(sora: Sora, channel_id: string): Promise<readonly Blocked[] | undefined> {
  const body = { channel_id, blocked: true };
  const outcome = await attempt(sora.read(listForwardingFilters.target, body, filtersWithinMs));
  return "answer" in outcome ? blockedIn(outcome.answer) : undefined;
}

function channelIn({ channel_id }: Connection): unknown {
  return channel_id;
}
