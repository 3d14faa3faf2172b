import { contract, worlds as worldsOfRows } from "../contract/index.ts";

type Row = (typeof contract)[number];

/** One call of a tool that is valid as it stands; a destructive one without `confirm`. */
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
export type ValidCall = ReturnType<typeof validCall>;

/** One call of every tool. */
export const validCalls = contract.map(validCall);

/** The same, with settings under which they are listed. */
export const worlds = worldsOfRows.map(({ sora, env, rows }) => ({ sora, env, calls: rows.map(validCall) }));

/** The arguments of a call with another channel in them, if it names one. */
export function inChannel({ args, channel }: ValidCall, id: string): Readonly<Record<string, unknown>> {
  return channel === null ? args : { ...args, [channel]: id };
}
