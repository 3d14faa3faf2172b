import { z } from "zod";
import { SoraFailure } from "../sora/errors.ts";
import { channel_id, client_id } from "../tools/fields.ts";
import { type Content, callable, type Sora } from "../tools/tool.ts";
import { keptFor } from "./kept.ts";
import { poll } from "./polls.ts";
import { type Change, difference, type Roster, type Row } from "./roster.ts";
import { type EmptyWaits, Rosters } from "./rosters.ts";

/** Of one caller: each wait asks Sora again and again, and none is to take those of others. */
const mostAtOnce = 4;
const waitsOf = keptFor(() => ({ underWay: 0 }));

/** How many of those who came, and of those who went, are told one by one. */
const mostListed = 20;

/** From so many waits on in which nothing happened, it is for the user to say whether to go on. */
const patience = 4;

const input = z
  .object({
    channel_id,
    cursor: z.string().describe("From the last answer").optional(),
    until: z.enum(["change", "join", "leave"]).describe("What ends it").default("change"),
    client_id: client_id.describe("Only this client").optional(),
    timeout_s: z.number().int().min(1).max(50).describe("Seconds to wait").default(25),
  })
  .strict();

type Arguments = z.infer<typeof input>;

const rostersOf = keptFor(() => new Rosters());

/** Who came, who went, and until X is here. */
export const wait = callable({
  operation: "Wait",
  kind: "read",
  title: "Wait for people",
  description:
    "Waits until people join or leave, and tells who (up to 50 s); untrusted text. " +
    "Misses who comes and goes between polls.",
  searchHint: "notify watch arrive joins leaves",
  input,
  async run(sora, args) {
    const waits = waitsOf(sora.caller);
    if (waits.underWay >= mostAtOnce) {
      const message = `${mostAtOnce} waits are under way, and no more are made at once. Nothing was sent.`;
      const hint = "Each of them ends within a minute: wait again after that.";
      throw new SoraFailure("rate_limited", message, { hint });
    }
    waits.underWay += 1;
    return watch(sora, args).finally(() => {
      waits.underWay -= 1;
    });
  },
});

async function watch(sora: Sora, args: Arguments): Promise<Content> {
  const { channel_id, cursor, timeout_s } = args;
  const startedAt = performance.now();
  const rosters = rostersOf(sora.caller);
  let before = cursor === undefined ? undefined : rosters.behind(channel_id, cursor);
  const isLost = cursor !== undefined && before === undefined;
  const told = new Told(args.client_id);
  const { roster, reason } = await poll(sora, channel_id, timeout_s, (now) => {
    if (isLost) return "reset";
    const change = difference(before ?? now, now);
    told.add(change);
    before = now;
    if (isAwaited(change, now, args)) return "changed";
    // Of the first poll: whoever comes or goes later is what was waited for.
    return isSo(now, args) ? "already" : undefined;
  });
  const waited_s = Math.round((performance.now() - startedAt) / 100) / 10;
  const next = rosters.keep(channel_id, roster);
  if (!told.isEmpty) rosters.countAnew(channel_id);
  const isEmpty = told.isEmpty && reason === "timeout";
  const empty = isEmpty ? rosters.countEmpty(channel_id, startedAt, waited_s) : undefined;
  return {
    channel_id,
    total: roster.size,
    joined: told.joined,
    left: told.left,
    reason,
    waited_s,
    cursor: next,
    ...(told.more > 0 && { more: told.more }),
    ...(empty && empty.waits >= patience && { hint: hintAfter(empty) }),
  };
}

function hintAfter({ waits, seconds }: EmptyWaits): string {
  const time = `${Math.round(seconds)} s`;
  return `Nothing of what was waited for in ${waits} waits in a row, ${time} in all: stop and ask the user whether to go on.`;
}

/** Whether what was waited for is among what happened. */
function isAwaited({ joined, left }: Change, now: Roster, { until, client_id }: Arguments): boolean {
  const came = joined.some(isOf(client_id));
  const went = left.some(isOf(client_id));
  if (until === "join") return came;
  if (until === "leave") return went && (client_id === undefined || !isHere(now, client_id));
  return came || went;
}

/** Whether the client that is waited for is here, or is not, as is waited for. */
function isSo(now: Roster, { until, client_id }: Arguments): boolean {
  return client_id !== undefined && until !== "change" && isHere(now, client_id) === (until === "join");
}

function isHere(roster: Roster, client_id: string): boolean {
  return [...roster.values()].some(isOf(client_id));
}

function isOf(client_id: string | undefined): (row: Row) => boolean {
  return (row) => client_id === undefined || row.client_id === client_id;
}

/** What happened over one wait: some of it one by one, the rest as a number. */
class Told {
  readonly joined: Row[] = [];
  readonly left: Row[] = [];
  more = 0;
  readonly #isListed: (row: Row) => boolean;

  /** With a client id, only what that client did is told one by one. */
  constructor(client_id: string | undefined) {
    this.#isListed = isOf(client_id);
  }

  /** Whether there is nothing to tell of but what others did. */
  get isEmpty(): boolean {
    return this.joined.length + this.left.length === 0;
  }

  add({ joined, left }: Change): void {
    this.#add(joined, this.joined);
    this.#add(left, this.left);
  }

  #add(rows: readonly Row[], list: Row[]): void {
    const listed = rows.filter(this.#isListed).slice(0, mostListed - list.length);
    list.push(...listed);
    this.more += rows.length - listed.length;
  }
}
