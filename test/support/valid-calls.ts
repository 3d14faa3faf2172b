import { contract } from "../contract/index.ts";

/** One call of every tool that is valid as it stands; destructive ones without `confirm`. */
export const validCalls = contract.map(({ tool, toolset, kind, channel, least, confirmed }) => ({
  tool,
  toolset,
  kind,
  channel,
  args: least.args,
  /** What it sends as it stands. */
  requests: least.requests,
  /** The API that it is all about: what it sends, once confirmed, and says in the audit log. */
  target: confirmed.requests.map(({ target }) => target).at(-1),
}));
export type ValidCall = (typeof validCalls)[number];

/** The arguments of a call with another channel in them, if it names one. */
export function inChannel({ args, channel }: ValidCall, id: string): Readonly<Record<string, unknown>> {
  return channel === null ? args : { ...args, [channel]: id };
}
