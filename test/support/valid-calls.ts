import { contract, type jobs, worlds as worldsOfRows } from "../contract/index.ts";

type Row = (typeof contract)[number];
type JobRow = (typeof jobs)[number];

/** One call of an API that is valid as it stands; a destructive one without `confirm`. */
function validCall({ tool, toolset, kind, scope, channel, least, confirmed }: Row) {
  return {
    tool,
    toolset,
    kind,
    scope,
    channel,
    args: least.args,
    /** What it sends as it stands. */
    requests: least.requests,
    /** The API that it is all about: what it sends, once confirmed, and says in the audit log. */
    target: confirmed.requests.map(({ target }) => target).at(-1),
  };
}

/** One call of a job that is valid and does not last; what it sends depends on what Sora answers. */
function validJob({ tool, toolset, kind, scope, channel, least, soon = least }: JobRow) {
  return { tool, toolset, kind, scope, channel, args: soon.args };
}

export type ValidCall = ReturnType<typeof validCall>;
export type ValidJob = ReturnType<typeof validJob>;

/** One call of every API. */
export const validCalls = contract.map(validCall);

/** The same and one call of every job, with settings under which they are listed. */
export const worlds = worldsOfRows.map(({ sora, env, rows, jobs }) => ({
  sora,
  env,
  calls: rows.map(validCall),
  jobs: jobs.map(validJob),
}));

/** The arguments of a call with another channel in them, if it names one. */
export function inChannel(
  { args, channel }: Pick<ValidCall, "args" | "channel">,
  id: string,
): Readonly<Record<string, unknown>> {
  return channel === null ? args : { ...args, [channel]: id };
}
